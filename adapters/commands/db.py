"""``frontdesk db``: the database's shape."""

from __future__ import annotations

import typer

from adapters.commands import frame

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps ``upgrade`` a command of its own while it is the only one."""


@app.command()
def upgrade() -> None:
    """Bring the tables to this version's shape (``run`` does the same at start)."""
    frame.do(_upgrade())


async def _upgrade() -> None:
    async with frame.opened(frame.settings()):
        frame.tell("The database is up to date.")
