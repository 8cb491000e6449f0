"""Phrases: what the program asks for is in the table, and nothing in the table is dead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

import bot
import content
from bot.given import Phrases
from bot.phrases import PHRASES, step_keys
from bot.release import Release
from bot.text import PLACEHOLDER, Text, Value, placeholders
from content.phrases import phrases_of
from tests.conversations import player as player_module
from tests.conversations.test_scripts import SCRIPTS, with_team
from tests.conversations.test_scripts import test_script as play_script

ROOT = Path(bot.__file__).parent.parent
CODE = [
    *(path for path in (ROOT / "bot").glob("*.py") if path.name != "phrases.py"),
    *(ROOT / "adapters").rglob("*.py"),
    *(ROOT / "storage").rglob("*.py"),
]
ASKS = content.SHIPPED / "en" / "asks.yaml"


class Recording:
    """The real formatter, remembering what it was asked for and what it was given."""

    def __init__(self, inner: Phrases, used: dict[str, set[str]]) -> None:
        self._inner = inner
        self._used = used

    def text(self, key: str, /, **values: Value) -> Text:
        self._used.setdefault(key, set()).update(values)
        return self._inner.text(key, **values)

    def label(self, key: str, /, **values: Value) -> str:
        self._used.setdefault(key, set()).update(values)
        return self._inner.label(key, **values)

    def into(self, language: str) -> Recording:
        return (
            self
            if language == self._inner.tag
            else Recording(self._inner.into(language), self._used)
        )

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@pytest.fixture(scope="module")
def used(shipped: Release) -> Mapping[str, set[str]]:
    """Phrase key → the names it was given, over all scripts."""
    found: dict[str, set[str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            player_module,
            "phrases_of",
            lambda release, locale: Recording(phrases_of(release, locale), found),
        )
        for path in SCRIPTS:
            play_script(path, with_team(shipped))
    return found


def of_the_form(release: Release) -> set[str]:
    return {key for step in release.form for key in step_keys(step.id, step.options)}


def test_every_key_that_scripts_use_is_in_the_table(
    shipped: Release, used: Mapping[str, set[str]]
) -> None:
    assert set(used) <= set(PHRASES) | of_the_form(shipped)
    assert len(used) > 150, "the scripts use most of the table"


def test_the_names_that_a_phrase_holds_are_filled_by_who_uses_it(
    shipped: Release, used: Mapping[str, set[str]]
) -> None:
    for key, values in used.items():
        phrase = shipped.phrases[key]
        held = {name for text in phrase.forms.values() for name in placeholders(text)}
        held |= {name for label in phrase.labels.values() for name in PLACEHOLDER.findall(label)}
        assert held <= values | set(shipped.organisation.facts), key


def test_the_table_names_what_the_code_fills(
    shipped: Release, used: Mapping[str, set[str]]
) -> None:
    """A name in the table that nobody fills would stand in braces on a patient's screen."""
    facts = {*shipped.organisation.facts, "channel"}
    for key, values in used.items():
        if key in PHRASES:
            missing = set(PHRASES[key].names) - values - facts
            assert not missing, f"{key}: nobody fills {sorted(missing)}"


def test_no_phrase_is_dead() -> None:
    """Every key stands in code or in asks.yaml, whole or as the pattern of an f-string."""
    source = "\n".join(path.read_text() for path in CODE)
    asked = {group["reply"] for group in yaml.safe_load(ASKS.read_text())["small_talk"]}
    whole = set(re.findall(r'"([a-z_.-]+\.[a-z_.-]+)"', source)) | asked
    patterns = [
        re.compile(re.sub(r"\\\{.*?\\\}", "[a-z_-]+", re.escape(found)))
        for found in re.findall(r'f"((?=[^" ]*\.)[a-z_.-]*\{[^" ]*)"', source)
    ]
    dead = [
        key
        for key in PHRASES
        if key not in whole and not any(one.fullmatch(key) for one in patterns)
    ]
    assert not dead
