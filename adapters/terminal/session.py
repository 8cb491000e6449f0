"""A patient at the keyboard: what they do becomes Updates, what they see comes back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from adapters.terminal.board import Board, Shown
from adapters.terminal.plain import whole
from bot import effects as fx
from bot import events as ev
from bot.ports import Received
from bot.screens import Choice

ADDRESS = ev.Address("terminal", "local", "you")

COMMANDS = frozenset(
    {"menu", "ask", "human", "status", "privacy", "mydata", "forget", "help", "stop", "signin"}
)
_COMMAND = re.compile(r"/?([A-Za-z_]+)(?:\s+(.*))?", re.DOTALL)


class NotShown(Exception):
    """The label is on no button that stands in the chat."""


class Receives(Protocol):
    """The intake, as seen from here."""

    async def receive(self, update: ev.Update) -> Received: ...


class Settles(Protocol):
    """The worker, as seen from here: delivers what waits and fires what is due."""

    async def settle(self) -> None: ...


class Session:
    """One chat. Every act returns all that was shown because of it."""

    def __init__(
        self,
        intake: Receives,
        worker: Settles,
        board: Board,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.board = board
        self._intake = intake
        self._worker = worker
        self._now = now
        self._count = itertools.count(1)

    async def start(self, payload: str = "") -> tuple[Shown, ...]:
        """Open the chat, with the payload of a deep link if there is one."""
        return await self._do(ev.Started(payload))

    async def text(self, text: str) -> tuple[Shown, ...]:
        """Write something."""
        return await self._write(whole(text))

    async def tap(self, label: str, *, anyhow: bool = False) -> tuple[Shown, ...]:
        """Press a button by its label. Raises ``NotShown``."""
        found = self.board.button(label, anyhow=anyhow)
        if found is None:
            raise NotShown(label)
        return await self.press(*found)

    async def press(self, seq: int, choice: Choice) -> tuple[Shown, ...]:
        """Press this very button."""
        return await self._do(ev.Tapped(choice.data, on=seq))

    async def command(self, line: str) -> tuple[Shown, ...]:
        """A command such as ``/menu`` or ``/ask what is MFDS``; an unknown one is a text."""
        found = _COMMAND.fullmatch(whole(line).strip())
        name = found.group(1).lower() if found else ""
        argument = (found.group(2) or "").strip() if found else ""
        if name == "start":
            return await self.start(argument)
        if name in COMMANDS:
            return await self._do(
                ev.Commanded(name, argument, message_id=f"typed-{next(self._count)}")
            )
        return await self._write(whole(line))

    async def _write(self, text: str) -> tuple[Shown, ...]:
        message = f"typed-{next(self._count)}"
        return await self._do(ev.Wrote(text, message, self._now()))

    async def _do(self, event: ev.Event) -> tuple[Shown, ...]:
        update = ev.Update(f"terminal:{next(self._count)}", ADDRESS, self._now(), event)
        received = await self._intake.receive(update)
        for effect in received.immediate:
            if isinstance(effect, fx.AnswerTap | fx.Toast) and effect.text:
                self.board.notice(effect.text)
        await self._worker.settle()
        return self.board.fresh()
