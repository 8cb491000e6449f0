"""Our texts as Telegram takes them: text with entities, counted in UTF-16 units, never a parse mode.

A text that does not fit one message (4,096 units, 100 entities) becomes several, cut at a blank line,
a line, a space, and only then inside a word. What people typed is kept plain (see ``neutral``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.telegram import limits
from adapters.telegram.neutral import Range, risky
from bot.screens import Rows
from bot.text import Heading, Items, Paragraph, Quote, Span, Style, Text, typed

NOTHING_VISIBLE = "…"
"""Stands where a text has no visible character: Telegram refuses an empty message."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A look of a range of UTF-16 units; ``user`` for a mention of somebody, ``address`` for a link
    of ours."""

    kind: str
    offset: int
    length: int
    user: int | None = None
    address: str | None = None


Markup = Mapping[str, Any] | None
"""What stands under a message, as the Bot API takes it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message: at most ``limits.TEXT_UNITS`` units and ``limits.ENTITIES`` marks."""

    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def entities(self) -> list[dict[str, Any]]:
        """The marks as the Bot API takes them."""
        return [_entity(mark) for mark in self.marks]


@dataclass(frozen=True, slots=True)
class Mention:
    """A staff member to notify: a Telegram user id and the name to show."""

    user: int
    name: str


@dataclass(slots=True)
class _Page:
    """A text laid out, before it is cut: ranges are in characters."""

    text: str = ""
    looks: list[tuple[int, int, str, int | None]] = field(default_factory=list)
    typed: list[Range] = field(default_factory=list)

    def write(self, words: str, look: str | None = None, user: int | None = None) -> None:
        start = len(self.text)
        self.text += words
        if look is not None and words:
            self.looks.append((start, len(self.text), look, user))

    def spans(self, spans: Sequence[Span], within: str = "") -> None:
        for span in spans:
            start = len(self.text)
            look = {Style.BOLD: "bold", Style.ITALIC: "italic"}.get(span.style)
            self.write(clean(span.text), None if look == within else look)
            if span.style is Style.TYPED and len(self.text) > start:
                self.typed.append((start, len(self.text)))


def units(text: str) -> int:
    """Length as Telegram counts: characters outside the basic plane count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def head(text: str, most: int) -> str:
    """The beginning of a text: at most ``most`` units, no character cut in two."""
    used = 0
    for at, char in enumerate(text):
        used += 2 if char > "\uffff" else 1
        if used > most:
            return text[:at]
    return text


def human(text: str) -> Text:
    """A person's words as a text of their own."""
    return (Paragraph((typed(text),)),)


def render(
    text: Text, *, size: int = limits.TEXT_UNITS, mention: Sequence[Mention] = ()
) -> tuple[Part, ...]:
    """The messages that show a text, at least one. ``mention`` names people in a first line."""
    return _cut(_lay_out(text, mention), size)


def keyboard(rows: Rows) -> Markup:
    """Buttons under a message, as the Bot API takes them. Raises ``ValueError`` for data that Telegram
    would refuse."""
    out: list[list[dict[str, str]]] = []
    for row in rows:
        for at in range(0, len(row), limits.KEYBOARD_ROW):
            out.append([])
            for choice in row[at : at + limits.KEYBOARD_ROW]:
                if not 1 <= len(choice.data.encode("utf-8", "replace")) <= limits.CALLBACK_BYTES:
                    raise ValueError("button data must be 1 to 64 bytes")
                label = clean(choice.label).strip() or NOTHING_VISIBLE
                out[-1].append({"text": label, "callback_data": choice.data})
    if sum(map(len, out)) > limits.KEYBOARD_BUTTONS:
        raise ValueError("more than 100 buttons")
    return {"inline_keyboard": out} if out else None


