"""What was learnt from one Release, and what it says of a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from bot.release import Release
from bot.understanding import Tier
from content.engine.bars import Bars, LeftOut, Quality, bars, quality
from content.engine.head import Solved, Space, solve, space
from content.engine.lessons import CALM, PAGE, PERSON, PRIVACY, SMALL, TOPIC, Lesson, lessons
from content.engine.pairs import Group, Pairs
from content.engine.shelf import FORMAT, Shelf
from content.engine.weights import Floats

DANGER = "danger:"
ROUTE = 0.5
"""A wish for a person, privacy or small talk must be this likely to be taken as such."""
CLEAR = 0.6
"""Uncovered topics this likely together leave no choices to offer, if no page comes near them."""


@dataclass(frozen=True, slots=True)
class Thought:
    """What is made of a text. label: the likeliest of all labels, with its probability."""

    label: str
    chance: float
    tier: Tier
    groups: tuple[Group, ...]
    topic: str | None
    danger: float
    danger_kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Near:
    """A phrase that a text is like."""

    text: str
    label: str
    cosine: float


class Mind:
    """Read only after it is made: threads may share it."""

    def __init__(
        self, release: Release, taught: Sequence[Lesson], where: Space, subject: Solved,
        danger: Solved, levels: Bars, grade: Quality,
    ) -> None:  # fmt: skip
        self.release, self.bars, self.quality = release, levels, grade
        self.lessons, self._space = taught, where
        self._subject, self._danger = subject, danger
        self._pairs = Pairs(release)

    def think(self, vector: Floats) -> Thought:
        """What a text is about, by its vector."""
        near = self._space.near(vector)
        alarm, kind = self._alarm(near)
        return self._thought(self._subject.chances(near), alarm, kind)

    def nearest(self, vector: Floats, count: int = 5) -> tuple[Near, ...]:
        """The phrases that a text is most like."""
        cosines = self._space.cosines(vector)
        best = np.argsort(-cosines)[:count]
        return tuple(
            Near(self.lessons[at].text, self.lessons[at].label, float(cosines[at])) for at in best
        )

    def _alarm(self, near: Floats) -> tuple[float, str]:
        chances = self._danger.chances(near)
        named = {
            label: float(chance)
            for label, chance in zip(self._danger.labels, chances, strict=True)
            if label != CALM
        }
        return sum(named.values()), max(named, key=lambda one: named[one], default="")

    def _thought(self, chances: Floats, alarm: float, kind: str) -> Thought:
        labels = self._subject.labels
        at = int(np.argmax(chances))
        groups = self._groups(chances)
        topics = {
            label: float(chance)
            for label, chance in zip(labels, chances, strict=True) if label.startswith(TOPIC)
        }  # fmt: skip
        topic = max(topics, key=lambda one: topics[one]).removeprefix(TOPIC) if topics else None
        tier, kept, reason = self._tier(groups, sum(topics.values()))
        return Thought(labels[at], float(chances[at]), tier, kept, topic, alarm, kind, reason)

    def _groups(self, chances: Floats) -> list[Group]:
        return self._pairs.groups(page_chances(self._subject.labels, chances))

    def _tier(
        self, groups: Sequence[Group], uncovered: float
    ) -> tuple[Tier, tuple[Group, ...], str]:
        kept = tuple(one for one in groups if one.chance >= self.bars.choices)[:3]
        best = groups[0].chance if groups else 0.0
        if best >= self.bars.answer:
            reason = f"{best:.2f} reaches the bar for an answer, {self.bars.answer:.2f}"
            return Tier.ANSWER, tuple(groups[:3]), reason
        if not kept:
            reason = f"{best:.2f} is below the bar for a choice, {self.bars.choices:.2f}"
            return Tier.NONE, tuple(groups[:3]), reason
        if uncovered >= CLEAR and best < uncovered / 2:
            reason = f"uncovered topics add up to {uncovered:.2f}, the best page to {best:.2f}"
            return Tier.NONE, tuple(groups[:3]), reason
        reason = (
            f"{best:.2f} is between the bars for a choice, {self.bars.choices:.2f}, "
            f"and for an answer, {self.bars.answer:.2f}"
        )
        return Tier.CHOICES, tuple(groups[:3]), reason


def page_chances(labels: Sequence[str], chances: Floats) -> dict[str, float]:
    """The probabilities of pages alone."""
    return {
        label.removeprefix(PAGE): float(chance)
        for label, chance in zip(labels, chances, strict=True)
        if label.startswith(PAGE)
    }


def learn(release: Release, encode: Callable[[Sequence[str]], Floats], shelf: Shelf) -> Mind:
    """Learn a Release: from the shelf where it was learnt before, else in seconds (a minute for the
    first one, whose phrases have no vectors yet)."""
    taught = (*lessons(release), *_dangers(release))
    where = space(shelf.vectors([one.text for one in taught], encode))
    name = f"mind-{release.id}-{FORMAT}.npz"
    known = shelf.get(name)
    if known is not None and len(known.get("subject", ())) == len(taught):
        subject = Solved(
            tuple(known["subject_labels"].tolist()), known["subject"].astype(np.float32),
            float(known["numbers"][0]),
        )  # fmt: skip
        danger = Solved(
            tuple(known["danger_labels"].tolist()), known["danger"].astype(np.float32),
            float(known["numbers"][1]),
        )  # fmt: skip
        _, _, *levels = known["numbers"].tolist()
        return Mind(
            release, taught, where, subject, danger, Bars(*levels[:3]), Quality(*levels[3:])
        )
    kinds = [_kind(one.label) for one in taught]
    (subject, out), (danger, danger_out) = solve(where, [[one.label for one in taught], kinds])
    pairs = Pairs(release)
    seen = LeftOut(
        [one.label for one in taught],
        [pairs.groups(page_chances(subject.labels, row)) for row in out],
        kinds,
        1 - danger_out[:, danger.labels.index(CALM)],
    )
    found = bars(seen)
    grade = quality(seen, found)
    shelf.put(
        name,
        {
            "subject": subject.shares, "subject_labels": np.array(subject.labels),
            "danger": danger.shares, "danger_labels": np.array(danger.labels),
            "numbers": np.array(
                [subject.temperature, danger.temperature, *astuple(found), *astuple(grade)]
            ),
        },
    )  # fmt: skip
    return Mind(release, taught, where, subject, danger, found, grade)


def _dangers(release: Release) -> list[Lesson]:
    return [
        Lesson(text, DANGER + kind)
        for kind, texts in release.danger_examples.items()
        for text in texts
    ]


def _kind(label: str) -> str:
    return label.removeprefix(DANGER) if label.startswith(DANGER) else CALM


def route_of(thought: Thought) -> str | None:
    """ "person", "privacy" or a phrase key of small talk, where the text is clearly that."""
    if thought.chance < ROUTE:
        return None
    if thought.label in (PERSON, PRIVACY):
        return thought.label
    return thought.label.removeprefix(SMALL) if thought.label.startswith(SMALL) else None
