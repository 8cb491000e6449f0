"""Texts: values are filled in once and never read again; what a person typed stays TYPED."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.text import (
    Heading,
    Items,
    Paragraph,
    Quote,
    Span,
    Style,
    Text,
    fill,
    fill_label,
    flat,
    heading,
    placeholders,
    plain,
    quote_typed,
    stack,
    typed,
)

NASTY = st.text(min_size=1) | st.sampled_from(
    [
        "{name}",
        "{a}{b}",
        "{{a}}",
        "*bold*",
        "<b>",
        "<!channel>",
        "[x](http://y)",
        "{",
        "}",
        "{a",
        "a}",
    ]
)


def styles(text: Text, style: Style) -> str:
    """All the words of a text in one style."""
    out = ""
    for block in text:
        lines = block.items if isinstance(block, Items) else (block.spans,)
        out += "".join(span.text for spans in lines for span in spans if span.style is style)
    return out


@given(value=NASTY, other=NASTY)
def test_a_value_is_never_read_again(value: str, other: str) -> None:
    text = (Paragraph((Span("{a} and {b}"),)),)
    values = {"a": value, "b": other, "name": "WRONG"}
    assert flat(fill(text, values)) == f"{value} and {other}"
    assert flat(fill(text, {"a": typed(value), "b": typed(other)})) == f"{value} and {other}"
    assert fill_label("{a}|{b}", values) == f"{value}|{other}"


@given(words=NASTY)
def test_typed_words_stay_typed_wherever_they_stand(words: str) -> None:
    line = (Paragraph((Span("You wrote: {text}."),)),)
    bold = (Heading((Span("{text}", Style.BOLD),)),)
    listed = (Items(((Span("one {text}"),),)),)
    alone = (Paragraph((Span("{text}"),)),)
    for text in (line, bold, listed, alone):
        for value in (typed(words), quote_typed(words)):
            filled = fill(text, {"text": value})
            assert styles(filled, Style.TYPED) == words
            assert words in flat(filled)


@given(words=NASTY)
def test_a_filled_text_can_be_filled_again_without_reading_what_was_typed(words: str) -> None:
    once = fill((Paragraph((Span("{text} from {name}"),)),), {"text": typed(words)})
    again = fill(once, {"text": "WRONG", "a": "WRONG", "b": "WRONG", "name": "Min"})
    assert styles(again, Style.TYPED) == words
    assert styles(again, Style.PLAIN) == " from Min"


def test_a_whole_block_is_put_in_as_blocks() -> None:
    filled = fill(plain("before\n\n{text}\n\nafter"), {"text": quote_typed("her words")})
    assert filled == (
        Paragraph((Span("before"),)),
        Quote((typed("her words"),)),
        Paragraph((Span("after"),)),
    )


def test_an_unknown_name_stays_for_a_later_filling() -> None:
    text = fill(plain("{due} {name}"), {"name": "Min"})
    assert flat(text) == "{due} Min"
    assert placeholders(text) == {"due"}


def test_numbers_in_braces_and_capitals_are_no_names() -> None:
    assert placeholders(plain("{1} {A} {a-b} { a} {ok_1}")) == {"ok_1"}


def test_stack_joins_paragraphs_a_line_each_and_leaves_other_blocks() -> None:
    text = stack(plain("a"), plain("b"), heading("T"), plain("c"), (), plain("d"))
    assert [type(block).__name__ for block in text] == ["Paragraph", "Heading", "Paragraph"]
    assert flat(text) == "a\nb\n\nT\n\nc\nd"


def test_flat_shows_lists_as_lists() -> None:
    items = ((Span("one"),), (Span("two", Style.BOLD),))
    assert flat((Items(items),)) == "• one\n• two"
    assert flat((Items(items, numbered=True),)) == "1. one\n2. two"


@given(text=st.text())
def test_plain_keeps_every_visible_word(text: str) -> None:
    assert flat(plain(text)).split() == text.split()
