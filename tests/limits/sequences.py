"""Sequences of Updates through the pure core, each step judged by the guarantees of design §8.

What one patient, two facilitators and the clock do is drawn from a seed; half of the sequences begin with
an open enquiry. Judged at every step:

 2  a text that is older than the question asked never becomes its answer;
 4  a tap on any button ever shown does something that is seen, or says what became of it;
 5  whatever is shown fits Telegram and Slack (one sequence in ten, by the referees of the million);
 6  words of danger get the safety text first, as a new message, once;
 7  only a reply that its author sent reaches the patient, word for word as it was previewed;
 8  before consent nothing that the patient typed reaches a desk;

and those of ``tests/unit/bot/test_any_events``: a way Home, no forged or doubled button, nothing unfilled.
One step in four goes through JSON, and is taken twice: the same step gives the same turn.
"""

from __future__ import annotations

import random
from collections import Counter
from functools import lru_cache
from typing import Any

from adapters.slack import outbound as slack
from adapters.telegram import outbound as telegram
from bot import danger
from bot import effects as fx
from bot import events as ev
from bot.buttons import FormButton, parse
from bot.given import Given, Turn
from bot.release import Release
from bot.state import Conversation
from bot.text import Text, flat
from bot.turn import take_turn
from content.answers import LexicalEngine
from content.phrases import phrases_of
from tests.conversations.player import ADDRESS, through_json
from tests.conversations.test_scripts import with_team
from tests.limits.platforms import Referees
from tests.limits.texts import Maker
from tests.unit.bot.test_any_events import Checked, asked, play

SAID = (
    "hello", "thanks", "what is khidi", "what is mfds", "cost of treatment", "menu", "back", "skip", "yes", "no",
    "cancel", "15:40", "Berlin", "talk to a person", "ok", "delete my data", "", " ", "???", "/start", "me",
    "exosome", "next month", "3 months", "English", "Dana", "status", "human", "привет", "안녕하세요", "مرحبا",
)  # fmt: skip
DANGER = (
    "I cannot breathe",
    "i want to kill myself",
    "he hit me and I am afraid",
    "숨을 못 쉬겠어요",
)
COMMANDS = (
    "/start", "/human", "/status", "/privacy", "/mydata", "/forget", "/help", "/stop", "/menu",
    "/ask what is mfds", "/start not-mean", "/nonsense", "/human please", "/start ../x",
)  # fmt: skip
ACTS = ("claim", "unclaim", "takeover", "reply", "close", "reopen", "block", "unblock")
STAFF = ("web:local", "web:sora", "telegram:1")
STEPS = (
    ("type", 26), ("tap", 34), ("command", 6), ("late", 4), ("edit", 3), ("quote", 3), ("file", 3), ("staff", 8),
    ("reply", 5), ("note", 2), ("wait", 4), ("deliver", 2), ("forge", 3),
)  # fmt: skip
TOKEN = "qzx{}typed"

ENGINE = LexicalEngine()


@lru_cache(maxsize=2_000)
def understood(text: str, release_id: str) -> Any:
    """What the engine makes of a common saying; only those are remembered."""
    return ENGINE.understand(text, RELEASES[release_id])


RELEASES: dict[str, Release] = {}


