"""What the Words page writes into a YAML file reads back as it was, by every reader."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from content.editing import yamlwords
from content.editing.yamltext import YamlText

READERS = [yaml.safe_load, lambda text: yaml.load(text, Loader=yaml.CSafeLoader)]
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.text(
    "a1 ,?:!-[]{}#'\"&*%@|>~.좋아요", max_size=12
)
LINE = TYPED.map(lambda typed: " ".join(typed.split())).filter(bool)
"""What a form hands on: an editor's line without blanks around it."""


@pytest.mark.parametrize("reader", READERS)
@given(texts=st.lists(TYPED, min_size=1, max_size=4))
@example(texts=["보장되나요?", "Is it?", "a ?b", "yes", "12:30", "2026-01-01", ""])
def test_texts_come_back_from_brackets_and_from_lines(
    reader: Callable[[str], Any], texts: list[str]
) -> None:
    inside = "[" + ", ".join(yamlwords.entry(one, flow=True) for one in texts) + "]"
    below = "".join(f"- {yamlwords.entry(one, flow=False)}\n" for one in texts)
    for written in (inside, below):
        assert [str(one) for one in reader(written)] == texts


@given(texts=st.lists(LINE, min_size=1, max_size=6), more=LINE)
@example(texts=["a long question of a patient?"] * 6, more="b?")
def test_a_list_that_is_written_anew_below_missing_keys(texts: list[str], more: str) -> None:
    made = YamlText("also:\n  x: [a]\n").with_entries(("also", "page", "asked"), texts)
    made = made.with_entries(("also", "page", "asked"), [*texts, more])
    assert yaml.safe_load(made.text)["also"] == {"x": ["a"], "page": {"asked": [*texts, more]}}
