"""Screens as Telegram and Slack show them, for the Words page: what the real renderers make, read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from adapters.web.words.preview_model import Counter, Piece, Preview, PreviewModel, Run
from bot.screens import Screen


def previews() -> Mapping[str, Preview]:
    """Platform name → its preview."""
    return {"Telegram": telegram, "Slack": slack}


def telegram(screen: Screen) -> PreviewModel:
    """The messages that Telegram gets: text with entities, and the keyboard under the last one."""
    from adapters.telegram import limits
    from adapters.telegram.outbound import keyboard, render, units

    parts = render(screen.text) if screen.text else ()
    pieces = tuple(Piece("text", tuple(_marked(part.text, part.marks))) for part in parts)
    markup = keyboard(screen.rows)
    rows = tuple(
        tuple(one["text"] for one in row) for row in (markup["inline_keyboard"] if markup else ())
    )
    used = sum(units(part.text) for part in parts)
    count = sum(len(row) for row in rows)
    notes = [f"Telegram gets it as {len(parts)} messages."] if len(parts) > 1 else []
    counters = (
        Counter("characters of a message", used, limits.TEXT_UNITS),
        Counter("buttons", count, limits.KEYBOARD_BUTTONS),
    )
    return PreviewModel(pieces, rows, counters, tuple(notes))


def _marked(text: str, marks: tuple[Any, ...]) -> Iterator[Run]:
    """The text in runs of one look; offsets count UTF-16 units, as Telegram does."""
    data = text.encode("utf-16-le")
    edges = sorted(
        {0, len(data) // 2, *(e for m in marks for e in (m.offset, m.offset + m.length))}
    )
    for start, end in pairwise(edges):
        words = data[2 * start : 2 * end].decode("utf-16-le", "replace")
        looks = {m.kind for m in marks if m.offset <= start and end <= m.offset + m.length}
        look = "bold" if "bold" in looks else "italic" if "italic" in looks else ""
        if words:
            yield Run(words, look)


def slack(screen: Screen) -> PreviewModel:
    """The blocks that Slack gets."""
    from adapters.slack.blocks import BLOCK_MAX, LABEL_MAX, button_blocks, text_blocks, units

    blocks = text_blocks(screen.text)
    buttons = button_blocks(screen.rows)
    pieces = tuple(piece for block in blocks for piece in _pieces(block))
    rows = tuple(tuple(one["text"]["text"] for one in block["elements"]) for block in buttons)
    longest = max((sum(units(run.text) for run in piece.runs) for piece in pieces), default=0)
    label = max((units(one.label) for row in screen.rows for one in row), default=0)
    cut = [one.label for row in screen.rows for one in row if units(one.label) > LABEL_MAX]
    counters = (
        Counter("blocks", len(blocks) + len(buttons), 50),
        Counter("characters of the longest block", longest, BLOCK_MAX),
        Counter("characters of the longest button", label, LABEL_MAX),
    )
    return PreviewModel(pieces, rows, counters, tuple(f"“{one}” is cut." for one in cut))


def _pieces(block: Mapping[str, Any]) -> Iterator[Piece]:
    if block["type"] == "header":
        yield Piece("title", (Run(block["text"]["text"]),))
        return
    for element in block.get("elements", ()):
        match element["type"]:
            case "rich_text_list":
                kind = "number" if element["style"] == "ordered" else "bullet"
                for item in element["elements"]:
                    yield Piece(kind, _runs(item))
            case "rich_text_quote":
                yield Piece("quote", _runs(element))
            case _:
                yield Piece("text", _runs(element))


def _runs(element: Mapping[str, Any]) -> tuple[Run, ...]:
    return tuple(
        Run(one.get("text", ""), next(iter(one.get("style", {})), ""))
        for one in element["elements"]
    )