class Guarded(Checked):
    """A Player that judges every turn."""

    seed = ""
    referees: Referees | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        RELEASES[self.release.id] = self.release
        self.chance = random.Random(self.seed)
        self.typed_unconsented: set[str] = set()
        self.previews: dict[str, str] = {}
        self.turns = 0
        self.seen_kinds: Counter[str] = Counter()

    def understand(self, text: str) -> Any:
        if text in SAID or text in DANGER:
            return understood(text, self.release.id)
        return ENGINE.understand(text, self.release)

    def do(self, event: ev.Event) -> None:
        self.buttons_seen = getattr(self, "buttons_seen", [])
        self.sent_by_staff = isinstance(event, ev.FacilitatorReplied)
        before = self.state
        turn = self._taken(event)
        self.state = turn.state
        self.last = list(turn.effects)
        self.turns += 1
        self.seen_kinds[type(event).__name__] += 1
        self._judge(before, event, turn)
        self.apply(turn.effects)

    def _taken(self, event: ev.Event) -> Turn:
        self.references += 1
        given = Given(
            now=self.now, reference=f"FD-{self.references:04d}", token=f"t{self.references:07d}",
            channel=self.channel, desks=self.desks,
        )  # fmt: skip
        phrases = phrases_of(self.release, self.state.locale)
        turn = take_turn(self.state, event, self.release, given, phrases)
        if self.chance.random() < 0.25:
            again = take_turn(
                through_json(Conversation, self.state), through_json(ev.Event, event),
                self.release, through_json(Given, given), phrases,
            )  # fmt: skip
            assert again == turn, "the same step gives the same turn"
            turn = through_json(Turn, turn)
            assert turn == again, "a turn survives JSON"
        return turn

    def _judge(self, before: Conversation, event: ev.Event, turn: Turn) -> None:
        self._as_always(before, turn)
        match event:
            case ev.Wrote():
                self._danger_first(before, event, turn)
                self._late(before, event, turn)
            case ev.Tapped(data=data):
                self._answered(data, turn)
            case ev.FacilitatorReplied(draft=draft):
                for effect in turn.effects:
                    if isinstance(effect, fx.RelayToPatient):
                        assert effect.text == self.previews.get(draft), (
                            "another text than previewed"
                        )
            case _:
                pass
        for effect in turn.effects:
            if isinstance(effect, fx.ShowPreview):
                self.previews[effect.draft] = effect.text
        self._silent_before_consent(before, turn)
        if self.referees is not None:
            self._fits(turn)

    def _as_always(self, before: Conversation, turn: Turn) -> None:
        from tests.unit.bot.test_any_events import check

        opened = [one for one in turn.state.enquiries if one.is_open]
        assert len(opened) <= 1
        references = [one.reference for one in turn.state.enquiries]
        assert len(set(references)) == len(references)
        agreed = before.consent is not None or turn.state.consent is not None
        spoke = any(one.spoke_at for one in (*before.enquiries, *turn.state.enquiries))
        for effect in turn.effects:
            check(effect, agreed, spoke)

    def _danger_first(self, before: Conversation, event: ev.Wrote, turn: Turn) -> None:
        screens = [one for one in turn.effects if isinstance(one, fx.ShowScreen)]
        urgent = [one for one in screens if one.urgent]
        if danger.seen_in(event.text, self.release.lexicon, event.understanding) is None:
            assert not urgent, "a safety text without danger"
            return
        assert screens, "nothing said to danger"
        assert screens[0].urgent, "something else came before the safety text"
        assert len(urgent) == 1, "the safety text twice"
        assert screens[0].replaces is None, "a safety text is always a new message"
        assert screens[0].screen.keep

    def _late(self, before: Conversation, event: ev.Wrote, turn: Turn) -> None:
        was, now = before.form, turn.state.form
        if was is None or now is None or was.asked_at is None or was.id != now.id:
            return
        if event.sent_at < was.asked_at.replace(microsecond=0):
            assert was.answers == now.answers, "a late text answered a later question"

    def _answered(self, data: str, turn: Turn) -> None:
        if parse(data) is None or self.state.blocked:
            return
        button = parse(data)
        if isinstance(button, FormButton) and button.form_id == "helpful":
            return  # a thumb: counted, and answered with a toast
        assert turn.effects, f"{data} does nothing"

    def _silent_before_consent(self, before: Conversation, turn: Turn) -> None:
        if before.consent is not None or turn.state.consent is not None:
            self.typed_unconsented.clear()
            return
        if any(one.spoke_at for one in turn.state.enquiries):
            return
        for effect in turn.effects:
            for text in to_desk(effect):
                found = [one for one in self.typed_unconsented if one in text]
                assert not found, "typed before consent, and on a desk"

    def _fits(self, turn: Turn) -> None:
        assert self.referees is not None
        for effect in turn.effects:
            match effect:
                case fx.ShowScreen(screen=screen):
                    self.referees.telegram(telegram.render(screen.text), own=True)
                    made = telegram.keyboard(screen.rows)
                    self.referees.rules.keyboard(made)
                    assert not self.referees.world.violations, self.referees.world.violations
                    self.referees.slack(slack.screen(screen))
                case fx.ShowCard(card=card):
                    for full in (True, False):
                        self.referees.slack(slack.card(card, full=full))
                        text = card.full if full else card.minimal
                        self.referees.telegram(telegram.render(text), own=True)
                case fx.RelayToPatient():
                    self.referees.slack(slack.relay_to_patient(effect))
                    words: Text = (*effect.label, *telegram.human(effect.text), *effect.footer)
                    self.referees.telegram(telegram.render(words), own=True)
                case _:
                    pass


