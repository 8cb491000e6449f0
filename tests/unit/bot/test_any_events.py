"""Any order of events: no exception, no forged or unlabelled button, always a way Home, nothing leaks.

The guarantees of design §8 that the core alone can hold: 2 (late text), 4 (old buttons), 6 (danger),
7 (nothing reaches a patient unless sent), 8 (nothing reaches the desk before consent).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import effects as fx
from bot import events as ev
from bot.buttons import MAX_BYTES, parse
from bot.release import Release
from bot.screens import Rows
from bot.text import PLACEHOLDER, Items, Style, Text
from tests.conversations.player import DESK, Player
from tests.conversations.test_scripts import with_team

TEXTS = st.one_of(
    st.sampled_from(
        ["hello", "thanks", "what is khidi", "menu", "back", "skip", "yes", "no", "cancel",
         "15:40", "Berlin", "I cannot breathe", "i want to kill myself", "talk to a person", ""]
    ),
    st.text(max_size=60),
    st.text(min_size=3500, max_size=5000),
)  # fmt: skip
STAFF = st.sampled_from(["web:local", "web:sora", "telegram:1"])
ACTS = st.sampled_from(
    ["claim", "unclaim", "takeover", "reply", "close", "reopen", "block", "unblock"]
)
STEPS = st.one_of(
    st.tuples(st.just("type"), TEXTS),
    st.tuples(st.just("type"), TEXTS),
    st.tuples(st.just("tap"), st.integers(0, 400)),
    st.tuples(st.just("tap"), st.integers(0, 400)),
    st.tuples(st.just("tap"), st.integers(0, 400)),
    st.tuples(st.just("forge"), st.text(max_size=70)),
    st.tuples(
        st.just("command"),
        st.sampled_from(
            ["/start", "/human", "/status", "/privacy", "/mydata", "/forget", "/help", "/stop",
             "/menu", "/ask what is mfds", "/start not-mean", "/nonsense"]
        ),
    ),
    st.tuples(st.just("late"), TEXTS),
    st.tuples(st.just("edit"), TEXTS),
    st.tuples(st.just("quote"), TEXTS),
    st.tuples(st.just("file"), st.sampled_from(["photo", "voice", "other", "document"])),
    st.tuples(st.just("staff"), st.tuples(ACTS, STAFF)),
    st.tuples(st.just("reply"), st.tuples(TEXTS, STAFF)),
    st.tuples(st.just("note"), TEXTS),
    st.tuples(st.just("wait"), st.integers(0, 3 * 24 * 60)),
    st.tuples(st.just("deliver"), st.sampled_from(["delivered", "gone", "rejected"])),
)  # fmt: skip


@given(steps=st.lists(STEPS, max_size=25))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_order_of_events(shipped: Release, steps: list[tuple[str, Any]]) -> None:
    player = Checked(with_team(shipped))
    for kind, value in steps:
        play(player, kind, value)


def test_enquire_first_then_anything(shipped: Release) -> None:
    """The same from a conversation that has an open enquiry, with every act once."""
    player = asked(shipped)
    for act in ("claim", "reply", "unclaim", "takeover", "close", "reopen", "block", "unblock"):
        for who in ("web:local", "web:sora", "telegram:1"):
            play(player, "staff", (act, who))


@given(steps=st.lists(STEPS, max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_order_with_an_open_enquiry(shipped: Release, steps: list[tuple[str, Any]]) -> None:
    player = asked(shipped)
    for kind, value in steps:
        play(player, kind, value)


def asked(shipped: Release, *, answers: bool = False) -> Checked:
    """Somebody with an open enquiry, every step skipped or (``answers``) answered."""
    player = Checked(with_team(shipped))
    player.commands("/human")
    player.taps("I agree")
    player.types("a question")
    for label in ("About someone else", "Exosomes", "Skip", "Skip", "English", "Skip"):
        player.taps(label if answers else "Skip")
    player.taps("Send to our team")
    return player


class Checked(Player):
    """A Player that checks every turn."""

    buttons_seen: list[tuple[str, int]]
    consented_before = False
    sent_by_staff = False

    def do(self, event: ev.Event) -> None:
        self.buttons_seen = getattr(self, "buttons_seen", [])
        self.sent_by_staff = isinstance(event, ev.FacilitatorReplied)
        agreed = self.state.consent is not None
        super().do(event)
        opened = [one for one in self.state.enquiries if one.is_open]
        assert len(opened) <= 1
        assert len({one.reference for one in self.state.enquiries}) == len(self.state.enquiries)
        agreed = agreed or self.state.consent is not None
        for effect in self.last:
            check(effect, agreed, any(one.spoke_at for one in self.state.enquiries))

    def apply(self, effects: tuple[fx.Effect, ...]) -> None:
        for effect in effects:
            if isinstance(effect, fx.RelayToPatient):
                assert self.sent_by_staff, "only a sent reply reaches the patient"
            if isinstance(effect, fx.ShowScreen):
                for row in effect.screen.rows:
                    self.buttons_seen += [(choice.data, effect.seq) for choice in row]
        super().apply(effects)


def check(effect: fx.Effect, agreed: bool, human_spoke: bool) -> None:
    match effect:
        case fx.ShowScreen(screen=screen):
            check_text(screen.text)
            check_rows(screen.rows)
            targets = [choice.data for row in screen.rows for choice in row]
            if screen.content_id not in ("home", "consent"):
                assert "sec:home:1" in targets
        case fx.RelayToDesk():
            assert agreed or human_spoke, "patient's words reached the desk before consent"
        case fx.ShowCard(card=card):
            check_text(card.full)
            check_text(card.minimal)
            check_rows(card.rows)
            assert len(card.title) <= 128
        case fx.TellDesk(text=text) | fx.AlertTeam(text=text) | fx.SendExport(caption=text):
            check_text(text)
        case _:
            pass


def check_text(text: Text) -> None:
    assert text
    for block in text:
        lines = block.items if isinstance(block, Items) else (block.spans,)
        for spans in lines:
            for span in spans:
                if span.style is not Style.TYPED:
                    assert not PLACEHOLDER.search(span.text), span.text


def check_rows(rows: Rows) -> None:
    choices = [choice for row in rows for choice in row]
    assert all(row for row in rows)
    assert len({choice.label for choice in choices}) == len(choices), "labels are unique"
    for choice in choices:
        assert 0 < len(choice.label) <= 64
        assert not PLACEHOLDER.search(choice.label)
        assert len(choice.data.encode()) <= MAX_BYTES
        assert parse(choice.data) is not None


def play(player: Checked, kind: str, value: Any) -> None:
    match kind:
        case "type":
            player.types(value)
        case "tap":
            seen = getattr(player, "buttons_seen", [])
            if seen:
                player.taps_data(*seen[value % len(seen)])
        case "forge":
            player.taps_data(value)
        case "command":
            player.commands(value)
        case "late":
            player.types(value, ago=3600)
        case "edit":
            if player.texts:
                player.edits(next(reversed(player.texts)), value)
        case "quote":
            human = [one for one in player.order if player.phone[one].human]
            player.types(value, quotes=human[-1] if human else None)
        case "file":
            player.sends_file(value, caption="see this")
        case "staff" if player.state.enquiries:
            player.staff(value[0], who=value[1])
        case "reply" if player.state.enquiries:
            player.replies(value[0], who=value[1])
        case "note" if player.state.enquiries:
            player.notes(value)
        case "wait":
            player.waits(minutes=value)
        case "deliver":
            player.deliver = value
        case _:
            player.now += timedelta(seconds=1)


def test_danger_is_found_in_every_kind_of_event(shipped: Release) -> None:
    """Text, caption, file name, edit, command argument, form answer, while blocked."""
    words = "she cannot breathe"
    player = asked(shipped)
    player.types(words)
    assert "119" in player.seen
    player.edits(words, words + " now")
    assert "119" in player.seen
    player.sends_file("photo", caption=words)
    assert "119" in player.seen
    player.commands(f"/ask {words}")
    assert "119" in player.seen
    file = ev.FileRef("telegram", "f", "document", name="i cannot breathe.jpg")
    player.do(ev.SentFile(file, "77", player.now))
    assert "119" in player.seen
    player.do(ev.PatientBlocked(player.reference, ev.Actor("web:local", DESK)))
    player.types(words)
    assert "119" in player.seen
