"""Whether an answer helped, and the other counters: what is counted, how often, and what is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import buttons
from bot import effects as fx
from bot import events as ev
from bot.release import Kind, Release
from tests.conversations.player import Player

FAQ = "faq-guarantee"
YES = buttons.form("helpful", FAQ, "yes")
NO = buttons.form("helpful", FAQ, "no")


@pytest.fixture
def player(shipped: Release) -> Player:
    return Player(shipped)


def counted(player: Player) -> list[tuple[str, str]]:
    """What the last step counted."""
    return [(one.kind, one.key) for one in player.last if isinstance(one, fx.Count)]


def taps(player: Player) -> list[str]:
    return [one.text for one in player.last if isinstance(one, fx.AnswerTap)]


def opens(player: Player, content_id: str, page: int = 1) -> None:
    player.taps_data(buttons.section(content_id, page), player.order[-1] if player.order else None)


def test_the_two_buttons_stand_in_one_row_under_every_faq_and_nowhere_else(player: Player) -> None:
    two = [
        player.release.phrases[key].labels["other"]
        for key in ("button.helpful", "button.unhelpful")
    ]
    for item in player.release.items.values():
        opens(player, item.id, len(item.pages))
        rows = [[choice.label for choice in row] for row in player.screen.rows]
        assert (two in rows) is (item.kind is Kind.FAQ), item.id


def test_every_id_fits_into_a_button() -> None:
    data = buttons.form("helpful", "x" * 32, "yes")
    assert len(data) <= buttons.MAX_BYTES
    assert buttons.parse(data) == buttons.FormButton("helpful", "x" * 32, "yes")
    assert buttons.parse(buttons.form("helpful", "x" * 33, "no")) is None


def test_yes_thanks_where_the_button_is_and_changes_nothing_on_the_screen(player: Player) -> None:
    opens(player, FAQ)
    before = player.screen
    player.taps("This helped")
    assert counted(player) == [("helpful", FAQ)]
    assert taps(player) == ["Thank you. This was counted, without your name."]
    assert player.screen == before
    assert player.seen == ""


def test_no_thanks_and_offers_a_person_in_place(player: Player) -> None:
    opens(player, FAQ)
    messages = len(player.order)
    player.taps("This did not help")
    assert counted(player) == [("unhelpful", FAQ)]
    assert taps(player) == ["Thank you. This was counted, without your name."]
    assert len(player.order) == messages
    assert player.labels() == ["Write to a person", "Back", "Menu"]
    player.taps("Back")
    assert player.screen.content_id == FAQ
    assert "This helped" not in player.labels()


def test_one_conversation_counts_once_for_one_faq(player: Player) -> None:
    opens(player, FAQ)
    player.taps_data(NO)
    for data in (NO, YES, NO):
        player.taps_data(data)
        assert counted(player) == []
        assert taps(player) == ["Thank you. This was counted, without your name."]
    player.taps_data(buttons.form("helpful", "faq-bio-act", "yes"))
    assert counted(player) == [("helpful", "faq-bio-act")]


def test_what_is_no_faq_is_not_counted(player: Player) -> None:
    for name in ("home", "never-was", "mfds"):
        player.taps_data(buttons.form("helpful", name, "yes"))
        assert counted(player) == []


def test_a_renamed_faq_is_counted_under_its_new_name(shipped: Release) -> None:
    player = Player(replace(shipped, moved={**shipped.moved, "old-name": FAQ}))
    player.taps_data(buttons.form("helpful", "old-name", "yes"))
    assert counted(player) == [("helpful", FAQ)]


def test_a_release_older_than_the_buttons_has_none_and_breaks_nothing(shipped: Release) -> None:
    new = ("button.helpful", "button.unhelpful", "helpful.thanks", "helpful.no")
    old = {key: one for key, one in shipped.phrases.items() if key not in new}
    player = Player(replace(shipped, phrases=old))
    opens(player, FAQ)
    assert "This helped" not in player.labels()
    player.taps_data(YES)
    assert counted(player) == [("helpful", FAQ)]
    assert taps(player) == [""]


# ---- reads, misses, choices


def test_reading_is_counted_once_a_page_of_content(player: Player) -> None:
    player.starts()
    assert counted(player) == [("read", "home")]
    opens(player, "not-mean")
    assert counted(player) == [("read", "not-mean")]
    for page in (2, 1, 2):  # turning pages is one reading
        opens(player, "not-mean", page)
        assert counted(player) == []
    opens(player, "home")
    opens(player, "not-mean")
    assert counted(player) == [("read", "not-mean")]
    player.taps_data("sec:never-was:1")
    assert counted(player) == []
    player.taps_data(f"sec:{FAQ}:src")
    assert counted(player) == []


def test_a_miss_is_counted_with_its_kind(player: Player) -> None:
    player.types("xqzzk wvvpl")
    assert counted(player) == [("miss", "not_understood")]
    player.types("zebra blood pressure pills")
    assert counted(player)[0][0] == "miss"


def test_choices_are_counted_as_offered_and_the_one_that_is_opened_as_taken(player: Player) -> None:
    player.types("are results guaranteed rules clinics")
    offered = [key for kind, key in counted(player) if kind == "choice_offered"]
    assert offered
    assert player.state.offered == tuple(offered)
    opens(player, offered[0])
    assert ("choice_taken", offered[0]) in counted(player)
    opens(player, offered[0])
    assert ("choice_taken", offered[0]) not in counted(player)
    others = [item for item in player.release.items if item not in offered]
    opens(player, others[0])
    assert "choice_taken" not in [kind for kind, _ in counted(player)]


def test_nothing_that_was_typed_is_in_a_counter(player: Player) -> None:
    player.types("my name is Zebulon and my knee hurts")
    player.do(ev.Started("zebulon-page"))
    known = {*player.release.items, "not_covered", "not_understood"}
    assert {key for _, key in counted(player)} <= known
