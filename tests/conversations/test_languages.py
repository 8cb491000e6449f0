"""Every route in each of the nine languages, through the core and both platforms' renderers.

One script a route, one table of texts (``texts/languages.yaml``). Words that decide a route by themselves
go through the real engine; what only the model understands is handed in as the value that it makes, for the
core takes nothing else. Every payload is held against the rules of the strict fakes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack import outbound as slack
from adapters.telegram import outbound as telegram
from adapters.web.bubbles import patient_bubbles
from adapters.web.pages import templates
from bot import effects as fx
from bot import events as ev
from bot import safety
from bot.release import Release
from bot.text import flat
from bot.transcript import entries
from bot.understanding import Candidate, Route, Tier, Understanding
from content.answers import LexicalEngine
from content.bidi import ISOLATE
from content.engine.language import guess
from content.phrases import phrases_of
from tests.conversations.player import Player
from tests.conversations.test_renderers import Recording, parts_of
from tests.conversations.test_scripts import with_team
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


def danger(patient: Patient) -> None:
    patient.asks("danger")
    own = patient.release.translated(patient.language).safety.get("emergency")
    shown = [one for one in patient.everything if isinstance(one, fx.ShowScreen)][1:]  # after Home
    assert shown[0].urgent
    text = flat(shown[0].screen.text)
    assert patient.phrase("safety.alert.sending") in text
    if own is not None:
        assert flat(own.text).split("\n")[0] in text
        assert text.index(flat(own.text).split("\n")[0]) == 0
    assert "This could be an emergency." in text
    assert "No person has read it yet." in text
    assert any(isinstance(one, fx.AlertTeam) for one in patient.everything)
    assert button(patient, "safety.button.calm") in patient.labels()


def self_harm(patient: Patient) -> None:
    patient.asks("self_harm")
    shown = [one for one in patient.everything if isinstance(one, fx.ShowScreen)][1:]  # after Home
    assert "109" in flat(shown[0].screen.text)
    assert "You matter" in flat(shown[0].screen.text)


def person(patient: Patient) -> None:
    patient.asks("person")
    assert patient.screen.content_id == "consent"
    assert patient.labels()[:2] == [
        button(patient, "consent.agree"),
        button(patient, "consent.no"),
    ]


def privacy(patient: Patient) -> None:
    patient.asks("privacy")
    assert patient.screen.content_id == "privacy"


def small_talk(patient: Patient) -> None:
    patient.asks("small_talk")
    assert patient.phrase("small.hello") in patient.seen


def answer(patient: Patient) -> None:
    """One answer, in the patient's language, with the way to its section below."""
    patient.asks("answer")
    assert patient.screen.content_id == "faq-only-destination"
    assert patient.screen.text.startswith(
        title(patient.release, "faq-only-destination", patient.language)
    )
    assert patient.first_button() == button(patient, "button.section")
    if patient.language != "en":
        assert patient.phrase("page.unchecked") in patient.seen
        assert not counted(patient, "untranslated")


def english(patient: Patient) -> None:
    """No translation: English, one line in hers, a person first, counted apart."""
    patient.asks("english")
    assert patient.screen.content_id == "faq-guarantee"
    assert "No. The guide's central claim" in patient.seen
    if patient.language == "en":
        assert not counted(patient, "untranslated")
        return
    assert patient.seen.startswith(patient.phrase("page.in_english"))
    assert patient.first_button() == button(patient, "button.write")
    assert counted(patient, "untranslated") == [f"{patient.language}/faq-guarantee"]


def choices(patient: Patient) -> None:
    patient.asks("choices")
    assert patient.labels()[0] == label(patient.release, "faq-only-destination", patient.language)
    assert button(patient, "button.write") in patient.labels()


def not_in_guide(patient: Patient) -> None:
    patient.asks("missed")
    assert patient.phrase("ask.not_covered") in patient.seen
    assert patient.first_button() == button(patient, "ask.send")


def not_understood(patient: Patient) -> None:
    patient.asks("strange")
    langs = patient.release.organisation.facts["team_languages"]
    wanted = patient.phrase("ask.not_understood", team_languages=langs)
    assert wanted in patient.seen
    assert button(patient, "ask.send") in patient.labels()


def second_miss(patient: Patient) -> None:
    patient.asks("missed")
    patient.asks("strange")
    assert patient.phrase("ask.second_miss") in patient.seen
    assert patient.first_button() == button(patient, "ask.send")


def uncovered(patient: Patient) -> None:
    """An uncovered attribute of a covered subject: its honest line, a person first, the nearest page."""
    patient.asks("price")
    assert patient.phrase("notcovered.price") in patient.seen
    assert patient.first_button() == button(patient, "ask.send")
    assert patient.labels()[1] == label(patient.release, "checklist", patient.language)
    near = title(patient.release, "checklist", patient.language)
    assert patient.phrase("ask.nearest", title=near) in patient.seen


