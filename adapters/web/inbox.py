"""Making Updates out of what a browser sends as a patient."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from starlette.requests import Request

from bot import events as ev

_COMMAND = re.compile(
    r"/(start|menu|ask|human|status|privacy|mydata|forget|help|stop)(?:\s+(.*))?", re.DOTALL
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def update(request: Request, address: ev.Address, key: str, event: ev.Event) -> ev.Update:
    """An Update of the web face, dated now: browser and server are one computer in this round."""
    return ev.Update(f"web:{key}", address, now(), event, language=language(request))


def now() -> datetime:
    """The time that everything of this request carries."""
    return datetime.now(UTC)


def language(request: Request) -> str:
    """The browser's first language, "" if it says none."""
    first = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()
    return first if _LANGUAGE.fullmatch(first) else ""


def written(text: str, nonce: str) -> ev.PatientEvent:
    """A typed text: a command where it is one, else the text as it is."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return ev.Wrote(text, message_id=nonce, sent_at=now())
    name, argument = found.group(1), (found.group(2) or "").strip()
    if name == "start":
        return ev.Started(argument)
    return ev.Commanded(name, argument, message_id=nonce)


def tapped(value: str) -> ev.Tapped:
    """A pressed button: "<seq>|<data>". A mangled one has no seq and data that the core knows not."""
    seq, bar, data = value.partition("|")
    if not bar or not re.fullmatch(r"[0-9]{1,9}", seq):
        return ev.Tapped(value[:200])
    return ev.Tapped(data[:200], on=int(seq))


def tap_key(nonce: str, value: str) -> str:
    """Two buttons pressed on one page are two Updates, one button pressed twice is one."""
    return f"{nonce}:{hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest()[:16]}"
