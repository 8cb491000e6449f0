"""Every script through the Telegram, Slack and web renderers; every payload within the platforms' limits.

The rules are those of the strict fakes (``tests/fakes``): what they refuse, the platforms refuse. The words
must survive: what a screen says, each platform shows, and nothing that a person typed comes alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import category

import pytest
import yaml
from telegram import MessageEntity

from adapters.slack import outbound as slack
from adapters.telegram import outbound as telegram
from adapters.web.bubbles import patient_bubbles
from adapters.web.pages import templates
from bot import effects as fx
from bot import events as ev
from bot.release import Release
from bot.screens import Rows
from bot.text import Text, flat
from bot.transcript import entries
from tests.conversations.player import Player, at
from tests.conversations.test_scripts import SCRIPTS, play, with_team
from tests.fakes.slack_blocks import check_message, live, shown_text
from tests.fakes.telegram.rules import TEXT, Rules
from tests.fakes.telegram.world import World

HOSTILE = "<!channel> <@U1> http://evil.example @all /forget #now <b>x</b> {name} \u202e"


def played(path: Path, release: Release) -> Iterator[tuple[Player, fx.Effect]]:
    """The effects of a script, turn by turn, with every typed question made hostile."""
    script = yaml.safe_load(path.read_text())
    if script.get("promise") == "none":
        nothing = replace(release.organisation, promise_seconds=None)
        release = replace(release, organisation=nothing)
    player = Recording(release)
    player.now = at(script["now"]) if "now" in script else player.now
    player.desks = tuple(script.get("desks", player.desks))
    player.alerts = script.get("alerts", player.alerts)
    for step in script["steps"]:
        play(player, step)
    for effect in player.everything:
        yield player, effect


class Recording(Player):
    """A Player that keeps every effect and every entry of the Transcript."""

    def do(self, event: ev.Event) -> None:
        if not hasattr(self, "everything"):
            self.everything: list[fx.Effect] = []
            self.said: list[object] = []
        super().do(event)

    def apply(self, effects: tuple[fx.Effect, ...]) -> None:
        self.everything.extend(effects)
        super().apply(effects)


def parts_of(effect: fx.Effect) -> list[tuple[Text, Rows]]:
    match effect:
        case fx.ShowScreen(screen=screen):
            return [(screen.text, screen.rows)]
        case fx.RelayToPatient():
            words = (*effect.label, *telegram.human(effect.text), *effect.footer)
            return [(words, effect.rows)]
        case fx.ShowCard(card=card):
            return [(card.full, card.rows), (card.minimal, card.rows)]
        case fx.TellDesk(text=text, rows=rows) | fx.AlertTeam(text=text, rows=rows):
            return [(text, rows)]
        case fx.RelayToDesk(label=label, text=text):
            return [((*label, *telegram.human(text)), ())]
        case _:
            return []


def visible(text: str) -> str:
    """Without white space and the invisible characters that keep typed words from coming alive."""
    return "".join(one for one in text if not one.isspace() and category(one) != "Cf")


@pytest.fixture(scope="module")
def release(shipped: Release) -> Release:
    return with_team(shipped)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_telegram_takes_every_payload(path: Path, release: Release) -> None:
    world = World()
    rules = Rules(world)
    shown = 0
    for _, effect in played(path, release):
        for text, rows in parts_of(effect):
            pieces = telegram.render(text)
            for piece in pieces:
                found = piece.entities
                rules.text(piece.text, found, TEXT)
                shown += 1
            keyboard = telegram.keyboard(rows)
            rules.keyboard(keyboard)
            joined = visible("".join(piece.text for piece in pieces))
            assert all(visible(word) in joined for word in flat(text).split())
    assert shown
    assert not world.violations


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_slack_takes_every_payload(path: Path, release: Release) -> None:
    shown = 0
    for _, effect in played(path, release):
        match effect:
            case fx.ShowCard(card=card):
                found = (*slack.card(card, full=True), *slack.card(card, full=False))
            case fx.RelayToDesk():
                found = slack.relay_to_desk(effect)
            case fx.RelayToPatient():
                found = slack.relay_to_patient(effect)
            case _:
                parts = parts_of(effect)
                found = tuple(one for text, rows in parts for one in slack.messages(text, rows))
        for message in found:
            blocks = list(message.blocks)
            check_message(message.text, blocks)
            mentioned = isinstance(effect, fx.RelayToDesk | fx.AlertTeam) and effect.mention
            assert mentioned or not live(blocks)
            shown += 1
        for text, _ in parts_of(effect):
            everywhere = "".join(shown_text(list(one.blocks)) for one in found)
            flattened = "".join(everywhere.split())
            for word in flat(text).split():
                assert word.strip("•") in flattened or word.rstrip(".").isdigit()
    assert shown


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_page_shows_every_screen_as_text(path: Path, release: Release) -> None:
    page = templates().get_template("_bubbles.html")
    said = []
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for player, effect in played(path, release):
        event = ev.Wrote(HOSTILE, f"m{len(said)}", now)
        said += entries(
            event, (effect,), at=player.now, release="r", private=False, reference="",
        )  # fmt: skip
    numbered = [replace(entry, number=number) for number, entry in enumerate(said, 1)]
    html = page.render(bubbles=patient_bubbles(numbered), earlier=0, edits=False)
    assert "<!channel>" not in html
    assert "<b>x</b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    for word in ("<script", "javascript:", "onerror="):
        assert word not in html


def test_hostile_words_come_alive_nowhere(release: Release) -> None:
    """A question full of markup: as typed on every platform, a link or mention on none."""
    player = Recording(release)
    player.commands("/human")
    player.taps("I agree")
    player.types(HOSTILE)
    for _ in range(6):
        player.taps("Skip")
    player.taps("Send to our team")
    cards = [one.card for one in player.everything if isinstance(one, fx.ShowCard)]
    assert HOSTILE in flat(cards[-1].full)
    for message in slack.card(cards[-1], full=True):
        assert not live(list(message.blocks))
        assert "evil.example" not in message.text
    for piece in telegram.render(cards[-1].full):
        risky = {MessageEntity.URL, MessageEntity.MENTION, MessageEntity.BOT_COMMAND}
        assert not risky & {entity["type"] for entity in piece.entities}
