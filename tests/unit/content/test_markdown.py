"""Markdown to our tree: what is taken looks right, what is not is said."""

import pytest

from bot.text import Items, Paragraph, Quote, Span, Style
from content.findings import Findings
from content.markdown import Chunk, pages, phrase


def read(body: str) -> tuple[Chunk, ...]:
    findings = Findings()
    found = pages(body, "x.md", findings, first_line=10)
    assert findings.sorted() == ()
    return found


def test_blocks_and_styles() -> None:
    (page,) = read(
        "One **two** *three*\nfour\\\nfive\n\n- a\n- b **c**\n\n1. x\n2. y\n\n> key\n> idea"
    )
    assert page.text == (
        Paragraph(
            (
                Span("One "), Span("two", Style.BOLD), Span(" "), Span("three", Style.ITALIC),
                Span(" four\nfive"),
            )
        ),
        Items(((Span("a"),), (Span("b "), Span("c", Style.BOLD)))),
        Items(((Span("x"),), (Span("y"),)), numbered=True),
        Quote((Span("key idea"),)),
    )  # fmt: skip


def test_links_become_plain_text_and_ids_once() -> None:
    (page,) = read("See [MFDS](term-mfds) and\n[again](term-mfds), [start](start).")
    assert page.text == (Paragraph((Span("See MFDS and again, start."),)),)
    assert page.links == (("term-mfds", 10), ("start", 10))


def test_pages_and_their_lines() -> None:
    found = read("one\n\n---\n\ntwo\n\n---\n\n- three")
    assert [page.line for page in found] == [10, 14, 18]


def test_a_placeholder_is_one_span() -> None:
    (page,) = read("To {privacy_contact} of **{publication}**.")
    assert page.text == (
        Paragraph((Span("To {privacy_contact} of "), Span("{publication}", Style.BOLD), Span("."))),
    )


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("ok\n\n# Title", 12, "Headings"),
        ("ok\n---", 10, "empty line"),
        ("ok\n\n    code", 12, "four spaces"),
        ("```\ncode\n```", 10, "```"),
        ("`code`", 10, "code"),
        ("a\n\n<b>x</b>", 12, "HTML"),
        ("![x](y)", 10, "Images"),
        ("[x](https://example.org)", 10, "page id"),
        ("[x](Not An Id)", 10, "") ,
        ("- a\n  - b", 11, "no list inside"),
        ("> - a", 10, "no list inside"),
        ("3. a", 10, "begins at 1"),
        ("- a\n-\n- b", 11, "empty"),
        ("one\n\n---\n\n---\n\ntwo", 13, "no text"),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_said(body: str, line: int, words: str) -> None:
    findings = Findings()
    pages(body, "x.md", findings, first_line=10)
    found = findings.sorted()
    if body == "[x](Not An Id)":  # not a link in Markdown either: it stays as it was typed
        assert found == ()
        return
    assert any(one.line == line and words in one.message for one in found), found


def test_a_phrase_keeps_its_line_and_takes_no_links() -> None:
    findings = Findings()
    text = phrase("a\nb [c](start)", "x.po", findings, 7)
    assert text == (Paragraph((Span("a\nb c"),)),)
    assert [one.line for one in findings.sorted()] == [7]
