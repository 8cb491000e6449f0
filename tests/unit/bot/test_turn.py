"""The step itself: pure, edits in place only what may be edited, floods, and words told from markup."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import effects as fx
from bot import events as ev
from bot.codec import encode
from bot.given import Channel, Given
from bot.release import Release
from bot.text import Items, Style, Text
from bot.turn import take_turn
from content.phrases import phrases_of
from tests.conversations.player import DESK, Player
from tests.conversations.test_scripts import with_team
from tests.unit.bot.test_any_events import STEPS, Checked, asked, play
from tests.unit.bot.test_other_releases import shipped as shipped_release
from tests.unit.bot.test_other_releases import with_words

SLOW = settings(suppress_health_check=list(HealthCheck), max_examples=20)


class Twice(Checked):
    """Takes every turn twice; the second must come to the same, and the state given must not change."""

    def do(self, event: ev.Event) -> None:
        given = Given(self.now, "FD-TWICE", "twice000", self.channel, self.desks)
        state, before = self.state, json.dumps(encode(self.state))
        phrases = phrases_of(self.release, state.locale)
        first = take_turn(state, event, self.release, given, phrases)
        again = take_turn(state, event, self.release, given, phrases)
        assert first == again
        assert json.dumps(encode(state)) == before
        super().do(event)


@given(steps=st.lists(STEPS, max_size=15))
@SLOW
def test_the_same_input_gives_the_same_output_and_is_not_changed(steps: list[Any]) -> None:
    player = Twice(with_team(shipped_release()))
    for kind, value in steps:
        play(player, kind, value)


# ---- edited in place


def last_screen(player: Player) -> fx.ShowScreen:
    return next(one for one in reversed(player.last) if isinstance(one, fx.ShowScreen))


def test_a_tap_on_the_newest_menu_edits_it_and_only_that(shipped: Release) -> None:
    player = Player(shipped)
    player.starts()
    player.taps_data("sec:menu-guide:1", on=1)
    assert last_screen(player).replaces == 1
    player.taps_data("sec:start:1", on=2)
    assert last_screen(player).replaces == 2
    player.taps_data("sec:menu-guide:1", on=1)
    assert last_screen(player).replaces == 3, "an edited message goes by its newest number"
    player.taps_data("sec:menu-guide:1", on=None)
    assert last_screen(player).replaces is None, "nobody knows where that button stands"
    player.taps_data("sec:menu-guide:1", on=4)
    assert last_screen(player).replaces is None, "an older menu was pushed up"


def test_what_must_be_kept_is_never_edited_and_pushes_menus_up(shipped: Release) -> None:
    player = Player(shipped)
    player.starts()
    player.types("I cannot breathe")
    safety = last_screen(player)
    kept = [one for one in player.order if player.phone[one].keep]
    assert kept
    player.taps_data("sec:menu-guide:1", on=1)
    assert last_screen(player).replaces is None, "the menu above the safety text"
    for seq in kept:
        player.taps_data("sec:home:1", on=seq)
        assert last_screen(player).replaces is None
    assert safety.screen.keep


def test_the_safety_text_is_always_new_and_notifies(shipped: Release) -> None:
    player = Player(shipped)
    player.starts()
    player.types("I cannot breathe")
    first = next(one for one in player.last if isinstance(one, fx.ShowScreen) and one.screen.keep)
    assert (first.replaces, first.urgent) == (None, True)
    assert "119" in player.seen


def test_two_screens_in_one_turn_never_replace_each_other(shipped: Release) -> None:
    player = Player(shipped)
    player.starts()
    player.types("what is mfds")
    player.types("i cannot breathe, what is mfds")
    shown = [one for one in player.last if isinstance(one, fx.ShowScreen)]
    fresh = [one for one in shown if one.replaces is None]
    assert len({one.seq for one in shown}) == len(shown)
    assert fresh[0].urgent


# ---- floods


def test_a_flood_gets_one_note_then_silence_until_it_calms(shipped: Release) -> None:
    player = Player(shipped)
    limits = shipped.limits
    notes = 0
    for number in range(limits.flood_messages + 15):
        player.types(f"hello {number}")
        notes += "Many messages" in player.seen
        if number > limits.flood_messages:
            assert player.seen == ""
    assert notes == 1
    player.waits(seconds=limits.flood_calm_seconds - 1)
    player.types("hello")
    assert player.seen == "", "still writing: not calm"
    player.waits(seconds=limits.flood_calm_seconds + limits.flood_seconds)
    player.types("hello")
    assert player.seen != ""


@pytest.mark.parametrize("event", ["type", "start", "command", "file"])
def test_whatever_she_floods_with(shipped: Release, event: str) -> None:
    player = Player(shipped)
    acts = {
        "type": lambda: player.types("hello"),
        "start": lambda: player.starts(),
        "command": lambda: player.commands("/help"),
        "file": lambda: player.sends_file("photo"),
    }
    for _ in range(shipped.limits.flood_messages + 2):
        acts[event]()
    assert player.seen == ""
    player.types("I cannot breathe")
    assert "119" in player.seen
    player.taps_data("sec:home:1")
    assert player.seen != "", "buttons go on"


def test_slow_talk_is_no_flood(shipped: Release) -> None:
    player = Player(shipped)
    for _ in range(60):
        player.types("hello")
        assert "Many messages" not in player.seen
        player.waits(seconds=4)


# ---- consent


def agreed_to(player: Player) -> str:
    """The version of the consent text that was agreed to, "" for none."""
    return player.state.consent.version if player.state.consent is not None else ""


def test_a_yes_is_to_the_text_that_was_read(shipped: Release) -> None:
    """The consent text changes while its screen stands on her phone: the old button asks again."""
    player = Player(with_team(shipped))
    player.commands("/human")
    other = with_words(shipped.items["consent"], "We keep everything for 99 years. Do you agree?")
    items = {**shipped.items, "consent": other}
    player.release = replace(player.release, id="next", items=items)
    player.taps("I agree")
    assert agreed_to(player) == ""
    assert "99 years" in player.seen
    player.taps("I agree")
    assert agreed_to(player) == "v-next"


def test_a_new_consent_text_in_the_middle_of_the_form_is_asked_and_the_form_goes_on(
    shipped: Release,
) -> None:
    player = Player(with_team(shipped))
    player.commands("/human")
    player.taps("I agree")
    player.types("a question")
    player.taps("Skip")
    page = shipped.items["consent"]
    items = {**shipped.items, "consent": replace(page, version="v-next")}
    player.release = replace(player.release, id="next", items=items)
    player.taps("Exosomes")
    assert player.screen.content_id == "consent"
    player.types("exosome")
    assert player.state.form is not None
    assert player.state.form.answer("treatment") is None, "nothing is taken before the new yes"
    player.taps("I agree")
    assert "3 of 7" in player.seen


# ---- words


@pytest.mark.parametrize("reactions", [True, False])
def test_what_she_adds_is_acknowledged_in_the_way_of_the_channel(
    shipped: Release, reactions: bool
) -> None:
    player = asked(shipped)
    player.channel = Channel("Slack", False, reactions)
    player.types("more")
    marked = [one for one in player.last if isinstance(one, fx.AcknowledgeMessage)]
    assert bool(marked) is reactions
    assert bool(player.seen) is not reactions
    player.sends_file("photo", group="g")
    first = player.seen
    player.sends_file("photo", group="g")
    assert (bool(first), player.seen) == (not reactions, "")


@given(words=st.text(min_size=1, max_size=200).filter(lambda one: one.strip()))
@SLOW
def test_what_people_typed_is_typed_everywhere(words: str) -> None:
    """No screen, card or line for the desk holds a patient's words in any other style."""
    marked = f"qzx{words}xzq"
    player = asked(shipped_release())
    seen: list[Text] = []
    acts: tuple[Callable[[], None], ...] = (
        lambda: player.types(marked),
        lambda: player.edits(marked, marked + "!"),
        lambda: player.commands("/status"),
        lambda: player.replies(marked),
        lambda: player.do(ev.EnquiryResolved(player.reference, ev.Actor("web:local", DESK))),
        lambda: player.types(marked),
        lambda: player.commands("/human"),
    )
    for act in acts:
        act()
        for effect in player.last:
            match effect:
                case fx.ShowScreen(screen=screen):
                    seen.append(screen.text)
                case fx.ShowCard(card=card):
                    seen += [card.full, card.minimal]
                    assert "qzx" not in card.title + card.summary
                case fx.TellDesk(text=text) | fx.AlertTeam(text=text):
                    seen.append(text)
                case fx.RelayToDesk(label=label) | fx.RelayToPatient(label=label):
                    seen.append(label)
                case _:
                    pass
    for text in seen:
        for block in text:
            for spans in block.items if isinstance(block, Items) else (block.spans,):
                for span in spans:
                    assert "qzx" not in span.text or span.style is Style.TYPED


