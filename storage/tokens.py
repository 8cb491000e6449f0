"""Sign-in links (once) and sessions (until they expire). Only digests of the tokens are stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select, update

from bot.ports import SessionRow
from storage import tables as t
from storage.house import House
from storage.ids import digest, new_secret

SEEN_EVERY: Final = timedelta(minutes=1)
"""A session's last visit is written down at most this often."""
NAMED: Final = 16
"""Characters of a session's id: of the digest, which tells nothing of the token. 64 bits: no two alike."""
_UNKNOWN: Final = datetime.fromtimestamp(0, UTC)
"""Of sessions of a version that noted no times."""
_L, _S = t.links.c, t.sessions.c


def session_id(token_digest: str) -> str:
    """What a session is called in lists."""
    return token_digest[:NAMED]


def new_link(conn: Connection, kind: str, subject: str, seconds: int, now: datetime) -> str:
    """A fresh token; it is told once and then known to its bearer only."""
    token = new_secret()
    until = now + timedelta(seconds=seconds)
    conn.execute(
        t.links.insert().values(digest=digest(token), kind=kind, subject=subject, expires_at=until)
    )
    return token


def use_link(conn: Connection, token: str, now: datetime) -> tuple[str, str] | None:
    """(kind, subject) of a link, once: the row goes with the first use."""
    row = conn.execute(
        delete(t.links)
        .where(_L.digest == digest(token), _L.expires_at > now)
        .returning(_L.kind, _L.subject)
    ).first()
    return None if row is None else (row.kind, row.subject)


def new_session(
    conn: Connection, house: House, kind: str, subject: str, seconds: int, note: str, now: datetime
) -> str:
    """A fresh session token. ``note`` is sealed."""
    token = new_secret()
    known = digest(token)
    sealed = house.vault.seal_json("sessions", "note", known, note) if note else None
    conn.execute(
        t.sessions.insert().values(
            digest=known,
            kind=kind,
            subject=subject,
            expires_at=now + timedelta(seconds=seconds),
            created_at=now,
            last_seen_at=now,
            note=sealed,
        )
    )
    return token


def session(conn: Connection, house: House, token: str, now: datetime) -> SessionRow | None:
    """An open session. Looked up by digest: its timing tells nothing of the token."""
    query = select(t.sessions).where(_S.digest == digest(token), _S.expires_at > now)
    row = conn.execute(query).first()
    return None if row is None else _row(house, row)


def saw(conn: Connection, token: str, now: datetime) -> None:
    """It was used now; an older note never overwrites a newer one."""
    conn.execute(
        update(t.sessions)
        .where(_S.digest == digest(token), (_S.last_seen_at.is_(None)) | (_S.last_seen_at < now))
        .values(last_seen_at=now)
    )


def sessions(
    conn: Connection, house: House, subject: str | None, now: datetime
) -> tuple[SessionRow, ...]:
    """Open ones, the one seen last first."""
    query = select(t.sessions).where(_S.expires_at > now)
    if subject is not None:
        query = query.where(_S.subject == subject)
    found = [_row(house, row) for row in conn.execute(query)]
    return tuple(sorted(found, key=lambda one: (one.last_seen_at, one.id), reverse=True))


def revoke(conn: Connection, wanted: str) -> None:
    """End one by its id."""
    if len(wanted) == NAMED and wanted.isalnum():
        conn.execute(delete(t.sessions).where(_S.digest.startswith(wanted)))


def revoke_all(conn: Connection, subject: str) -> None:
    """End all of a subject, and its links that were not used."""
    conn.execute(delete(t.sessions).where(_S.subject == subject))
    conn.execute(delete(t.links).where(_L.subject == subject))


def _row(house: House, row: Row[Any]) -> SessionRow:
    note = ""
    if row.note is not None:
        note = str(house.vault.open_json("sessions", "note", row.digest, row.note))
    created, seen = row.created_at or _UNKNOWN, row.last_seen_at or _UNKNOWN
    return SessionRow(session_id(row.digest), row.kind, row.subject, created, seen, note)
