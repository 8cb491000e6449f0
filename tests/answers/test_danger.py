"""The danger check in nine languages: a set of sentences kept apart, look-alikes, and spelling."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import content
from bot import danger
from bot.release import Release
from bot.understanding import Understanding

SET = yaml.safe_load((Path(__file__).parent / "danger_set.yaml").read_text("utf-8"))
LANGUAGES = ("en", "ko", "ja", "zh", "es", "ru", "ar", "th", "vi")

FOUND_AT_LEAST = 38
"""Of 40, by the lexicon alone. It was tuned on this set; the held-out one is in test_held_out.py."""
ALARMS_AT_MOST = 1
"""Of 40 look-alikes."""


@pytest.fixture(scope="module")
def release() -> Release:
    return content.load().release


def sentences(language: str) -> Iterator[tuple[str, str]]:
    for kind, listed in SET[language].items():
        for text in listed:
            yield kind, text


def test_the_set_is_large_enough_and_not_in_the_content(release: Release) -> None:
    learnt = {text for texts in release.danger_examples.values() for text in texts}
    for language in LANGUAGES:
        kinds = [kind for kind, _ in sentences(language)]
        assert sum(kind != "calm" for kind in kinds) >= 40, language
        assert kinds.count("calm") >= 40, language
        assert not learnt & {text for _, text in sentences(language)}, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_found_without_the_model(release: Release, language: str) -> None:
    texts = [text for kind, text in sentences(language) if kind != "calm"]
    missed = [text for text in texts if danger.find(text, release.lexicon) is None]
    assert len(texts) - len(missed) >= FOUND_AT_LEAST, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_look_alikes_seldom_alarm(release: Release, language: str) -> None:
    texts = [text for kind, text in sentences(language) if kind == "calm"]
    alarms = [text for text in texts if danger.find(text, release.lexicon) is not None]
    assert len(alarms) <= ALARMS_AT_MOST, alarms


@pytest.mark.parametrize(
    "text",
    ["숨을못쉬겠어요", "숨 을 못 쉬 겠 어 요", "息 が できません", "喘 不过 气", "หายใจ ไม่ออก",
     "لا أستطيع التنفس", "لا استطيع التنفُّس", "кровотечение не прекращается", "Ещё задыхается",
     "no puedo RESPIRAR!!", "không thở được", "khong tho duoc"],
)  # fmt: skip
def test_spelling_and_spaces_do_not_matter(release: Release, text: str) -> None:
    assert danger.find(text, release.lexicon) == "emergency"


@pytest.mark.parametrize(
    "saying", ["dying to know", "궁금해 죽겠어요 기절할 뻔했네", "me muero de hambre"]
)
@pytest.mark.parametrize("wish", ["i want to die", "죽고 싶어요", "死にたい", "хочу умереть"])
def test_nothing_suppresses_self_harm(release: Release, saying: str, wish: str) -> None:
    assert danger.find(f"{saying} {wish}", release.lexicon) == "self-harm"
    calm = Understanding(release=release.id, danger=0.0)
    assert danger.seen_in(f"{saying} {wish}", release.lexicon, calm) == "self-harm"


def test_the_model_must_be_surer_beside_a_harmless_saying(release: Release) -> None:
    unsure = Understanding(release=release.id, danger=0.2, danger_kind="emergency")
    sure = Understanding(release=release.id, danger=0.8, danger_kind="emergency")
    for saying in ("i am dying to know", "my uncle was unwell years ago"):
        assert danger.seen_in(saying, release.lexicon, unsure) is None
        assert danger.seen_in(saying, release.lexicon, sure) == "emergency"
    assert danger.seen_in("my uncle is unwell", release.lexicon, unsure) == "emergency"
    assert danger.seen_in("years ago. I cannot breathe", release.lexicon, unsure) == "emergency"


def test_nothing_harmless_hides_what_is_unmistakable(release: Release) -> None:
    for kind, phrases in release.lexicon.sure.items():
        for phrase in phrases:
            assert danger.find(" ".join(phrase), release.lexicon) == kind, phrase


def test_the_model_adds_and_never_takes_away(release: Release) -> None:
    heard = Understanding(release=release.id, danger=0.9, danger_kind="self-harm")
    assert danger.seen_in("everyone sleeps better", release.lexicon, heard) == "self-harm"
    assert danger.seen_in("i cannot breathe", release.lexicon, heard) == "self-harm"
    emergency = Understanding(release=release.id, danger=0.9, danger_kind="emergency")
    assert danger.seen_in("i want to die", release.lexicon, emergency) == "self-harm"


def test_the_check_is_quick(release: Release) -> None:
    danger.find("warm", release.lexicon)
    for text, most in (("한국 병원은 다 똑같이 좋은가요? " * 16, 0.02), ("a b " * 1024, 0.2)):
        began = time.perf_counter()
        for _ in range(5):
            danger.find(text[:4096], release.lexicon)
        assert (time.perf_counter() - began) / 5 < most  # about ten times what it takes alone