def form(patient: Patient) -> None:
    """From the honest line to a sent question; what staff read of it is in the house's language."""
    patient.asks("price")
    patient.taps(button(patient, "ask.send"))
    patient.taps(button(patient, "consent.agree"))
    assert TABLE[patient.language]["price"] in patient.seen
    patient.taps(button(patient, "form.use"))
    for _ in range(6):
        patient.taps(button(patient, "button.skip"))
    patient.taps(button(patient, "form.review.send"))
    cards = [one.card for one in patient.everything if isinstance(one, fx.ShowCard)]
    card = flat(cards[-1].full)
    assert TABLE[patient.language]["price"] in card
    assert "Question:" in card
    names = {"en": "English", "ko": "Korean", "ja": "Japanese", "zh": "Chinese", "es": "Spanish",
             "ru": "Russian", "ar": "Arabic", "th": "Thai", "vi": "Vietnamese"}  # fmt: skip
    assert names[patient.language] in card
    assert ISOLATE not in card


ROUTES: tuple[Callable[[Patient], None], ...] = (
    danger, self_harm, person, privacy, small_talk, answer, english, choices, not_in_guide,
    not_understood, second_miss, uncovered, form,
)  # fmt: skip


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


@pytest.fixture(scope="module")
def release(shipped: Release) -> Release:
    return with_team(shipped)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("route", ROUTES, ids=lambda one: one.__name__)
def test_route(route: Callable[[Patient], None], language: str, release: Release) -> None:
    patient = Patient(release).begin(language)
    patient.starts()
    route(patient)
    takes_telegram(patient.everything)
    takes_slack(patient.everything)


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


# ---- languages themselves


@pytest.mark.parametrize("language", OTHERS)
def test_the_texts_tell_their_language(language: str) -> None:
    routes = ("danger", "person", "answer", "english", "price", "missed", "strange")
    told = [guess(TABLE[language][one]) for one in routes]
    assert told.count(language) >= 6, dict(zip(routes, told, strict=True))
    assert set(told) <= {language, None}


@pytest.mark.parametrize("language", OTHERS)
def test_a_switch_is_offered_after_two_texts_and_never_made(
    language: str, release: Release
) -> None:
    patient = Patient(release).begin(language, chosen=False)
    patient.starts()
    patient.asks("answer")
    # the answer is hers, the house stays as it was
    assert title(release, "faq-only-destination", language) in patient.seen
    assert button(patient, "language.use") not in patient.labels()
    assert patient.state.locale == "en"
    patient.taps(button(patient, "button.menu"))
    assert "Write to a person" in patient.labels()
    patient.asks("english")
    assert patient.phrase("language.offer") in patient.seen
    assert "Shall the bot go on in that language?" in patient.seen
    assert patient.labels()[:2] == [button(patient, "language.use"), "Continue in English"]
    assert patient.state.locale == "en"
    patient.taps(button(patient, "language.use"))
    assert patient.state.locale == language
    assert patient.phrase("language.now_partly") in patient.seen
    patient.taps(button(patient, "button.menu"))
    assert title(release, "home", language) in patient.screen.text
    takes_telegram(patient.everything)
    takes_slack(patient.everything)


def test_a_declined_offer_is_remembered(release: Release) -> None:
    patient = Patient(release).begin("ko", chosen=False)
    patient.starts()
    for route in ("answer", "price"):
        patient.asks(route)
    patient.taps("Continue in English")
    assert "goes on in English" in patient.seen
    for route in ("answer", "price", "english", "missed"):
        patient.asks(route)
        assert "Shall the bot go on" not in patient.seen
    assert patient.state.locale == "en"
    patient.asks("answer")  # she chose English: answers follow
    assert "Is Korea the only credible destination?" in patient.seen


def test_one_text_in_between_begins_the_row_anew(release: Release) -> None:
    patient = Patient(release).begin("ko", chosen=False)
    patient.starts()
    patient.asks("price")
    patient.types("what is the price of it")
    patient.asks("price")
    assert "Shall the bot go on" not in patient.seen
    patient.types("123")  # says nothing either way
    assert "Shall the bot go on" not in patient.seen
    patient.asks("missed")
    assert "Shall the bot go on" in patient.seen


def test_danger_is_answered_in_the_language_of_the_words(release: Release) -> None:
    """Whatever was chosen: somebody afraid writes in her own language. News of the alert follow in it."""
    patient = Patient(release).begin("en")
    patient.starts()
    patient.types(TABLE["ru"]["danger"])
    russian = release.translations["ru"].safety["emergency"]
    assert flat(russian.text).split("\n")[0] in patient.seen
    assert "Тревожное сообщение дошло до нашей команды" in patient.seen
    patient.staff("claim")
    assert "увидел тревожное сообщение" in patient.seen
    assert patient.state.locale == "en"


