"""``frontdesk version``."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import typer

from adapters.commands import frame


def add_to(app: typer.Typer) -> None:
    """Put the command into the program."""
    app.command("version")(show)


def show() -> None:
    """Say which version this is."""
    frame.tell(f"frontdesk {number()}")


def number() -> str:
    """The installed version, or "unknown" when run without being installed."""
    try:
        return version("frontdesk")
    except PackageNotFoundError:
        return "unknown"
