"""``frontdesk parked``: Updates that failed and were put aside."""

from __future__ import annotations

from typing import Annotated

import typer

from adapters.commands import frame
from bot.ports import Outcome

app = typer.Typer(help="Updates that failed and wait to be replayed.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List them: where each failed and with which class of error, never its text."""
    frame.do(_list())


async def _list() -> None:
    async with frame.opened(frame.settings()) as store:
        rows = await store.parked()
    if not rows:
        frame.tell("Nothing is parked.")
    for row in rows:
        when = row.at.strftime("%Y-%m-%d %H:%M UTC")
        done = f"  replayed {row.replayed_at:%Y-%m-%d %H:%M UTC}" if row.replayed_at else ""
        frame.tell(f"{row.id}  {when}  {row.error} at {row.place}{done}")


@app.command()
def replay(number: Annotated[int, typer.Argument(help="The first column of the list.")]) -> None:
    """Handle a parked Update again, after the cause is mended."""
    frame.do(_replay(number))


async def _replay(number: int) -> None:
    async with frame.opened(frame.settings()) as store:
        received = await store.replay(number)
    if received.outcome is Outcome.PARKED:
        frame.fail("It failed again and stays parked.")
    frame.tell("Done. What it sends goes out when the server runs.")
