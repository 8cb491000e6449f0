"""``frontdesk chat``: talk to the bot here, without network, database or key."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import Annotated

import typer

from adapters.answering import engine_of
from adapters.commands import frame


def add_to(app: typer.Typer) -> None:
    """Put the command into the program."""
    app.command()(chat)


def chat(
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line in, exactly one back.")
    ] = False,
) -> None:
    """Talk to the bot in this terminal, on your content; nothing is stored or sent."""
    import content
    from adapters.terminal import human, jsonlines
    from adapters.wiring import open_chat

    config = frame.settings()
    loaded = content.load(config.content_folder)
    engine = engine_of(config)
    if as_json:
        engine.warm(loaded.release)  # a script expects the same answer every time
    else:
        engine.start(loaded.release)
    with asyncio.Runner() as runner:
        session = runner.run(open_chat(loaded, engine))
        gc.freeze()
        if as_json:
            jsonlines.talk(runner, session, sys.stdin.buffer, sys.stdout)
        else:
            human.talk(runner, session)
