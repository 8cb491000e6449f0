"""Every screen fits: 600 characters on a phone, and with room to spare into the platforms' limits."""

from __future__ import annotations

from bot.text import Heading, Items, Paragraph, Quote, Span, Style, Text, fill, flat
from content.findings import Findings
from content.parts import Parts

LONGEST_PAGE = 600
"""Characters of one page with title and counter: a phone screen."""

LONGEST_PHRASE = 1500
"""A phrase with its values stays far below Slack's 3,000 characters a section and Telegram's 4,096."""

MOST_STYLED = 80
"""Bold and emphasised runs of one screen; Telegram ignores entities after the hundredth."""

CHANNEL = "Telegram"
"""The longest name of a channel, for measuring."""


def check(parts: Parts, findings: Findings) -> None:
    """Pages, safety texts and phrases."""
    for item in parts.items.values():
        where = parts.item_where[item.id]
        for number, page in enumerate(item.pages, 1):
            counter = len(f" · {number}/{len(item.pages)}") if len(item.pages) > 1 else 0
            size = len(flat(fill(page.text, {"channel": CHANNEL}))) + counter
            line = where.line(f"page:{number}")
            if size > LONGEST_PAGE:
                message = (
                    f"This screen has {size} characters with its title, at most {LONGEST_PAGE} fit."
                )
                findings.add(
                    where.path, line, message + " Do this: shorten it, or split it with ---."
                )
            _styled(page.text, where.path, line, findings)
    for kind, safety in parts.safety.items():
        at = parts.safety_where[kind]
        _styled(safety.text, at.path, at.line("page:1"), findings)
    for key, phrase in parts.phrases.items():
        line = parts.phrase_where[key]
        for text in phrase.forms.values():
            if len(flat(text)) > LONGEST_PHRASE:
                message = (
                    f'"{key}" is longer than {LONGEST_PHRASE} characters. Do this: shorten it.'
                )
                findings.add(parts.phrase_path, line, message)
            _styled(text, parts.phrase_path, line, findings)


def _styled(text: Text, path: str, line: int, findings: Findings) -> None:
    runs = sum(span.style is not Style.PLAIN for span in spans(text))
    if runs > MOST_STYLED:
        message = f"{runs} bold or emphasised runs, at most {MOST_STYLED} fit. Do this: use fewer."
        findings.add(path, line, message)


def spans(text: Text) -> list[Span]:
    """All spans of a text, in order."""
    out: list[Span] = []
    for block in text:
        match block:
            case Items(items=items):
                out.extend(span for item in items for span in item)
            case Heading(spans=found) | Paragraph(spans=found) | Quote(spans=found):
                out.extend(found)
    return out
