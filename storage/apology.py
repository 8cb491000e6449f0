"""The turn that is taken in place of one that failed: the core's own words, from content."""

from __future__ import annotations

from typing import get_args

from bot import effects as fx
from bot import events as ev
from bot.given import Given, Phrases, TakeTurn, Turn
from bot.release import Release
from bot.state import Conversation
from bot.turn import apologise

_PATIENTS = get_args(ev.PatientEvent)
_DESK = get_args(fx.ToDesk)


def apology_for(failed: ev.Event) -> TakeTurn:
    """A ``take_turn`` that says sorry to the patient and tells the team.

    A patient whose own act failed is told; one whose facilitator's act or timer failed is not.
    """
    to_patient = isinstance(failed, _PATIENTS)

    def take_turn(
        state: Conversation, event: object, release: Release, given: Given, phrases: Phrases
    ) -> Turn:
        turn = apologise(state, release, given, phrases)
        if to_patient:
            return turn
        return Turn(state, tuple(one for one in turn.effects if isinstance(one, _DESK)))

    return take_turn
