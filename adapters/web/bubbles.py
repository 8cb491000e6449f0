"""The Transcript as a page shows it: messages in their places, edits and replaced screens folded in."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from urllib.parse import quote

from bot.events import Address, FileRef
from bot.ports import Store
from bot.screens import Rows
from bot.state import Enquiry
from bot.text import Heading, Text, flat, plain
from bot.transcript import Entry

PAGE = 500
"""Entries read at a time."""

MOST = 5_000
"""Entries of one conversation that a page looks at; older ones are in the export."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on a page. id: of its element, the same for as long as it keeps its place.

    who: "patient", "bot", "human", "team" or "event" (a line of ours about what happened).
    current: its buttons are the newest. before: what an edited message said earlier, oldest first.
    outcome: what became of a reply; outcome_kind: "way", "good" or "bad".
    passed: a patient's message that reached the team. content_id: the page it shows, "" for others.
    """

    id: str
    who: str
    at: datetime
    text: Text
    number: int = 0
    seq: int | None = None
    label: Text = ()
    footer: Text = ()
    rows: Rows = ()
    file: FileRef | None = None
    name: str = ""
    current: bool = False
    urgent: bool = False
    export: bool = False
    passed: bool = False
    before: tuple[Text, ...] = ()
    outcome: str = ""
    outcome_kind: str = ""
    content_id: str = ""
    language: str = ""
    """The language of its words, where they are in one and it is known."""

    @property
    def source(self) -> str:
        """Where an editor changes these words: the page, or the search for what it says."""
        if self.content_id:
            return f"/words/edit/page:{self.content_id}"
        words = " ".join(flat(self.text).split())[:80].rpartition(" ")[0] or flat(self.text)[:80]
        return f"/words?q={quote(words)}"

    @property
    def version(self) -> str:
        """Changes whenever the message says something else; pages replace only what changed. Whether its
        buttons are the newest is a class that pages set on the message that stands there."""
        said = repr(replace(self, current=False))
        return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).hexdigest()


async def whole_transcript(store: Store, address: Address) -> tuple[Entry, ...]:
    """The conversation's entries in order, at most the newest ``MOST``."""
    found: deque[Entry] = deque(maxlen=MOST)
    after = 0
    while some := await store.transcript(address, after=after, limit=PAGE):
        found.extend(some)
        after = some[-1].number
        if len(some) < PAGE:
            break
    return tuple(found)


def patient_bubbles(entries: Iterable[Entry]) -> tuple[Bubble, ...]:
    """What the patient sees: no taps, no team notes; a replacing screen stands where the old one stood."""
    found: list[Bubble] = []
    places: dict[int, int] = {}
    written: dict[str, int] = {}
    for entry in entries:
        match entry.author, entry.kind:
            case "patient", "edit" if entry.message_id in written:
                at = written[entry.message_id]
                old = found[at]
                found[at] = replace(old, text=entry.text, before=(*old.before, old.text))
            case "patient", "tap":
                continue
            case "patient", _:
                written[entry.message_id] = len(found)
                found.append(
                    Bubble(
                        f"p{entry.number}", "patient", entry.at, entry.text, entry.number,
                        file=entry.file, passed=bool(entry.reference) and not entry.private,
                    )
                )  # fmt: skip
            case "bot" | "human", _:
                bubble = Bubble(
                    f"s{entry.seq}", entry.author, entry.at, entry.text, entry.number,
                    seq=entry.seq, label=entry.label, footer=entry.footer, rows=entry.rows,
                    file=entry.file, export=entry.kind == "export", content_id=entry.content_id or "",
                    urgent=entry.urgent, language=entry.language,
                )  # fmt: skip
                at_place = places.get(entry.replaces or 0)
                if at_place is not None:
                    old = found[at_place]
                    found[at_place] = replace(bubble, id=old.id, urgent=bubble.urgent or old.urgent)
                else:
                    at_place = len(found)
                    found.append(bubble)
                if entry.seq is not None:
                    places[entry.seq] = at_place
            case _:
                continue
    return _with_current(found)


def _with_current(found: list[Bubble]) -> tuple[Bubble, ...]:
    seqs = [bubble.seq for bubble in found if bubble.rows and bubble.seq is not None]
    newest = max(seqs, default=None)
    return tuple(
        replace(bubble, current=True) if newest is not None and bubble.seq == newest else bubble
        for bubble in found
    )


def desk_bubbles(
    entries: Iterable[Entry],
    enquiry: Enquiry,
    outcomes: Mapping[str, tuple[str, str]],
    names: Mapping[str, str],
) -> tuple[Bubble, ...]:
    """What the desk sees of one enquiry: never what was typed before consent, nor other enquiries.

    outcomes: draft id → (words, "way", "good" or "bad"). names: staff account → public name.
    """
    drafts = {draft.seq: draft for draft in enquiry.drafts if draft.seq is not None}
    labels: dict[str, str] = {}
    found: list[Bubble] = []
    written: dict[str, int] = {}
    for entry in entries:
        labels.update({one.data: one.label for row in entry.rows for one in row})
        mine = entry.reference == enquiry.reference
        match entry.author, entry.kind:
            case "patient", "tap":
                if entry.private or entry.at <= enquiry.created_at:
                    continue
                pressed = labels.get(flat(entry.text), "")
                if pressed:
                    found.append(_event(entry, f"pressed “{pressed}”"))
            case "patient", "edit" if mine and entry.message_id in written:
                at = written[entry.message_id]
                old = found[at]
                found[at] = replace(old, text=entry.text, before=(*old.before, old.text))
            case "patient", _ if mine and not entry.private:
                written[entry.message_id] = len(found)
                found.append(
                    Bubble(
                        f"t{entry.number}", "patient", entry.at, entry.text, entry.number,
                        file=entry.file,
                    )
                )  # fmt: skip
            case "human", _ if mine:
                draft = drafts.get(entry.seq) if entry.seq is not None else None
                words, kind = outcomes.get(draft.id if draft else "", ("", ""))
                found.append(
                    Bubble(
                        f"t{entry.number}", "human", entry.at, entry.text, entry.number,
                        label=entry.label, file=entry.file, outcome=words, outcome_kind=kind,
                    )
                )  # fmt: skip
            case "team", _ if mine:
                found.append(
                    Bubble(
                        f"t{entry.number}", "team", entry.at, entry.text, entry.number,
                        name=names.get(entry.name, entry.name),
                    )
                )  # fmt: skip
            case "bot", _ if entry.content_id and entry.at > enquiry.created_at:
                # Pages of the guide only: other screens may say back what the patient typed.
                title = _title(entry.text)
                if title:
                    found.append(_event(entry, f"read “{title}”"))
            case _:
                continue
    return tuple(_without_pressed_pages(found))


def _event(entry: Entry, words: str) -> Bubble:
    return Bubble(f"t{entry.number}", "event", entry.at, plain(words), entry.number)


def _title(text: Text) -> str:
    return next((flat((block,)) for block in text if isinstance(block, Heading)), "")


def _without_pressed_pages(found: list[Bubble]) -> Iterable[Bubble]:
    """A tap that led to a page is told once, as the page."""
    for here, after in zip_longest(found, found[1:]):
        if (
            after is not None
            and here.who == after.who == "event"
            and here.at == after.at
            and flat(here.text).startswith("pressed")
        ):
            continue
        yield here
