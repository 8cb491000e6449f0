"""Every route in each of the nine languages, through the core and both platforms' renderers.

One script a route, one table of texts (``texts/languages.yaml``). Words that decide a route by themselves
go through the real engine; what only the model understands is handed in as the value that it makes, for the
core takes nothing else. Every payload is held against the rules of the strict fakes.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import effects as fx
from bot.release import Release
from bot.text import flat
from content.bidi import ISOLATE
from tests.conversations.languages import (
    LANGUAGES,
    TABLE,
    Patient,
    button,
    counted,
    label,
    takes_slack,
    takes_telegram,
    title,
)
from tests.conversations.test_scripts import with_team


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
