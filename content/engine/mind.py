"""What was learnt, under one Release: what it says of a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.release import Release
from bot.understanding import Tier
from content.engine.learnt import Learnt
from content.engine.lessons import CALM, PAGE, PERSON, PRIVACY, SMALL, TOPIC
from content.engine.pairs import Group, Pairs
from content.engine.weights import Floats

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
    """Read only after it is made: threads may share it. What was learnt may come from an earlier Release,
    while this one is being learnt: then only what this one still has is named."""

    def __init__(self, release: Release, learnt: Learnt) -> None:
        self.release, self.learnt, self.bars = release, learnt, learnt.bars
        self._pairs = Pairs(release)
        labels = learnt.subject.labels
        self._pages = _named(labels, PAGE, lambda name: name in release.items)
        self._topics = _named(labels, TOPIC, lambda name: release.topic(name) is not None)

    def think(self, vector: Floats) -> Thought:
        """What a text is about, by its vector."""
        near = self.learnt.space.near(vector)
        alarm, kind = self._alarm(near)
        return self._thought(self.learnt.subject.chances(near), alarm, kind)

    def thoughts(self, near: Floats) -> list[Thought]:
        """The same for many texts at once, by how near every lesson is to each; a row a text."""
        chances = self.learnt.subject.chances(near)
        return [self._thought(row, 0.0, "") for row in chances]

    def nearest(self, vector: Floats, count: int = 5) -> tuple[Near, ...]:
        """The phrases that a text is most like."""
        cosines = self.learnt.space.cosines(vector)
        best = np.argsort(-cosines)[:count]
        taught = self.learnt.lessons
        return tuple(Near(taught[at].text, taught[at].label, float(cosines[at])) for at in best)

    def _alarm(self, near: Floats) -> tuple[float, str]:
        chances = self.learnt.danger.chances(near)
        named = {
            label: float(chance)
            for label, chance in zip(self.learnt.danger.labels, chances, strict=True)
            if label != CALM
        }
        return sum(named.values()), max(named, key=lambda one: named[one], default="")

    def _thought(self, chances: Floats, alarm: float, kind: str) -> Thought:
        at = int(np.argmax(chances))
        groups = self._pairs.groups(
            {name: float(chances[one]) for name, one in self._pages.items()}
        )
        topics = {name: float(chances[one]) for name, one in self._topics.items()}
        topic = max(topics, key=lambda one: topics[one]) if topics else None
        tier, reason = self._tier(groups, sum(topics.values()))
        label = self.learnt.subject.labels[at]
        kept = tuple(groups[:3])
        return Thought(label, float(chances[at]), tier, kept, topic, alarm, kind, reason)

    def _tier(self, groups: Sequence[Group], uncovered: float) -> tuple[Tier, str]:
        best = groups[0].chance if groups else 0.0
        bars = self.bars
        if best >= bars.answer:
            return Tier.ANSWER, f"{best:.2f} reaches the bar for an answer, {bars.answer:.2f}"
        if best < bars.choices:
            return Tier.NONE, f"{best:.2f} is below the bar for a choice, {bars.choices:.2f}"
        if uncovered >= CLEAR and best < uncovered / 2:
            return (
                Tier.NONE,
                f"uncovered topics add up to {uncovered:.2f}, the best page to {best:.2f}",
            )
        return (
            Tier.CHOICES,
            f"{best:.2f} is between the bars for a choice, {bars.choices:.2f}, "
            f"and for an answer, {bars.answer:.2f}",
        )


def _named(labels: Sequence[str], kind: str, is_there: Callable[[str], bool]) -> Mapping[str, int]:
    """The names behind labels of a kind, with the place of each label."""
    found = {
        label.removeprefix(kind): at for at, label in enumerate(labels) if label.startswith(kind)
    }
    return {name: at for name, at in found.items() if is_there(name)}


def route_of(thought: Thought) -> str | None:
    """ "person", "privacy" or a phrase key of small talk, where the text is clearly that."""
    if thought.chance < ROUTE:
        return None
    if thought.label in (PERSON, PRIVACY):
        return thought.label
    return thought.label.removeprefix(SMALL) if thought.label.startswith(SMALL) else None
