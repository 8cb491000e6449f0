"""The thresholds, set from what would be said of each editors' phrase if it had not been learnt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from content.engine.lessons import CALM, PAGE, TOPIC
from content.engine.pairs import Group
from content.engine.weights import Floats

MOST_WRONG = 0.02
"""Share of covered phrases that may get another page's answer."""
MOST_FALSE = 0.01
"""Share of the phrases of uncovered topics that may get an answer at all. Only these are hard: a wish for a
person or a sentence about danger is seldom near a page, and would hide them in the share."""
MOST_ALARMS = 0.012
"""Share of phrases without danger in which the model may see some. Half of what is aimed at (3 %): the
lexicon has false alarms of its own."""
DANGER_AT_MOST = 0.08
"""On 360 dangers and 360 look-alikes that nobody had tuned on, 0.15 missed one danger more and spared 13
alarms; of 271 ordinary questions it spared one."""
DANGER_AT_LEAST = 0.05
CHOICES = 0.05
"""A page below this is no choice. Fixed: a low bar costs a button, a high one an answer."""


@dataclass(frozen=True, slots=True)
class Bars:
    """answer: a group this likely is shown at once; choices: one this likely is offered as a button;
    danger: a text this likely to speak of danger gets the safety text."""

    answer: float
    choices: float
    danger: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares of left-out phrases: covered ones answered right or wrong at once, or served (right, or the
    right page among the choices); phrases of uncovered topics answered; danger heard; false alarms."""

    right: float
    served: float
    wrong: float
    false: float
    danger: float
    alarms: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What would be said of each lesson if it had not been learnt. truth: its label; groups: the pages
    it would be answered with; kinds: its kind of danger or "calm"; danger: how dangerous it seems."""

    truth: Sequence[str]
    groups: Sequence[Sequence[Group]]
    kinds: Sequence[str]
    danger: Floats


def bars(seen: LeftOut) -> Bars:
    """The thresholds at which no more than the shares above go wrong."""
    wrong: list[float] = []
    false: list[float] = []
    covered = uncovered = 0
    for label, groups in zip(seen.truth, seen.groups, strict=True):
        covered += label.startswith(PAGE)
        uncovered += label.startswith(TOPIC)
        if not groups:
            continue
        best = groups[0]
        if label.startswith(TOPIC):
            false.append(best.chance)
        elif label.startswith(PAGE) and label.removeprefix(PAGE) not in best.pages:
            wrong.append(best.chance)
    answer = max(_bar(wrong, MOST_WRONG * covered), _bar(false, MOST_FALSE * uncovered), CHOICES)
    calm = np.array([kind == CALM for kind in seen.kinds])
    alarm = _bar(seen.danger[calm].tolist(), MOST_ALARMS * int(calm.sum()))
    return Bars(answer, CHOICES, min(max(alarm, DANGER_AT_LEAST), DANGER_AT_MOST))


def quality(seen: LeftOut, levels: Bars) -> Quality:
    """How good the answers to left-out phrases are at these thresholds."""
    right = served = wrong = false = covered = uncovered = 0
    for label, groups in zip(seen.truth, seen.groups, strict=True):
        at_once = bool(groups) and groups[0].chance >= levels.answer
        if label.startswith(TOPIC):
            uncovered += 1
            false += at_once
        if not label.startswith(PAGE):
            continue
        covered += 1
        page = label.removeprefix(PAGE)
        if at_once:
            fits = page in groups[0].pages
            right, served, wrong = right + fits, served + fits, wrong + (not fits)
        else:
            offered = [one for one in groups[:3] if groups[0].chance >= levels.choices]
            served += any(page in one.pages for one in offered)
    calm = np.array([kind == CALM for kind in seen.kinds])
    heard = seen.danger >= levels.danger
    return Quality(
        _share(right, covered), _share(served, covered), _share(wrong, covered),
        _share(false, uncovered),
        _share(int(heard[~calm].sum()), int((~calm).sum())),
        _share(int(heard[calm].sum()), int(calm.sum())),
    )  # fmt: skip


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _bar(scores: Iterable[float], allowed: float) -> float:
    """The lowest bar that at most so many scores pass."""
    ranked = sorted(scores, reverse=True)
    count = int(allowed)
    return ranked[count] + 1e-6 if count < len(ranked) else 0.0
