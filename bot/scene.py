"""The workbench of one turn: the state so far, the effects so far, and the few ways to add to them.

Everything in ``bot`` that handles an event gets a Scene; only ``bot.turn`` makes one. The one rule about
editing a message or sending a new one lives here (``show``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import buttons
from bot import effects as fx
from bot.given import Given, Phrases, Turn
from bot.release import Item, Release
from bot.screens import Choice, Rows, Screen
from bot.state import Conversation, Enquiry
from bot.text import Text, Value

DESK = "desk."
"""Phrases that staff read begin so; they are never translated for a patient's sake."""


class Scene:
    """State, effects and words of one turn. ``on``: our number of the message that was tapped."""

    def __init__(
        self, state: Conversation, release: Release, given: Given, phrases: Phrases
    ) -> None:
        self._state = state
        self._changes: dict[str, Any] = {}
        self.release = release
        self.given = given
        self.house = phrases.into(release.locale)
        """What the desk reads, whatever the patient's language."""
        self.phrases = phrases
        self.on: int | None = None
        self._effects: list[fx.Effect] = []
        self._facts: dict[str, dict[str, Value]] = {}

    def turn(self) -> Turn:
        """What the turn comes to."""
        return Turn(self.state, tuple(self._effects))

    # ---- state and effects

    @property
    def state(self) -> Conversation:
        """The state so far."""
        if self._changes:
            # Only now: a new state of all fields for each change was half the cost of a turn.
            self._state, self._changes = self._state.but(self._changes), {}
        return self._state

    @state.setter
    def state(self, state: Conversation) -> None:
        self._state, self._changes = state, {}

    def update(self, **changes: Any) -> None:
        """Change fields of the state."""
        self._changes |= changes

    def put(self, enquiry: Enquiry) -> None:
        """Put an enquiry into the state."""
        self._state = self.state.with_enquiry(enquiry)

    def do(self, effect: fx.Effect) -> None:
        """Ask for an effect."""
        self._effects.append(effect)

    def answer_tap(self, text: str) -> None:
        """Say a short line where the tapped button is, in place of the silent answer."""
        self._effects = [
            fx.AnswerTap(text) if isinstance(one, fx.AnswerTap) else one for one in self._effects
        ]

    @property
    def silent(self) -> bool:
        """Whether nothing was shown to the patient in this turn so far."""
        return not any(isinstance(one, fx.ShowScreen | fx.RelayToPatient) for one in self._effects)

    # ---- words

    @property
    def language(self) -> str:
        """What the patient is spoken to in."""
        return self.phrases.tag

    def speak(self, language: str) -> None:
        """Go on in another language of the Release for the rest of this turn."""
        self.phrases = self.phrases.into(language)

    def text(self, key: str, **values: Value) -> Text:
        """A phrase, with the organisation's facts at hand. The desk's are always in the house's language."""
        if key.startswith(DESK):
            return self.house.text(key, **{**self._facts_in(self.release.locale), **values})
        return self.phrases.text(key, **{**self.facts, **values})

    def label(self, key: str, **values: Value) -> str:
        """A phrase on one line."""
        if key.startswith(DESK):
            return self.house.label(key, **{**self._facts_in(self.release.locale), **values})
        return self.phrases.label(key, **{**self.facts, **values})

    @property
    def facts(self) -> dict[str, Value]:
        """What every text may name."""
        return self._facts_in(self.language)

    def _facts_in(self, language: str) -> dict[str, Value]:
        found = self._facts.get(language)
        if found is None:
            found = facts_in(self.release, language, self.given.channel.name)
            self._facts[language] = found
        return found

    def page(self, content_id: str) -> Item | None:
        """A page as this patient reads it: translated where it is, else in the Release's own language."""
        return self.release.item_in(content_id, self.language)

    def in_own(self, item: Item) -> bool:
        """Whether a page comes in the Release's language, and the patient reads another one."""
        translated = self.release.translated(self.language)
        return self.language != self.release.locale and item.id not in translated.items

    def zone(self, enquiry: Enquiry | None = None) -> str | int:
        """The patient's time zone, or the desk's where it is not known."""
        if self.state.zone is not None:
            return self.state.zone
        if self.state.offset is not None:
            return self.state.offset
        return self.release.organisation.hours.zone

    @property
    def knows_zone(self) -> bool:
        """Whether the patient said what time it is there."""
        return self.state.zone is not None or self.state.offset is not None

    # ---- showing

    def take_seq(self) -> int:
        """The number of the next message to the patient."""
        seq: int = self._changes.get("next_seq", self._state.next_seq)
        self._changes["next_seq"] = seq + 1
        return seq

    def show(self, screen: Screen, *, urgent: bool = False) -> int:
        """Show a screen: edit the tapped menu in place, or send a new message.

        Edited only if the tap came from the one message that may be edited and nothing that must be
        kept came after it; a screen marked ``keep`` is always new. Returns its number.
        """
        if not screen.language:
            screen = replace(screen, language=self.language)
        replaces = self._editable() if not screen.keep and not urgent else None
        seq = self.take_seq()
        self.do(fx.ShowScreen(seq, screen, replaces, urgent))
        if screen.keep:
            self.update(kept_seq=seq)
        elif replaces is not None:
            self.update(menu_seq=seq)
        else:
            self.update(menu_first=seq, menu_seq=seq)
        self.on = None  # a second screen of the same turn goes below
        return seq

    def say(self, key: str, rows: Rows = (), *, keep: bool = False, **values: Value) -> int:
        """Show a phrase with buttons; a way Back (to the page read last) and Home is always added."""
        return self.tell(self.text(key, **values), rows, keep=keep)

    def tell(self, text: Text, rows: Rows = (), *, keep: bool = False) -> int:
        """The same for a text that is there already."""
        rows = rows if keep else (*rows, *self._back())
        return self.show(Screen(text, self.with_home(rows), keep=keep))

    def _back(self) -> Rows:
        place = self.state.place
        if place.content_id == "home" or self.release.item(place.content_id) is None:
            return ()
        data = buttons.section(place.content_id, place.page)
        return ((self.button("button.back", data), self.menu_button),)

    def _editable(self) -> int | None:
        first, last = self.state.menu_first, self.state.menu_seq
        if self.on is None or first is None or last is None:
            return None
        return last if first <= self.on <= last and self.on > self.state.kept_seq else None

    # ---- buttons

    def button(self, key: str, data: str, **values: Value) -> Choice:
        """A button whose label is a phrase."""
        return Choice(self.label(key, **values), data)

    @property
    def menu_button(self) -> Choice:
        """The way Home."""
        return self.button("button.menu", buttons.section("home"))

    @property
    def write_button(self) -> Choice:
        """Write to a person, or the open question where there is one."""
        enquiry = self.state.open_enquiry
        if enquiry is not None and enquiry.consented:
            return self.question_button(enquiry)
        return self.button("button.write", buttons.form("new", "start", "open"))

    def question_button(self, enquiry: Enquiry) -> Choice:
        """My question: where it stands."""
        return self.button("button.question", buttons.enquiry(enquiry.reference, "status"))

    def page_button(self, content_id: str) -> Choice | None:
        """A button to a page, None if the page is gone."""
        item = self.page(content_id)
        return None if item is None else Choice(item.button, buttons.section(item.id))

    def with_home(self, rows: Rows) -> Rows:
        """Rows that end with a way Home, if they have none; labels once only."""
        home = buttons.section("home")
        if not any(choice.data == home for row in rows for choice in row):
            rows = (*rows, (self.menu_button,))
        return unique(rows)


