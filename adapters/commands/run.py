"""``frontdesk run``: the server."""

from __future__ import annotations

import typer

from adapters import logs
from adapters.commands import frame


def add_to(app: typer.Typer) -> None:
    """Put the command into the program."""
    app.command()(run)


def run() -> None:
    """Start everything that is set up: local page, Telegram, Slack, worker. Ctrl-C ends."""
    config = frame.settings()
    logs.configure(as_json=config.log == "json")
    from adapters import serve

    frame.serve(serve.serve(config))
