"""Findings while typing: the field, the place, and mends that mend."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.editing import check, mends, targets
from tests.unit.editing.conftest import HEAVY, NOW, target
from tests.unit.editing.test_targets import TYPED

Source = Mapping[str, str]
LONG = "This is a sentence about the guide. " * 30


def test_what_ships_has_no_findings(guide: Source) -> None:
    assert check.lint(guide, now=NOW) == ()


CASES: list[tuple[str, dict[str, str], str, str, str]] = [
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
    ("asks:person", {"phrases": "hello"}, "phrases", "already stands", "away here"),
    ("organisation", {"team_languages": ""}, "team_languages", "at least one language", "Put back"),
    ("organisation", {"responsible": "Mr Kim " * 40}, "responsible", "is longer than 200", "Shorten"),
    ("page:start", {"aliases": "beginning\nBeginning!"}, "aliases", "stands here twice", "away here"),
    ("page:start", {"aliases": "???"}, "aliases", "holds no word", "away here"),
    ("page:start", {"related": "faq-cost\nfaq-cost"}, "related", "stands twice", "away here"),
    ("page:start", {"related": "old-page"}, "related", "has moved", 'Write "start"'),
    ("page:start", {"related": "gone-page"}, "related", "was removed", "away here"),
    ("page:start", {"body": "See [x](gone-page)."}, "body", "was removed", "Keep the words"),
    ("page:start", {"body": "See [x](https://example.org)."}, "body", "no page id", "Keep the words"),
    ("page:start", {"body": "You can verify it."}, "body", "forbids", "ask to see it"),
    ("page:start", {"body": "You can verify it."}, "body", "forbids", "away"),
    ("page:start", {"position": "yes"}, "position", "whose view", "Begin with"),
    ("page:start", {"position": "yes"}, "position", "whose view", "tick away"),
    ("danger:violence", {"en": "hits me\n**"}, "en", "is no pattern", "away here"),
]  # fmt: skip
"""What is typed where; the field and a piece of the finding; the mend ("": there is none)."""


@pytest.fixture(scope="module")
def ruled(small: Source) -> Source:
    """The small organisation with rules of wording, and with pages that moved or went."""
    style = """
forbidden:
  - {words: [verify], instead: '"ask to see it"'}
position_words: ["in our view"]
"""
    moved = 'old-page: start\ngone-page: "(removed)"\n'
    return {**small, "style.yaml": style, "moved.yaml": moved}


@pytest.mark.parametrize(("where", "values", "field", "piece", "label"), CASES)
def test_a_finding_names_its_field_and_a_mend_mends(
    ruled: Source, where: str, values: dict[str, str], field: str, piece: str, label: str
) -> None:
    one = target(where)
    found = [each for each in check.findings(ruled, one, values, now=NOW) if piece in each.message]
    assert found
    assert {each.field for each in found} == {field}
    if not label:
        return
    mend = next(each for each in found[0].mends if label in each.label)
    after = check.findings(ruled, one, {**values, **mend.values}, now=NOW)
    assert found[0].message not in [each.message for each in after]


def test_every_kind_of_mend_is_shown_to_mend(ruled: Source) -> None:
    """A new kind, or a linter's message that changes its words, has to come with a case above."""
    said = [
        found.message
        for where, values, _, piece, label in CASES
        if label
        for found in check.findings(ruled, target(where), values, now=NOW)
        if piece in found.message
    ]
    for pattern, make in mends._MAKERS:
        one_of = pattern.pattern.split("|") if "(" not in pattern.pattern else [pattern.pattern]
        for each in one_of:
            if each not in ALIKE:
                assert any(re.search(each, one) for one in said), (make.__name__, each)


ALIKE = {
    "read as code", "reads as code", "Code blocks", "HTML is not", "`code`", "Images are not",
    "must name ", "no safety text names", "No hours", "taps from home",
}  # fmt: skip
"""Messages whose mend is that of another one in the list: Markdown, or putting back what stood there."""


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
