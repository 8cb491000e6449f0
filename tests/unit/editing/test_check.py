"""Findings while typing: the field, the place, and mends that mend."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.editing import check, targets
from tests.unit.editing.conftest import HEAVY, NOW, target
from tests.unit.editing.test_targets import TYPED

Source = Mapping[str, str]
LONG = "This is a sentence about the guide. " * 30


def test_what_ships_has_no_findings(guide: Source) -> None:
    assert check.lint(guide, now=NOW) == ()


@pytest.mark.parametrize(
    ("where", "values", "field", "piece", "label"),
    [
        ("page:start", {"body": LONG}, "body", "characters with its title", "Split it into"),
        ("page:start", {"body": "One {publicatoin}."}, "body", "Nothing fills", "publication"),
        ("page:start", {"body": "[x](term-mfd)"}, "body", "There is no page", "term-mfds"),
        ("page:start", {"body": "# Big\n\nwords"}, "body", "Headings", "Markdown"),
        ("page:start", {"body": "One\n\n---\n\n---\n\nTwo"}, "body", "no text", "empty screen"),
        ("page:start", {"button": "A button that says far too much here"}, "button", "at most 30", "Shorten"),
        ("page:start", {"button": ""}, "button", "empty", "title"),
        ("page:start", {"aliases": "prices"}, "aliases", "already leads to faq-cost", "away here"),
        ("page:faq-cost", {"aliases": "human"}, "aliases", "wish for a person", "away here"),
        ("page:start", {"related": "faq-cots"}, "related", "no page", "faq-cost"),
        ("page:start", {"review_by": "soon"}, "review_by", "must be a date", ""),
        ("menu:home", {"entries": "about"}, "entries", "not reachable", "Put back"),
        ("hours", {"mon": "9-18"}, "mon", "must look like", "09:00-18:00"),
        ("hours", {"zone": "Asia/Seul"}, "zone", "no time zone", "Asia/Seoul"),
        ("closures", {"closures": "2026-12-31 to 2026-12-30"}, "closures", "before it begins", "earlier"),
        ("closures", {"closures": "Friday"}, "closures", "must be a date", ""),
        ("organisation", {"publication": ""}, "publication", "empty", "Put back"),
        ("danger:violence", {"en": ""}, "en", "has no English words", "Put back"),
        ("danger:violence", {"en": "kicks me"}, "reason", "say why", ""),
        ("safety:violence", {"body": "Help!\n\n{alert_status}"}, "body", "exclamation", "away"),
        ("safety:violence", {"body": "Help."}, "body", "alert_status", "at the end"),
        ("phrase:button.menu", {"text": "words that do not fit on any button"}, "text", "at most 30", "Shorten"),
        ("phrase:sent.done", {"text": "Sent."}, "text", "must hold {reference}", "Put back"),
        ("step:question", {"label": ""}, "label", "empty", "Put back"),
        ("asks:person", {"phrases": "hello"}, "phrases", "already stands", ""),
    ],
)  # fmt: skip
def test_a_finding_names_its_field_and_a_mend_mends(
    small: Source, where: str, values: dict[str, str], field: str, piece: str, label: str
) -> None:
    one = target(where)
    found = [each for each in check.findings(small, one, values, now=NOW) if piece in each.message]
    assert found
    assert {each.field for each in found} == {field}
    if not label:
        return
    mend = next(each for each in found[0].mends if label in each.label)
    after = check.findings(small, one, {**values, **mend.values}, now=NOW)
    assert found[0].message not in [each.message for each in after]


def test_forbidden_words_are_replaced_or_taken_away(guide: Source) -> None:
    body = targets.read(guide, target("page:start")).values["body"]
    bad = body + "\n\nYou can verify it. Unfortunately, odds differ."
    found = check.findings(guide, target("page:start"), {"body": bad}, now=NOW)
    mends = {mend.label: mend for one in found for mend in one.mends}
    assert any("ask to see it" in one.values["body"] for one in mends.values())
    verify = next(one for one in found if '"verify"' in one.message)
    assert bad[verify.start : verify.end] == "verify"


def test_a_place_is_the_words_in_question(small: Source) -> None:
    (found,) = check.findings(
        small, target("page:start"), {"body": "All of {nothing} here."}, now=NOW
    )
    assert (found.start, found.end) == (7, 16)


def test_faults_elsewhere_are_left_out(small: Source) -> None:
    broken = {
        **small,
        "en/faq/faq-cost.md": small["en/faq/faq-cost.md"].replace("no prices", "no {prices}"),
    }
    assert check.lint(broken, now=NOW)
    assert check.findings(broken, target("page:start"), {"body": "Fine."}, now=NOW) == ()


def test_consent_asks_for_a_new_version(guide: Source) -> None:
    body = targets.read(guide, target("page:consent")).values["body"]
    note = check.findings(guide, target("page:consent"), {"body": body + " Yes."}, now=NOW)
    assert [(one.blocks, one.mends[0].values) for one in note] == [(False, {"version": "2"})]


@settings(max_examples=2000 if HEAVY else 20)
@given(data=st.data())
def test_any_edit_of_what_ships_lints_or_is_explained(guide: Source, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(targets.targets(guide)))
    form = targets.read(guide, one)
    names = data.draw(
        st.lists(st.sampled_from([f.name for f in form.fields]), min_size=1, max_size=3)
    )
    values = {name: data.draw(TYPED) for name in names}
    found = check.findings(guide, one, values, now=NOW)
    made = targets.write(guide, one, values)
    blocking = [each for each in found if each.blocks and each.field != "reason"]
    assert bool(check.lint(made, now=NOW)) == bool(blocking)
    for each in found:
        field = form.field(each.field)
        assert field is not None, each
        value = targets.tidy(field, values.get(each.field, field.value))
        assert 0 <= each.start <= each.end <= max(len(value), len(field.value))
        for mend in each.mends:
            assert mend.values.keys() <= form.values.keys()
            targets.write(guide, one, {**values, **mend.values})
