"""What a staff button means as an Event."""

from __future__ import annotations

from bot import events as ev
from bot.buttons import EnquiryButton

STAFF_ACTS = frozenset(
    [
        "claim",
        "unclaim",
        "takeover",
        "reply",
        "change",
        "send",
        "discard",
        "close",
        "reopen",
        "block",
        "unblock",
    ]
)


def staff_event(button: EnquiryButton, actor: ev.Actor) -> ev.StaffEvent | None:
    """The Event of a desk button; None for acts that are no staff acts."""
    reference, draft = button.reference, button.draft or ""
    match button.act:
        case "claim":
            return ev.EnquiryClaimed(reference, actor)
        case "unclaim":
            return ev.EnquiryUnclaimed(reference, actor)
        case "takeover":
            return ev.EnquiryTakenOver(reference, actor)
        case "reply":
            return ev.ReplyOpened(reference, actor)
        case "change":
            return ev.ReplyOpened(reference, actor, draft)
        case "send":
            return ev.FacilitatorReplied(reference, actor, draft)
        case "discard":
            return ev.ReplyDiscarded(reference, actor, draft)
        case "close":
            return ev.EnquiryResolved(reference, actor)
        case "reopen":
            return ev.EnquiryReopened(reference, actor)
        case "block":
            return ev.PatientBlocked(reference, actor)
        case "unblock":
            return ev.PatientUnblocked(reference, actor)
        case _:
            return None
