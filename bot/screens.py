"""Screens and choices: a text with buttons, as a patient or the desk sees it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says and what it sends back (see ``bot.buttons``)."""

    label: str
    data: str


Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A text with rows of buttons.

    content_id: the page it shows, None for a screen made of phrases.
    keep: must never be edited away (safety text, consent, reference and promise, human words).
    language: what it is written in, as far as that is one language ("ko"), for pages that say so.
    """

    text: Text
    rows: Rows = ()
    content_id: str | None = None
    keep: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An enquiry as a desk shows it; the adapter picks ``full`` or ``minimal`` by setting.

    summary: one sentence without health text, for notifications and screen readers.
    title: short name of the thread or topic, at most 128 characters (Telegram's topic name limit).
    """

    reference: str
    title: str
    summary: str
    full: Text
    minimal: Text
    rows: Rows
    urgent: bool
    status: str
