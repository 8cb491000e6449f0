"""``frontdesk ask``: what the bot would answer, and why. Sends nothing, stores nothing of the question."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.answering import folder_of
from adapters.commands import frame
from bot import danger
from bot.release import Release
from bot.understanding import Route, Understanding

if TYPE_CHECKING:
    from content.engine.engine import ModelEngine

ROUTES = {Route.PERSON: "handoff", Route.PRIVACY: "privacy", Route.SMALL_TALK: "small_talk"}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="ask")(ask)


def ask(
    question: Annotated[str, typer.Argument(help="A question as a patient would type it.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Read questions as JSON lines, write answers as such.")
    ] = False,
    ship: Annotated[
        bool, typer.Option("--ship", help="Write the phrases' vectors that come with the program.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="How good the answers to the editors' phrases are.")
    ] = False,
) -> None:
    """Say how a question would be answered, and which phrases decided it."""
    import content
    from content.engine.engine import ModelEngine

    config = frame.settings()
    release = content.load(config.content_folder).release
    engine = ModelEngine(folder_of(config))
    if as_json:
        engine.warm(release)
        for line in sys.stdin:
            if line.strip():
                row = json.loads(line)
                found = engine.understand(str(row.get("text", "")), release)
                said = _row(row.get("id"), str(row.get("text", "")), release, found)
                frame.tell(json.dumps(said, ensure_ascii=False))
        return
    if ship:
        engine.ship(release)
        return
    if report:
        _report(release, engine)
        return
    if not question.strip():
        frame.fail('Give a question in quotes: frontdesk ask "is it regulated"')
    _explain(question, release, engine)


def _row(row_id: Any, text: str, release: Release, found: Understanding) -> dict[str, Any]:
    """One answer in the scorer's protocol."""
    kind = danger.seen_in(text, release.lexicon, found)
    route = "red_flag" if kind is not None else ROUTES.get(found.route)
    answers = [[one.content_id, one.score] for one in found.candidates]
    return {"id": row_id, "route": route, "tier": found.tier.value, "answers": answers}


def _explain(question: str, release: Release, engine: ModelEngine) -> None:
    from content.engine import explaining

    explained = engine.explain(question, release)
    found = explained.understood if explained else engine.understand(question, release)
    told = explaining.told(question, release, found, explained, engine.state)
    if told.near:
        frame.tell("Nearest phrases:")
    for one in told.near:
        frame.tell(f"  {one.likeness:.2f}  {one.text}  →  {one.means}")
    for line in (*told.because, told.gets):
        frame.tell(line)
    for content_id, title, score in told.answers:
        frame.tell(f"  {score:.2f}  {content_id}  {title}")
    frame.tell(explaining.CHANGE)


def _report(release: Release, engine: ModelEngine) -> None:
    """The editors' phrases, each answered as if it had not been learnt."""
    explained = engine.explain("", release)
    if explained is None:
        frame.fail(f"There is no model to report on ({engine.state}).")
    levels, grade = explained.mind.bars, explained.mind.learnt.quality
    for name, value in (
        ("right at once", grade.right), ("served", grade.served), ("wrong", grade.wrong),
        ("false answers", grade.false), ("danger found", grade.danger),
        ("false alarms", grade.alarms),
    ):  # fmt: skip
        frame.tell(f"{name:32} {100 * value:.1f} %")
    frame.tell(
        f"bars: answer {levels.answer:.2f}, choices {levels.choices:.2f}, danger {levels.danger:.2f}"
    )
