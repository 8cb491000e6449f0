"""Repeats wait while a platform does not answer: a circuit breaker for what may be out already.

A request without an answer (reset, time-out, half an answer) may have been carried out. Sending it again and
again until the platform is back would show a patient the same words many times; giving it up after one repeat
would lose it where the platform was down for longer. So while new messages get no answer, those that may be
out already wait, one of them each pause excepted: it finds out whether the platform answers again. First
tries go on; they cannot be a repetition, and any that arrives ends the wait.

Not a library's: those hold back every call alike, and here only repeats may be.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, MutableMapping

from bot import effects as fx
from bot.effects import Sendable
from bot.ports import Delivered, Deliverer, Delivery, DeliveryOutcome, Later, Receipts, Uncertain

PAUSES = (1.0, 2.0, 5.0, 10.0)
"""Seconds between two tries; the last one goes on. Short enough to be out within 30 s of a recovery."""

URGENT_TRIES = 2
"""Attempts of alerts and safety texts that never wait: the first, and one repeat at once."""


class Breaker:
    """What is known of one platform: whether new messages are answered."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries = 0
        self._next = 0.0
        self._is_open = False

    def wait(self) -> float:
        """Seconds until a repeat may try; with 0 the caller is the one that tries."""
        if not self._is_open:
            return 0.0
        now = self._clock()
        if now < self._next:
            return self._next - now
        self._pause(now)
        return 0.0

    def unanswered(self) -> None:
        """A new message got no answer."""
        if not self._is_open:
            self._is_open, self._tries = True, 0
            self._pause(self._clock())

    def answered(self) -> None:
        """A new message arrived."""
        self._is_open = False

    def _pause(self, now: float) -> None:
        self._next = now + PAUSES[min(self._tries, len(PAUSES) - 1)]
        self._tries += 1


class Guarded:
    """A deliverer whose repeats wait for its platform's breaker."""

    def __init__(self, deliverer: Deliverer, breaker: Breaker) -> None:
        self._deliverer = deliverer
        self._breaker = breaker

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """As the deliverer itself; ``Later``, not counted, where a repeat has to wait."""
        hurried = delivery.urgent and delivery.attempt <= URGENT_TRIES
        if delivery.repeated and not hurried:
            seconds = self._breaker.wait()
            if seconds > 0:
                return Later("the platform does not answer", seconds, counted=False)
        try:
            came = await self._deliverer.deliver(delivery, receipts)
        except asyncio.CancelledError:  # it took too long
            self._breaker.unanswered()
            raise
        match came:
            case Uncertain():
                self._breaker.unanswered()
            case Delivered() if delivery.repeated or _is_new(delivery.effect):
                self._breaker.answered()
            case _:
                pass
        return came


def guard(deliverers: MutableMapping[str, Deliverer]) -> None:
    """Let the repeats of each platform wait from now on; desk and patients of one share a breaker."""
    breakers: dict[str, Breaker] = {}
    for prefix, one in list(deliverers.items()):
        platform = prefix.removeprefix("desk:").partition(":")[0]
        deliverers[prefix] = Guarded(one, breakers.setdefault(platform, Breaker()))


def _is_new(effect: Sendable) -> bool:
    """Whether it is surely a message of its own: edits and reactions may be answered while those are not."""
    match effect:
        case fx.AcknowledgeMessage() | fx.DeleteMessages() | fx.ShowCard():
            return False
        case fx.ShowScreen(replaces=replaces):
            return replaces is None
        case _:
            return True
