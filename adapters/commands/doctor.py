"""``frontdesk doctor``: is this ready for patients, and if not, what mends it."""

from __future__ import annotations

import typer

from adapters.commands import frame


def add_to(app: typer.Typer) -> None:
    """Put the command into the program."""
    app.command()(doctor)


def doctor() -> None:
    """Check everything against the real endpoints; posts nothing; works beside a running bot."""
    import adapters.doctor as checks

    config = frame.settings()
    found = frame.do(checks.examine(config))
    for one in found:
        frame.tell(f"{'ok  ' if one.ok else 'MEND'}  {one.what}")
        if not one.ok and one.mend:
            frame.tell(f"      {one.mend}")
    frame.tell(checks.verdict(found))
    if not all(one.ok for one in found):
        raise typer.Exit(1)
