"""A text as the patient will meet it: the screens that it makes, and how each platform shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.web.names import WEB_CHANNEL
from adapters.web.words.preview_model import Counter, Preview, PreviewModel
from bot import buttons
from bot import effects as fx
from bot import events as ev
from bot.given import Given
from bot.receive import PhrasesOf
from bot.release import Release
from bot.screens import Choice, Rows, Screen
from bot.state import Conversation
from bot.text import Heading, Span, Text, fill, flat, plain
from bot.turn import take_turn
from content import markdown
from content.check_sizes import LONGEST_PAGE
from content.editing import screens as cutting
from content.editing.fields import Fields
from content.editing.target import Target
from content.findings import Findings
from content.pages import LONGEST_LABEL

_ADDRESS = ev.Address("web", "preview", "nobody")


@dataclass(frozen=True, slots=True)
class Look:
    """One screen: for the web the screen itself, for the others what their renderers made of it."""

    name: str
    screen: Screen
    counters: tuple[Counter, ...]
    platforms: tuple[tuple[str, PreviewModel], ...]


def looks(
    screens: tuple[tuple[str, Screen], ...], previews: Mapping[str, Preview]
) -> tuple[Look, ...]:
    """The screens on every platform."""
    return tuple(
        Look(
            name, screen, _own(screen), tuple((one, show(screen)) for one, show in previews.items())
        )
        for name, screen in screens
    )


def _own(screen: Screen) -> tuple[Counter, ...]:
    """Our own, stricter limits."""
    longest = max((len(one.label) for row in screen.rows for one in row), default=0)
    return (
        Counter("characters of a screen", len(flat(screen.text)), LONGEST_PAGE),
        Counter("characters of the longest button", longest, LONGEST_LABEL),
    )


def screens_of(
    release: Release, target: Target, phrases_of: PhrasesOf
) -> tuple[tuple[str, Screen], ...]:
    """The screens that a target makes in a Release, through the core; () for what makes none."""
    match target.kind:
        case "page" | "menu":
            return _pages(release, target.name, phrases_of)
        case "safety":
            safety = release.safety.get(target.name)
            phrases = phrases_of(release, release.locale)
            status = phrases.text("safety.alert.sent")
            return () if safety is None else (
                ("The safety text", Screen(fill(safety.text, {"alert_status": status}), keep=True)),
            )  # fmt: skip
        case "phrase":
            return _phrase(release, target.name)
        case "step":
            return _step(release, target.name)
        case "hours" | "closures":
            phrases = phrases_of(release, release.locale)
            return (("What is promised", Screen(phrases.text("promise.none"))),)
        case "organisation":
            return (*_pages(release, "about", phrases_of), *_pages(release, "consent", phrases_of))
        case _:
            return ()


def _pages(release: Release, name: str, phrases_of: PhrasesOf) -> tuple[tuple[str, Screen], ...]:
    item = release.items.get(name)
    if item is None:
        return ()
    count = len(item.pages)
    found = []
    for number in range(1, count + 1):
        screen = _shown(release, buttons.section(name, number), phrases_of)
        if screen is not None:
            found.append((f"Screen {number} of {count}" if count > 1 else "The screen", screen))
    if item.source:
        screen = _shown(release, buttons.section(name, "src"), phrases_of)
        if screen is not None:
            found.append(("Where it is from", screen))
    return tuple(found)


def _shown(release: Release, data: str, phrases_of: PhrasesOf) -> Screen | None:
    """What the core shows when a patient presses a button."""
    state = Conversation("preview", _ADDRESS, locale=release.locale)
    given = Given(datetime.now(UTC), "FD-0000", "preview0", WEB_CHANNEL)
    turn = take_turn(state, ev.Tapped(data), release, given, phrases_of(release, release.locale))
    return next((one.screen for one in turn.effects if isinstance(one, fx.ShowScreen)), None)


def _phrase(release: Release, key: str) -> tuple[tuple[str, Screen], ...]:
    phrase = release.phrases.get(key)
    if phrase is None:
        return ()
    if key.startswith("button."):
        return (("The button", Screen((), ((Choice(phrase.labels["other"], "sec:home:1"),),))),)
    names = {"one": "For one", "other": "For several"} if len(phrase.forms) > 1 else {}
    return tuple(
        (names.get(form, "The phrase"), Screen(fill(text, release.organisation.facts)))
        for form, text in phrase.forms.items()
    )


def _step(release: Release, name: str) -> tuple[tuple[str, Screen], ...]:
    def said(part: str) -> Text:
        phrase = release.phrases.get(f"form.{name}.{part}")
        return phrase.forms["other"] if phrase is not None else ()

    def label(part: str) -> str:
        phrase = release.phrases.get(f"form.{name}.{part}")
        return phrase.labels["other"] if phrase is not None else part

    step = next((one for one in release.form if one.id == name), None)
    options = step.options if step is not None else ()
    rows: Rows = tuple((Choice(label(one), f"form:preview:{name}:{one}"),) for one in options)
    title = Heading((Span(label("title")),))
    return (("The question", Screen((title, *said("ask")), rows)),)


def draft_screens(form: Fields, live: Release) -> tuple[tuple[str, Screen], ...]:
    """The screens of a page that does not lint yet, as far as its words can be read; the buttons are
    those of the live text."""
    title, body = form.field("title"), form.field("body")
    if body is None:
        return ()
    heading = (Heading((Span(title.value),)),) if title is not None and title.value else ()
    found = []
    parts = cutting.screens(body.value)
    for number, part in enumerate(parts, 1):
        try:
            text = tuple(one for page in markdown.pages(part, "", Findings()) for one in page.text)
        except Exception:  # half-written Markdown: show the letters
            text = plain(part)
        shown = fill((*heading, *text), live.organisation.facts)
        name = f"Screen {number} of {len(parts)}" if len(parts) > 1 else "The screen"
        found.append((name, Screen(shown)))
    return tuple(found)
