"""Plays a scripted person against the core alone, everything through JSON between any two steps.

No store and no platform: state, event, Given and effects are encoded and decoded on every turn, so that
nothing can hide in memory. Deliveries succeed at once unless a script says otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import effects as fx
from bot import events as ev
from bot.buttons import EnquiryButton, parse
from bot.codec import decode, encode
from bot.desk_acts import staff_event
from bot.given import Channel, Given, Turn
from bot.release import Release
from bot.screens import Rows, Screen
from bot.state import Conversation
from bot.text import Text, flat
from bot.turn import take_turn
from content.answers import LexicalEngine
from content.engine.language import guess
from content.phrases import phrases_of

ADDRESS = ev.Address("telegram", "4242", "777")
DESK = "desk:test"
DEFAULT_NOW = "2026-11-23T01:00:00+00:00"
"""Monday 10:00 in Seoul: the desk is open."""


def through_json(kind: Any, value: Any) -> Any:
    """A value after a trip through JSON text."""
    return decode(kind, json.loads(json.dumps(encode(value))))


@dataclass
class Shown:
    """A message as the patient has it on the phone."""

    seq: int
    text: str
    rows: Rows
    content_id: str | None
    keep: bool
    human: bool = False


@dataclass(repr=False)
class Player:
    """One patient, one desk, a clock."""

    release: Release
    now: datetime = field(default_factory=lambda: datetime.fromisoformat(DEFAULT_NOW))
    channel: Channel = field(default_factory=lambda: Channel("Telegram", True, True))
    desks: tuple[str, ...] = (DESK,)
    deliver: str = "delivered"
    alerts: str = "delivered"

    def __post_init__(self) -> None:
        self.state = Conversation("1", ADDRESS)
        self.engine = LexicalEngine()
        self.phone: dict[int, Shown] = {}
        self.order: list[int] = []
        self.last: list[fx.Effect] = []
        self.timers: dict[tuple[str, str], datetime] = {}
        self.references = 0
        self.messages = 0
        self.texts: dict[str, str] = {}

    # ---- what people do

    def understand(self, text: str) -> Any:
        known = self.engine.understand(text, self.release)
        return replace(known, language=guess(text))

    def message_id(self, text: str) -> str:
        self.messages += 1
        self.texts[text] = str(self.messages)
        return str(self.messages)

    def starts(self, payload: str = "") -> None:
        self.do(ev.Started(payload))

    def types(self, text: str, *, ago: float = 0, quotes: int | None = None) -> None:
        sent = self.now - timedelta(seconds=ago)
        self.do(ev.Wrote(text, self.message_id(text), sent, self.understand(text), quotes))

    def edits(self, old: str, new: str) -> None:
        self.do(ev.Edited(new, self.texts[old], self.now, self.understand(new)))

    def sends_file(self, kind: str, size: int = 1000, caption: str = "", group: str = "") -> None:
        file = ev.FileRef("telegram", "f1", kind, name="x.jpg", size=size)
        known = self.understand(caption)
        self.do(ev.SentFile(file, self.message_id(caption), self.now, caption, group, known))

    def commands(self, words: str) -> None:
        name, _, argument = words.removeprefix("/").partition(" ")
        self.do(ev.Commanded(name, argument, "", self.understand(argument)))

    def taps(self, label: str) -> None:
        """The newest button with this label, on any message still on the phone."""
        for seq in reversed(self.order):
            for row in self.phone[seq].rows:
                for choice in row:
                    if choice.label == label:
                        self.do(ev.Tapped(choice.data, seq))
                        return
        raise AssertionError(f"no button {label!r}; shown: {self.labels()}")

    def taps_data(self, data: str, on: int | None = None) -> None:
        self.do(ev.Tapped(data, on))

    def staff(
        self, act: str, *, who: str = "web:local", forms: bool = True, draft: str = ""
    ) -> None:
        actor = ev.Actor(who, DESK, forms)
        event = staff_event(EnquiryButton(self.reference, act, draft or None), actor)
        assert event is not None
        self.do(event)

    def replies(self, text: str, *, who: str = "web:local") -> None:
        """Reply, write, preview, send: all the steps that staff take."""
        actor = ev.Actor(who, DESK)
        self.do(ev.ReplyOpened(self.reference, actor))
        opened = [one for one in self.last if isinstance(one, fx.OpenForm)]
        if not opened:
            return
        self.do(ev.ReplyDrafted(self.reference, actor, opened[0].draft, text))
        if any(isinstance(one, fx.ShowPreview) for one in self.last):
            self.do(ev.FacilitatorReplied(self.reference, actor, opened[0].draft))

    def notes(self, text: str, *, who: str = "web:local") -> None:
        self.do(ev.NoteWritten(self.reference, ev.Actor(who, DESK), text, "n1"))

    def waits(self, **span: float) -> None:
        """Let time pass, firing what falls due."""
        until = self.now + timedelta(**span)
        seen: list[fx.Effect] = []
        while due := [key for key, at in self.timers.items() if at <= until]:
            key = min(due, key=lambda one: self.timers[one])
            self.now = max(self.now, self.timers.pop(key))
            self.do(ev.TimerFired(*key))
            seen.extend(self.last)
        self.now = until
        self.last = seen

    # ---- the turn

    @property
    def reference(self) -> str:
        return self.state.enquiries[-1].reference

    def do(self, event: ev.Event) -> None:
        self.references += 1
        given = Given(
            now=self.now, reference=f"FD-{self.references:04d}", token=f"t{self.references:07d}",
            channel=self.channel, desks=self.desks,
        )  # fmt: skip
        state = through_json(Conversation, self.state)
        event = through_json(ev.Event, event)
        given = through_json(Given, given)
        release = self.release
        turn = take_turn(state, event, release, given, phrases_of(release, state.locale))
        turn = through_json(Turn, turn)
        self.state = turn.state
        self.last = list(turn.effects)
        self.apply(turn.effects)

    def apply(self, effects: tuple[fx.Effect, ...]) -> None:
        reports: list[ev.DeliveryReported] = []
        for effect in effects:
            match effect:
                case fx.ShowScreen(seq=seq, screen=screen, replaces=replaces):
                    self.put(seq, screen, replaces)
                case fx.RelayToPatient():
                    words = f"{flat(effect.label)}\n\n{effect.text}\n\n{flat(effect.footer)}"
                    self.phone[effect.seq] = Shown(effect.seq, words, effect.rows, None, True, True)
                    self.order.append(effect.seq)
                    reports.append(self.report("reply", effect.reference, effect.draft))
                case fx.SendExport(seq=seq, caption=caption, rows=rows):
                    self.put(seq, Screen(caption, rows, keep=True), None)
                case fx.AlertTeam():
                    reports.append(self.report("alert", effect.reference, str(effect.attempt)))
                case fx.SetTimer(name=name, at=at, reference=reference):
                    self.timers[(name, reference)] = at
                case fx.CancelTimer(name=name, reference=reference):
                    self.timers.pop((name, reference), None)
                case _:
                    pass
        before = self.last
        for report in reports:
            self.do(report)
            before = [*before, *self.last]
        self.last = before

    def report(self, what: str, reference: str, name: str) -> ev.DeliveryReported:
        outcome = self.deliver if what == "reply" else self.alerts
        return ev.DeliveryReported(what, outcome, DESK, self.now, reference, name)

    def put(self, seq: int, screen: Screen, replaces: int | None) -> None:
        shown = Shown(seq, flat(screen.text), screen.rows, screen.content_id, screen.keep)
        self.phone[seq] = shown
        if replaces is not None and replaces in self.order:
            # an edit keeps its place on the phone
            self.order[self.order.index(replaces)] = seq
            self.phone.pop(replaces)
        else:
            self.order.append(seq)

    # ---- what people see

    @property
    def screen(self) -> Shown:
        return self.phone[self.order[-1]]

    @property
    def seen(self) -> str:
        """All that the last step showed the patient."""
        out: list[str] = []
        for effect in self.last:
            if isinstance(effect, fx.ShowScreen):
                out.append(flat(effect.screen.text))
            elif isinstance(effect, fx.RelayToPatient):
                out.append(f"{flat(effect.label)}\n{effect.text}\n{flat(effect.footer)}")
            elif isinstance(effect, fx.SendExport):
                out.append(flat(effect.caption))
        return "\n----\n".join(out)

    @property
    def desk_seen(self) -> str:
        """All that the last step showed the desk."""
        out: list[str] = []
        for effect in self.last:
            match effect:
                case fx.ShowCard(card=card):
                    out += [card.title, card.summary, flat(card.full)]
                case fx.RelayToDesk(label=label, text=text, was=was):
                    out += [flat(label), text, was or ""]
                case fx.TellDesk(text=told) | fx.AlertTeam(text=told) | fx.AskForReply(text=told):
                    out.append(flat(told))
                case fx.ShowDraft(text=draft):
                    out.append(draft)
                case fx.Toast(text=toast):
                    out.append(toast)
                case fx.ShowFormErrors(errors=errors):
                    out += [message for _, message in errors]
                case _:
                    pass
        return "\n".join(out)

    def labels(self) -> list[str]:
        return [choice.label for row in self.screen.rows for choice in row]


def words_of(text: Text) -> str:
    return flat(text)


def at(when: str) -> datetime:
    """A script's time, UTC."""
    return datetime.fromisoformat(when).astimezone(UTC)


def known(data: str) -> bool:
    """Whether button data is ours."""
    return parse(data) is not None
