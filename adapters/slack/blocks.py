"""Our text tree as Block Kit.

Everything, approved or typed, becomes ``text`` elements of ``rich_text`` blocks or ``plain_text``
objects: Slack parses neither, so ``<!channel>``, ``<@U…>``, addresses and ``*stars*`` stay what they
are. Mentions are made from account ids only, by ``mention``.

Limits (docs.slack.dev/reference/block-kit): 50 blocks, header 150, button text 75, ``value`` 2,000,
25 elements in ``actions``. Slack names no limit for rich text; we keep to the 3,000 of a section.
Lengths are counted in UTF-16 units, which is never less than Slack may count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.screens import Choice, Rows
from bot.text import Block, Heading, Items, Paragraph, Quote, Span, Style, Text

Json = dict[str, Any]

HEADER_MAX = 150
BLOCK_MAX = 3000
LABEL_MAX = 75
VALUE_MAX = 2000
ACTIONS_MAX = 25

_STYLES: dict[Style, Json] = {Style.BOLD: {"bold": True}, Style.ITALIC: {"italic": True}}


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def sayable(text: str) -> str:
    """Without lone surrogates and NUL, which no JSON reader takes."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def cut(text: str, limit: int) -> str:
    """At most ``limit`` units, with an ellipsis where something was cut."""
    if units(text) <= limit:
        return text
    kept, used = [], 1
    for char in text:
        used += units(char)
        if used > limit:
            break
        kept.append(char)
    return "".join(kept) + "…"


def text_blocks(text: Text) -> list[Json]:
    """The blocks of a text, in order; long ones are continued in the next block."""
    return [made for block in text for made in _block(block)]


def _block(block: Block) -> Iterator[Json]:
    match block:
        case Heading(spans=spans):
            title = sayable("".join(span.text for span in spans))
            ours = all(span.style is not Style.TYPED for span in spans)
            if ours and title.strip() and units(title) <= HEADER_MAX and "\n" not in title:
                yield {"type": "header", "text": plain_text(title)}
            else:
                for part in _parts(spans):
                    yield _rich([{"type": "rich_text_section", "elements": _bold(part)}])
        case Paragraph(spans=spans):
            for part in _parts(spans):
                yield _rich([{"type": "rich_text_section", "elements": _elements(part)}])
        case Quote(spans=spans):
            for part in _parts(spans):
                yield _rich([{"type": "rich_text_quote", "elements": _elements(part)}])
        case Items(items=items, numbered=numbered):
            yield from _lists(items, "ordered" if numbered else "bullet")


def _lists(items: tuple[tuple[Span, ...], ...], style: str) -> Iterator[Json]:
    """One list, or several where it is too long; a long item goes on in items of its own."""
    sections: list[Json] = []
    used = number = 0

    def made() -> Json:
        start = {"offset": number - len(sections)} if style == "ordered" else {}
        if start.get("offset") == 0:
            start = {}
        return _rich([{"type": "rich_text_list", "style": style, **start, "elements": sections}])

    for spans in items:
        for part in _parts(spans):
            size = sum(units(span.text) for span in part)
            if sections and used + size > BLOCK_MAX:
                yield made()
                sections, used = [], 0
            sections.append({"type": "rich_text_section", "elements": _elements(part)})
            number += 1
            used += size
    if sections:
        yield made()


def _parts(spans: Iterable[Span]) -> Iterator[tuple[Span, ...]]:
    """The spans in portions of at most ``BLOCK_MAX`` units, without empty ones."""
    portion: list[Span] = []
    room = BLOCK_MAX
    for span in spans:
        rest = sayable(span.text)
        while rest:
            here, rest = _head(rest, room)
            if here:
                portion.append(Span(here, span.style))
                room -= units(here)
            if rest:
                yield tuple(portion)
                portion, room = [], BLOCK_MAX
    if portion:
        yield tuple(portion)


def _head(text: str, room: int) -> tuple[str, str]:
    """As much of ``text`` as fits, cut after a blank where there is one near, and the rest."""
    if units(text) <= room:
        return text, ""
    end = used = 0
    for char in text:
        used += units(char)
        if used > room:
            break
        end += 1
    blank = max(text.rfind(mark, 0, end) for mark in ("\n", " "))
    if blank > end - 200 and blank > 0:
        end = blank + 1
    return text[:end], text[end:]


def _elements(spans: tuple[Span, ...]) -> list[Json]:
    return [_element(span) for span in spans]


def _bold(spans: tuple[Span, ...]) -> list[Json]:
    return [{"type": "text", "text": span.text, "style": {"bold": True}} for span in spans]


def _element(span: Span) -> Json:
    style = _STYLES.get(span.style)
    return {"type": "text", "text": span.text} | ({"style": dict(style)} if style else {})


def _rich(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": elements}


def plain_text(text: str) -> Json:
    """A text object without looks; ``emoji`` off keeps ``:smile:`` as it is written."""
    return {"type": "plain_text", "text": sayable(text), "emoji": False}


def mention(accounts: Iterable[str]) -> list[Json]:
    """A line that notifies people: accounts of ours ("slack:U01", "slack:S01" for a user group).

    Accounts on other platforms are left out; no usable one, no line.
    """
    people: list[Json] = []
    for account in accounts:
        channel, _, one = account.partition(":")
        if channel != "slack" or not one.isalnum():
            continue
        if people:
            people.append({"type": "text", "text": " "})
        if one.startswith("S"):
            people.append({"type": "usergroup", "usergroup_id": one})
        else:
            people.append({"type": "user", "user_id": one})
    return [_rich([{"type": "rich_text_section", "elements": people}])] if people else []


def button_blocks(rows: Rows) -> list[Json]:
    """One ``actions`` block for each row of buttons; ``value`` carries our button data."""
    made: list[Json] = []
    for number, row in enumerate(rows):
        for start in range(0, len(row), ACTIONS_MAX):
            part = row[start : start + ACTIONS_MAX]
            made.append(
                {
                    "type": "actions",
                    "elements": [
                        button(one, f"{number}.{start + at}") for at, one in enumerate(part)
                    ],
                }
            )
    return made


def button(choice: Choice, place: str) -> Json:
    """A button; ``place`` makes its action id unique in the message."""
    label = cut(sayable(choice.label), LABEL_MAX).strip() or "…"
    return {
        "type": "button",
        "action_id": f"choice.{place}",
        "text": plain_text(label),
        "value": choice.data,
    }
