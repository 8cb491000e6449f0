"""Forms over everything that can be edited: what is not edited stays byte for byte."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.editing import check, targets
from content.editing.errors import CannotEdit
from content.editing.fields import Field
from content.editing.target import KINDS, parse
from tests.unit.editing.conftest import NOW, target

TYPED = st.text(st.characters(), max_size=80) | st.text(
    "ab: #-'\"[]{},*&!|>%@`~\n\\é0", max_size=40
)
Source = Mapping[str, str]


def test_all_forms_of_what_ships(guide: Source) -> None:
    kinds = {one.kind for one in targets.targets(guide)}
    assert kinds == set(KINDS)
    for one in targets.targets(guide):
        form = targets.read(guide, one)
        assert form.title, one
        assert parse(str(one)) == one
        assert all(field.label for field in form.fields)
        assert len(form.values) == len(form.fields)
        assert targets.write(guide, one, form.values) == guide, one


@given(data=st.data())
def test_an_edit_is_kept_and_touches_one_file(guide: Source, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(targets.targets(guide)))
    form = targets.read(guide, one)
    field = data.draw(st.sampled_from([f for f in form.fields if f.name != "reason"]))
    value = data.draw(TYPED)
    made = targets.write(guide, one, {field.name: value})
    again = targets.read(made, one)
    if (one.kind, field.input) not in (("closures", "list"), ("hours", "line")):
        assert again.values[field.name] == kept(field, value)
    others = {name: one for name, one in form.values.items() if name != field.name}
    assert {name: again.values[name] for name in others} == others
    assert {path for path in guide if guide[path] != made[path]} <= {
        field.path or form.fields[0].path
    }
    assert made.keys() == guide.keys()
    assert targets.write(made, one, again.values) == made


def kept(field: Field, value: str) -> str:
    tidied = targets.tidy(field, value)
    if field.name == "max":  # a number is written as one: no leading zeros, 0 is none
        return str(int(tidied) or "") if tidied.isascii() and tidied.isdigit() else tidied
    return tidied


@given(data=st.data())
def test_going_back_gives_the_same_file(guide: Source, data: st.DataObject) -> None:
    """One more line in a list, then without it: comments and order stand as they stood."""
    one = data.draw(
        st.sampled_from([t for t in targets.targets(guide) if t.kind in ("danger", "menu", "asks")])
    )
    field = next(f for f in targets.read(guide, one).fields if f.input == "list" and f.value)
    lines = field.value.split("\n")
    at = data.draw(st.integers(0, len(lines)))
    more = "\n".join([*lines[:at], "something new", *lines[at:]])
    made = targets.write(guide, one, {field.name: more})
    assert made != guide
    assert targets.write(made, one, {field.name: field.value}) == guide


def test_comments_and_line_ends_stay() -> None:
    menus = (
        "# first\r\nhome: [a, b] # beside\r\n# before\r\n"
        "about:\r\n  - a # the first\r\n  # the second\r\n  - b\r\n"
    )
    source = {"menus.yaml": menus}
    made = targets.write(source, target("menu:about"), {"entries": "a\nb\nact:write"})
    assert made["menus.yaml"] == menus + '  - "act:write"\r\n'
    made = targets.write(made, target("menu:home"), {"entries": "b\na"})
    assert made["menus.yaml"].startswith("# first\r\nhome: [b, a] # beside\r\n# before\r\n")


def test_new_words_take_the_tick_away(small: Source) -> None:
    path = "en/guide/start.md"
    ticked = small[path].replace("reviewed: never\n", "reviewed: 2026-01-02\nreviewer: Kim\n")
    source = {**small, path: ticked}
    made = targets.write(source, target("page:start"), {"aliases": "beginning"})
    assert "reviewed: 2026-01-02\nreviewer: Kim\n" in made[path]
    made = targets.write(source, target("page:start"), {"body": "New words."})
    assert "reviewed: never\n" in made[path]
    assert "reviewer" not in made[path]
    note = check.findings(source, target("page:start"), {"body": "New words."}, now=NOW)
    assert [(one.blocks, one.field) for one in note] == [(False, "body")]


def test_new_safety_words_need_a_new_clinical_review(small: Source) -> None:
    path = "en/safety/violence.md"
    source = {**small, path: small[path].replace("not yet", "Dr Kim, 2026")}
    made = targets.write(source, target("safety:violence"), {"body": "Call.\n\n{alert_status}"})
    assert "clinical_review: not yet clinically reviewed\n" in made[path]


@pytest.mark.parametrize("text", ["", "page", "page:", "staff:kim", "hours:x", "page:" + "x" * 200])
def test_forged_targets(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text", ["page:../../etc/passwd", "phrase:x", "menu:x", "asks:x/y", "safety:x", "step:x"]
)
def test_targets_that_are_not_there(small: Source, text: str) -> None:
    with pytest.raises(CannotEdit):
        targets.read(small, target(text))
    found = check.findings(small, target(text), {"body": "x"})
    assert found
    assert found[0].message


@pytest.mark.parametrize(
    "deep",
    [
        "[" * 250_000,
        "- " * 120_000,
        "{a: " * 60_000,
        "a: &x [*x]\n",
        "a: *b",
        "\0",
        "a: !!python/x 1\na: [",
    ],
)
def test_yaml_bombs_are_refused_kindly(deep: str) -> None:
    with pytest.raises(CannotEdit):
        targets.read({"menus.yaml": deep}, target("menu:home"))
    assert targets.targets({"menus.yaml": deep, "danger.yaml": deep, "form.yaml": deep}) == ()
