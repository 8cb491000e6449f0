"""The queue as a text, for desks that are chats: urgent first, then by promise.

It holds what a list needs and nothing that a patient wrote: reference, status, who has it, when the
reply is promised. The web desk has a page of its own for this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.given import Phrases
from bot.release import Release
from bot.rows import EnquiryRow
from bot.state import Enquiry
from bot.text import Items, Paragraph, Span, Text

WORD: Final = "queue"
"""What is typed: "/queue" on Telegram, "/frontdesk queue" on Slack."""

MOST: Final = 20
"""Enquiries listed. More is no list to work from, and twenty lines fit one message on every platform."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The answer. ``references``: of the enquiries listed, in order; each stands in the text once, in a
    span of its own, so that a renderer can make it a link."""

    text: Text
    references: tuple[str, ...] = ()


def known(release: Release) -> bool:
    """Whether the live Release is young enough to have the words; to an older one it is no command."""
    return "desk.queue.title" in release.phrases


def refusal(release: Release, phrases: Phrases, account: str, *, trusted: bool) -> str:
    """Why this account may not see the queue, kindly; "" for staff. ``trusted`` as in ``Actor``."""
    if not trusted:
        return phrases.label("desk.toast.untrusted", account=account)
    if release.staff_of(account) is None:
        return phrases.label("desk.toast.stranger", account=account)
    return ""


def queue(rows: Sequence[EnquiryRow], release: Release, phrases: Phrases, now: datetime) -> Queue:
    """The open enquiries of ``Store.queue``, in its order. Times are the desk's."""
    if not rows:
        return Queue(phrases.text("desk.queue.empty"))
    shown = rows[:MOST]
    lines = tuple(_spans(_line(row.enquiry, release, phrases, now)) for row in shown)
    text = (*phrases.text("desk.queue.title", number=str(len(rows))), Items(lines, numbered=True))
    if len(rows) > len(shown):
        text = (*text, *phrases.text("desk.queue.more", number=str(len(rows) - len(shown))))
    return Queue(text, tuple(row.enquiry.reference for row in shown))


def _line(enquiry: Enquiry, release: Release, phrases: Phrases, now: datetime) -> Text:
    name = enquiry.assignee.name if enquiry.assignee is not None else ""
    said = {
        "mark": phrases.label(f"desk.mark.{'urgent' if enquiry.urgent else 'open'}"),
        "reference": enquiry.reference,
        "status": phrases.label(f"desk.status.{enquiry.status.value}", name=name),
    }
    if enquiry.due_at is None:
        return phrases.text("desk.queue.line", **said)
    due = phrases.day_and_time(enquiry.due_at, release.organisation.hours.zone)
    minutes = int((now - enquiry.due_at).total_seconds() // 60)
    if minutes < 1:
        return phrases.text("desk.queue.due", **said, due=due)
    return phrases.text("desk.queue.late", **said, due=due, minutes=str(minutes))


def _spans(text: Text) -> tuple[Span, ...]:
    """A one-line text as an item of a list."""
    return tuple(span for block in text if isinstance(block, Paragraph) for span in block.spans)
