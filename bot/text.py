"""A text as a small tree: what every screen, reply and card is made of.

Markdown is parsed into this tree when a Release is built; renderers turn it into Telegram entities,
Slack blocks or HTML. Nothing in it is markup: a ``Span`` whose style is ``TYPED`` holds words that a
person typed, and a renderer must also keep the platform from making links or mentions of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a run of characters looks. TYPED says where it comes from: a person's keyboard."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters in one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Heading:
    """The title line of a screen."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; a line break inside it is a newline character in a span."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, bulleted or numbered from 1."""

    items: tuple[tuple[Span, ...], ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A key idea set off from the text, or words of a person shown back."""

    spans: tuple[Span, ...]


Block = Heading | Paragraph | Items | Quote
Text = tuple[Block, ...]
Value = str | Span | Text
"""What may fill a ``{placeholder}``: our words, a span (often TYPED), or whole blocks."""

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def plain(text: str) -> Text:
    """Our own words as a text, one paragraph per blank-line separated part."""
    return tuple(Paragraph((Span(part),)) for part in re.split(r"\n{2,}", text.strip()) if part)


def typed(text: str) -> Span:
    """Words that a person typed, as they are."""
    return Span(text, Style.TYPED)


def heading(text: str) -> Text:
    """A title line."""
    return (Heading((Span(text),)),)


def quote_typed(text: str) -> Text:
    """A person's words shown back to them or to the desk."""
    return (Quote((typed(text),)),)


def stack(*texts: Text) -> Text:
    """Several one-paragraph texts as one paragraph, a line each; other blocks stay as they are."""
    out: list[Block] = []
    for block in (block for text in texts for block in text):
        last = out[-1] if out else None
        if isinstance(block, Paragraph) and isinstance(last, Paragraph):
            out[-1] = Paragraph((*last.spans, Span("\n"), *block.spans))
        else:
            out.append(block)
    return tuple(out)


def flat(text: Text) -> str:
    """The text without looks: for search, screen readers, the terminal and lengths."""
    return "\n\n".join(_flat_block(block) for block in text)


def _flat_block(block: Block) -> str:
    match block:
        case Items(items=items, numbered=numbered):
            marks = (f"{n}." if numbered else "•" for n in range(1, len(items) + 1))
            return "\n".join(
                f"{mark} {_join(spans)}" for mark, spans in zip(marks, items, strict=True)
            )
        case Heading(spans=spans) | Paragraph(spans=spans) | Quote(spans=spans):
            return _join(spans)


def _join(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)


def placeholders(text: Text) -> frozenset[str]:
    """The names that a text wants to be filled."""
    return frozenset(PLACEHOLDER.findall(flat(text)))


def fill(text: Text, values: Mapping[str, Value]) -> Text:
    """Put values in place of ``{names}``. A value is never parsed again; an unknown name stays."""
    filled: list[Block] = []
    for block in text:
        whole = _whole_placeholder(block)
        if whole is not None and isinstance(values.get(whole), tuple):
            filled.extend(_as_text(values[whole]))
            continue
        match block:
            case Heading(spans=spans):
                filled.append(Heading(_fill_spans(spans, values)))
            case Paragraph(spans=spans):
                filled.append(Paragraph(_fill_spans(spans, values)))
            case Quote(spans=spans):
                filled.append(Quote(_fill_spans(spans, values)))
            case Items(items=items, numbered=numbered):
                done = tuple(_fill_spans(spans, values) for spans in items)
                filled.append(Items(done, numbered))
    return tuple(filled)


def fill_label(label: str, values: Mapping[str, Value]) -> str:
    """The same for a button label or another single line."""
    return _join(_fill_spans((Span(label),), values))


def _whole_placeholder(block: Block) -> str | None:
    if isinstance(block, Paragraph) and len(block.spans) == 1:
        found = PLACEHOLDER.fullmatch(block.spans[0].text.strip())
        return found.group(1) if found else None
    return None


def _inline(text: Text, style: Style) -> tuple[Span, ...]:
    """A text inside a line: our words take its style, typed ones stay TYPED."""
    out: list[Span] = []
    for block in text:
        if out:
            out.append(Span("\n\n", style))
        if isinstance(block, Items):
            out.append(Span(_flat_block(block), _mixed(block, style)))
        else:
            out.extend(
                span if span.style is Style.TYPED else Span(span.text, style)
                for span in block.spans
            )
    return tuple(out)


def _mixed(block: Items, style: Style) -> Style:
    typed_too = any(span.style is Style.TYPED for spans in block.items for span in spans)
    return Style.TYPED if typed_too else style


def _as_text(value: Value) -> Text:
    match value:
        case str():
            return plain(value)
        case Span():
            return (Paragraph((value,)),)
        case _:
            return value


def _fill_spans(spans: tuple[Span, ...], values: Mapping[str, Value]) -> tuple[Span, ...]:
    out: list[Span] = []
    for span in spans:
        # A person's words are never a pattern of ours; and most of ours have no place to fill.
        if span.style is Style.TYPED or "{" not in span.text:
            out.append(span)
            continue
        at = 0
        for found in PLACEHOLDER.finditer(span.text):
            value = values.get(found.group(1))
            if value is None:
                continue
            out.append(Span(span.text[at : found.start()], span.style))
            match value:
                case str():
                    out.append(Span(value, span.style))
                case Span():
                    out.append(value)
                case _:
                    out.extend(_inline(value, span.style))
            at = found.end()
        out.append(Span(span.text[at:], span.style))
    return tuple(span for span in out if span.text)
