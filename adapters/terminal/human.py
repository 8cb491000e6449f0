"""The chat for people: screens as text, buttons with numbers."""

from __future__ import annotations

import asyncio
import shutil
import textwrap
from collections.abc import Iterable
from contextlib import suppress

from adapters.terminal.board import Shown
from adapters.terminal.plain import safe
from adapters.terminal.session import NotShown, Session
from bot.screens import Choice

WELCOME = (
    "This is a chat with the bot on your own computer; nothing is stored or sent.\n"
    "Type a text, the number or the label of a button, or a command such as /menu.\n"
    "A line that begins with a space is always a text. Ctrl-D ends.\n"
)
_WIDEST = 84


def talk(runner: asyncio.Runner, session: Session) -> None:
    """Until Ctrl-D or Ctrl-C."""
    with suppress(ImportError):
        import readline  # noqa: F401  (arrow keys and history in input())
    print(WELCOME)
    numbers = _print(runner.run(session.start()), {})
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            line = input("> ")
            if line.strip():
                numbers = _print(runner.run(act(session, line, numbers)), numbers)
    print()


async def act(
    session: Session, line: str, numbers: dict[int, tuple[int, Choice]]
) -> tuple[Shown, ...]:
    """What one typed line does: a number, a label, a command or a text."""
    if line.startswith(" "):
        return await session.text(line.strip())
    typed = line.strip()
    if typed.isdecimal() and int(typed) in numbers:
        return await session.press(*numbers[int(typed)])
    if typed.startswith("/"):
        return await session.command(typed)
    try:
        return await session.tap(typed, anyhow=True)
    except NotShown:
        return await session.text(typed)


def _print(
    shown: Iterable[Shown], before: dict[int, tuple[int, Choice]]
) -> dict[int, tuple[int, Choice]]:
    """Print screens; the numbers of their buttons, or those before if there are none."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    numbers: dict[int, tuple[int, Choice]] = {}
    for one in shown:
        print()
        for line in safe(one.text).split("\n"):
            print(textwrap.fill(line, width, subsequent_indent="  " if line[:2] == "• " else ""))
        if one.rows:
            print()
        for row in one.rows:
            labels: list[str] = []
            for choice in row:
                numbers[len(numbers) + 1] = (one.seq, choice)
                labels.append(f"[{len(numbers)}] {safe(choice.label)}")
            print("  " + "   ".join(labels))
    print()
    return numbers or before
