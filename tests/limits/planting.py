"""Plants phrases in everything that a person, a platform or a stranger can send to the running program."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import aiohttp

from tests.cli.test_platforms import World, asks, until
from tests.fakes.slack_state import SECRET
from tests.fakes.telegram import Patient

MARK = "zxqplanted"
HOOK_SECRET = "long-random-text"
PER_PATIENT = 6
"""Messages of one patient, who else would be asked to slow down."""


@dataclass
class Planter:
    """What was planted where. pages: everything that the program answered to strangers over HTTP."""

    world: World
    count: int
    planted: list[str] = field(default_factory=list)
    places: Counter[str] = field(default_factory=Counter)
    updates: int = 0
    pages: list[bytes] = field(default_factory=list)
    _patient: Patient | None = None
    _said: int = 0

    async def plant(self, consented: Patient) -> None:
        """Plant all of it, one place after another; ``consented`` has an open enquiry."""
        self._consented = consented
        ways = self._ways()
        async with aiohttp.ClientSession() as http:
            self._http = http
            for _ in range(self.count):
                place, work = next(ways)
                phrase = f"{MARK}{len(self.planted):04d}x"
                await work(phrase)
                self.planted.append(phrase)
                self.places[place] += 1

    def _ways(self) -> Iterator[tuple[str, Callable[[str], Awaitable[None]]]]:
        return itertools.cycle(
            (
                ("a text", self._text),
                ("a text to the desk", self._relayed),
                ("words of danger", self._danger),
                ("a caption", self._caption),
                ("a file's name", self._file_name),
                ("a file's bytes", self._file_bytes),
                ("a name on Telegram", self._name),
                ("a start link", self._start),
                ("a command", self._command),
                ("an edit", self._edit),
                ("a note of staff", self._note),
                ("a text on Slack", self._slack),
                ("a command on Slack", self._slack_command),
                ("a sign-in link that is none", self._link),
                ("a cookie", self._cookie),
                ("a form of a stranger", self._form),
                ("a query", self._query),
                ("a platform's secret that is wrong", self._wrong_secret),
                ("an update that is none", self._broken_update),
                ("a Slack payload that is none", self._broken_payload),
            )
        )

    # ---- people

    @property
    def patient(self) -> Patient:
        """Somebody who has not said too much yet."""
        if self._patient is None or self._said >= PER_PATIENT:
            self._patient, self._said = Patient(self.world.telegram), 0
        self._said += 1
        self.updates += 1
        return self._patient

    async def _text(self, phrase: str) -> None:
        self.patient.types(f"is it safe {phrase}")

    async def _relayed(self, phrase: str) -> None:
        self._consented.types(f"and {phrase}")
        self.updates += 1
        await asyncio.sleep(0.05)

    async def _danger(self, phrase: str) -> None:
        self.patient.types(f"I cannot breathe {phrase}")

    async def _caption(self, phrase: str) -> None:
        self.patient.sends("photo", caption=phrase)

    async def _file_name(self, phrase: str) -> None:
        self.patient.sends("document", name=f"{phrase}.pdf")

    async def _file_bytes(self, phrase: str) -> None:
        self.patient.sends("document", data=phrase.encode())

    async def _name(self, phrase: str) -> None:
        Patient(self.world.telegram, phrase).types("hello")
        self.updates += 1

    async def _start(self, phrase: str) -> None:
        self.patient.starts(phrase)

    async def _command(self, phrase: str) -> None:
        self.patient.types(f"/ask {phrase}")

    async def _edit(self, phrase: str) -> None:
        someone = self.patient
        someone.edits(someone.types("what is mfds"), phrase)
        self._said += 1
        self.updates += 1

    async def _note(self, phrase: str) -> None:
        group = self.world.mina.group
        topic = next(one.thread for one in reversed(group.shown()) if one.thread is not None)
        self.world.mina.writes(topic, phrase)
        self.updates += 1

    async def _slack(self, phrase: str) -> None:
        await self.world.slack.person(f"dana{len(self.planted)}").dms(phrase)
        self.updates += 1

    async def _slack_command(self, phrase: str) -> None:
        await self.world.slack.person(f"carl{len(self.planted)}").commands(phrase)
        self.updates += 1

    # ---- strangers and broken platforms

    async def _ask(self, method: str, path: str, **how: object) -> None:
        url = f"http://127.0.0.1:{self.world.desk.port}{path}"
        async with self._http.request(method, url, allow_redirects=False, **how) as answer:  # type: ignore[arg-type]
            page = repr(answer.headers).encode() + await answer.read()
            # The page that asks "sign in?" posts to its own address; all else must repeat nothing.
            if answer.status >= 400:
                self.pages.append(page)

    async def _link(self, phrase: str) -> None:
        await self._ask("GET", f"/link/{phrase}")
        await self._ask("GET", f"/signin/{phrase}")

    async def _cookie(self, phrase: str) -> None:
        name = f"frontdesk-desk-{self.world.desk.port}"
        await self._ask("GET", "/desk", headers={"Cookie": f"{name}={phrase}"})

    async def _form(self, phrase: str) -> None:
        await self._ask("POST", "/patient/say", data={"text": phrase, "csrf": phrase})

    async def _query(self, phrase: str) -> None:
        await self._ask("GET", f"/words?q={phrase}")
        await self._ask("GET", f"/signin/oidc/back?code={phrase}&state={phrase}")

    async def _wrong_secret(self, phrase: str) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": phrase}
        await self._ask("POST", "/telegram/hook", data=phrase, headers=headers)
        stamp = str(int(time.time()))
        headers = {"X-Slack-Signature": f"v0={phrase}", "X-Slack-Request-Timestamp": stamp}
        await self._ask("POST", "/slack/events", data=phrase, headers=headers)

    async def _broken_update(self, phrase: str) -> None:
        """With the right secret: it is parked, sealed."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": HOOK_SECRET}
        body = json.dumps({"update_id": phrase, "message": {"text": phrase, "chat": phrase}})
        await self._ask("POST", "/telegram/hook", data=body, headers=headers)
        await self._ask("POST", "/telegram/hook", data=body[:-9], headers=headers)

    async def _broken_payload(self, phrase: str) -> None:
        """With the right signature."""
        stamp = str(int(time.time()))
        for body in (json.dumps({"type": phrase, "event": phrase}), f"payload={phrase}", phrase):
            digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
            headers = {
                "X-Slack-Signature": f"v0={digest.hexdigest()}",
                "X-Slack-Request-Timestamp": stamp,
                "Content-Type": "application/json",
            }
            await self._ask("POST", "/slack/events", data=body, headers=headers)


__all__ = ["HOOK_SECRET", "MARK", "Planter", "asks", "until"]
