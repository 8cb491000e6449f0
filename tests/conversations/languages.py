"""A patient in each of the nine languages: one table of texts (``texts/languages.yaml``), what the model makes of
them, and both platforms' rules for what she gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from adapters.slack import outbound as slack
from adapters.telegram import outbound as telegram
from bot import effects as fx
from bot.release import Release
from bot.text import flat
from bot.understanding import Candidate, Route, Tier, Understanding
from content.answers import LexicalEngine
from content.phrases import phrases_of
from tests.conversations.test_renderers import Recording, parts_of
from tests.fakes.slack_blocks import check_message, live
from tests.fakes.telegram.rules import TEXT, Rules
from tests.fakes.telegram.world import World

TABLE = yaml.safe_load((Path(__file__).parent / "texts" / "languages.yaml").read_text())
LANGUAGES = tuple(TABLE)
OTHERS = tuple(one for one in LANGUAGES if one != "en")

NONE = {"tier": Tier.NONE, "candidates": ()}
MODEL: dict[str, dict[str, Any]] = {
    "answer": {"tier": Tier.ANSWER, "candidates": ("faq-only-destination", "not-mean")},
    "english": {"tier": Tier.ANSWER, "candidates": ("faq-guarantee", "not-mean")},
    "choices": {"tier": Tier.CHOICES, "candidates": ("faq-only-destination", "bio-act")},
    "price": {**NONE, "topic": "price"},
    "missed": {**NONE, "topic": None},
    "strange": {**NONE, "understood": False, "topic": None},
}
"""What the model makes of these texts (``frontdesk ask --json``), the same in every language."""

ENGINE = LexicalEngine()
"""One for all patients: it learns a Release once."""


class Patient(Recording):
    """A patient whose language was chosen, and whose texts come from the table."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.engine = ENGINE

    def begin(self, language: str, *, chosen: bool = True) -> Patient:
        self.language = language
        if chosen:
            self.state = replace(self.state, locale=language, chosen=True)
        return self

    def understand(self, text: str) -> Understanding:
        known = super().understand(text)
        for route, made in MODEL.items():
            if text == TABLE[self.language][route] and known.route is Route.GUIDE:
                found = tuple(Candidate(one, 0.9) for one in made["candidates"])
                return replace(
                    known, **{"understood": True, **made, "candidates": found}, exact=None
                )
        return known

    def asks(self, route: str) -> None:
        self.types(TABLE[self.language][route])

    def phrase(self, key: str, **values: str) -> str:
        """A phrase as this patient reads it, and it is translated."""
        translated = self.release.translated(self.language).phrases
        assert self.language == "en" or key in translated
        return flat(phrases(self.release, self.language).text(key, **values))

    def first_button(self) -> str:
        return self.labels()[0]


def phrases(release: Release, language: str) -> Any:
    return phrases_of(release, language)


def button(patient: Patient, key: str) -> str:
    return str(phrases(patient.release, patient.language).label(key))


def title(release: Release, content_id: str, language: str) -> str:
    item = release.item_in(content_id, language)
    assert item is not None
    return item.title


def label(release: Release, content_id: str, language: str) -> str:
    item = release.item_in(content_id, language)
    assert item is not None
    return item.button


def counted(patient: Patient, kind: str) -> list[str]:
    return [one.key for one in patient.everything if isinstance(one, fx.Count) and one.kind == kind]


def takes_telegram(effects: list[fx.Effect]) -> None:
    world = World()
    rules = Rules(world)
    for effect in effects:
        for text, rows in parts_of(effect):
            for piece in telegram.render(text):
                rules.text(piece.text, piece.entities, TEXT)
            keyboard = telegram.keyboard(rows)
            rules.keyboard(keyboard)
    assert not world.violations


def takes_slack(effects: list[fx.Effect]) -> None:
    for effect in effects:
        for text, rows in parts_of(effect):
            for message in slack.messages(text, rows):
                check_message(message.text, list(message.blocks))
                assert not live(list(message.blocks))
