"""Long polling that loses nothing: the next offset is asked for only after the commit.

Everything below ``offset`` is forgotten by Telegram, so the offset is the acknowledgement. It is kept
per bot in the store. After an empty answer, and after days away, none is sent: ids begin anew at
random after a quiet week, and an offset above them would throw new updates away. Rows are handled in
order within a conversation, and different conversations at the same time. A row that cannot be read
is parked; one that the store cannot take now stays. While the store is away whoever polled goes on,
acknowledging nothing, so that words of danger among the first hundred waiting updates are answered.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

from telegram.error import Conflict, InvalidToken, TelegramError

from adapters.stopping import end
from adapters.telegram import limits
from adapters.telegram.client import Client
from adapters.telegram.errors import TokenRefused, TooMany
from adapters.telegram.inbound import lane_of, update_id
from adapters.telegram.inbox import Inbox
from bot.errors import NotNow

log = logging.getLogger(__name__)

AT_ONCE = 16
"""Conversations handled at the same time: a batch has at most 100 rows and two cores do the work."""

LEASE_SECONDS = 20.0
"""How long Telegram can go unpolled after a replica died (the next one looks every ``WAIT_SECONDS``). A
living one renews it every ``RENEW_SECONDS``, also in the middle of a long poll."""

RENEW_SECONDS = LEASE_SECONDS / 4

FRESH_SECONDS = 6 * 86_400
"""How long a stored offset may be trusted: ids jump after a week without updates [api Update]."""

WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 10.0
"""Between two tries while Telegram has trouble: what waited there shall be handled soon after it."""

AWAY_SECONDS = 0.3
"""Between two looks while the store takes nothing."""

LEASE_PATIENCE = 0.3
"""How long the store may take to say that our lease goes on before we go on without its word: it was good
for ``LEASE_SECONDS``, and words of danger may be waiting."""

AWAY_POLL_SECONDS = 2


class Shelf(Protocol):
    """What is needed of the store."""

    async def cursor(self, name: str) -> int | None: ...
    async def set_cursor(self, name: str, value: int) -> None: ...
    async def lease(self, name: str, holder: str, seconds: float) -> bool: ...


class Poller:
    """Polls one bot. One replica at a time does, by a lease in the store."""

    def __init__(
        self, client: Client, inbox: Inbox, shelf: Shelf, *, seconds: int = limits.POLL_SECONDS
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._shelf = shelf
        self._seconds = seconds
        self._holder = secrets.token_hex(8)
        self._wait = WAIT_SECONDS
        self._offset: int | None = None
        self._began = False
        self._ours = False
        """Whether the lease was ours when the store was last there."""
        self._away = False
        self._answered_at: float | None = None

    @property
    def silence(self) -> float | None:
        """Seconds since Telegram last answered a poll of ours; None before the first answer."""
        return None if self._answered_at is None else time.monotonic() - self._answered_at

    @property
    def _name(self) -> str:
        return f"telegram:{self._client.bot.id}"

    @property
    def _lease(self) -> str:
        return lease_name(self._client.bot.id)

    async def run(self) -> None:
        """Poll until cancelled. Raises ``TokenRefused`` when Telegram no longer knows the bot."""
        try:
            while True:
                if await self.once():
                    self._wait = WAIT_SECONDS
                else:
                    _stop_if_asked()
                    if self._away:
                        await asyncio.sleep(AWAY_SECONDS)
                        continue
                    await asyncio.sleep(self._wait)
                    self._wait = min(self._wait * 2, LONGEST_WAIT_SECONDS)
        finally:
            await self._release()

    async def once(self) -> bool:
        """One long poll and its batch; False where it is better to wait before the next."""
        try:
            if not await self._may_poll():
                self._answered_at = None  # another replica polls
                self._wait = WAIT_SECONDS  # and may die: nothing is wrong, so nothing is put off
                return False
            if not self._began:
                self._offset, self._began = await self._stored(), True
            _stop_if_asked()
            seconds = min(self._seconds, AWAY_POLL_SECONDS) if self._away else self._seconds
            renewing = asyncio.create_task(self._renew(), name="poller's lease")
            try:
                rows = await self._client.raw_updates(
                    self._offset, seconds=seconds, rows=limits.POLL_ROWS
                )
                self._answered_at = time.monotonic()
                handled = await self._handle(rows)
            finally:
                await end(renewing)
            self._away = not handled
            return handled
        except (NotNow, TimeoutError):
            self._away = True
            return False
        except Conflict:
            self._ours = False  # the store let somebody else have it
            log.error(
                "Telegram says that somebody else receives this bot's messages (409): another copy "
                "of the program polls with the same token, or a webhook is set"
            )
        except InvalidToken:
            raise TokenRefused("Telegram refuses TELEGRAM_BOT_TOKEN") from None
        except TooMany as error:
            await asyncio.sleep(error.seconds)
        except TelegramError as error:
            log.warning("polling Telegram failed: %s", type(error).__name__)
        return False

    async def _renew(self) -> None:
        """Keep the lease until cancelled. Where that fails for long another replica begins to poll;
        Telegram ends the older of two polls, and what both receive is handled once."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self._shelf.lease(self._lease, self._holder, LEASE_SECONDS)
            except NotNow:
                continue

    async def _may_poll(self) -> bool:
        """Whether the lease is ours. Nobody can take it while the store is away: who had it goes on."""
        try:
            async with asyncio.timeout(LEASE_PATIENCE if self._ours else None):
                self._ours = await self._shelf.lease(self._lease, self._holder, LEASE_SECONDS)
            self._away = False
        except (NotNow, TimeoutError):
            self._away = True
            if not (self._ours and self._began):
                raise NotNow("the lease cannot be asked for") from None
        return self._ours

    async def _stored(self) -> int | None:
        offset = await self._shelf.cursor(self._name)
        moved = await self._shelf.cursor(f"{self._name}:at")
        return offset if time.time() - (moved or 0) < FRESH_SECONDS else None

    async def _handle(self, rows: Sequence[Any]) -> bool:
        if not rows:
            self._offset = None  # all that was asked for is acknowledged
            return True
        lanes: dict[str, list[Any]] = {}
        for row in rows:
            lanes.setdefault(lane_of(row), []).append(row)
        gate = asyncio.Semaphore(AT_ONCE)
        stopped = await asyncio.gather(*(self._lane(gate, one) for one in lanes.values()))
        left = [row for one in stopped for row in one]
        following = _next_offset(rows, left, self._offset)
        moved = following != self._offset and len(left) < len(rows)
        if following is not None and moved:
            # Where rows are left the store is away, most likely: those before them may come twice.
            async with asyncio.timeout(LEASE_PATIENCE if left else None):
                await self._shelf.set_cursor(self._name, following)
                await self._shelf.set_cursor(f"{self._name}:at", int(time.time()))
            self._offset = following
        return not left

    async def _lane(self, gate: asyncio.Semaphore, rows: Sequence[Any]) -> Sequence[Any]:
        """Handle the rows of one conversation in order; those that must come again."""
        async with gate:
            for at, row in enumerate(rows):
                try:
                    answer = await self._inbox.take(row)
                except NotNow:
                    with suppress(
                        NotNow
                    ):  # what stands behind it waits too, but for words of danger
                        for waiting in rows[at + 1 :]:
                            await self._inbox.heed(waiting)
                    return rows[at:]
                if answer is not None:
                    await self._inbox.answer(answer)
        return ()

    async def _release(self) -> None:
        try:
            await self._shelf.lease(self._lease, self._holder, 0.0)
        except NotNow:
            pass  # it runs out by itself


def lease_name(bot: int) -> str:
    """The lease of the replica that polls for a bot."""
    return f"telegram:{bot}:poll"


def _stop_if_asked() -> None:
    """Before a long wait: ``asyncio.wait_for`` of Python 3.11 loses a cancellation that comes at the
    moment when what it waits for is done (python/cpython#86296), and the store is full of them."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _next_offset(rows: Sequence[Any], left: Sequence[Any], offset: int | None) -> int | None:
    """What to acknowledge: everything before the first row that is left, else the whole batch."""
    again = [number for row in left if (number := update_id(row)) is not None]
    if again:
        return min(again)
    seen = [number for row in rows if (number := update_id(row)) is not None]
    if seen:
        return max(seen) + 1
    if rows and not left and offset is not None:
        return offset + 1  # only rows without a number: step over them
    return offset
