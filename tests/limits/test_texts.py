"""Whatever is rendered fits the platforms, and nothing in it comes alive that no editor wrote.

Here a few thousand things; ``make limits`` makes a million (``many_texts``).
"""

from __future__ import annotations

import pytest

from adapters.slack import modal
from adapters.telegram import limits
from adapters.telegram.outbound import Mark, Part, head, units
from adapters.telegram.topics import name_of
from bot.effects import OpenForm
from tests.fakes.slack_blocks import check_view
from tests.limits.many_texts import judged
from tests.limits.platforms import Referees, Rejected
from tests.limits.rounds import SEED, rounds_of
from tests.telegram.parts import card


@pytest.mark.parametrize("number", [0, 1])
def test_anything_rendered_fits_and_stays_as_written(number: int) -> None:
    seen = judged(f"{SEED}/{number}", 1_500)
    assert seen["Telegram messages"] > 1_500
    assert seen["Slack messages"] > 1_500
    assert min(seen.values()) > 30


def test_the_referees_see_what_they_are_here_for() -> None:
    """Without these the million would prove nothing."""
    referees = Referees()
    referees.telegram((Part("see @admin now", (Mark("code", 4, 6),)),))
    with pytest.raises(Rejected, match="Mention"):
        referees.telegram((Part("see @admin now"),))
    with pytest.raises(Rejected, match="Url"):
        referees.telegram((Part("see evil.com now", (Mark("bold", 4, 8),)),))
    with pytest.raises(Rejected, match="refuses"):
        Referees()._taken(Part("\ud83d\ude00x", (Mark("bold", 1, 1),)))


def test_rounds() -> None:
    assert list(rounds_of("3-5")) == [3, 4, 5]
    assert list(rounds_of("7")) == [7]
    assert rounds_of("98-") == rounds_of("98-99")


def test_a_topics_name_is_counted_in_units() -> None:
    """Found by the million: 120 emoji are 240 units."""
    shown = card("FD-7F3Q")
    long = type(shown)(
        **{one: getattr(shown, one) for one in shown.__slots__} | {"title": "😀" * 120}
    )
    name = name_of(long)
    assert units(name) <= limits.TOPIC_NAME
    assert name == "😀" * 64
    assert head("ab😀", 3) == "ab"


def test_a_form_whose_hint_is_blank_is_still_a_form() -> None:
    """Found by the million: Slack refuses an empty hint."""
    view = modal.write_view(OpenForm("FD-7F3Q", "d1", "Title", " \n", ""))
    check_view(view, "modal")
