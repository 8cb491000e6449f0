"""Every script in this folder, step by step, through the core with JSON between steps.

A step is a mapping with one act and what is then seen:
  patient:  starts, types, taps, taps_data, commands, edits: [old, new], sends: {kind, size, caption, group},
            quotes_human: text, floods: number of texts
  staff:    staff: {act, who}, replies: text, notes: text; who is "web:local" unless said
  world:    waits: {minutes: …}, now: time, desks: […], alerts: outcome, deliver: outcome
  seen:     sees, not_sees (by the patient in this step), desk_sees, desk_not_sees, buttons, no_buttons,
            page (content id of the last screen), mode, silent: true, enquiries: number, same_message: true
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.release import Release, Staff
from tests.conversations.player import Player, at

FOLDER = Path(__file__).parent
SCRIPTS = sorted(FOLDER.glob("*.yaml"))
ACTS = ("starts", "types", "taps", "commands", "replies", "notes", "taps_data")


@pytest.fixture(scope="session")
def desk_release(shipped: Release) -> Release:
    """The shipped content with two facilitators and a promise of four working hours."""
    return with_team(shipped)


def with_team(release: Release) -> Release:
    organisation = release.organisation
    staff = (
        Staff("local", "Min", "admin", ("web:local", "telegram:900", "slack:UMIN")),
        Staff("sora", "Sora", "facilitator", ("web:sora", "telegram:901", "slack:USORA")),
    )
    return replace(
        release,
        organisation=replace(
            organisation, staff=staff, promise_seconds=4 * 3600, alert_mentions=("sora",)
        ),
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_script(path: Path, desk_release: Release) -> None:
    script = yaml.safe_load(path.read_text())
    release = desk_release
    if script.get("promise") == "none":
        organisation = replace(release.organisation, promise_seconds=None)
        release = replace(release, organisation=organisation)
    player = Player(release)
    if "now" in script:
        player.now = at(script["now"])
    player.desks = tuple(script.get("desks", player.desks))
    player.alerts = script.get("alerts", player.alerts)
    for number, step in enumerate(script["steps"], 1):
        try:
            play(player, step)
        except AssertionError as problem:
            raise AssertionError(
                f"{path.name}, step {number} {step}:\n{problem}\n-- patient saw:\n{player.seen}\n"
                f"-- buttons: {player.labels() if player.order else []}\n"
                f"-- desk saw:\n{player.desk_seen}"
            ) from problem


def play(player: Player, step: dict[str, Any]) -> None:
    before = list(player.order)
    act(player, step)
    for words in several(step.get("sees")):
        assert words in player.seen, f"patient should see {words!r}"
    for words in several(step.get("not_sees")):
        assert words not in player.seen, f"patient should not see {words!r}"
    for words in several(step.get("desk_sees")):
        assert words in player.desk_seen, f"desk should see {words!r}"
    for words in several(step.get("desk_not_sees")):
        assert words not in player.desk_seen, f"desk should not see {words!r}"
    for label in several(step.get("buttons")):
        assert label in player.labels(), f"there should be a button {label!r}"
    for label in several(step.get("no_buttons")):
        assert label not in player.labels(), f"there should be no button {label!r}"
    if "page" in step:
        assert player.screen.content_id == step["page"]
    if "mode" in step:
        assert player.state.mode.value == step["mode"]
    if "enquiries" in step:
        assert len(player.state.enquiries) == step["enquiries"]
    if step.get("silent"):
        assert player.seen == "", "nothing should be shown"
    if step.get("same_message"):
        assert len(player.order) == len(before), "the menu should be edited in place"
    if step.get("new_message"):
        assert len(player.order) > len(before), "a new message should be sent"
    always_a_way_home(player)


def act(player: Player, step: dict[str, Any]) -> None:
    for name in ACTS:
        if name in step:
            getattr(player, name)(step[name], **step.get("with", {}))
    for number in range(step.get("floods", 0)):
        player.types(f"hello {number}")
    if "edits" in step:
        player.edits(*step["edits"])
    if "sends" in step:
        player.sends_file(**step["sends"])
    if "staff" in step:
        player.staff(**step["staff"])
    if "waits" in step:
        player.waits(**step["waits"])
    if "quotes_human" in step:
        human = next(one for one in reversed(player.order) if player.phone[one].human)
        player.types(step["quotes_human"], quotes=human)
    for name in ("deliver", "alerts"):
        if name in step:
            setattr(player, name, step[name])
    if "now" in step:
        player.now = at(step["now"])


def always_a_way_home(player: Player) -> None:
    """Menu on every screen but Home itself and the consent question, which has a No."""
    if not player.order:
        return
    shown = player.screen
    if shown.content_id in ("home", "consent"):
        return
    targets = [choice.data for row in shown.rows for choice in row]
    assert "sec:home:1" in targets, f"no way Home on {shown.text[:60]!r}"


def several(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