@pytest.mark.parametrize("kind", ["emergency", "self-harm", "violence"])
@pytest.mark.parametrize("language", OTHERS)
def test_an_unchecked_safety_text_has_the_english_below(
    kind: str, language: str, release: Release
) -> None:
    own = release.translations[language].safety[kind]
    assert not own.checked  # as shipped
    speaker = phrases(release, language)
    both = safety.words(release, kind, "none", speaker, "Telegram")
    english = safety.words(release, kind, "none", phrases(release, "en"), "Telegram")
    assert flat(both).endswith(flat(english))
    assert flat(both).startswith(flat(own.text).split("\n")[0])
    assert flat(speaker.text("safety.alert.none")) in flat(both)
    pieces = telegram.render(both)
    assert len(pieces) == 1
    assert len(slack.messages(both, ())) == 1
    checked = replace(own, reviewed="2027-01-01")
    translation = replace(
        release.translations[language],
        safety={**release.translations[language].safety, kind: checked},
    )
    good = replace(release, translations={**release.translations, language: translation})
    alone = safety.words(good, kind, "none", phrases(good, language), "Telegram")
    assert flat(english).split("\n")[0] not in flat(alone)
    stale = replace(checked, stale=True)
    translation = replace(translation, safety={kind: stale})
    old = replace(release, translations={language: translation})
    both = safety.words(old, kind, "none", phrases(old, language), "Telegram")
    assert flat(both).endswith(flat(english))


def test_names_inside_arabic_are_isolated(release: Release) -> None:
    arabic = phrases(release, "ar")
    line = flat(arabic.text("safety.seen", name="Mina", time="14:02"))
    assert "\u2068Mina\u2069" in line
    assert "\u206814:02\u2069" in line
    home = release.translations["ar"].items["home"]
    assert "\u2068Stem Cell Korea\u2069" in flat(home.pages[0].text)
    assert ISOLATE not in flat(phrases(release, "ko").text("safety.seen", name="M", time="1"))


def test_a_stale_translation_says_that_the_english_is_newer(release: Release) -> None:
    translation = release.translations["ko"]
    item = replace(translation.items["faq-only-destination"], stale=True)
    translation = replace(translation, items={**translation.items, item.id: item})
    release = replace(release, translations={**release.translations, "ko": translation})
    patient = Patient(release).begin("ko")
    patient.starts()
    patient.asks("answer")
    assert patient.phrase("page.newer") in patient.seen
    assert patient.phrase("page.unchecked") not in patient.seen


def test_home_names_the_language_that_the_platform_hints_at(release: Release) -> None:
    patient = Patient(release).begin("th", chosen=False)
    patient.state = replace(patient.state, language_hint="th-TH")
    patient.starts()
    assert patient.first_button() == button(patient, "language.use")
    patient.taps(patient.first_button())
    assert patient.state.locale == "th"
    patient.commands("/menu")
    assert button(patient, "language.use") not in patient.labels()
    patient.commands("/language")
    assert "Русский" in patient.labels()
    patient.taps("English")
    assert patient.state.locale == "en"
    assert patient.state.chosen


def test_the_desk_reads_the_house_language(release: Release) -> None:
    patient = Patient(release).begin("ar")
    patient.starts()
    patient.asks("danger")
    alerts = [flat(one.text) for one in patient.everything if isinstance(one, fx.AlertTeam)]
    assert "Arabic" in alerts[0]
    assert all(ord(char) < 0x600 for char in alerts[0].split(TABLE["ar"]["danger"])[0])


def test_a_release_without_translations_offers_nothing(release: Release) -> None:
    alone = replace(release, translations={})
    patient = Patient(alone).begin("ko", chosen=False)
    patient.state = replace(patient.state, language_hint="ko")
    patient.starts()
    patient.asks("price")
    patient.asks("missed")
    assert "Shall the bot" not in patient.seen
    assert button(patient, "button.language") not in patient.labels()


def test_every_language_has_every_phrase_that_patients_read(release: Release) -> None:
    staff = ("desk.", "signin.", "command.")
    same_everywhere = {"page.counter", "form.review.line"}
    needed = {key for key in release.phrases if not key.startswith(staff)} - same_everywhere
    for language in OTHERS:
        assert needed <= set(release.translations[language].phrases), language


@pytest.mark.parametrize("language", ["ar", "ja", "en"])
def test_the_page_says_the_language_and_direction_of_every_message(
    language: str, release: Release
) -> None:
    patient = Patient(release).begin(language)
    patient.starts()
    patient.asks("answer")
    patient.asks("english")
    shown = tuple(one for one in patient.everything if isinstance(one, fx.ShowScreen))
    said = entries(
        ev.Started(), shown, at=patient.now, release="r", private=False, reference=""
    )  # fmt: skip
    numbered = [replace(entry, number=number) for number, entry in enumerate(said, 1)]
    page = templates().get_template("_bubbles.html")
    html = page.render(bubbles=patient_bubbles(numbered), earlier=0, edits=False)
    bubbles = re.findall(r'<div class="bubble" dir="auto" lang="(\w+)">', html)
    # Home and the answer are translated, the third page is there in English only
    assert bubbles == [language, language, "en"]


def test_a_player_without_a_choice_is_spoken_to_in_english(release: Release) -> None:
    player = Player(release)
    player.starts()
    assert "Hello. This is the automatic guide" in player.seen
