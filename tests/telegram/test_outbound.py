"""Our texts as Telegram takes them: within limits, nothing lost, nothing that people typed alive."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram import limits
from adapters.telegram.outbound import (
    NOTHING_VISIBLE,
    Mention,
    Part,
    clean,
    human,
    keyboard,
    render,
    units,
)
from bot.screens import Choice
from bot.text import Block, Heading, Items, Paragraph, Quote, Span, Style, Text, flat, plain, typed
from tests.fakes.telegram.rules import Rules
from tests.fakes.telegram.world import World

tdjson = pytest.importorskip("tdjson", reason="tdjson, Telegram's own parser, is not installed")

RISKY = st.sampled_from(
    ["@admin", "#tag", "/start", "$USD", "a.co", "http://x.example", "tg://resolve?domain=x",
     "a@b.example", "1.2.3.4", "4111 1111 1111 1111", "+82 10-1234-5678", "xn--e1afmkfd.xn--p1ai",
     "пример.рф", "x.com/a?b=c#d", "(/help)", "\u200d", "👩‍⚕️", "e\u0301", "\u202e", "\ud800", "\x00", "\r\n"]
)  # fmt: skip
TYPED = st.lists(st.one_of(RISKY, st.text(max_size=30)), max_size=12).map(
    lambda parts: "".join(parts)
)
LONG = st.builds(lambda word, times: (word + " ") * times, st.text(max_size=9), st.integers(1, 900))
WORDS = st.one_of(TYPED, LONG)
SPAN = st.builds(Span, WORDS, st.sampled_from(Style))
SPANS = st.lists(SPAN, max_size=5).map(tuple)
BLOCK: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, SPANS),
    st.builds(Paragraph, SPANS),
    st.builds(Quote, SPANS),
    st.builds(Items, st.lists(SPANS, max_size=4).map(tuple), st.booleans()),
)
TEXT: st.SearchStrategy[Text] = st.lists(BLOCK, max_size=6).map(tuple)


def found_by_telegram(text: str) -> list[tuple[int, int, str]]:
    """What Telegram makes of a text by itself: (offset, end, kind)."""
    request = json.dumps({"@type": "getTextEntities", "text": text}).encode()
    answer = json.loads(tdjson.td_execute(request))
    return [
        (one["offset"], one["offset"] + one["length"], one["type"]["@type"])
        for one in answer["entities"]
        if one["type"]["@type"] != "textEntityTypeMediaTimestamp"  # only under videos
    ]


def check(parts: tuple[Part, ...], size: int = limits.TEXT_UNITS) -> None:
    """Telegram's rules, by the fake server's own checks."""
    world = World()
    world.user(5, "Mina", None)
    for part in parts:
        entities: list[dict[str, Any]] = part.entities
        Rules(world).text(part.text, entities, size)
        assert len(entities) <= limits.ENTITIES
    assert world.violations == []


@given(TEXT)
def test_any_text_is_within_the_limits(text: Text) -> None:
    check(render(text))


@given(TEXT)
def test_captions_too(text: Text) -> None:
    check(render(text, size=limits.CAPTION_UNITS), limits.CAPTION_UNITS)


@given(TEXT)
def test_nothing_is_lost(text: Text) -> None:
    def essence(words: str) -> str:
        return "".join(words.split())

    whole = essence("".join(part.text for part in render(text)))
    expected = essence(clean(flat(text)))
    if whole != NOTHING_VISIBLE:
        # Parts without a visible character are not sent.
        assert _visible(whole) == _visible(expected)


def _visible(words: str) -> str:
    import unicodedata

    return "".join(char for char in words if unicodedata.category(char)[0] not in "ZC")


@given(TYPED)
def test_what_people_typed_stays_plain(words: str) -> None:
    """Telegram's own parser finds nothing in typed words that is not shown as code."""
    for text in (human(words), (Quote((Span("He wrote: "), typed(words), Span(".com"))),)):
        for part in render(text):
            code = [
                (one.offset, one.offset + one.length) for one in part.marks if one.kind == "code"
            ]
            for low, high, kind in found_by_telegram(part.text):
                covered = any(start < high and end > low for start, end in code)
                assert covered, (kind, part.text)