def to_desk(effect: fx.Effect) -> list[str]:
    """The words of an effect that a desk reads."""
    match effect:
        case fx.ShowCard(card=card):
            return [card.title, card.summary, flat(card.full), flat(card.minimal)]
        case fx.RelayToDesk(label=label, text=text, was=was):
            return [flat(label), text, was or ""]
        case fx.TellDesk(text=told) | fx.AlertTeam(text=told):
            return [flat(told)]
        case _:
            return []


class Walk:
    """Plays sequences. ``longest``: steps of one at most."""

    def __init__(self, seed: str, shipped: Release, longest: int = 14) -> None:
        self.seed, self.longest = seed, longest
        self.chance = random.Random(seed)
        self.maker = Maker(seed)
        self.release = with_team(shipped)
        self.referees = Referees()
        self.counts: Counter[str] = Counter()
        self._asked = asked_state(shipped)

    def one(self, number: int) -> None:
        """Play one sequence."""
        player = Guarded(self.release)
        player.chance = random.Random(f"{self.seed}/{number}")
        if number % 10 == 0:
            player.referees = self.referees
        if number % 2:
            started = self._asked
            player.state, player.phone = started.state, dict(started.phone)
            player.order, player.timers = list(started.order), dict(started.timers)
            player.now, player.references = started.now, started.references
            player.buttons_seen = list(started.buttons_seen)
            player.messages, player.texts = started.messages, dict(started.texts)
        kinds, weights = zip(*STEPS, strict=True)
        for kind in self.chance.choices(kinds, weights, k=self.chance.randint(1, self.longest)):
            self._step(player, kind)
        self.counts["sequences"] += 1
        self.counts["turns"] += player.turns
        self.counts.update({f"{kind} events": n for kind, n in player.seen_kinds.items()})

    def _step(self, player: Guarded, kind: str) -> None:
        chance = self.chance
        value: Any
        match kind:
            case "type" | "late" | "edit" | "quote" | "note":
                value = self._words(player)
            case "tap":
                value = chance.randrange(400)
            case "forge":
                value = self.maker.name()
            case "command":
                value = chance.choice(COMMANDS)
            case "file":
                value = chance.choice(("photo", "voice", "other", "document"))
            case "staff":
                value = (chance.choice(ACTS), chance.choice(STAFF))
            case "reply":
                value = (self._words(player) or "Hello", chance.choice(STAFF))
            case "wait":
                value = chance.choice((1, 10, 120, 1_000, chance.randrange(6 * 24 * 60)))
            case _:
                value = chance.choice(("delivered", "gone", "rejected"))
        play(player, kind, value)

    def _words(self, player: Guarded) -> str:
        chance = self.chance
        kind = chance.random()
        if kind < 0.6:
            return chance.choice(SAID)
        if kind < 0.7:
            return chance.choice(DANGER) + chance.choice(("", " now", "!!"))
        if kind < 0.85:
            token = TOKEN.format(chance.randrange(10**6))
            if player.state.consent is None:
                player.typed_unconsented.add(token)
            return f"my skin {token}"
        return self.maker.typed(6)[:5_000]


@lru_cache(maxsize=1)
def _asked_once(shipped_id: str) -> Checked:
    return asked(SHIPPED[shipped_id])


SHIPPED: dict[str, Release] = {}


def asked_state(shipped: Release) -> Checked:
    """Somebody with an open enquiry, to begin from; not to be played on."""
    SHIPPED[shipped.id] = shipped
    return _asked_once(shipped.id)


__all__ = ["ADDRESS", "Guarded", "Walk"]
