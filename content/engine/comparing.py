"""Two states of the phrases side by side: what the new ones would change, and which stand in the wrong place.

No patient's text is kept, so the phrases themselves are asked: each as if it had been typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.understanding import Tier
from content.engine.head import Space
from content.engine.lessons import DANGER, PAGE, PRIVACY, SMALL, TOPIC, Lesson
from content.engine.mind import Mind, Thought, route_of
from content.engine.pairs import Pairs
from content.engine.weights import Floats

CLOSE = 0.9
"""Likeness from which two phrases say the same. Of four thousand shipped phrases seven are this like one
that stands for something else, and less like all of their own."""
CLEARLY = 0.05
"""How much more like the other one a phrase must be than like its own."""
MOST_SHOWN = 40
STEP = 256
"""Phrases that are asked together: bounds the memory."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A new phrase that is closer to one of another item: the phrase, its label, the other one, how like."""

    text: str
    label: str
    other: str
    other_label: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Change:
    """A phrase that would be answered differently, with both answers as labels ("" for none)."""

    text: str
    before: str
    after: str
    wanted: str
    """The label that it stands for now."""


def clashes(
    old: Sequence[Lesson], new: Sequence[Lesson], where: Space, pairs: Pairs
) -> list[Clash]:
    """The phrases that only ``new`` has, or has elsewhere, and that are closer to another item's.
    ``where`` holds the vectors of ``new``."""
    known = {(one.text, one.label) for one in old}
    subject = np.array([_subject(one.label, pairs) for one in new])
    rows = where.rows
    out = []
    for at, one in enumerate(new):
        if (one.text, one.label) in known or one.label.startswith(DANGER):
            continue
        like = rows @ rows[at]
        like[at] = -1
        own = subject == subject[at]
        theirs = np.where(own | (subject == DANGER), -1, like)
        best = int(theirs.argmax())
        mine = float(np.where(own, like, -1).max())
        if theirs[best] >= CLOSE and theirs[best] > mine + CLEARLY:
            other = new[best]
            out.append(Clash(one.text, one.label, other.text, other.label, float(theirs[best])))
    return out


def changes(before: Mind, after: Mind) -> list[Change]:
    """The phrases of the new state, and those that went, which would now be answered differently."""
    labels = {one.text: one.label for one in before.learnt.lessons}
    labels |= {one.text: one.label for one in after.learnt.lessons}
    texts = [text for text, label in labels.items() if not label.startswith(DANGER)]
    vectors = _vectors(texts, (before, after))
    was, will = (_answers(mind, vectors) for mind in (before, after))
    return [
        Change(text, one, two, labels[text])
        for text, one, two in zip(texts, was, will, strict=True)
        if one != two
    ][:MOST_SHOWN]


def _vectors(texts: Sequence[str], minds: Sequence[Mind]) -> Floats:
    """The phrases' vectors as they lie in the two spaces. Their centres differ by a few phrases in
    thousands, which is far below what decides."""
    found: dict[str, Floats] = {}
    for mind in minds:
        learnt = mind.learnt
        found |= zip((one.text for one in learnt.lessons), learnt.space.rows, strict=True)
    return np.stack([found[text] for text in texts])


def _answers(mind: Mind, placed: Floats) -> list[str]:
    out: list[str] = []
    rows = mind.learnt.space.rows
    for start in range(0, len(placed), STEP):
        near = np.exp(placed[start : start + STEP] @ rows.T - 1)
        out += [_answer(one) for one in mind.thoughts(near)]
    return out


def _answer(thought: Thought) -> str:
    """What a patient would get, in short."""
    route = route_of(thought)
    if route is not None:
        return route
    if thought.tier is Tier.ANSWER and thought.groups:
        return PAGE + thought.groups[0].pages[0]
    if thought.tier is Tier.CHOICES:
        return "choices"
    return TOPIC + (thought.topic or "")


def _subject(label: str, pairs: Pairs) -> str:
    """Labels that are one answer: an FAQ or a card and its section; all danger."""
    if label.startswith(DANGER):
        return DANGER
    name = label.removeprefix(PAGE)
    return PAGE + pairs.sections.get(name, name) if label.startswith(PAGE) else label


def said(label: str) -> str:
    """A label as an editor reads it."""
    for start, words in (
        (PAGE, "the page {}"),
        (TOPIC, "not covered: {}"),
        (SMALL, "small talk ({})"),
    ):
        if label.startswith(start) and label != start:
            return words.format(label.removeprefix(start))
    if label.startswith("small."):
        return f"small talk ({label})"
    names = {
        "person": "a wish for a person", PRIVACY: "privacy", "choices": "a choice of pages",
        TOPIC: "not in the guide", DANGER: "danger",
    }  # fmt: skip
    return names.get(label, label)
