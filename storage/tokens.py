"""Sign-in links (once) and sessions (until they expire). Only digests of the tokens are stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, select

from storage import tables as t
from storage.ids import digest, new_secret


def new(
    conn: Connection, table: Table, kind: str, subject: str, seconds: int, now: datetime
) -> str:
    """A fresh token; it is told once and then known to its bearer only."""
    token = new_secret()
    conn.execute(
        table.insert().values(
            digest=digest(token),
            kind=kind,
            subject=subject,
            expires_at=now + timedelta(seconds=seconds),
        )
    )
    return token


def use(conn: Connection, token: str, now: datetime) -> tuple[str, str] | None:
    """(kind, subject) of a link, once: the row goes with the first use."""
    row = conn.execute(
        delete(t.links)
        .where(t.links.c.digest == digest(token), t.links.c.expires_at > now)
        .returning(t.links.c.kind, t.links.c.subject)
    ).first()
    return None if row is None else (row.kind, row.subject)


def session(conn: Connection, token: str, now: datetime) -> tuple[str, str] | None:
    """(kind, subject) of a session. Looked up by digest: its timing tells nothing of the token."""
    columns = t.sessions.c
    row = conn.execute(
        select(columns.kind, columns.subject).where(
            columns.digest == digest(token), columns.expires_at > now
        )
    ).first()
    return None if row is None else (row.kind, row.subject)
