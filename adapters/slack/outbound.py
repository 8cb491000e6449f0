"""Screens, cards and relays as whole Slack messages, within the limits of a message.

50 blocks a message (docs.slack.dev/reference/block-kit/blocks) and about 13,200 characters in all of
them (msg_blocks_too_long, seen by others); we stay under 12,000. Where that is not enough the text goes
on in further messages, and the buttons stand under the last one.

The top-level ``text`` is what notifications show and screen readers read: always a sentence, escaped,
so that nothing in it is a link or a mention.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.slack import blocks as bk
from bot.effects import RelayToDesk, RelayToPatient
from bot.screens import Card, Rows, Screen
from bot.text import (
    Block,
    Items,
    Quote,
    Style,
    Text,
    flat,
    quote_typed,
    typed,
)

_ADDRESS = re.compile(r"https?://\S+")
BLOCKS_MAX = 50
TEXT_MAX = 3000
"""Units of top-level text, after escaping."""
BODY_MAX = 8500
"""Units in the blocks of one message: with the top-level text under 12,000."""


@dataclass(frozen=True, slots=True)
class Message:
    """The arguments of chat.postMessage or chat.update, without the channel."""

    text: str
    blocks: tuple[bk.Json, ...]


def escape(text: str) -> str:
    """The three characters that start something in Slack's own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def top_text(text: str, fallback: str = "…") -> str:
    """Plain words as a top-level text: one paragraph, escaped, cut to the limit."""
    words = bk.sayable(" ".join(text.split())) or fallback
    out = escape(words)
    limit = TEXT_MAX
    while bk.units(out) > TEXT_MAX:
        limit -= max(1, bk.units(out) - TEXT_MAX)
        out = escape(bk.cut(words, max(1, limit)))
    return out


def messages(
    text: Text, rows: Rows = (), *, summary: str | None = None, before: list[bk.Json] | None = None
) -> tuple[Message, ...]:
    """A text with buttons as one message or more; ``before`` are blocks put on top (mentions).

    ``summary`` replaces the whole text as top-level text: for desks, where notifications must not
    show what a patient wrote.
    """
    body = [*(before or []), *bk.text_blocks(text)]
    buttons = bk.button_blocks(rows)
    pages: list[list[bk.Json]] = [[]]
    used = 0
    for block in [*body, *buttons]:
        size = size_of(block)
        if pages[-1] and (len(pages[-1]) >= BLOCKS_MAX or used + size > BODY_MAX):
            pages.append([])
            used = 0
        pages[-1].append(block)
        used += size
    words = top_text(summary if summary is not None else flat(text))
    if not pages[0]:
        pages[0] = bk.text_blocks(quote_typed(words))
    return tuple(Message(words, tuple(page)) for page in pages)


def size_of(value: object) -> int:
    """Units of all the strings in a block that a reader or a button sees."""
    if isinstance(value, dict):
        return sum(
            bk.units(one) if key in ("text", "value") and isinstance(one, str) else size_of(one)
            for key, one in value.items()
        )
    if isinstance(value, list | tuple):
        return sum(size_of(one) for one in value)
    return 0


def screen(shown: Screen) -> tuple[Message, ...]:
    """What a patient is shown."""
    return messages(shown.text, shown.rows)


def relay_to_patient(relay: RelayToPatient) -> tuple[Message, ...]:
    """A human's words: who writes, exactly the text that was previewed, the small print."""
    text = (*relay.label, *_own_words(relay.text), *relay.footer)
    return messages(text, relay.rows)


def sign_in(text: Text) -> tuple[Message, ...]:
    """The one text of ours with a link to tap: what stands alone in a paragraph and is an address.
    Notifications show the rest only."""
    blocks: list[bk.Json] = []
    for block in text:
        link = flat((block,))
        if _ADDRESS.fullmatch(link):
            element = {"type": "link", "url": link}
            section = {"type": "rich_text_section", "elements": [element]}
            blocks.append({"type": "rich_text", "elements": [section]})
        else:
            blocks.extend(bk.text_blocks((block,)))
    words = flat(tuple(block for block in text if not _ADDRESS.fullmatch(flat((block,)))))
    return (Message(top_text(words), tuple(blocks)),)


def card(shown: Card, *, full: bool) -> tuple[Message, ...]:
    """An enquiry on the desk."""
    return messages(shown.full if full else shown.minimal, shown.rows, summary=shown.summary)


def relay_to_desk(relay: RelayToDesk) -> tuple[Message, ...]:
    """What a patient wrote, for the enquiry's thread; the old wording above where it was edited."""
    text = relay.label
    if relay.was is not None:
        text = (*text, Quote((typed(relay.was),)))
    text = (*text, *_own_words(relay.text))
    summary = ours(relay.label) or relay.reference
    return messages(text, summary=summary, before=bk.mention(relay.mention))


def ours(text: Text) -> str:
    """The text without what a person typed: what a desk's notifications may show."""
    kept = tuple(block for block in text if not _has_typed(block))
    return flat(kept)


def _has_typed(block: Block) -> bool:
    rows = block.items if isinstance(block, Items) else (block.spans,)
    return any(span.style is Style.TYPED for spans in rows for span in spans)


def _own_words(text: str) -> Text:
    return quote_typed(text) if text else ()
