"""Retention rules that every store shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.state import Conversation, Form
from bot.text import Block, Items, Style
from bot.transcript import Entry

MONTH: Final = timedelta(days=30.436875)
"""A twelfth of the Gregorian year (365.2425 days)."""


def typed_before_consent(state: Conversation) -> bool:
    """Whether the state holds words of somebody who has agreed to nothing."""
    return state.consent is None and (bool(state.last_text) or state.form is not None)


def expires_at(entry: Entry, state: Conversation, hours: int) -> datetime | None:
    """When an entry goes: what was typed before consent, and every screen of ours that repeats it."""
    blocks = (*entry.text, *entry.label)
    repeats = state.consent is None and any(_typed(block) for block in blocks)
    return entry.at + timedelta(hours=hours) if entry.private or repeats else None


def _typed(block: Block) -> bool:
    lines = block.items if isinstance(block, Items) else (block.spans,)
    return any(span.style is Style.TYPED for line in lines for span in line)


def without_typed(state: Conversation) -> Conversation:
    """The state without these words; a form keeps its place."""
    form = state.form
    if form is not None:
        form = Form(form.id, form.step, began_at=form.began_at, asked_at=form.asked_at)
    return replace(state, last_text=None, form=form, messages=(), typed=())
