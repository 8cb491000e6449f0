"""The pure step: one tap through ``take_turn``, with the shipped content and with 10,000 items."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import content
from bot.events import Address, Started, Tapped
from bot.given import Channel, Given
from bot.release import Release
from bot.state import Conversation
from bot.turn import take_turn
from content.phrases import phrases_of
from tests.bench.rows import REPEATS, Row

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GIVEN = Given(NOW, "FD-7F3Q", "abcd1234", Channel("Telegram", True, True))
STEPS = 3_000


def rows() -> Sequence[Row]:
    """Medians of a step in µs: opening pages one after another, as readers do."""
    shipped = content.load(content.SHIPPED).release
    small, large = shipped, _sized(shipped, 10_000)
    few, many = [], []
    for _ in range(REPEATS):
        few.append(_median(small))
        many.append(_median(large))
    return (
        Row(
            "pure step of a tap, 10,000 content items",
            "µs",
            many,
            f"the same with {len(small.items)} items",
            few,
        ),
    )


def _sized(release: Release, size: int) -> Release:
    """A Release with that many items: the shipped ones, then copies of them."""
    kept = dict(release.items)
    originals = list(kept.values())
    for number in range(size - len(kept)):
        page = originals[number % len(originals)]
        kept[f"copy-{number}"] = replace(page, id=f"copy-{number}")
    return replace(release, items=kept)


def _median(release: Release) -> float:
    phrases = phrases_of(release, "en")
    state = Conversation("c1", Address("telegram", "1", "2"))
    state = take_turn(state, Started(), release, GIVEN, phrases).state
    pages = list(release.items)[-200:]
    took = []
    for number in range(STEPS):
        event = Tapped(f"sec:{pages[number % len(pages)]}:1")
        began = time.perf_counter()
        state = take_turn(state, event, release, GIVEN, phrases).state
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1e6
