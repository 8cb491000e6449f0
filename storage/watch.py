"""Noticing what other processes commit: the command line beside a server, or other replicas.

SQLite's ``PRAGMA data_version`` says cheaply whether anybody wrote; what it was, the conversations'
version numbers say. PostgreSQL is asked for those directly.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine, select

from bot.errors import NotNow
from bot.events import Address
from bot.ports import Change
from storage import conversations
from storage import tables as t
from storage.changes import Bell, Broadcast
from storage.committer import GONE
from storage.engine import is_sqlite
from storage.house import House

LOOK_S: Final = 0.5
"""How often is looked; a person does not notice half a second."""
_OVERLAP: Final = timedelta(seconds=5)
"""Clocks differ and transactions overlap: rows this much older are looked at again."""
_LOG: Final = logging.getLogger("frontdesk.storage")
_C = t.conversations.c


class Read(Protocol):
    """Runs a question in a reading transaction, outside the event loop."""

    def __call__(self, work: Callable[[Connection], Any], /) -> Awaitable[Any]: ...


class Watch:
    """Rings the bell for the worker and tells watchers about conversations that others changed."""

    def __init__(
        self, engine: Engine, house: House, read: Read, broadcast: Broadcast, bell: Bell
    ) -> None:
        self._engine = engine
        self._house = house
        self._read = read
        self._broadcast = broadcast
        self._bell = bell
        self._versions: dict[str, int] = {}
        self._data_version = -1

    def saw(self, conversation_id: str, version: int) -> None:
        """This process committed that version itself and has told it already."""
        self._versions[conversation_id] = max(version, self._versions.get(conversation_id, 0))

    async def run(self) -> None:
        """Look, until cancelled."""
        since = self._house.clock()
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                if not await self._anybody_wrote():
                    continue
                self._bell.ring()
                began = self._house.clock()
                if self._broadcast.watched:
                    for change in await self._read(partial(self._changed, since)):
                        self._broadcast.tell(change)
                since = began
            except (NotNow, *GONE) as problem:
                _LOG.warning("cannot look for changes: %s", type(problem).__name__)

    async def _anybody_wrote(self) -> bool:
        if not is_sqlite(self._engine):
            return True
        # A connection of its own in the pool would do, but the number must come from one and the
        # same connection each time; ``Watch`` keeps it until the engine is disposed.
        found = await asyncio.get_running_loop().run_in_executor(None, self._ask)
        known, self._data_version = self._data_version, found
        return found != known

    def _ask(self) -> int:
        raw = self._connection()
        cursor = raw.cursor()
        try:
            return int(cursor.execute("PRAGMA data_version").fetchone()[0])
        finally:
            cursor.close()

    def _connection(self) -> Any:
        if not hasattr(self, "_raw"):
            self._raw = self._engine.raw_connection()
        return self._raw

    def close(self) -> None:
        """Give the connection back."""
        if hasattr(self, "_raw"):
            self._raw.close()

    def _changed(self, since: datetime, conn: Connection) -> list[Change]:
        rows = conn.execute(
            select(_C.id, _C.version, _C.channel, _C.account, _C.chat).where(
                _C.updated_at >= since - _OVERLAP
            )
        ).all()
        out = []
        recent = {}
        for row in rows:
            recent[row.id] = max(row.version, self._versions.get(row.id, 0))
            if row.version > self._versions.get(row.id, 0):
                address = Address(row.channel, row.account, row.chat)
                out.append(Change(address, conversations.references(conn, row.id)))
        self._versions = recent  # what did not move lately need not be remembered
        return out
