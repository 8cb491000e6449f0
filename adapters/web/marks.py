"""Text trees as HTML. Every character that anybody wrote is escaped; only our own tags are markup."""

from __future__ import annotations

from datetime import datetime
from itertools import dropwhile, takewhile

from markupsafe import Markup, escape

from bot.text import Block, Heading, Items, Paragraph, Quote, Span, Style, Text

_TAGS = {
    Style.PLAIN: (Markup(""), Markup("")),
    Style.BOLD: (Markup("<strong>"), Markup("</strong>")),
    Style.ITALIC: (Markup("<em>"), Markup("</em>")),
    # <bdi>: a name or message in another direction must not turn our own words around.
    Style.TYPED: (Markup('<bdi class="typed">'), Markup("</bdi>")),
}


def text_html(text: Text) -> Markup:
    """A text as block elements."""
    return Markup("").join(_block(block) for block in text)


LONG_FACT = 60
"""Characters from which a fact of the card gets a line of its own."""


def card_html(text: Text) -> Markup:
    """A desk card: lines that begin with a bold label become facts, side by side where there is room;
    what comes before and after them is small."""
    parts: list[Markup] = []
    facts: list[Markup] = []
    for line in (line for block in text for line in _lines(block)):
        if isinstance(line, tuple) and parts and line[0].style is Style.BOLD:
            facts.append(_fact(line))
            continue
        if facts:
            parts.append(Markup('<dl class="facts">{}</dl>').format(Markup("").join(facts)))
            facts = []
        if isinstance(line, tuple):
            parts.append(Markup('<p class="side">{}</p>').format(_spans(line)))
        else:
            parts.append(_block(line))
    if facts:
        parts.append(Markup('<dl class="facts">{}</dl>').format(Markup("").join(facts)))
    return Markup("").join(parts)


def _lines(block: Block) -> list[Block | tuple[Span, ...]]:
    """A paragraph's lines; only our own line breaks count, those that a person typed stay inside."""
    if not isinstance(block, Paragraph):
        return [block]
    lines: list[list[Span]] = [[]]
    for span in block.spans:
        if span.style is Style.TYPED:
            lines[-1].append(span)
            continue
        first, *rest = span.text.split("\n")
        lines[-1].append(Span(first, span.style))
        lines.extend([Span(part, span.style)] for part in rest)
    kept = (tuple(span for span in line if span.text) for line in lines)
    return [line for line in kept if line]


def _fact(line: tuple[Span, ...]) -> Markup:
    label = "".join(span.text for span in takewhile(lambda one: one.style is Style.BOLD, line))
    value = list(dropwhile(lambda one: one.style is Style.BOLD, line))
    if value and value[0].style is not Style.TYPED:
        value[0] = Span(value[0].text.lstrip(": "), value[0].style)
    kind = "long" if sum(len(span.text) for span in value) > LONG_FACT else "short"
    return Markup('<div class="{}"><dt>{}</dt><dd>{}</dd></div>').format(
        kind, label.rstrip(": "), _spans(tuple(value))
    )


def inline_html(text: Text) -> Markup:
    """A short text, such as who writes, as one line."""
    return Markup(" ").join(_inline(block) for block in text)


def _inline(block: Block) -> Markup:
    items = block.items if isinstance(block, Items) else (block.spans,)
    return Markup(" ").join(_spans(item) for item in items)


def _block(block: Block) -> Markup:
    match block:
        case Heading(spans=spans):
            return Markup('<p class="title">{}</p>').format(_spans(spans))
        case Paragraph(spans=spans):
            return Markup("<p>{}</p>").format(_spans(spans))
        case Quote(spans=spans):
            return Markup("<blockquote>{}</blockquote>").format(_spans(spans))
        case Items(items=items, numbered=numbered):
            lines = Markup("").join(Markup("<li>{}</li>").format(_spans(one)) for one in items)
            if numbered:
                return Markup("<ol>{}</ol>").format(lines)
            return Markup("<ul>{}</ul>").format(lines)


def _spans(spans: tuple[Span, ...]) -> Markup:
    return Markup("").join(_span(span) for span in spans)


def _span(span: Span) -> Markup:
    before, after = _TAGS[span.style]
    return before + escape(span.text) + after


def size_text(size: int) -> str:
    """A file's size for people: decimal units, as the limits are."""
    if size <= 0:
        return ""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"


def iso(at: datetime) -> str:
    """A time for the ``datetime`` attribute."""
    return at.isoformat(timespec="seconds")