_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e]")
_BREAKS = re.compile("\r\n?|[\u2028\u2029\u0085]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Without what Telegram drops or refuses: controls, direction overrides, half surrogate pairs."""
    if text.isprintable():  # nearly always: none of these is
        return text
    text = _SURROGATES.sub("\ufffd", _BREAKS.sub("\n", text))
    return _DROPPED.sub("", text.replace("\t", " ").replace("\v", " ").replace("\f", " "))


def _lay_out(text: Text, mention: Sequence[Mention]) -> _Page:
    page = _Page()
    for number, one in enumerate(mention):
        page.write(" · " if number else "")
        page.write(clean(one.name).strip() or NOTHING_VISIBLE, "text_mention", one.user)
    if mention:
        page.write("\n\n" if text else "")
    for number, block in enumerate(text):
        page.write("\n\n" if number else "")
        start = len(page.text)
        match block:
            case Heading(spans=spans):
                page.spans(spans, within="bold")
                page.looks.append((start, len(page.text), "bold", None))
            case Paragraph(spans=spans):
                page.spans(spans)
            case Quote(spans=spans):
                page.spans(spans)
                page.looks.append((start, len(page.text), "blockquote", None))
            case Items(items=items, numbered=numbered):
                for at, spans in enumerate(items, 1):
                    page.write("\n" if at > 1 else "")
                    page.write(f"{at}. " if numbered else "• ")
                    page.spans(spans)
    return page


def _cut(page: _Page, size: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = 0
    text = page.text
    while at < len(text):
        room = size
        while True:
            end = _end_of_part(text, at, room)
            part = _part(page, at, end)
            if len(part.marks) <= limits.ENTITIES:
                break
            room = max(1, room // 2)
        if part.text:
            parts.append(part)
        at = end
    return tuple(parts) or (Part(NOTHING_VISIBLE),)


def _end_of_part(text: str, start: int, room: int) -> int:
    """Where the part that begins at ``start`` ends: all of the rest, or the best place to cut."""
    if units(text[start:]) <= room:
        return len(text)
    end, used = start, 0
    while end < len(text):
        used += 2 if text[end] > "\uffff" else 1
        if used > room:
            break
        end += 1
    if end == len(text):
        return end
    half = start + (end - start) // 2
    for gap in ("\n\n", "\n", " "):
        at = text.rfind(gap, half, end)
        if at > start:
            return at + len(gap)
    while end > half + 1 and _joined(text[end - 1], text[end]):
        end -= 1
    return max(end, start + 1)


def _joined(left: str, right: str) -> bool:
    """Whether two characters are drawn as one (accents, emoji sequences)."""
    return (
        unicodedata.category(right) in ("Mn", "Me", "Mc")
        or "\u200d" in (left, right)
        or "\U0001f3fb" <= right <= "\U0001f3ff"
    )


def _part(page: _Page, start: int, end: int) -> Part:
    """The message of a range, without the white space at its ends (Telegram would drop it)."""
    while start < end and page.text[start].isspace():
        start += 1
    while end > start and page.text[end - 1].isspace():
        end -= 1
    text = page.text[start:end]
    if not any(map(_visible, text)):
        return Part("")

    def here(low: int, high: int) -> Range:
        return max(low, start) - start, min(high, end) - start

    typed = [(a, b) for a, b in (here(*one) for one in page.typed) if a < b]
    code = risky(text, typed) if typed else []
    looks: list[tuple[int, int, str, int | None]] = [(*one, "code", None) for one in code]
    for low, high, kind, user in page.looks:
        a, b = here(low, high)
        # Telegram lets a quote hold code, but no bold, italic or mention.
        free = [(a, b)] if kind == "blockquote" else _outside((a, b), code)
        looks.extend((*one, kind, user) for one in free)
    marks = (_mark(text, look) for look in sorted(set(looks), key=_order))
    return Part(text, tuple(mark for mark in marks if mark is not None))


def _order(look: tuple[int, int, str, int | None]) -> tuple[int, int, str, int]:
    start, end, kind, user = look
    return start, -end, kind, user or 0


def _outside(whole: Range, holes: list[Range]) -> list[Range]:
    out: list[Range] = []
    at, end = whole
    for low, high in holes:
        if high <= at or low >= end:
            continue
        if low > at:
            out.append((at, low))
        at = high
    if at < end:
        out.append((at, end))
    return out


def _mark(text: str, look: tuple[int, int, str, int | None]) -> Mark | None:
    """In UTF-16 units, white space at the ends left out; None where nothing remains."""
    start, end, kind, user = look
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    return Mark(kind, units(text[:start]), units(text[start:end]), user)


_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs that show nothing; Telegram counts them as empty."""


def _entity(mark: Mark) -> dict[str, Any]:
    out: dict[str, Any] = {"type": mark.kind, "offset": mark.offset, "length": mark.length}
    if mark.address is not None:
        out["url"] = mark.address
    if mark.user is not None:
        out["user"] = {"id": mark.user, "is_bot": False, "first_name": "-"}
    return out


def _visible(char: str) -> bool:
    return unicodedata.category(char)[0] not in "ZC" and char not in _BLANK
