"""The place to write a reply, and what an act on the desk came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.web.desk_view import EnquiryView
from bot import events as ev
from bot.text import Text


@dataclass(frozen=True, slots=True)
class Composer:
    """The place to write a reply. mode: "closed", "form" or "preview"."""

    mode: str = "closed"
    draft: str = ""
    title: str = ""
    hint: str = ""
    text: str = ""
    label: Text = ()
    file: ev.FileRef | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What came back from an act: a line for the one who acted, and what their composer shows now."""

    line: str = ""
    refused: bool = False
    composer: Composer = field(default_factory=Composer)


def resting(view: EnquiryView) -> Composer:
    """The composer when nobody just acted: a reply written but not sent is shown again."""
    if view.pending is None:
        return Composer()
    draft = view.pending
    return Composer("preview", draft.id, text=draft.text, label=view.reply_label, file=draft.file)
