"""The plain answer engine: rules and an index, no model. See ``bot.ports.AnswerEngine``."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

from rapidfuzz import fuzz, process

from bot.release import Release
from bot.text import flat
from bot.understanding import Candidate, Route, Tier, Understanding
from bot.words import words
from content import places
from content.check_names import names
from content.engine.health import PLAIN, Health
from content.english import COMMON, FUNCTION
from content.index import Index
from content.routes import Routes
from content.spare import give_back
from content.tokens import stem

ENOUGH = 0.25
"""Score from which a page is offered. On the development questions 22 of 29 covered English ones then get a right
choice; a higher bar loses those faster than it spares uncovered ones a useless choice."""
NEAR_BEST = 0.5
"""A choice is left out below this share of the best one's score."""
CHOICES = 3
SAME_WORD = 84
"""rapidfuzz ratio (0 to 100) from which an unknown word is a misspelt known one."""
LEAST_LETTERS = 4
MOST_MENDED = 12
"""Unknown words of a text that are looked up by likeness; bounds the time of a long text."""
KNOWN_SHARE = 1 / 3
"""Share of words that must be known, where none of them is about the guide, to call it understood."""
MOST_WORDS = 100
"""Words of a text that are ranked; a question is in its first hundred words or nowhere."""
KEPT = 4
"""Releases whose index is kept: the live one, the one before, a draft in preview, one to spare."""


class LexicalEngine:
    """Ranked answers from words alone. Pure and thread-safe; an index is built once per Release."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._guides: OrderedDict[str, _Guide] = OrderedDict()

    def understand(self, text: str, release: Release) -> Understanding:
        """What a text is about under a Release. Any string, no exception."""
        return self._guide(release).understand(text)

    def warm(self, release: Release) -> None:
        """Build the index and read the places now, so that the first patient does not wait for it."""
        self._guide(release)
        places.warm()

    def _guide(self, release: Release) -> _Guide:
        with self._lock:
            guide = self._guides.get(release.id)
            if guide is None or (guide.release is not release and guide.release != release):
                guide = _Guide(release)
                self._guides[release.id] = guide
            guide.release = release  # an equal one is not compared word for word at every question
            self._guides.move_to_end(release.id)
            while len(self._guides) > KEPT:
                self._guides.popitem(last=False)
            return guide


class PlainEngine(LexicalEngine):
    """The same where the model is switched off, with the face of the engine that has one."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = self
        self.health = Health(state=PLAIN)

    def start(self, release: Release) -> None:
        """Get ready for a Release before the first patient asks."""
        self.warm(release)
        give_back()


class _Guide:
    """What the engine knows of one Release. Read only after it is made."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._index = Index(release)
        self._routes = Routes(release.asks)
        self._exact: dict[str, str] = {}
        vocabulary: set[str] = set()
        for item in release.items.values():
            for name in names(item):
                self._exact.setdefault(name, item.id)
                vocabulary.update(name.split())
            for page in item.pages:
                vocabulary.update(words(flat(page.text)))
        self._vocabulary = frozenset(vocabulary)
        self._long = sorted(word for word in vocabulary if len(word) >= LEAST_LETTERS)
        self._likeliest = lru_cache(maxsize=2048)(self._find_likely)

    def understand(self, text: str) -> Understanding:
        said = words(text)
        exact = self._exact.get(" ".join(said))
        routed = self._routes.route(text, said, is_alias=exact is not None)
        found = places.places(text)
        if routed.route is not Route.GUIDE:
            return self._made(
                route=routed.route, reply=routed.reply, answer=routed.answer, places=found
            )
        mended = self._mended(said[:MOST_WORDS])
        candidates = self._candidates(said[:MOST_WORDS], mended, exact)
        known = exact is not None or routed.answer is not None or self._known(said, mended)
        return self._made(
            exact=exact,
            candidates=candidates if known else (),
            understood=known,
            answer=routed.answer,
            places=found,
        )

    def _made(self, **fields: object) -> Understanding:
        if fields.get("exact") is not None:
            tier = Tier.ANSWER
        else:
            tier = Tier.CHOICES if fields.get("candidates") else Tier.NONE
        return Understanding(release=self.release.id, tier=tier, **fields)  # type: ignore[arg-type]

    def _candidates(
        self, said: Sequence[str], mended: Sequence[str], exact: str | None
    ) -> tuple[Candidate, ...]:
        ranked = self._index.rank(said, mended, CHOICES)
        best = ranked[0].score if ranked else 0.0
        good = [one for one in ranked if one.score >= max(ENOUGH, NEAR_BEST * best)]
        if exact is not None:
            good = [Candidate(exact, 1.0), *(one for one in good if one.content_id != exact)]
        return tuple(good[:CHOICES])

    def _mended(self, said: Sequence[str]) -> list[str]:
        """The words with likely misspellings of the guide's words put right."""
        out: list[str] = []
        left = MOST_MENDED
        for word in said:
            if word in self._vocabulary or word in COMMON or len(word) < LEAST_LETTERS or not left:
                out.append(word)
                continue
            left -= 1
            out.append(self._likeliest(word) or word)
        return out

    def _find_likely(self, word: str) -> str | None:
        if stem(word) in self._index.stems:
            return None
        close = process.extractOne(word, self._long, scorer=fuzz.ratio, score_cutoff=SAME_WORD)
        return close[0] if close is not None else None

    def _known(self, said: Sequence[str], mended: Sequence[str]) -> bool:
        """Whether the text is in the guide's language, as far as words tell."""
        if not said:
            return False
        stems = self._index.stems
        about = [word for word in mended if word not in FUNCTION]
        if any(stem(word) in stems for word in about):
            return True
        known = sum(word in COMMON or stem(word) in stems for word in mended)
        return known > KNOWN_SHARE * len(mended)
