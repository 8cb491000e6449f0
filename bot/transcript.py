"""The Transcript: an append-only record of what was said, made from a turn's event and effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import effects as fx
from bot import events as ev
from bot.screens import Rows
from bot.text import Text, fill, quote_typed


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said or done.

    author: "patient", "bot", "human" (a facilitator to the patient) or "team" (a note, staff only).
    kind: "text", "edit", "file", "tap", "command", "screen", "reply", "note", "export".
    seq: our message number, for entries that the patient was shown; ``replaces``: the one it edited.
    message_id: the platform's id of the patient's message. number: the store's order, 0 before it.
    reference: the enquiry it belongs to, if any. private: typed before consent (kept a day).
    urgent: a safety text, or news of its alert.
    """

    author: str
    kind: str
    text: Text
    at: datetime
    seq: int | None = None
    replaces: int | None = None
    content_id: str | None = None
    rows: Rows = ()
    message_id: str = ""
    reference: str = ""
    name: str = ""
    label: Text = ()
    footer: Text = ()
    file: ev.FileRef | None = None
    release: str = ""
    private: bool = False
    urgent: bool = False
    number: int = 0
    language: str = ""
    """What a screen is written in, as far as that is one language."""


def entries(
    event: ev.Event,
    effects: tuple[fx.Effect, ...],
    *,
    at: datetime,
    release: str,
    private: bool,
    reference: str,
) -> tuple[Entry, ...]:
    """What this turn adds to the Transcript, in order: the event first, then what was shown."""
    said = _from_event(event, at, private, reference)
    shown = (_from_effect(effect, at, release) for effect in effects)
    return (*([said] if said else []), *(entry for entry in shown if entry is not None))


def _from_event(event: ev.Event, at: datetime, private: bool, reference: str) -> Entry | None:
    match event:
        case ev.Wrote(text=text, message_id=message_id):
            return Entry(
                "patient", "text", quote_typed(text), at,
                message_id=message_id, reference=reference, private=private,
            )  # fmt: skip
        case ev.Edited(text=text, message_id=message_id):
            return Entry(
                "patient", "edit", quote_typed(text), at,
                message_id=message_id, reference=reference, private=private,
            )  # fmt: skip
        case ev.SentFile(file=file, caption=caption, message_id=message_id):
            kept = None if private else file
            return Entry(
                "patient", "file", quote_typed(caption) if caption else (), at,
                message_id=message_id, reference=reference, file=kept, private=private,
            )  # fmt: skip
        case ev.Tapped(data=data):
            return Entry("patient", "tap", quote_typed(data), at, private=private)
        case ev.Commanded(name=name, argument=argument):
            words = f"/{name} {argument}".strip()
            return Entry("patient", "command", quote_typed(words), at, private=private)
        case ev.NoteWritten(text=text, message_id=message_id, actor=actor):
            return Entry(
                "team", "note", quote_typed(text), at,
                message_id=message_id, reference=event.reference, name=actor.account,
            )  # fmt: skip
        case _:
            return None


def _from_effect(effect: fx.Effect, at: datetime, release: str) -> Entry | None:
    match effect:
        case fx.ShowScreen(seq=seq, screen=screen, replaces=replaces, urgent=urgent):
            return Entry(
                "bot", "screen", screen.text, at, seq=seq, replaces=replaces,
                content_id=screen.content_id, rows=screen.rows, release=release, urgent=urgent,
                language=screen.language,
            )  # fmt: skip
        case fx.RelayToPatient():
            return Entry(
                "human", "reply", quote_typed(effect.text), at, seq=effect.seq, rows=effect.rows,
                reference=effect.reference, label=effect.label, footer=effect.footer, file=effect.file,
                release=release,
            )  # fmt: skip
        case fx.SendSignIn(seq=seq, text=text):  # that there was a link, not which
            shown = fill(text, {"link": "…"})
            return Entry("bot", "screen", shown, at, seq=seq, release=release)
        case fx.SendExport(seq=seq, caption=caption, rows=rows):
            return Entry("bot", "export", caption, at, seq=seq, rows=rows, release=release)
        case _:
            return None
