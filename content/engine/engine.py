"""The engine with the model behind the one-method port, with the model-free one beside it.

Words with a meaning of their own (commands, titles, asks) are looked up as before; the model ranks the
rest, in any language, and listens for danger. While a Release is learnt, what was learnt before it
answers; before the first, and wherever the weights are missing, the model-free engine does.
``health`` says so to ``doctor`` and metrics.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread

from bot.release import Release
from bot.understanding import Candidate, Route, Tier, Understanding
from content.answers import LexicalEngine
from content.engine import language
from content.engine.comparing import Change, Clash, changes, clashes
from content.engine.encoder import Encoder
from content.engine.head import space
from content.engine.health import LEARNING, MODEL, Health
from content.engine.learnt import Learnt, learn, ship
from content.engine.lessons import PERSON, PRIVACY, all_lessons
from content.engine.memory import Memory
from content.engine.mind import Mind, Near, Thought, route_of
from content.engine.pairs import Pairs
from content.engine.shelf import Shelf
from content.engine.weights import NoWeights, Weights
from content.spare import give_back

KEPT = 3
"""Releases whose minds are kept: the live one, the one before, a draft in preview."""
KNOWN = 0.3
"""A label this likely means that the text was understood, whatever its language."""


@dataclass(frozen=True, slots=True)
class Explained:
    """An Understanding with its reasons."""

    understood: Understanding
    mind: Mind
    thought: Thought
    near: tuple[Near, ...]


class ModelEngine:
    """Ranked answers by the model. Thread-safe. folder: where vectors are kept, None keeps none."""

    def __init__(self, folder: Path | None = None, *, weights: Path | None = None) -> None:
        self.plain = LexicalEngine()
        """The model-free engine beside it: for when the deadline has passed."""
        self.health = Health()
        self._shelf, self._weights = Shelf(folder), weights
        self._encoder: Encoder | None = None
        self._minds: OrderedDict[str, Mind] = OrderedDict()
        self._memory = Memory()
        self._learning: set[str] = set()
        self._lock, self._making = Lock(), Lock()

    @property
    def state(self) -> str:
        """ "model", "learning", or why the model-free engine answers."""
        return self.health.state

    def start(self, release: Release) -> None:
        """Begin to learn a Release beside everything else, and read its words for the plain engine."""
        self.plain.warm(release)  # first, and given back: what it leaves free the model then takes
        give_back()
        self._mind(release)

    def understand(self, text: str, release: Release) -> Understanding:
        """What a text is about under a Release. Any string, no exception."""
        plain = self.plain.understand(text, release)
        mind = self._mind(release)
        if mind is None or not text.strip():
            return replace(plain, language=language.guess(text))
        return _joined(plain, mind, self._thought(text, mind), text)

    def warm(self, release: Release) -> None:
        """Learn a Release now and wait for it. Where the weights are missing, only ``health`` tells."""
        self.plain.warm(release)
        self._learn(release)

    def ship(self, release: Release) -> None:
        """Write what was learnt from a Release into the program's own folder."""
        self._learn(release)
        mind = self._minds.get(release.id)
        if mind is not None and self._encoder is not None:
            texts = [one.text for one in mind.learnt.lessons]
            ship(mind.learnt, self._shelf.vectors(texts, self._encoder.vectors))

    def explain(self, text: str, release: Release) -> Explained | None:
        """The same as ``understand`` with its reasons; None without the model. Waits for the learning."""
        self._learn(release)
        mind, encoder = self._minds.get(release.id), self._encoder
        if mind is None or encoder is None:
            return None
        vector = encoder.vector(text)
        thought = mind.think(vector)
        plain = self.plain.understand(text, release)
        near = mind.nearest(vector)
        return Explained(_joined(plain, mind, thought, text), mind, thought, near)

    def clashes(self, old: Release, new: Release) -> list[Clash]:
        """New phrases that are closer to another item than to their own. Reads only the new ones; none
        where there is no model."""
        before, after = all_lessons(old), all_lessons(new)
        encoder = self._encoder
        if before == after or encoder is None:
            return []
        vectors = self._shelf.vectors([one.text for one in after], encoder.vectors)
        return clashes(before, after, space(vectors), Pairs(new))

    def changes(self, old: Release, new: Release) -> list[Change] | None:
        """The phrases that would be answered differently under ``new``; None without the model. Waits for the
        learning of both, seconds for new phrases."""
        self._learn(old)
        self._learn(new)
        before, after = self._minds.get(old.id), self._minds.get(new.id)
        if before is None or after is None:
            return None
        return [] if before.learnt is after.learnt else changes(before, after)

    def _thought(self, text: str, mind: Mind) -> Thought:
        known = self._memory.get(text, mind)
        if known is not None:
            return known
        assert self._encoder is not None  # noqa: S101  there is no mind without it
        thought = mind.think(self._encoder.vector(text))
        self._memory.put(text, mind, thought)
        return thought

    def _mind(self, release: Release) -> Mind | None:
        """The mind of a Release. While it is learnt, the last one speaks for it; None before any."""
        with self._lock:
            mind = self._minds.get(release.id)
            if mind is not None:
                self._minds.move_to_end(release.id)
                return mind
            last = next(reversed(self._minds.values()), None)
            if not self.health.state.startswith("no model") and release.id not in self._learning:
                self._learning.add(release.id)
                self.health.state = LEARNING
                # Of the same niceness as all others: it holds Python's lock now and then, and whoever waits
                # for that would wait for the least of the machine.
                Thread(target=self._learn, args=(release,), name="learn", daemon=True).start()
        return None if last is None else Mind(release, last.learnt)

    def _learn(self, release: Release) -> None:
        with self._making:
            if release.id in self._minds:
                return
            begun = time.monotonic()
            try:
                if self._encoder is None:
                    self._encoder = Encoder(Weights(self._weights))
                learnt = self._learnt(release, self._encoder)
            except (NoWeights, OSError, MemoryError) as problem:
                self.health.state = f"no model: {problem}"
                return
            finally:
                self._learning.discard(release.id)
            with self._lock:
                self._minds[release.id] = Mind(release, learnt)
                while len(self._minds) > KEPT:
                    self._minds.popitem(last=False)
                self.health.state = MODEL
                self.health.lessons = len(learnt.lessons)
                self.health.learning_seconds = round(time.monotonic() - begun, 2)
            give_back()

    def _learnt(self, release: Release, encoder: Encoder) -> Learnt:
        last = next(reversed(self._minds.values()), None)
        known = None if last is None else last.learnt
        return learn(release, encoder.vectors, self._shelf, known=known)