def facts_in(release: Release, language: str, channel: str) -> dict[str, Value]:
    """What every text may name, as it reads in a language."""
    translated = release.translated(language).facts
    return {**release.organisation.facts, **translated, "channel": channel}


def unique(rows: Rows) -> Rows:
    """Rows without a label or a target said twice, and without empty rows."""
    labels: set[str] = set()
    targets: set[str] = set()
    out: list[tuple[Choice, ...]] = []
    for row in rows:
        kept: list[Choice] = []
        for choice in row:
            if choice.label in labels or choice.data in targets:
                continue
            labels.add(choice.label)
            targets.add(choice.data)
            kept.append(choice)
        if kept:
            out.append(tuple(kept))
    return tuple(out)


def column(*choices: Choice | None) -> Rows:
    """One button a row; None is left out."""
    return tuple((choice,) for choice in choices if choice is not None)


def pairs(choices: list[Choice], widest: int = 16) -> Rows:
    """Two buttons a row where both labels are short enough for half a phone's width."""
    rows: list[tuple[Choice, ...]] = []
    for choice in choices:
        last = rows[-1] if rows else ()
        if len(last) == 1 and len(last[0].label) <= widest and len(choice.label) <= widest:
            rows[-1] = (*last, choice)
        else:
            rows.append((choice,))
    return tuple(rows)
