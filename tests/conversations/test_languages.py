"""Languages themselves: offered, chosen, told apart, and what stays English."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

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
from content.bidi import ISOLATE
from content.engine.language import guess
from tests.conversations.languages import (
    OTHERS,
    TABLE,
    Patient,
    button,
    phrases,
    takes_slack,
    takes_telegram,
    title,
)
from tests.conversations.player import Player
from tests.conversations.test_scripts import with_team


@pytest.fixture(scope="module")
def release(shipped: Release) -> Release:
    return with_team(shipped)


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
