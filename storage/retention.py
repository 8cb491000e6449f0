"""Retention rules that every store shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.state import Conversation, Form

MONTH: Final = timedelta(days=30.436875)
"""A twelfth of the Gregorian year (365.2425 days)."""


def typed_before_consent(state: Conversation) -> bool:
    """Whether the state holds words of somebody who has agreed to nothing."""
    return state.consent is None and (bool(state.last_text) or state.form is not None)


def without_typed(state: Conversation) -> Conversation:
    """The state without these words; a form keeps its place."""
    form = state.form
    if form is not None:
        form = Form(form.id, form.step, began_at=form.began_at, asked_at=form.asked_at)
    return replace(state, last_text=None, form=form, messages=(), typed=())
