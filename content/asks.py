"""asks.yaml and danger.yaml: words with a meaning of their own, cleaned for comparing."""

from __future__ import annotations

from itertools import pairwise

from bot.patterns import Pattern
from bot.release import Asks, Lexicon
from bot.words import clean, words
from content.fields import Fields
from content.findings import Findings, quoted
from content.parts import Where
from content.yamltree import Tree

COMMANDS = (
    "menu", "ask", "human", "status", "privacy", "mydata", "forget", "help", "stop",
    "language",
)  # fmt: skip
ANSWERS = ("yes", "no", "skip", "back", "cancel")

_LOOKS = {0xFE0E: None, 0xFE0F: None, **dict.fromkeys(range(0x1F3FB, 0x1F400))}
"""Variation selectors and skin tones: 👍🏽 says what 👍 says (Unicode TR51)."""


def key_of(text: str) -> str:
    """The form in which a saying is compared: cleaned words, or the bare emoji where it has no words."""
    return clean(text) or "".join(text.translate(_LOOKS).split())


class _Book:
    """Who claimed which saying, so that none stands for two things."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self._owner: dict[str, str] = {}

    def take(self, fields: Fields, name: str, owner: str) -> list[str]:
        out: list[str] = []
        for text, line in fields.texts(name):
            key = key_of(text)
            if not key:
                fields.add(line, "An empty phrase. Do this: take it away.")
                continue
            other = self._owner.setdefault(key, owner)
            if other != owner:
                fields.add(
                    line, f"{quoted(text)} already stands under {other}. Do this: choose one."
                )
                continue
            self.lines.setdefault(key, line)
            out.append(key)
        return out


def asks(tree: Tree, path: str, findings: Findings) -> tuple[Asks, Where]:
    """How patients ask for a person, make small talk, ask about privacy, answer and command."""
    fields = Fields(tree, path, findings, "asks.yaml")
    book = _Book()
    person = fields.child("person")
    wishes = book.take(person, "phrases", "person")
    private = fields.child("privacy")
    privacy = book.take(private, "phrases", "privacy")
    small: dict[str, str] = {}
    for group in fields.children("small_talk"):
        reply = group.text("reply", required=True)
        for key in book.take(group, "phrases", f"small talk ({reply})"):
            small[key] = reply
        group.done()
    commands: dict[str, str] = {}
    # A word may be small talk and an answer ("ok"): answers only count while something waits for one.
    answer_book = _Book()
    answers: dict[str, str] = {}
    listed = fields.child("commands")
    for name in COMMANDS:
        for key in book.take(listed, name, f"the command {name}"):
            commands[key] = name
    for name in ANSWERS:
        for where in (fields, listed):
            for key in answer_book.take(where, name, f'the answer "{name}"'):
                answers[key] = name
    for part in (person, private, listed, fields):
        part.done()
    found = Asks(
        frozenset(wishes), dict(sorted(small.items())), frozenset(privacy),
        dict(sorted(commands.items())), dict(sorted(answers.items())),
    )  # fmt: skip
    return found, Where(path, {**answer_book.lines, **book.lines})


def merged(first: Asks, second: Asks) -> Asks:
    """The asks of two languages in one; where both claim a saying, the first wins."""
    return Asks(
        first.person | second.person,
        {**second.small_talk, **first.small_talk},
        first.privacy | second.privacy,
        {**second.commands, **first.commands},
        {**second.answers, **first.answers},
    )


CONTEXT = ("not_danger", "aside", "now", "about_self_harm")
"""Lists of danger.yaml that are no kind of danger, as ``bot.release.Lexicon`` explains them."""

SURE = "!"
"""After a saying: it is found with a slip of the finger in it as well."""


def lexicon(tree: Tree, path: str, findings: Findings) -> tuple[Lexicon, Where]:
    """The safety lexicon: patterns of all languages together, by kind."""
    fields = Fields(tree, path, findings, "danger.yaml")
    lists: dict[str, tuple[Pattern, ...]] = {}
    sure: dict[str, tuple[Pattern, ...]] = {}
    lines: dict[str, int] = {}
    for kind in fields.names():
        lines[kind] = fields.at(kind)
        languages = fields.child(kind)
        patterns: dict[Pattern, None] = {}
        certain: dict[Pattern, None] = {}
        for language in languages.names():
            for text, line in languages.texts(language):
                problem = _problem(text, kind)
                if problem:
                    languages.add(line, f"{quoted(text)} {problem}")
                    continue
                patterns[pattern_of(text)] = None
                if is_sure(text):
                    certain[pattern_of(text)] = None
        if not (languages.tree("en") and languages.texts("en")):
            languages.add(
                fields.at(kind), f'"{kind}" has no English words. Do this: add some under en.'
            )
        lists[kind] = tuple(patterns)
        if certain:
            sure[kind] = tuple(certain)
    found = Lexicon(
        {kind: listed for kind, listed in lists.items() if kind not in CONTEXT},
        harmless=lists.get("not_danger", ()),
        asides=lists.get("aside", ()),
        now=lists.get("now", ()),
        about_self_harm=lists.get("about_self_harm", ()),
        sure=sure,
    )
    return found, Where(path, lines)


def _problem(text: str, kind: str) -> str:
    """Why a line is no pattern; "" where it is one."""
    pattern = pattern_of(text)
    if not pattern or not _sound(pattern):
        return "is no pattern: words, * only at a word's end, ~ only between words."
    if is_sure(text) and (kind in CONTEXT or any(word[-1] in "*~" for word in pattern)):
        return "may not end in !: only a saying about danger may, one without * and ~."
    return ""


def is_sure(text: str) -> bool:
    """Whether a line of the lexicon is marked as unmistakable."""
    return text.rstrip().endswith(f" {SURE}")


def pattern_of(text: str) -> Pattern:
    """A pattern as ``bot.release.Lexicon`` holds it: cleaned words, "*" at an end, "~" between."""
    out: list[str] = []
    for piece in text.split():
        if piece == "~":
            out.append("~")
            continue
        found = words(piece)
        if found and piece.endswith("*"):
            found[-1] += "*"
        out.extend(found)
    return tuple(out)


def _sound(pattern: Pattern) -> bool:
    """Neither gap at an end, nor two gaps together, nor a wildcard so short that it hits everything."""
    if "~" in (pattern[0], pattern[-1]):
        return False
    for one, following in pairwise(pattern):
        if one == following == "~":
            return False
    stems = [word[:-1] for word in pattern if word.endswith("*")]
    return all(len(stem) >= (2 if stem.isdigit() or not stem.isascii() else 3) for stem in stems)
