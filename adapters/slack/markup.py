"""Slack's message text as the words that the person saw.

In events, Slack writes ``&``, ``<`` and ``>`` as entities and wraps what it recognised in angle
brackets: ``<@U1>``, ``<#C1|general>``, ``<!here>``, ``<https://…|label>``
(docs.slack.dev/messaging/formatting-message-text). Nothing of it stays markup here.
"""

from __future__ import annotations

import re

_BRACKET = re.compile(r"<([^<>]*)>")


def plain_words(text: str) -> str:
    """The text without Slack's brackets and entities. Any string in, no exception."""
    shown = _BRACKET.sub(lambda found: _shown(found.group(1)), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _shown(inside: str) -> str:
    target, bar, label = inside.partition("|")
    if target.startswith("@"):
        return f"@{label}" if label else target
    if target.startswith("#"):
        return f"#{label}" if label else target
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    if bar and label:
        return label if label in target else f"{label} ({target})"
    return target.removeprefix("mailto:").removeprefix("tel:") if not bar else target