def _joined(plain: Understanding, mind: Mind, thought: Thought, text: str) -> Understanding:
    """What both engines say, in one: exact words first, the model for all else."""
    base = replace(
        plain, engine="model", danger=round(thought.danger, 4),
        danger_kind=thought.danger_kind if thought.danger >= mind.bars.danger else None,
        language=language.guess(text), topic=thought.topic,
    )  # fmt: skip
    if plain.route is not Route.GUIDE or plain.answer is not None:
        return base
    candidates = _candidates(thought)
    if plain.exact is not None:
        rest = [one for one in candidates if one.content_id != plain.exact]
        return replace(
            base, tier=Tier.ANSWER, candidates=(Candidate(plain.exact, 1.0), *rest)[:3],
            understood=True,
        )  # fmt: skip
    route = route_of(thought)
    if route is not None:
        return _routed(base, route, mind.release)
    known = plain.understood or thought.chance >= KNOWN or thought.tier is not Tier.NONE
    return replace(base, tier=thought.tier, candidates=candidates, understood=known)


def _routed(base: Understanding, route: str, release: Release) -> Understanding:
    empty = replace(base, candidates=(), tier=Tier.NONE, understood=True)
    if route == PERSON:
        return replace(empty, route=Route.PERSON)
    if route == PRIVACY:
        return replace(empty, route=Route.PRIVACY)
    if route not in release.phrases:  # learnt from an earlier Release that had it
        return empty
    return replace(empty, route=Route.SMALL_TALK, reply=route)


def _candidates(thought: Thought) -> tuple[Candidate, ...]:
    """The best page of each group; an answer is followed by the page that belongs to it."""
    groups: Sequence[tuple[str, float]]
    if thought.tier is Tier.ANSWER and thought.groups:
        first, *rest = thought.groups
        groups = [(page, first.chance) for page in first.pages]
        if not first.card:  # what a word means is a whole answer; nothing else is offered as one
            groups += [(one.pages[0], one.chance) for one in rest]
    else:
        groups = [(one.pages[0], one.chance) for one in thought.groups]
    best: dict[str, float] = {}
    for page, chance in groups:
        best.setdefault(page, chance)
    return tuple(Candidate(page, round(min(chance, 1.0), 4)) for page, chance in best.items())[:3]
