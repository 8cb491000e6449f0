"""``frontdesk link``: a one-time link to the local page."""

from __future__ import annotations

import typer

from adapters.commands import frame
from adapters.settings import Settings
from bot.ports import Store

MINUTES = 15
"""How long a link can be used; once used, it opens nothing again."""


def add_to(app: typer.Typer) -> None:
    """Put the command into the program."""
    app.command()(link)


def link() -> None:
    """Print a one-time link that opens the local page (the server must be running)."""
    frame.do(_link())


async def _link() -> None:
    config = frame.settings()
    async with frame.opened(config) as store:
        address = await new_link(store, config)
    frame.tell(address)
    frame.tell(f"Opens once, within {MINUTES} minutes.")
    frame.tell(elsewhere(config))


async def new_link(store: Store, config: Settings) -> str:
    """A fresh link for whoever can read this terminal."""
    from adapters.web.names import LINK_KIND, LOCAL_SUBJECT

    token = await store.new_link(LINK_KIND, LOCAL_SUBJECT, MINUTES * 60)
    host = f"[{config.own_host}]" if ":" in config.own_host else config.own_host
    return f"http://{host}:{config.port}/link/{token}"


def elsewhere(config: Settings) -> str:
    """How to open it where the server has no screen."""
    return (
        "On a server without a screen, first run this on your own computer:\n"
        f"  ssh -L {config.port}:127.0.0.1:{config.port} you@this-server"
    )
