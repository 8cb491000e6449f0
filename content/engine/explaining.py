"""One answer explained to an editor: the nearest phrases, the scores, what decided, what would change it."""

from __future__ import annotations

from dataclasses import dataclass

from bot import danger
from bot.release import Release
from bot.understanding import Route, Tier, Understanding
from content.engine.comparing import said
from content.engine.engine import Explained

CHANGE = (
    "To change this, add the question's words under the right page in also.yaml, or under a topic in "
    "not-covered.yaml, and publish."
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase near a question. likeness: -1 to 1; label: what it stands for; means: the same in words."""

    likeness: float
    text: str
    label: str
    means: str


@dataclass(frozen=True, slots=True)
class Told:
    """near: the nearest phrases, none without the model; because: what decided, a sentence each; gets: what
    the patient gets; answers: (content id, title, score)."""

    near: tuple[Phrase, ...]
    because: tuple[str, ...]
    gets: str
    answers: tuple[tuple[str, str, float], ...]


def told(
    question: str, release: Release, found: Understanding, explained: Explained | None, state: str
) -> Told:
    """What to say about an answer. ``explained`` is None where the model-free engine answered."""
    kind = danger.seen_in(question, release.lexicon, found)
    because = []
    near: tuple[Phrase, ...] = ()
    if explained is None:
        because.append(f"The model-free engine answered ({state}).")
    else:
        thought = explained.thought
        near = tuple(
            Phrase(one.cosine, one.text, one.label, said(one.label)) for one in explained.near
        )
        because.append(f"Likeliest: {said(thought.label)} ({thought.chance:.2f}).")
        if found.exact is not None:
            because.append(f"The words are exactly a name of {found.exact}.")
        elif found.route is Route.GUIDE:
            because.append(f"{thought.reason[:1].upper()}{thought.reason[1:]}.")
        bar = explained.mind.bars.danger
        because.append(f"Danger: {thought.danger:.2f}; the bar is {bar:.2f}.")
    if kind is not None:
        because.append(f"The safety text comes first: {kind}.")
    answers = tuple(
        (one.content_id, release.items[one.content_id].title, one.score)
        for one in found.candidates
        if one.content_id in release.items
    )
    return Told(near, tuple(because), _gets(found, release), answers)


def _gets(found: Understanding, release: Release) -> str:
    if found.route is not Route.GUIDE:
        return f"Route: {found.route.value}."
    if found.tier is Tier.ANSWER and found.candidates:
        return "One answer at once."
    if found.tier is Tier.CHOICES and found.candidates:
        return "A choice of pages."
    topic = f", likeliest topic: {found.topic}" if found.topic else ""
    return f"The honest line that the guide does not cover it{topic}."
