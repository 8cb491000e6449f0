"""``frontdesk undelivered``: deliveries that were refused or given up (dead letters)."""

from __future__ import annotations

from typing import Annotated

import typer

from adapters.commands import frame

app = typer.Typer(help="Deliveries that were given up and can be sent again.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List them: what, where to and when it was given up, never its text."""
    frame.do(_list())


async def _list() -> None:
    async with frame.opened(frame.settings()) as store:
        rows = await store.undelivered()
    if not rows:
        frame.tell("Everything was delivered.")
    for row in rows:
        when = row.at.strftime("%Y-%m-%d %H:%M UTC")
        about = f" for {row.reference}" if row.reference else ""
        frame.tell(
            f"{row.id}  {when}  {row.kind}{about} to {row.destination}: {row.outcome} "
            f"after {row.attempts} tries"
        )


@app.command()
def requeue(number: Annotated[int, typer.Argument(help="The first column of the list.")]) -> None:
    """Send one again, after the cause is mended."""
    frame.do(_requeue(number))


async def _requeue(number: int) -> None:
    async with frame.opened(frame.settings()) as store:
        await store.requeue(number)
    frame.tell("Done. It goes out when the server runs.")
