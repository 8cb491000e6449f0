"""Translations: what is read of another language, what is refused, and what falls back to English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

import content
from bot.text import flat
from content import coverage
from content.findings import Findings
from content.loader import compile_source
from content.phrases import phrases_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def source() -> Mapping[str, str]:
    return content.source_of()


def findings(source: Mapping[str, str]) -> list[str]:
    found = Findings()
    compile_source(source, found, NOW)
    return [str(one) for one in found.sorted()]


def test_the_shipped_translations_are_fresh_and_say_that_nobody_checked_them(
    source: Mapping[str, str],
) -> None:
    release = content.build(source, now=NOW)
    assert len(release.translations) == 8
    for translation in release.translations.values():
        assert {"home", "menu-guide", "faq-facilitator", "faq-only-destination"} <= set(
            translation.items
        )
        assert not any(one.stale or one.reviewed for one in translation.items.values())
        assert set(translation.safety) == {"emergency", "self-harm", "violence"}
        assert not any(one.stale or one.checked for one in translation.safety.values())


def test_a_changed_source_makes_its_translations_stale_and_stays_publishable(
    source: Mapping[str, str],
) -> None:
    path = "en/faq/faq-only-destination.md"
    changed = source[path].replace("It does not settle it.", "It does not settle it yet.")
    release = content.build({**source, path: changed}, now=NOW)
    assert release.translations["ko"].items["faq-only-destination"].stale
    assert not release.translations["ko"].items["faq-facilitator"].stale
    path = "en/safety/violence.md"
    changed = source[path].replace("Please get help now.", "Please get help.")
    release = content.build({**source, path: changed}, now=NOW)
    assert release.translations["ar"].safety["violence"].stale
    told = list(coverage.lines({**source, path: changed}))
    assert any("ar violence: the English has changed since" in one for one in told)


def test_new_aliases_make_nothing_stale(source: Mapping[str, str]) -> None:
    path = "en/faq/faq-only-destination.md"
    changed = source[path].replace("aliases:\n", "aliases:\n  - nowhere else but there\n", 1)
    assert changed != source[path]
    release = content.build({**source, path: changed}, now=NOW)
    assert not release.translations["ko"].items["faq-only-destination"].stale


@pytest.mark.parametrize(
    ("path", "old", "new", "wanted"),
    [
        ("ko/safety/emergency.md", "119", "118", 'must name "119"'),
        ("ko/safety/emergency.md", "{alert_status}", "…", "{alert_status} must stand once"),
        ("ko/safety/violence.md", "112(경찰)", "112(경찰)!", "No exclamation marks"),
        ("ko/phrases.po", "{name} 님이 {time}(계신", "누가 {time}(계신", "leaves out {name}"),
        ("ko/phrases.po", '"page.newer"', '"page.newest"', "no use for"),
        ("ko/phrases.po", '"뒤로"', '"' + "뒤" * 31 + '"', "at most 30"),
        ("ko/faq/faq-only-destination.md", "source_hash", "hash", '"source_hash" is missing'),
        ("ko/faq/faq-only-destination.md", "id: faq-only-", "id: faq-lonely-", "to translate"),
        ("ko/faq/faq-only-destination.md", "아니요.", "{nobody}", "Nothing fills {nobody}"),
        ("ko/faq/faq-only-destination.md", "\n\n한국에서", "\n\n---\n\n한국에서", "has 2 screens"),
        ("ko/faq/faq-facilitator.md", "(term-khidi)", "(term-nothing)", 'no page "term-nothing"'),
    ],
)
def test_what_does_not_fit_is_named(
    path: str, old: str, new: str, wanted: str, source: Mapping[str, str]
) -> None:
    changed = source[path].replace(old, new)
    assert changed != source[path]
    found = findings({**source, path: changed})
    assert any(path in one and wanted in one for one in found), found


def test_consent_takes_no_translation(source: Mapping[str, str]) -> None:
    page = source["ko/pages/home.md"].replace("id: home", "id: consent")
    found = findings({**source, "ko/pages/consent.md": page})
    assert any("source's words only" in one for one in found)


def test_other_files_have_no_place_there(source: Mapping[str, str]) -> None:
    found = findings({**source, "ko/menus.yaml": "home: [about]\n"})
    assert any("ko/menus.yaml" in one and "No such file belongs here" in one for one in found)


def test_what_is_missing_comes_in_english(source: Mapping[str, str]) -> None:
    fewer = {path: text for path, text in source.items() if not path.startswith("ja/")}
    fewer["ja/phrases.po"] = (
        'msgid ""\nmsgstr ""\n"Language: ja\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "button.menu"\nmsgstr "メニュー"\n'
    )
    release = content.build(fewer, now=NOW)
    japanese = phrases_of(release, "ja-JP")
    assert japanese.tag == "ja"
    assert japanese.label("button.menu") == "メニュー"
    assert japanese.label("button.back") == "Back"
    item = release.item_in("home", "ja")
    assert item is not None
    assert item.title == "Welcome"
    assert japanese.into("ko").tag == "ko"
    assert phrases_of(release, "fr").tag == "en"


def test_the_hours_read_as_the_language_has_them(source: Mapping[str, str]) -> None:
    release = content.build(source, now=NOW)
    english = flat(phrases_of(release, "en").text("promise.none"))
    assert "Mon" in english
    assert "월" in release.translations["ko"].facts["desk_hours"]