def test_a_blocked_patient_may_still_see_and_erase_what_is_hers(shipped: Release) -> None:
    player = asked(shipped)
    player.do(ev.PatientBlocked(player.reference, ev.Actor("web:local", DESK)))
    player.commands("/mydata")
    assert any(isinstance(one, fx.SendExport) for one in player.last)
    player.commands("/forget")
    player.taps("Yes, delete everything")
    assert any(isinstance(one, fx.ErasePatient) for one in player.last)
    assert player.state.blocked


def test_a_warning_that_went_out_while_the_database_was_gone_is_not_given_twice(
    shipped: Release,
) -> None:
    player = asked(shipped)
    text = "I cannot breathe"
    event = ev.Wrote(text, "m1", player.now, player.understand(text))
    given = Given(player.now, "FD-ZZZZ", "tzzzzzzz", player.channel, (DESK,), already_warned=True)
    turn = take_turn(player.state, event, player.release, given, phrases_of(player.release, "en"))
    assert not any(isinstance(one, fx.ShowScreen) for one in turn.effects)
    assert any(isinstance(one, fx.AlertTeam) for one in turn.effects)
    report = ev.DeliveryReported("alert", "delivered", DESK, player.now, player.reference, "1")
    after = take_turn(turn.state, report, player.release, given, phrases_of(player.release, "en"))
    shown = [one for one in after.effects if isinstance(one, fx.ShowScreen)]
    assert [one.replaces for one in shown] == [None], "no other message is edited away"


def test_short_promises_are_not_late_at_once(shipped: Release) -> None:
    release = with_team(shipped)
    organisation = replace(release.organisation, promise_seconds=15 * 60)
    player = Checked(replace(release, organisation=organisation))
    player.commands("/human")
    player.taps("I agree")
    player.types("a question")
    for _ in range(6):
        player.taps("Skip")
    player.taps("Send to our team")
    player.waits(minutes=1)
    assert player.seen == ""
    player.waits(minutes=13)
    assert "later" in player.seen
