"""The sealed spool: bytes that wait to be delivered, and expire."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.release import Limits
from storage import tables as t
from storage.house import House
from storage.ids import new_id


def put(conn: Connection, house: House, data: bytes, media_type: str, now: datetime) -> str:
    """Keep bytes; their id."""
    release = house.live_release(conn)
    limits = release.limits if release is not None else Limits()
    file_id = new_id()
    vault = house.vault
    conn.execute(
        t.files.insert().values(
            id=file_id,
            media_type=vault.seal_json("files", "media_type", file_id, media_type),
            data=vault.seal("files", "data", file_id, data),
            expires_at=now + timedelta(hours=limits.file_spool_hours),
        )
    )
    return file_id


def get(conn: Connection, house: House, file_id: str, now: datetime) -> bytes | None:
    """The bytes; None when expired or unknown."""
    sealed = conn.execute(
        select(t.files.c.data).where(t.files.c.id == file_id, t.files.c.expires_at > now)
    ).scalar()
    return None if sealed is None else house.vault.open("files", "data", file_id, sealed)
