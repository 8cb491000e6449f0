"""The start: its greeting says what is on and never takes the house down; how the house listens."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from adapters import serve
from adapters.settings import Settings
from bot.errors import NotNow
from bot.release import Release


class Busy:
    """A database that takes nothing for a while, as on a machine that is starting much else."""

    async def new_link(self, kind: str, subject: str, seconds: float) -> str:
        raise NotNow("waited too long for the database")


async def test_a_busy_database_costs_the_link_and_not_the_server(
    shipped: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    busy: Any = Busy()
    await serve._hello(Settings(), busy, shipped, None, None)
    said = capsys.readouterr()
    told = said.out + said.err
    assert "on   local page" in told
    assert "No link yet" in told
    assert "frontdesk link" in told
    assert "Ctrl-C ends." in told


async def test_an_answer_is_not_held_back_for_an_acknowledgement() -> None:
    """Nagle's algorithm is off at every connection: with it on, the body of an answer to a proxy or a
    platform leaves 40 ms after its headers."""
    made: list[int] = []

    class Look(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            sock = transport.get_extra_info("socket")
            made.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listener = serve._listen(Settings(FRONTDESK_PORT=port))
    server = await asyncio.get_running_loop().create_server(Look, sock=listener)
    async with server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.read()
        writer.close()
        await writer.wait_closed()
    assert made
    assert all(made)
