"""A conversation begun under one Release goes on under another: nothing fails, there is always a way Home.

The other Release is what editors may publish at any time: pages and menu entries gone or moved, steps and
options of the form taken out or put in, another consent text, other staff, no promise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import content
from bot.release import FormStep, Item, Phrase, Release
from bot.text import plain
from tests.conversations.test_scripts import with_team
from tests.unit.bot.test_any_events import STEPS, Checked, asked, play


@cache
def shipped() -> Release:
    """The fixture of that name, but not an argument: Hypothesis would print all of it on a failure."""
    return content.load(content.SHIPPED).release


FIXED = ("home", "consent", "privacy", "help")
"""Pages that the linter demands."""


@dataclass(frozen=True)
class Change:
    """What the editors did, as numbers, so that a failing one prints short."""

    items: tuple[int, ...]
    moved: tuple[int, ...]
    steps: tuple[int, ...]
    options: bool
    added: bool
    consent: bool
    staff: bool
    promise: bool


SOME = st.lists(st.integers(0, 60), max_size=30).map(tuple)
CHANGES = st.builds(
    Change, SOME, SOME, st.lists(st.integers(1, 6), max_size=6).map(tuple), st.booleans(),
    st.booleans(), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip


def changed(release: Release, change: Change) -> Release:
    """Another Release, made as the content package would make it."""
    names = [one for one in release.items if one not in FIXED]
    gone = {names[n % len(names)] for n in change.items}
    items = {key: item for key, item in release.items.items() if key not in gone}
    left = [key for key in items if key not in FIXED]
    moved = {names[n % len(names)]: left[n % len(left)] for n in change.moved if left}
    moved = {old: new for old, new in moved.items() if old in gone}
    if change.consent:
        items["consent"] = with_words(items["consent"], "A new text. Do you agree?")
    menus = {
        key: tuple(one for one in entries if one.startswith("act:") or one in items)
        for key, entries in release.menus.items()
        if key in items
    }
    form = tuple(step for n, step in enumerate(release.form) if n not in change.steps)
    phrases = dict(release.phrases)
    if change.options:
        form = tuple(replace(step, options=step.options[1:]) for step in form)
        for step in release.form:
            for option in step.options[:1]:
                del phrases[f"form.{step.id}.{option}"]
    for step in release.form:
        if step not in form and not any(one.id == step.id for one in form):
            for key in [key for key in phrases if key.startswith(f"form.{step.id}.")]:
                if key not in KEPT:
                    del phrases[key]
    if change.added:
        form = (form[0], FormStep("budget", "choice", True, options=("low", "high")), *form[1:])
        for key in ("title", "ask", "label", "low", "high"):
            phrases[f"form.budget.{key}"] = phrase(f"budget {key}")
    organisation = release.organisation
    if change.staff:
        organisation = replace(organisation, staff=organisation.staff[:1])
    if change.promise:
        organisation = replace(organisation, promise_seconds=None)
    return replace(
        release, id="other", items=items, menus=menus, moved=moved, form=form, phrases=phrases,
        organisation=organisation,
    )  # fmt: skip


KEPT = ("form.question.offer", "form.time.confirm", "form.time.which", "form.time.place",
        "form.time.none", "form.time.unknown")  # fmt: skip


def phrase(words: str) -> Phrase:
    return Phrase({"other": plain(words)}, {"other": words})


def with_words(item: Item, words: str) -> Item:
    return replace(item, pages=(replace(item.pages[0], text=plain(words)),), version="v-next")


def go_on(player: Checked, before: list[Any], change: Change, after: list[Any]) -> None:
    first = player.release
    for kind, value in before:
        play(player, kind, value)
    player.release = changed(first, change)
    for kind, value in after:
        play(player, kind, value)
    player.release = first  # rolled back
    for kind, value in after[:5]:
        play(player, kind, value)


PLENTY = settings(suppress_health_check=list(HealthCheck), max_examples=25)


@given(before=st.lists(STEPS, max_size=15), change=CHANGES, after=st.lists(STEPS, max_size=15))
@PLENTY
def test_from_anywhere(before: list[Any], change: Change, after: list[Any]) -> None:
    go_on(Checked(with_team(shipped())), before, change, after)


@given(before=st.lists(STEPS, max_size=5), change=CHANGES, after=st.lists(STEPS, max_size=15))
@PLENTY
def test_with_an_open_enquiry(before: list[Any], change: Change, after: list[Any]) -> None:
    go_on(asked(shipped(), answers=True), before, change, after)


@given(answered=st.integers(0, 7), change=CHANGES, after=st.lists(STEPS, max_size=12))
@PLENTY
def test_in_the_middle_of_the_form(answered: int, change: Change, after: list[Any]) -> None:
    player = Checked(with_team(shipped()))
    fill(player, answered)
    go_on(player, [], change, after)


@given(change=CHANGES)
@PLENTY
def test_every_old_button_says_what_became_of_it(change: Change) -> None:
    """Guarantee 4, across Releases: every button ever shown, tapped under the next Release."""
    player = asked(shipped(), answers=True)
    for menu in ("home", "menu-guide", "menu-faq", "menu-terms", "about", "privacy"):
        player.taps_data(f"sec:{menu}:1")
    player.release = changed(player.release, change)
    for data, seq in dict(player.buttons_seen).items():
        if data.startswith("form:privacy:forget:yes"):
            continue
        player.taps_data(data, seq)
        assert player.seen, data


@given(change=CHANGES)
@PLENTY
def test_the_form_can_always_be_finished(change: Change) -> None:
    """Whatever changed while it was open, she gets to Send by answering what she is asked."""
    player = Checked(with_team(shipped()))
    fill(player, 3)
    player.release = changed(player.release, change)
    for _ in range(40):
        if player.state.enquiries:
            break
        labels = player.labels() if player.order else []
        wanted = ("Send to our team", "I agree", "Use this", "Skip", "budget low")
        label = next((one for one in wanted if one in labels), None)
        if label is None:
            player.commands("/human")
        else:
            player.taps(label)
    assert player.state.enquiries, player.labels()
    question = player.state.enquiries[0].answer("question")
    assert question is not None
    assert question.text == "a question"


def fill(player: Checked, count: int) -> None:
    """The form, answered as far as ``count`` steps."""
    player.commands("/human")
    player.taps("I agree")
    acts: list[Callable[[], None]] = [
        lambda: player.types("a question"),
        lambda: player.taps("Skip"),
        lambda: player.taps("Exosomes"),
        lambda: player.types("in spring"),
        lambda: player.types("15:40"),
        lambda: player.taps("English"),
        lambda: player.types("Dana"),
    ]
    for act in acts[:count]:
        act()
