"""Releases: immutable content, the one pointer that says which is live, and who moved it when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, select

from bot.codec import encode
from bot.errors import NotFound
from bot.ports import ReleaseRow
from bot.release import Release
from storage import tables as t
from storage.engine import insert_into
from storage.house import House
from storage.ids import new_uid


def publish(
    conn: Connection,
    house: House,
    release: Release,
    source: Mapping[str, str],
    by: str,
    why: str,
    now: datetime,
) -> None:
    """Store a Release with its source and make it live. The same one again only moves the pointer."""
    vault = house.vault
    statement = insert_into(conn, t.releases).values(
        id=release.id,
        compiled=vault.seal_json("releases", "compiled", release.id, encode(release)),
        source=vault.seal_json("releases", "source", release.id, dict(source)),
        created_at=now,
    )
    conn.execute(statement.on_conflict_do_nothing())
    _point(conn, house, release.id, by, why, now)


def rollback(
    conn: Connection, house: House, release_id: str, by: str, why: str, now: datetime
) -> None:
    """Make an earlier Release live again. Raises ``NotFound``."""
    if house.release(conn, release_id) is None:
        raise NotFound(f"no release {release_id}")
    _point(conn, house, release_id, by, why, now)


def _point(
    conn: Connection, house: House, release_id: str, by: str, why: str, now: datetime
) -> None:
    statement = insert_into(conn, t.live).values(id=1, release_id=release_id)
    conn.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"release_id": release_id})
    )
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
    """Every publication, newest first; the first line is the live one."""
    rows = conn.execute(select(t.publications).order_by(t.publications.c.id.desc()))
    return tuple(
        ReleaseRow(
            row.release_id,
            row.at,
            str(house.vault.open_json("publications", "by", row.uid, row.by)),
            str(house.vault.open_json("publications", "why", row.uid, row.why)),
            live=place == 0,
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
