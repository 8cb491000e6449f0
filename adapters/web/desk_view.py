"""What the desk page shows: the queue, one enquiry, and times in the desk's zone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from adapters.web.bubbles import Bubble, desk_bubbles, whole_transcript
from adapters.web.cards import DeskCard, desk_card
from adapters.web.parts import Parts
from adapters.web.sessions import Visitor
from bot.ports import EnquiryRow
from bot.release import Release
from bot.screens import Choice
from bot.state import Draft, Enquiry
from bot.text import Text

CHANNEL_WORDS = {
    "telegram": "Telegram",
    "slack": "Slack",
    "web": "Web page",
    "terminal": "Terminal",
}

SNIPPET = 110
"""Characters of the question that the queue shows."""

# A reply's outcome: in words, and whether it is on its way, good or bad.
OUTCOMES = {
    "waiting": ("on its way", "way"),
    "delivered": ("delivered {when}", "good"),
    "possibly_repeated": ("delivered {when}, possibly twice", "good"),
    "gone": ("not delivered {when}: the patient cannot be reached there any more", "bad"),
    "rejected": ("not delivered {when}: the platform refused it", "bad"),
}


@dataclass(frozen=True, slots=True)
class DeskClock:
    """Formats times where the desk is."""

    zone: tzinfo
    name: str
    now: datetime

    def when(self, at: datetime) -> str:
        """ "14:02" today, "Tue 24 Nov, 14:02" on another day."""
        there = at.astimezone(self.zone)
        if there.date() == self.now.astimezone(self.zone).date():
            return there.strftime("%H:%M")
        return there.strftime("%a %-d %b, %H:%M")


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the queue."""

    reference: str
    name: str
    snippet: str
    status: str
    status_words: str
    urgent: bool
    unseen: bool
    channel: str
    due: str
    late: bool
    since: str
    here: bool

    @property
    def version(self) -> str:
        """Changes whenever the line would look different."""
        return _digest(self)


@dataclass(frozen=True, slots=True)
class EnquiryView:
    """One enquiry, ready for its template."""

    item: QueueItem
    row: EnquiryRow
    card: Text
    actions: tuple[Choice, ...]
    reply_label: Text
    bubbles: tuple[Bubble, ...]
    pending: Draft | None
    clock: DeskClock

    @property
    def head_version(self) -> str:
        """Changes whenever the head of the enquiry would look different."""
        return _digest((self.item, self.card))

    @property
    def acts_version(self) -> str:
        """Changes whenever there are other buttons."""
        return _digest((self.actions, self.item.status))


def _digest(shown: object) -> str:
    return hashlib.blake2b(repr(shown).encode("utf-8", "replace"), digest_size=8).hexdigest()


def desk_clock(release: Release | None) -> DeskClock:
    """The clock of the live Release's desk; UTC before there is one."""
    now = datetime.now(UTC)
    if release is None:
        return DeskClock(UTC, "UTC", now)
    name = release.organisation.hours.zone
    return DeskClock(ZoneInfo(name), name.rpartition("/")[2].replace("_", " "), now)


async def queue_items(
    parts: Parts, visitor: Visitor, *, here: str = "", closed: bool = False
) -> tuple[QueueItem, ...]:
    """The queue in the store's order: urgent first, then by promise."""
    release = await parts.store.live_release()
    clock = desk_clock(release)
    rows = await parts.store.queue(closed=closed)
    return tuple(queue_item(parts, release, row, visitor, clock, here) for row in rows)


def queue_item(
    parts: Parts,
    release: Release | None,
    row: EnquiryRow,
    visitor: Visitor,
    clock: DeskClock,
    here: str,
) -> QueueItem:
    """One row as a line; a minimal desk shows no word of the patient."""
    enquiry, card = row.enquiry, parts.settings.card
    question = enquiry.answer("question")
    words = (question.text or "") if question and card == "full" and enquiry.consented else ""
    words = " ".join(words.split())
    assignee = enquiry.assignee
    status = enquiry.status.value
    if release is not None:
        phrases = parts.phrases_of(release, release.locale)
        status = phrases.label(f"desk.status.{status}", name=assignee.name if assignee else "")
    alert = enquiry.alert
    return QueueItem(
        reference=enquiry.reference,
        name=row.name if card == "full" else "",
        snippet=words if len(words) <= SNIPPET else words[: SNIPPET - 1].rstrip() + "…",
        status=enquiry.status.value,
        status_words=status,
        urgent=enquiry.urgent,
        unseen=alert is not None and alert.seen_by is None,
        channel=CHANNEL_WORDS.get(row.address.channel, row.address.channel),
        due=clock.when(enquiry.due_at) if enquiry.due_at and enquiry.is_open else "",
        late=bool(enquiry.due_at and enquiry.is_open and enquiry.due_at < clock.now),
        since=clock.when(enquiry.created_at),
        here=enquiry.reference == here,
    )


async def enquiry_view(parts: Parts, visitor: Visitor, row: EnquiryRow) -> EnquiryView:
    """Everything that the desk shows of one enquiry."""
    release = await parts.store.live_release()
    clock = desk_clock(release)
    enquiry = row.enquiry
    outcomes = {
        draft: _outcome(what, when, clock)
        for draft, what, when in await parts.store.deliveries(enquiry.reference)
    }
    staff = release.organisation.staff if release else ()
    names = {account: one.name for one in staff for account in one.accounts}
    entries = await whole_transcript(parts.store, row.address)
    conversation = await parts.store.conversation(row.address)
    shown = DeskCard((), (), ())
    if release is not None and conversation is not None:
        shown = desk_card(parts, conversation, enquiry, release, visitor.account)
    return EnquiryView(
        item=queue_item(parts, release, row, visitor, clock, enquiry.reference),
        row=row,
        card=shown.text,
        actions=shown.actions,
        reply_label=shown.reply_label,
        bubbles=desk_bubbles(entries, enquiry, outcomes, names),
        pending=pending_draft(enquiry, visitor),
        clock=clock,
    )


def _outcome(what: str, when: datetime, clock: DeskClock) -> tuple[str, str]:
    words, kind = OUTCOMES.get(what, (what, "bad"))
    return words.format(when=clock.when(when)), kind


def pending_draft(enquiry: Enquiry, visitor: Visitor) -> Draft | None:
    """This visitor's newest reply that was written but not sent: a page loaded again shows it again."""
    return next(
        (
            draft
            for draft in reversed(enquiry.drafts)
            if draft.state == "drafted" and draft.author.account == visitor.account
        ),
        None,
    )
