"""What an outcome of a delivery means for its outbox row: pure decisions, the same in every store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot import effects as fx
from bot.effects import Sendable
from bot.events import DeliveryReported, Update
from bot.ports import (
    Delivered,
    Delivery,
    DeliveryOutcome,
    Gone,
    Later,
    Moved,
    RateLimited,
    Rejected,
    Uncertain,
)
from storage.shapes import labels_of

LEASE: Final = timedelta(seconds=60)
"""Longer than any one delivery may take; a row whose holder died is handed out after it."""
FILE_LEASE: Final = timedelta(minutes=5)
"""The same where a file goes along: 20 MB are fetched and uploaded, for two minutes each at most."""
LONGEST_WAIT_S: Final = 20.0
"""What waits is out within half a minute of a platform's recovery (the promise of the plan)."""
EDIT_ATTEMPTS: Final = 50
"""An edit that stays uncertain this often (about 15 minutes) becomes a dead letter."""
LATER_ATTEMPTS: Final = 20
GIVE_UP: Final = timedelta(hours=24)
"""What still cannot be sent after so many tries and so long becomes a dead letter: an answer from days
ago that comes out of the blue misleads, and whoever waits for a report must get one."""
LEFT_ATTEMPTS: Final = 10
"""A row whose holder died is sent again, flagged: it may well never have gone out. One that has seen
this many attempts is suspected of killing its holders and becomes a dead letter."""
SUSPECT_ATTEMPTS: Final = 5
"""From here on such rows are handed out one at a time, so that the one that kills its holders does not use
up the attempts of those beside it. Half of the above: five tries with others, five alone."""
LEFT: Final = "left in the middle again and again"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write. Either the row is settled (``outcome``), or it waits until ``not_before``.

    state: "waiting", "delivered", "dead" or "gone". ``keep``: the effect stays, to be sent again by
    hand. ``hold``: nothing else goes to this destination before then.
    """

    state: str
    outcome: str = ""
    reason: str = ""
    not_before: datetime | None = None
    repeated: bool = False
    keep: bool = False
    hold: bool = False
    moved: str = ""
    uncount: bool = False
    """The attempt was none: the platform only told us when or where."""


def decide(
    delivery: Delivery,
    outcome: DeliveryOutcome,
    now: datetime,
    *,
    has_receipt: bool,
    waited: timedelta,
) -> Decision:
    """``has_receipt``: whether there is the receipt that ``edited`` names (then this was an edit).
    ``waited``: how long the row has been in the outbox."""
    desk = delivery.destination.startswith("desk:")
    match outcome:
        case Delivered():
            return Decision("delivered", "possibly_repeated" if delivery.repeated else "delivered")
        case RateLimited(seconds=seconds):
            until = now + timedelta(seconds=max(0.0, seconds))
            return Decision("waiting", not_before=until, hold=True, uncount=True)
        case Moved(destination=moved):
            return Decision("waiting", not_before=now, moved=moved, uncount=True)
        case Later(seconds=seconds, counted=False):
            until = now + timedelta(seconds=max(0.0, seconds))
            return Decision("waiting", not_before=until, uncount=True)
        case Later(reason=reason) if delivery.attempt >= LATER_ATTEMPTS and waited >= GIVE_UP:
            return Decision("dead", "rejected", reason, keep=_replayable(delivery))
        case Later(seconds=seconds):
            return Decision("waiting", not_before=now + _backoff(delivery.attempt, seconds))
        case Gone(reason=reason):
            return Decision("gone", "gone", reason, keep=desk)
        case Rejected(reason=reason):
            return Decision("dead", "rejected", reason, keep=_replayable(delivery))
        case Uncertain(reason=reason):
            if harmless_twice(delivery.effect, has_receipt):
                if delivery.attempt >= EDIT_ATTEMPTS:
                    return Decision("dead", "rejected", reason, keep=True)
                return Decision("waiting", not_before=now + _backoff(delivery.attempt, 1.0))
            # Once more is not enough where a platform is silent for minutes: what was acknowledged would
            # be lost. ``adapters.breaker`` sees to it that few are repeated while it is.
            if delivery.attempt >= LATER_ATTEMPTS and waited >= GIVE_UP:
                return Decision("dead", "rejected", reason, keep=_replayable(delivery))
            wait = _backoff(delivery.attempt, 1.0)
            return Decision("waiting", not_before=now + wait, repeated=True)


def lease_for(effect: Sendable) -> timedelta:
    """How long the holder of a row may take to deliver it."""
    return FILE_LEASE if fx.carries_file(effect) else LEASE


def _replayable(delivery: Delivery) -> bool:
    """An alert repeats by its own timer until somebody claims: sending an old one again by hand would
    only mislead, and "no desk page is open" is no fault that anybody mends."""
    return not isinstance(delivery.effect, fx.AlertTeam)


def edited(effect: Sendable) -> str | None:
    """The receipt of the message that an effect edits; None for what is always a new message.

    Where that receipt is missing (its own delivery was cut off by a crash) the adapters post anew.
    """
    match effect:
        case fx.ShowCard(reference=reference):
            return f"card:{reference}"
        case fx.ShowScreen(replaces=int(replaces), urgent=False):
            return f"seq:{replaces}"
        case _:
            return None


def harmless_twice(effect: Sendable, has_receipt: bool) -> bool:
    """Whether doing it again changes nothing: edits of what has a receipt, reactions, deletions."""
    match effect:
        case fx.AcknowledgeMessage() | fx.DeleteMessages():
            return True
        case _:
            return has_receipt and edited(effect) is not None


def report(delivery: Delivery, decision: Decision, now: datetime) -> Update | None:
    """What the core is told about a settled row; None where nobody waits for it."""
    if not decision.outcome:
        return None
    reference, name = labels_of(delivery.effect)
    match delivery.effect:
        case fx.RelayToPatient():
            what = "reply"
        case fx.AlertTeam():
            what = "alert"
        case _ if decision.outcome == "gone" and delivery.destination == str(delivery.address):
            what = "screen"
        case _:
            return None
    event = DeliveryReported(
        what, decision.outcome, delivery.destination, now, reference, name, decision.reason
    )
    return Update(f"delivery:{delivery.id}:{delivery.lease}", delivery.address, now, event)


def _backoff(attempt: int, least: float) -> timedelta:
    """1, 2, 4 … 20 seconds, and never less than the adapter asks for."""
    grown = 2.0 ** min(max(attempt, 1) - 1, 6)
    return timedelta(seconds=max(least, min(grown, LONGEST_WAIT_S)))
