"""New pages, order, closed days, danger words, the tick; pages that go or get another name."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import content
from bot.release import Release
from content.editing import check, create, merge, remove, review, targets, yamltext
from content.editing.errors import CannotEdit
from content.fields import ID
from tests.unit.editing.conftest import HEAVY, NOW, TODAY, target

Source = Mapping[str, str]
NEW = {
    "title": "Is it a spa?",
    "body": "It is not.",
    "aliases": "spa\nwellness",
    "related": "faq-cost",
}


def built(source: Source) -> Release:
    return content.build(source, now=NOW)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("faq", "faq-is-it-a-spa"), ("section", "is-it-a-spa"), ("term", "term-is-it-a-spa")],
)
def test_a_new_page_lints_and_stands_in_the_menu(small: Source, kind: str, name: str) -> None:
    values = {**NEW, "menu": "home", "source": "Our own", "author": "Kim"}
    assert create.findings(small, kind, values, now=NOW) == ()
    made = create.create_page(small, kind, values, today=TODAY)
    assert made.target == target(f"page:{name}")
    release = built(made.source)
    assert release.items[name].aliases == ("spa", "wellness")
    assert release.menus["home"][-1] == name
    assert release.items[name].review_by == "2027-11-20"
    assert targets.read(made.source, made.target).values["body"] == "It is not."


def test_usual_values_are_proposed(guide: Source) -> None:
    assert create.form(guide, "faq").values["menu"] == "menu-faq"
    assert create.form(guide, "term").values["menu"] == "menu-terms"
    assert create.form(guide, "section").values["source"]
    with pytest.raises(CannotEdit):
        create.form(guide, "page")


def test_findings_of_a_new_page_name_their_fields(small: Source) -> None:
    found = create.findings(
        small, "faq", {"title": "", "body": "", "aliases": "prices", "menu": "home"}, now=NOW
    )
    assert {one.field for one in found} >= {"title", "body", "aliases"}
    found = create.findings(
        small, "faq", {**NEW, "menu": "", "source": "x", "author": "y"}, now=NOW
    )
    assert any("not reachable" in one.message for one in found)


@given(title=st.text(max_size=60), kind=st.sampled_from(create.KINDS))
def test_ids_fit_and_are_new(small: Source, title: str, kind: str) -> None:
    name = create.new_id(small, kind, title)
    assert ID.fullmatch(name)
    assert (kind == "term") == name.startswith("term-")
    made = create.create_page(small, kind, {"title": title, "body": "x"}, today=TODAY)
    assert made.target.name == name
    assert create.new_id(made.source, kind, title) != name


def test_order_of_a_menu(small: Source) -> None:
    made = create.move_entry(small, "home", "about", 0)
    assert built(made).menus["home"] == ("about", "start", "faq-cost", "act:write")
    assert create.move_entry(made, "home", "about", 99)["menus.yaml"] == small["menus.yaml"]
    with pytest.raises(CannotEdit):
        create.move_entry(small, "home", "nothing", 0)


def test_closing_the_desk_changes_the_hours(small: Source) -> None:
    friday = date(2026, 11, 27)
    made = create.close_desk(small, friday, why="team day: all of us")
    assert create.close_desk(made, friday, why="team day: all of us") == made
    noon = int(datetime(2026, 11, 27, 1, 0, tzinfo=UTC).timestamp())

    def is_open(source: Source) -> bool:
        return any(start <= noon < end for start, end in built(source).organisation.hours.open)

    assert is_open(small)
    assert not is_open(made)
    assert (
        "2026-11-27: team day: all of us"
        in targets.read(made, target("closures")).values["closures"]
    )
    assert "year's end" in made["organisation.yaml"]
    with pytest.raises(CannotEdit):
        create.close_desk(small, friday, date(2026, 11, 26))


def test_danger_words_come_freely_and_go_with_a_reason(guide: Source) -> None:
    made = create.add_danger_word(guide, "emergency", "en", "my lips are blue and cold")
    assert ("my", "lips", "are", "blue", "and", "cold") in built(made).lexicon.kinds["emergency"]
    gone = create.remove_danger_word(
        made, "emergency", "en", "my lips are blue and cold", why="said twice"
    )
    assert '# taken away: "my lips are blue and cold" (said twice)\n' in gone.source["danger.yaml"]
    assert "said twice" in gone.audit
    assert built(gone.source).lexicon == built(guide).lexicon
    for word, why in (("my lips are blue and cold", " "), ("no such word", "x")):
        with pytest.raises(CannotEdit):
            create.remove_danger_word(made, "emergency", "en", word, why=why)


def test_a_whole_list_goes_in_one_reading_of_the_file(
    guide: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    compose = yamltext._compose
    monkeypatch.setattr(yamltext, "_compose", lambda text: (read.append(1), compose(text))[1])
    before = targets.read(guide, target("danger:emergency")).values
    words = before["en"].split("\n")
    values = {**dict.fromkeys(before, ""), "en": words[3], "reason": "all of it"}
    made = targets.write(guide, target("danger:emergency"), values)
    assert len(read) < 5 * len(before) < len(words)  # not one for each of the words
    assert made["danger.yaml"].count("(all of it)\n") == len(words) - 1
    assert targets.read(made, target("danger:emergency")).values["en"] == words[3]


def test_the_tick_and_the_list(small: Source) -> None:
    assert {one.state for one in review.review_list(small, TODAY)} == {review.State.UNCHECKED}
    made = review.tick(small, "start", by="Kim", today=TODAY)
    item = built(made).items["start"]
    assert (item.reviewed, item.reviewer, item.review_by) == ("2026-11-20", "Kim", "2027-11-20")
    assert "start" not in {one.target.name for one in review.review_list(made, TODAY)}
    soon = {one.target.name: one.state for one in review.review_list(made, date(2027, 10, 30))}
    assert soon["start"] is review.State.SOON
    assert soon["faq-cost"] is review.State.OVERDUE
    assert built(review.untick(made, "start")).items["start"].reviewed is None


def test_what_is_linked_is_not_removed(small: Source) -> None:
    with pytest.raises(CannotEdit) as refused:
        remove.remove_page(small, "faq-cost")
    links = remove.links_to(small, "faq-cost")
    assert list(refused.value.because) == [str(one) for one in links if one.how == "related"]
    assert {one.how for one in remove.links_to(small, "faq-cost")} == {"related", "menu"}
    assert {one.how for one in remove.links_to(small, "term-mfds")} == {"link in the text"}
    for name in ("home", "consent", "nothing"):
        with pytest.raises(CannotEdit):
            remove.remove_page(small, name, to="start")


def test_a_removed_page_leads_on(small: Source) -> None:
    made = remove.remove_page(small, "faq-cost", to="start")
    release = built(made)
    assert release.item("faq-cost") is release.items["start"]
    assert release.menus["home"] == ("start", "act:write", "about")
    twice, new = remove.rename_page(made, "start", "beginning")
    release = built(twice)
    assert new == "beginning"
    assert release.moved == {"faq-cost": "beginning", "start": "beginning"}


def test_a_page_that_nothing_replaces_is_noted_as_removed(small: Source) -> None:
    made, _ = remove.rename_page(small, "faq-cost", "faq-price")
    made = targets.write(made, target("page:start"), {"related": ""})
    assert {one.how for one in remove.links_to(made, "faq-price")} == {"old page", "menu"}
    gone = remove.remove_page(made, "faq-price")
    release = built(gone)
    assert release.menus["home"] == ("start", "act:write", "about")
    assert release.moved == {"faq-cost": "", "faq-price": ""}
    assert release.item("faq-cost") is None
    assert 'faq-price: "(removed)"\n' in gone["moved.yaml"]
    # no other page ever gets the name: an old button never shows what it does not promise
    values = {"title": "Price", "body": "Ask the clinic."}
    assert create.create_page(gone, "faq", values, today=TODAY).target.name == "faq-price-2"
    with pytest.raises(CannotEdit, match="no free id"):
        remove.rename_page(gone, "start", "faq-price")
    linked = targets.write(gone, target("page:start"), {"related": "faq-price"})
    (found,) = check.lint(linked, now=NOW)
    assert "was removed" in found.message
    # taken back after somebody else's edit: the page is there, and the note that it is gone is not
    later = targets.write(gone, target("page:about"), {"title": "Who we are"})
    back = merge.merge(gone, made, later)
    assert back.conflicts == ()
    assert built(back.source).items["faq-price"]
    assert built(back.source).moved == {"faq-cost": "faq-price"}


def test_every_page_of_what_ships_can_be_renamed_and_replaced(guide: Source) -> None:
    pages = list(built(guide).items.values())
    for item in pages if HEAVY else pages[::9]:
        if item.id in (*remove.REQUIRED, remove.NOT_MEAN):
            continue
        new = ("term-" if item.id.startswith("term-") else "") + "another-name"
        made, _ = remove.rename_page(guide, item.id, new)
        assert check.lint(made, now=NOW) == (), item.id
        assert built(made).item(item.id) == built(made).items[new]
        assert remove.links_to(made, item.id) == ()
        if not item.id.startswith("menu-"):
            gone = remove.remove_page(
                guide, item.id, to="checklist" if item.id != "checklist" else "about"
            )
            assert remove.links_to(gone, item.id) == ()
            assert all("There is no page" not in one.message for one in check.lint(gone, now=NOW))
