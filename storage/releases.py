"""Releases: immutable content, the one pointer that says which is live, and who moved it when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, select, update

from bot.codec import encode
from bot.errors import NotFound, Overtaken
from bot.ports import ReleaseRow
from bot.release import Release
from storage import audit
from storage import tables as t
from storage.engine import insert_into
from storage.house import House
from storage.ids import new_uid

_LIVE = select(t.live.c.release_id)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A Release ready to be stored."""

    id: str
    compiled: bytes
    source: bytes


def seal(house: House, release: Release, source: Mapping[str, str]) -> Sealed:
    """The slow part of publishing, to be done before the transaction: patients wait for that one."""
    vault = house.vault
    return Sealed(
        release.id,
        vault.seal_json("releases", "compiled", release.id, encode(release)),
        vault.seal_json("releases", "source", release.id, dict(source)),
    )


def publish(
    conn: Connection,
    house: House,
    release: Sealed,
    by: str,
    why: str,
    now: datetime,
    expected: str | None = None,
) -> None:
    """Store a Release with its source and make it live. The same one again only moves the pointer.
    Raises ``Overtaken`` where another one than ``expected`` is live; is it this very one, then an
    earlier try came through after all, and nothing is left to do."""
    if expected is not None and conn.execute(_LIVE).scalar() == release.id != expected:
        return
    statement = insert_into(conn, t.releases).values(
        id=release.id, compiled=release.compiled, source=release.source, created_at=now
    )
    conn.execute(statement.on_conflict_do_nothing())
    _point(conn, house, release.id, by, why, now, expected)
    audit.outside(conn, house, by, "Published", release.id, "", now)


def rollback(
    conn: Connection, house: House, release_id: str, by: str, why: str, now: datetime
) -> None:
    """Make an earlier Release live again. Raises ``NotFound``."""
    if house.release(conn, release_id) is None:
        raise NotFound(f"no release {release_id}")
    _point(conn, house, release_id, by, why, now)
    audit.outside(conn, house, by, "RolledBack", release_id, "", now)


def _point(
    conn: Connection,
    house: House,
    release_id: str,
    by: str,
    why: str,
    now: datetime,
    expected: str | None = None,
) -> None:
    # Two publishers at once: one has this row, the other waits here and then sees what came of it.
    first = insert_into(conn, t.live).values(id=1, release_id=release_id).on_conflict_do_nothing()
    made = conn.execute(first.returning(t.live.c.id)).first() is not None
    if made:
        if expected:
            raise Overtaken("")
    else:
        live = str(conn.execute(select(t.live.c.release_id).with_for_update()).scalar())
        if expected is not None and live != expected:
            raise Overtaken(live)
        conn.execute(update(t.live).values(release_id=release_id))
    uid = new_uid()
    conn.execute(
        t.publications.insert().values(
            uid=uid,
            release_id=release_id,
            by=house.vault.seal_json("publications", "by", uid, by),
            why=house.vault.seal_json("publications", "why", uid, why),
            at=now,
        )
    )


def history(conn: Connection, house: House) -> tuple[ReleaseRow, ...]:
    """Every publication, newest first; the first line is the live one, and the one after it in the
    list was live before it."""
    rows = conn.execute(select(t.publications).order_by(t.publications.c.id.desc())).all()
    parents = [*(row.release_id for row in rows[1:]), ""]
    return tuple(
        ReleaseRow(
            row.release_id,
            row.at,
            str(house.vault.open_json("publications", "by", row.uid, row.by)),
            str(house.vault.open_json("publications", "why", row.uid, row.why)),
            live=place == 0,
            parent=parents[place],
        )
        for place, row in enumerate(rows)
    )


def source(conn: Connection, house: House, release_id: str) -> Mapping[str, str]:
    """The files that a Release was built from. Raises ``NotFound``."""
    sealed = conn.execute(select(t.releases.c.source).where(t.releases.c.id == release_id)).scalar()
    if sealed is None:
        raise NotFound(f"no release {release_id}")
    opened = house.vault.open_json("releases", "source", release_id, sealed)
    return cast(Mapping[str, str], opened)
