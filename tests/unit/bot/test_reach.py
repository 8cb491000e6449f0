"""The guide by really tapping: three taps to everything, Back and Menu everywhere, sources, limits."""

from __future__ import annotations

from collections import deque
from functools import cache

import pytest

from bot.buttons import SectionButton, parse
from bot.release import Item, Kind
from tests.conversations.player import Player, Shown
from tests.unit.bot.test_other_releases import shipped

FIRST_PAGE = 600
"""Characters of a section's first screen (issue, "What the patient gets")."""

TAPS = 3

NOT_MEAN = {
    "start", "demographics", "why-regenerative", "bio-act", "bio-strategy", "for-patients",
    "faq-why-it-matters", "faq-bio-act", "faq-policy-or-market", "faq-physician-experience",
}  # fmt: skip
"""Whose every page carries "What this does not mean" (content brief)."""

SECTIONS = {
    "start", "demographics", "why-regenerative", "bio-act", "bio-strategy", "for-patients",
    "not-mean", "medical-tourism", "reading-the-field",
}  # fmt: skip


def opened(data: str) -> Shown:
    """The screen behind a button."""
    player = Player(shipped())
    player.taps_data(data)
    return player.screen


@cache
def walked() -> dict[str, tuple[int, Shown]]:
    """Every guide screen that taps from Home lead to: button data → (taps, the screen)."""
    player = Player(shipped())
    player.starts()
    found = {"sec:home:1": (0, player.screen)}
    waiting = deque(["sec:home:1"])
    while waiting:
        here = waiting.popleft()
        taps, screen = found[here]
        for row in screen.rows:
            for choice in row:
                if isinstance(parse(choice.data), SectionButton) and choice.data not in found:
                    found[choice.data] = (taps + 1, opened(choice.data))
                    waiting.append(choice.data)
    return found


def items(*kinds: Kind) -> list[Item]:
    return [one for one in shipped().items.values() if one.kind in kinds]


GUIDE = items(Kind.SECTION, Kind.FAQ)
SOURCED = items(Kind.SECTION, Kind.FAQ, Kind.TERM)


def name(item: Item) -> str:
    return item.id


def test_all_nine_sections_eight_questions_and_twenty_terms_are_there() -> None:
    assert {one.id for one in items(Kind.SECTION)} == SECTIONS
    assert len(items(Kind.FAQ)) == 8
    assert len(items(Kind.TERM)) == 20


@pytest.mark.parametrize("item", GUIDE, ids=name)
def test_within_three_taps_of_home(item: Item) -> None:
    taps, _ = walked()[f"sec:{item.id}:1"]
    assert taps <= TAPS


@pytest.mark.parametrize("item", items(*Kind), ids=name)
def test_everything_is_within_reach(item: Item) -> None:
    for page in range(1, len(item.pages) + 1):
        assert f"sec:{item.id}:{page}" in walked() or item.id == "consent"


def test_back_and_menu_on_every_screen_of_the_guide() -> None:
    for data, (_, screen) in walked().items():
        if data == "sec:home:1":
            continue
        labels = {choice.label: choice.data for row in screen.rows for choice in row}
        assert labels.get("Menu") == "sec:home:1", data
        assert labels.get("Back"), data
        assert labels["Back"] != data, f"{data}: Back leads nowhere"


def test_back_always_ends_at_home() -> None:
    for data in walked():
        here, steps = data, 0
        while here != "sec:home:1":
            labels = {one.label: one.data for row in opened(here).rows for one in row}
            here, steps = labels["Back"], steps + 1
            assert steps < 12, f"{data}: Back goes in a circle"


@pytest.mark.parametrize("item", items(*Kind), ids=name)
def test_first_screens_fit_a_phone(item: Item) -> None:
    for page in range(1, len(item.pages) + 1):
        shown = opened(f"sec:{item.id}:{page}")
        assert len(shown.text) <= FIRST_PAGE, f"{item.id} {page}: {len(shown.text)}"


@pytest.mark.parametrize("item", SOURCED, ids=name)
def test_where_it_is_from_is_one_tap_away_on_every_page(item: Item) -> None:
    for page in range(1, len(item.pages) + 1):
        data = [one.data for row in opened(f"sec:{item.id}:{page}").rows for one in row]
        assert f"sec:{item.id}:src" in data
    source = opened(f"sec:{item.id}:src")
    assert item.source in source.text
    if item.reviewed is None:
        assert "Not yet checked by the editors" in source.text


@pytest.mark.parametrize("content_id", sorted(NOT_MEAN))
def test_the_limits_travel_with_the_claim(content_id: str) -> None:
    item = shipped().items[content_id]
    for page in range(1, len(item.pages) + 1):
        data = [one.data for row in opened(f"sec:{content_id}:{page}").rows for one in row]
        assert "sec:not-mean:1" in data, f"page {page}"


@pytest.mark.parametrize("item", [one for one in GUIDE if one.position], ids=name)
def test_a_position_is_worded_as_one(item: Item) -> None:
    words = " ".join(
        opened(f"sec:{item.id}:{page}").text for page in range(1, len(item.pages) + 1)
    ).casefold()
    assert "directory's view" in words.replace("’", "'") or "directory" in words
    assert "view" in opened(f"sec:{item.id}:src").text.casefold()


def test_every_page_of_a_section_says_which_of_how_many() -> None:
    for item in GUIDE:
        count = len(item.pages)
        for page in range(1, count + 1):
            first = opened(f"sec:{item.id}:{page}").text.split("\n")[0]
            assert (f"{page}/{count}" in first) is (count > 1)


def test_a_page_number_past_the_end_shows_the_last_page() -> None:
    """ "Next page" of a page that was shortened meanwhile."""
    for item in GUIDE:
        last = opened(f"sec:{item.id}:{len(item.pages)}")
        assert opened(f"sec:{item.id}:999").text == last.text
