"""Names, references and numbers inside a text that runs from right to left."""

from __future__ import annotations

from bot.text import Span, Value

ISOLATE, END = "\u2068", "\u2069"
"""First strong isolate and pop directional isolate (UAX #9)."""


def isolated(value: Value) -> Value:
    """A name, reference or number inside a text that runs from right to left keeps its own order, and
    does not disturb the words around it (Unicode Bidirectional Algorithm, isolates)."""
    match value:
        case str():
            return f"{ISOLATE}{value}{END}" if value else value
        case Span(text=text, style=style):
            return Span(f"{ISOLATE}{text}{END}", style) if text else value
        case _:
            return value
