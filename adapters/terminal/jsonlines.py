"""The chat for programs: one JSON object a line in, exactly one back.

In: ``{"text": "…"}``, ``{"tap": "<label of a button now shown>"}`` or ``{"command": "/menu"}``.
Out: ``{"screens": [{"content_id": …, "text": "…", "buttons": [["label", …], …]}, …]}``: all that
the patient was shown by that line. A line that cannot be done adds ``"error"`` and shows nothing.

*Now shown* is every button that stands in the chat: those of the last line's screens first, then
those further up; a screen edited in place has taken its old buttons with it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any, BinaryIO, TextIO

from adapters.terminal.board import Shown
from adapters.terminal.plain import whole
from adapters.terminal.session import NotShown, Session

ACTS = ("text", "tap", "command")


def talk(runner: asyncio.Runner, session: Session, lines: BinaryIO, out: TextIO) -> None:
    """Answer every line until there are no more."""
    for line in lines:
        print(json.dumps(runner.run(answer(session, line))), file=out, flush=True)


async def answer(session: Session, line: bytes) -> dict[str, Any]:
    """What one line comes to. Any bytes in, no exception for what is in them."""
    try:
        act, value = _read(line)
    except ValueError as problem:
        return {"error": str(problem), "screens": []}
    try:
        if act == "text":
            return {"screens": _screens(await session.text(value))}
        if act == "tap":
            return {"screens": _screens(await session.tap(value))}
        return {"screens": _screens(await session.command(value))}
    except NotShown:
        return {"error": f"no button shown now is labelled {whole(value)!r}", "screens": []}


def _read(line: bytes) -> tuple[str, str]:
    try:
        asked = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("this line is not JSON") from None
    if not isinstance(asked, dict) or len(asked) != 1 or next(iter(asked)) not in ACTS:
        raise ValueError(f"a line is an object with one of {', '.join(ACTS)}")
    act, value = next(iter(asked.items()))
    if not isinstance(value, str):
        raise ValueError(f"{act} must be a text")
    if act == "command" and not value.strip():
        raise ValueError("command must name a command, such as /menu")
    return act, value


def _screens(shown: Iterable[Shown]) -> list[dict[str, Any]]:
    return [
        {
            "content_id": one.content_id,
            "text": one.text,
            "buttons": [[choice.label for choice in row] for row in one.rows],
        }
        for one in shown
    ]
