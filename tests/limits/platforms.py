"""The referees: Telegram's own parser (tdjson, offline) and Slack's rules, on whatever we render.

Telegram's parser says two things of a text with entities: whether it takes them (``getMarkdownText`` runs
``fix_formatted_text``, the check that every sent message passes), and what it finds in the text by itself
(``getTextEntities``). Lengths and nesting are those of the strict fakes (``tests/fakes``).
"""

from __future__ import annotations

import json
from typing import Any

import tdjson

from adapters.slack import outbound as slack
from adapters.telegram import limits
from adapters.telegram.outbound import Part
from tests.fakes import slack_blocks
from tests.fakes.telegram.rules import Rules
from tests.fakes.telegram.world import World

UNSEEN = "textEntityTypeMediaTimestamp"
"""Found by the parser, shown under videos only."""

KINDS = {
    "bold": {"@type": "textEntityTypeBold"},
    "italic": {"@type": "textEntityTypeItalic"},
    "code": {"@type": "textEntityTypeCode"},
    "blockquote": {"@type": "textEntityTypeBlockQuote"},
}


tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')


class Rejected(AssertionError):
    """A platform would not take what we made, or would make more of it than we wrote."""


def asked(request: dict[str, Any]) -> dict[str, Any]:
    """What Telegram's library answers to a request that needs no connection."""
    found: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()))
    return found


class Referees:
    """Counts what they saw."""

    def __init__(self) -> None:
        self.world = World()
        self.world.user(5, "Mina", None)
        self.rules = Rules(self.world)
        self.telegram_messages = self.slack_messages = 0

    def telegram(
        self, parts: tuple[Part, ...], size: int = limits.TEXT_UNITS, *, own: bool = False
    ) -> None:
        """Raises ``Rejected``. own: all words are the editors', who may write what they like."""
        if not parts:
            raise Rejected("nothing to send")
        for part in parts:
            self.telegram_messages += 1
            entities = part.entities
            self.rules.text(part.text, entities, size)
            if self.world.violations:
                raise Rejected(self.world.violations[0])
            if len(entities) > limits.ENTITIES:
                raise Rejected(f"{len(entities)} entities")
            self._taken(part)
            if not own:
                self._quiet(part)

    def _taken(self, part: Part) -> None:
        entities = [
            {"offset": one.offset, "length": one.length, "type": KINDS[one.kind]}
            for one in part.marks
            if one.kind in KINDS
        ]
        text = {"@type": "formattedText", "text": part.text, "entities": entities}
        answer = asked({"@type": "getMarkdownText", "text": text})
        if answer["@type"] == "error":
            raise Rejected(f"Telegram refuses it: {answer['message']}")

    def _quiet(self, part: Part) -> None:
        """Whatever the parser finds by itself lies in code or in a mention of ours: Telegram drops it there."""
        ours = [
            (one.offset, one.offset + one.length)
            for one in part.marks
            if one.kind in ("code", "text_mention")
        ]
        answer = asked({"@type": "getTextEntities", "text": part.text})
        if answer["@type"] == "error":
            raise Rejected(f"Telegram refuses it: {answer['message']}")
        for one in answer["entities"]:
            low, high, kind = one["offset"], one["offset"] + one["length"], one["type"]["@type"]
            if kind != UNSEEN and not any(start < high and end > low for start, end in ours):
                raise Rejected(f"Telegram makes a {kind} of it")

    def slack(self, messages: tuple[slack.Message, ...], *, mentions: int = 0) -> None:
        """Raises ``Rejected`` or ``Invalid``. mentions: of staff, asked for by us."""
        if not messages:
            raise Rejected("nothing to send")
        for one in messages:
            self.slack_messages += 1
            blocks = list(one.blocks)
            slack_blocks.check_message(one.text, blocks)
            json.dumps([one.text, blocks]).encode()
        found = slack_blocks.live([one.blocks for one in messages])
        if len(found) != mentions or set(found) - {"user", "usergroup"}:
            raise Rejected(f"Slack makes {found} of it")

    def view(self, view: dict[str, Any], kind: str) -> None:
        """A modal or a Home tab. Raises ``Invalid``."""
        self.slack_messages += 1
        slack_blocks.check_view(view, kind)
