"""The guarantees of design §8 over any sequence of Updates; ``make limits`` plays 100,000 of them.

The mutants below are faults that the bot must never have; each has to be seen by the judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot import effects as fx
from bot.given import Turn
from bot.release import Release
from bot.text import plain
from tests.limits import sequences
from tests.limits.many_sequences import judged
from tests.limits.rounds import SEED


@pytest.mark.parametrize("number", [0, 1])
def test_the_guarantees_hold_in_any_sequence(number: int) -> None:
    seen = judged(f"{SEED}/{number}", 120)
    assert seen["sequences"] == 120
    assert seen["turns"] > 500
    assert len([kind for kind in seen if kind.endswith("events")]) > 12


def unhurried(turn: Turn) -> Turn:
    """A safety text like any other screen."""
    return replace(turn, effects=tuple(
        replace(one, urgent=False) if isinstance(one, fx.ShowScreen) else one for one in turn.effects
    ))  # fmt: skip


def buried(turn: Turn) -> Turn:
    """The safety text after the answer."""
    return replace(turn, effects=tuple(sorted(
        turn.effects, key=lambda one: isinstance(one, fx.ShowScreen) and one.urgent
    )))  # fmt: skip


def twice(turn: Turn) -> Turn:
    """Everything said twice."""
    return replace(turn, effects=(*turn.effects, *turn.effects))


def deaf(turn: Turn) -> Turn:
    """Taps that do nothing."""
    return replace(turn, effects=())


def talkative(turn: Turn) -> Turn:
    """The desk is told what was typed, consent or not."""
    words = turn.state.last_text
    if not words:
        return turn
    return replace(turn, effects=(*turn.effects, fx.TellDesk("FD-0001", plain(words))))


def mended(turn: Turn) -> Turn:
    """A reply that says something else than its preview."""
    return replace(turn, effects=tuple(
        replace(one, text=one.text + ".") if isinstance(one, fx.RelayToPatient) else one
        for one in turn.effects
    ))  # fmt: skip


@pytest.mark.parametrize("fault", [unhurried, buried, twice, deaf, talkative, mended])
def test_a_bot_with_this_fault_is_caught(
    fault: Callable[[Turn], Turn], monkeypatch: pytest.MonkeyPatch, shipped: Release
) -> None:
    whole = sequences.take_turn

    def faulty(*given: Any) -> Turn:
        return fault(whole(*given))

    monkeypatch.setattr(sequences, "take_turn", faulty)
    with pytest.raises(AssertionError):
        judged(f"{SEED}/0", 400)