@pytest.mark.parametrize(
    "words",
    ["and/or 1/2 3.5 km/h", "I take 5 mg. It helps", "e.g. on 2026-11-24 at 15:40",
     "100 % sure; 20,000 won", "it's fine... really"],
)  # fmt: skip
def test_ordinary_words_are_not_shown_as_code(words: str) -> None:
    (part,) = render(human(words))
    assert part.marks == ()


def test_looks() -> None:
    text: Text = (
        Heading((Span("Title"),)),
        Paragraph((Span("plain "), Span("bold", Style.BOLD), Span(" see "), typed("@admin"))),
        Items(((Span("one"),), (Span("two", Style.ITALIC),)), numbered=True),
        Quote((typed("look at evil.example now"),)),
    )
    (part,) = render(text)
    assert part.text == (
        "Title\n\nplain bold see @admin\n\n1. one\n2. two\n\nlook at evil.example now"
    )
    looks = [(one.kind, part.text[one.offset : one.offset + one.length]) for one in part.marks]
    assert looks == [
        ("bold", "Title"),
        ("bold", "bold"),
        ("code", "@admin"),
        ("italic", "two"),
        ("blockquote", "look at evil.example now"),
        ("code", "evil.example"),
    ]


def test_offsets_count_utf16() -> None:
    (part,) = render((Paragraph((Span("😀😀 "), Span("bold", Style.BOLD))),))
    assert [(one.offset, one.length) for one in part.marks] == [(5, 4)]


def test_a_long_text_is_cut_between_paragraphs_and_kept_whole() -> None:
    paragraphs = [f"Paragraph {n}. " + "word " * 150 for n in range(12)]
    parts = render(plain("\n\n".join(paragraphs)))
    assert len(parts) > 1
    assert all(part.text.startswith("Paragraph") for part in parts)
    assert all(units(part.text) <= limits.TEXT_UNITS for part in parts)


def test_emoji_are_not_cut_in_two() -> None:
    parts = render(plain("👩‍⚕️" * 1500))
    assert len(parts) > 1
    assert all(part.text.startswith("👩") for part in parts)


def test_a_cut_makes_no_command() -> None:
    words = "a" * (limits.TEXT_UNITS) + "/start now"
    parts = render(human(words))
    assert [one.kind for one in parts[1].marks] == ["code"]


def test_a_flood_of_links_stays_one_message() -> None:
    parts = render(human("a.example " * 400))
    assert len(parts) == 1
    assert [one.kind for one in parts[0].marks] == ["code"]


def test_an_empty_text_still_shows() -> None:
    for text in ((), plain(""), human("\u200b"), human("\u2800 \u3164")):
        assert [part.text for part in render(text)] == [NOTHING_VISIBLE]


def test_mentions_come_first() -> None:
    (part,) = render(plain("Look"), mention=(Mention(5, "Mina"), Mention(6, "Jun")))
    assert part.text == "Mina · Jun\n\nLook"
    assert [(one.kind, one.user, one.offset) for one in part.marks] == [
        ("text_mention", 5, 0),
        ("text_mention", 6, 7),
    ]


def test_keyboards() -> None:
    rows = (
        tuple(Choice(str(n), f"sec:a:{n}") for n in range(1, 11)),
        (Choice("\u0000", "sec:b:1"),),
    )
    made = keyboard(rows)
    assert made is not None
    assert [len(row) for row in made["inline_keyboard"]] == [8, 2, 1]
    assert made["inline_keyboard"][2][0]["text"] == NOTHING_VISIBLE
    assert keyboard(()) is None
    with pytest.raises(ValueError, match="64 bytes"):
        keyboard(((Choice("x", "가" * 22),),))
    with pytest.raises(ValueError, match="64 bytes"):
        keyboard(((Choice("x", ""),),))
