"""The shipped content: it lints, nothing is out of reach, every alias finds its page."""

import json
from datetime import UTC, datetime

import content
from bot import codec
from bot.danger import find
from bot.phrases import PHRASES
from bot.release import Kind, Release
from bot.text import flat, placeholders
from bot.understanding import Route
from content.answers import LexicalEngine
from content.check_reach import taps
from content.parts import Parts
from content.phrases import phrases_of

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def test_it_lints_clean() -> None:
    assert [str(one) for one in content.check()] == []


def test_its_release_goes_through_json_and_comes_back_the_same(shipped: content.Loaded) -> None:
    data = json.loads(json.dumps(codec.encode(shipped.release)))
    assert codec.decode(Release, data) == shipped.release


def test_the_same_source_makes_the_same_release(shipped: content.Loaded) -> None:
    backwards = dict(reversed(list(shipped.source.items())))
    one, two = content.build(shipped.source, now=NOW), content.build(backwards, now=NOW)
    assert one == two
    assert json.dumps(codec.encode(one)) == json.dumps(codec.encode(two))
    assert one.id == content.digest(shipped.source) == shipped.release.id


def test_another_word_makes_another_id(shipped: content.Loaded) -> None:
    changed = {**shipped.source, "moved.yaml": "old-page: start\n"}
    assert content.build(changed, now=NOW).id != shipped.release.id


def test_every_section_and_question_is_within_three_taps(shipped: content.Loaded) -> None:
    release = shipped.release
    near = taps(Parts(items=dict(release.items), menus=dict(release.menus)))
    wanted = [one.id for one in release.items.values() if one.kind in (Kind.SECTION, Kind.FAQ)]
    assert len(wanted) == 9 + 8
    assert {name: near.get(name) for name in wanted if near.get(name, 99) > 3} == {}


def test_every_alias_and_title_finds_its_page_exactly(shipped: content.Loaded) -> None:
    engine, wrong = LexicalEngine(), []
    for item in shipped.release.items.values():
        for alias in item.aliases:
            found = engine.understand(f"  {alias.upper()}?! ", shipped.release)
            if item.id in ("privacy", "help") and found.route is not Route.GUIDE:
                continue  # the same page by another way
            if found.exact != item.id or found.candidates[0].content_id != item.id:
                wrong.append((item.id, alias, found.route, found.exact))
    assert wrong == []


def test_no_alias_raises_an_alarm(shipped: content.Loaded) -> None:
    lexicon = shipped.release.lexicon
    alarming = [
        (item.id, text)
        for item in shipped.release.items.values()
        for text in (*item.aliases, item.title, item.button)
        if find(text, lexicon)
    ]
    assert alarming == []


def test_no_screen_is_over_six_hundred_characters(shipped: content.Loaded) -> None:
    for item in shipped.release.items.values():
        for page in item.pages:
            assert len(flat(page.text)) <= 600, item.id


def test_the_facts_are_filled_and_only_run_time_names_are_left(shipped: content.Loaded) -> None:
    release = shipped.release
    left = {
        name
        for item in release.items.values()
        for page in item.pages
        for name in placeholders(page.text)
    }
    assert left <= {"channel"}
    assert release.organisation.facts["desk_hours"] == (
        "Mon–Fri 09:00–12:00, 13:00–18:00 Seoul time"
    )
    assert release.organisation.facts["team_languages"] == "English, Korean"


def test_the_samples_are_named(shipped: content.Loaded) -> None:
    samples = shipped.release.organisation.samples
    assert {"publication", "responsible", "bot.name", "staff.local.name"} <= set(samples)
    assert len(samples) == len(set(samples))


def test_every_phrase_of_the_program_can_be_said(shipped: content.Loaded) -> None:
    phrases = phrases_of(shipped.release, "en")
    for key, spec in PHRASES.items():
        values = {"channel": "Telegram", **{name: f"<{name}>" for name in spec.names}}
        said = flat(phrases.text(key, **values))
        assert said, key
        assert "{" not in said, (key, said)
        assert phrases.label(key, **values), key
