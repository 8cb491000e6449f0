"""``frontdesk chat``: talk to the bot here, without network, database or key."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import Annotated

import typer

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

    loaded = content.load(frame.settings().content_folder)
    with asyncio.Runner() as runner:
        session = runner.run(open_chat(loaded))
        gc.freeze()
        if as_json:
            jsonlines.talk(runner, session, sys.stdin.buffer, sys.stdout)
        else:
            human.talk(runner, session)
