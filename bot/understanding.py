"""What the answer engine made of a text, handed to the core as a value.

The engine lives behind a one-method port (``bot.ports.AnswerEngine``); it needs libraries and time, the
core has neither. An Understanding belongs to one Release: under another one it is made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """Where a text goes when no danger is in it and nothing else waits for it."""

    GUIDE = "guide"
    PERSON = "person"
    PRIVACY = "privacy"
    SMALL_TALK = "small_talk"
    COMMAND = "command"


class Tier(StrEnum):
    """How sure the engine is: one answer shown at once, up to three as buttons, or none."""

    ANSWER = "answer"
    CHOICES = "choices"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A content id that may answer, with a score from 0 to 1."""

    content_id: str
    score: float


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """A place that a text names, with its IANA time zone ("Almaty" → Asia/Almaty)."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """Ranked answers and the route of one text.

    reply: the phrase key of small talk, or the command's name on route COMMAND.
    exact: the one content id of which the whole text is a title or an alias.
    candidates: best first, at most three.
    understood: whether at least one word of it is known to the guide's language.
    answer: "yes", "no", "skip", "back" or "cancel" where the text is such a word.
    danger: the model's score from 0 to 1, None where no model ran; danger_kind: its likeliest kind, where
        the score reaches the engine's bar: then the text counts as danger, whatever the lexicon says.
    tier: what the candidates are good for.
    topic: the uncovered topic (``Release.not_covered``) that the text is most likely about.
    language: the text's own language ("ko"), None where it cannot be told; only to offer a switch.
    engine: which engine answered, for the Transcript.
    """

    release: str
    route: Route = Route.GUIDE
    reply: str | None = None
    exact: str | None = None
    candidates: tuple[Candidate, ...] = ()
    understood: bool = True
    answer: str | None = None
    places: tuple[PlaceGuess, ...] = ()
    danger: float | None = None
    engine: str = "lexical"
    tier: Tier = Tier.CHOICES
    topic: str | None = None
    language: str | None = None
    danger_kind: str | None = None


NOTHING = Understanding(release="", understood=False, engine="none")
"""For events without words, and for texts that arrive while no engine is there."""
