"""A thousand hostile texts: the patient is shown approved words or the honest line, nothing else, and what
was typed is never markup.

Approved is what the Release says: every block that is shown must be a block of a page, a phrase or a safety
text with the program's own values in it. Words of the patient may stand only where a phrase quotes them, and
are marked as typed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from adapters.slack import outbound as slack
from adapters.telegram import outbound as telegram
from adapters.telegram.neutral import risky
from bot import effects as fx
from bot.release import Release
from bot.scene import facts_in
from bot.text import PLACEHOLDER, Block, Heading, Items, Span, Style, Text
from content.answers import LexicalEngine
from tests.conversations.hostile_inputs import texts
from tests.conversations.languages import LANGUAGES
from tests.conversations.test_renderers import Recording
from tests.conversations.test_scripts import with_team
from tests.fakes.slack_blocks import check_message, live
from tests.fakes.telegram.rules import TEXT, Rules
from tests.fakes.telegram.world import World

NUMBER = 1000
TYPED = "\ue000"
"""Stands for words of the patient in a block."""
OWN_VALUES = {
    "page": r"\d+", "pages": r"\d+", "reference": r"FD-[0-9A-Z]+", "text": TYPED, "language": r"[\w ]+",
    "title": r".{1,200}?", "source": r".{1,200}?", "author": r".{1,200}?", "length": r"\d+", "most": r"\d+",
}  # fmt: skip
"""What the program fills in by itself, as narrow as can be said. Title, source and author are content."""
STYLES = {"bold", "italic", "blockquote", "expandable_blockquote", "code"}
"""Inside code Telegram looks for nothing: that is how risky words of the patient are shown."""
DESK = (fx.ShowCard, fx.RelayToDesk, fx.TellDesk, fx.RelayToPatient)
"""Nothing of it before consent, unless words of danger are in it ("…)stalk to a person" is read so)."""
ENGINE = LexicalEngine()


class Patient(Recording):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.engine = ENGINE


class Approved:
    """Everything that a Release may say in a chat."""

    def __init__(self, release: Release) -> None:
        self._exact: set[str] = set()
        self._patterns: list[re.Pattern[str]] = []
        self._labels: set[str] = set()
        self._label_patterns: list[re.Pattern[str]] = []
        for language in release.languages:
            translation = release.translated(language)
            facts = {k: str(v) for k, v in facts_in(release, language, "Telegram").items()}
            phrases = {**release.phrases, **translation.phrases}
            for phrase in phrases.values():
                for text in phrase.forms.values():
                    for block in text:
                        self._add(said(block), facts)
                for label in phrase.labels.values():
                    self._add_label(label, facts)
            for item in (*release.items.values(), *translation.items.values()):
                self._labels.add(item.button)
                for page in item.pages:
                    for block in page.text:
                        self._add(said(block), facts)
                        if isinstance(block, Heading):
                            self._patterns.append(
                                re.compile(re.escape(said(block)) + r" · \d+/\d+")
                            )
            for safety in (*release.safety.values(), *translation.safety.values()):
                for block in safety.text:
                    self._add(said(block), facts)
        self._exact.add("English")  # over the source of an unchecked safety text

    def _add(self, words: str, facts: Mapping[str, str]) -> None:
        if PLACEHOLDER.search(words):
            self._patterns.append(_pattern(words, facts))
        else:
            self._exact.add(words)

    def _add_label(self, words: str, facts: Mapping[str, str]) -> None:
        if PLACEHOLDER.search(words):
            self._label_patterns.append(_pattern(words, facts))
        else:
            self._labels.add(words)

    @cache  # noqa: B019  (one Approved a test run)
    def says(self, words: str) -> bool:
        return words in self._exact or any(one.fullmatch(words) for one in self._patterns)

    @cache  # noqa: B019
    def labels(self, words: str) -> bool:
        return words in self._labels or any(one.fullmatch(words) for one in self._label_patterns)


def _pattern(words: str, facts: Mapping[str, str]) -> re.Pattern[str]:
    out, at = "", 0
    for found in PLACEHOLDER.finditer(words):
        name = found.group(1)
        value = re.escape(facts[name]) if name in facts else OWN_VALUES.get(name, r"(?!)")
        out += re.escape(words[at : found.start()]) + f"\u2068?{value}\u2069?"
        at = found.end()
    return re.compile(out + re.escape(words[at:]), re.DOTALL)


def spans_of(block: Block) -> Iterator[Span]:
    if isinstance(block, Items):
        for item in block.items:
            yield from item
            yield Span("\n")
    else:
        yield from block.spans


def said(block: Block) -> str:
    """The words of a block, those of the patient replaced by one mark."""
    return "".join(TYPED if one.style is Style.TYPED else one.text for one in spans_of(block))


def typed_in(text: Text) -> Iterator[str]:
    for block in text:
        for span in spans_of(block):
            if span.style is Style.TYPED:
                yield span.text


@pytest.fixture(scope="module")
def release(shipped: Release) -> Release:
    return with_team(shipped)


def test_there_are_enough_of_them_and_all_differ() -> None:
    made = texts(NUMBER)
    assert len(set(made)) == NUMBER
    assert made == texts(NUMBER)


def test_hostile_texts_get_approved_words_and_are_never_markup(release: Release) -> None:
    approved = Approved(release)
    answers: set[str] = set()
    for number, text in enumerate(texts(NUMBER)):
        patient = Patient(release)
        language = LANGUAGES[number % len(LANGUAGES)]
        patient.state = replace(patient.state, locale=language, chosen=True)
        patient.types(text)
        shown = [one.screen for one in patient.everything if isinstance(one, fx.ShowScreen)]
        assert shown, repr(text)
        if not any(isinstance(one, fx.AlertTeam) for one in patient.everything):
            assert not any(isinstance(one, DESK) for one in patient.everything), repr(text)
        for screen in shown:
            answers.add(screen.content_id or said(screen.text[0])[:40])
            for block in screen.text:
                assert approved.says(said(block)), (text[:80], said(block))
            for words in typed_in(screen.text):
                assert words.strip("\u2068\u2069") in text
            for row in screen.rows:
                for choice in row:
                    assert approved.labels(choice.label), (text[:80], choice.label)
            on_telegram(screen.text)
            on_slack(screen.text, text)
    # not one answer for all: questions among them are still answered
    assert {"home", "consent", "term-khidi"} <= answers


def on_telegram(text: Text) -> None:
    world = World()
    typed = any(typed_in(text))
    for piece in telegram.render(text):
        Rules(world).text(piece.text, piece.entities, TEXT)
        assert {one["type"] for one in piece.entities} <= STYLES
        if typed:
            bare = without_code(piece)
            assert not risky(bare, [(0, len(bare))]), repr(piece.text)
    assert not world.violations


def without_code(piece: telegram.Part) -> str:
    """A message with blanks where code is; offsets are in UTF-16 units."""
    data = bytearray(piece.text.encode("utf-16-le", "surrogatepass"))
    for one in piece.entities:
        if one["type"] == "code":
            start, end = one["offset"] * 2, (one["offset"] + one["length"]) * 2
            data[start:end] = " ".encode("utf-16-le") * one["length"]
    return data.decode("utf-16-le", "surrogatepass")


def on_slack(text: Text, typed: str) -> None:
    for message in slack.messages(text, ()):
        check_message(message.text, list(message.blocks))
        assert not live(list(message.blocks)), repr(typed)
        assert not re.search(r"<[!@#h]", message.text), repr(typed)
