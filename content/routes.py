"""Where a text goes before the guide is searched: a person, privacy, small talk, a command, an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.release import Asks
from bot.understanding import Route
from content.asks import key_of

MOST_WORDS = 12
"""A wish inside a longer text is probably not the point of it."""
LEAST_RUN = 3
"""Words of a phrase that is looked for inside a text; "call me" or "my data" alone would hit too much."""
LEAST_PERSON_RUN = 2
MOST_GREETING = 8
"""Words of a text that is nothing but greetings and thanks, one after another."""


@dataclass(frozen=True, slots=True)
class Routed:
    """The route, what it is about (phrase key or command), and the answer word, if it is one."""

    route: Route = Route.GUIDE
    reply: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Routes:
    """The asks of a Release, ready for look-up."""

    asks: Asks
    _person: frozenset[tuple[str, ...]] = field(init=False)
    _privacy: frozenset[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        person = _runs(self.asks.person, LEAST_PERSON_RUN)
        object.__setattr__(self, "_person", person)
        object.__setattr__(self, "_privacy", _runs(self.asks.privacy, LEAST_RUN))

    def route(self, text: str, said: Sequence[str], *, is_alias: bool = False) -> Routed:
        """What the whole text is, else what a short text holds. A page's own alias is for that page,
        even if it holds a wish ("do I need a facilitator" holds "need a facilitator")."""
        asks, key = self.asks, key_of(text)
        answer = asks.answers.get(key)
        if key in asks.person:
            return Routed(Route.PERSON, answer=answer)
        if key in asks.commands:
            return Routed(Route.COMMAND, asks.commands[key], answer)
        if key in asks.small_talk:
            return Routed(Route.SMALL_TALK, asks.small_talk[key], answer)
        if key in asks.privacy:
            return Routed(Route.PRIVACY, answer=answer)
        if answer is not None or is_alias:
            return Routed(answer=answer)
        if len(said) <= MOST_WORDS:
            if _holds(said, self._person):
                return Routed(Route.PERSON)
            if _holds(said, self._privacy):
                return Routed(Route.PRIVACY)
        reply = self._greeting(said)
        return Routed(Route.SMALL_TALK, reply) if reply else Routed()

    def _greeting(self, said: Sequence[str]) -> str | None:
        """ "Hello, thank you so much": only small talk, phrase after phrase; the last one is answered."""
        if not 1 < len(said) <= MOST_GREETING:
            return None
        at, reply = 0, None
        while at < len(said):
            for end in range(len(said), at, -1):
                found = self.asks.small_talk.get(" ".join(said[at:end]))
                if found is not None:
                    at, reply = end, found
                    break
            else:
                return None
        return reply


def _runs(phrases: Iterable[str], least: int) -> frozenset[tuple[str, ...]]:
    runs = (tuple(phrase.split()) for phrase in phrases)
    return frozenset(run for run in runs if len(run) >= least)


def _holds(said: Sequence[str], runs: frozenset[tuple[str, ...]]) -> bool:
    """Whether one of the runs of words stands in a text."""
    return any(
        tuple(said[start:end]) in runs
        for start in range(len(said))
        for end in range(start + 1, len(said) + 1)
    )
