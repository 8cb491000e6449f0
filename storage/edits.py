"""Unfinished edits: what an editor typed and did not publish, kept over closed tabs and restarts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.ports import EditRow
from storage import tables as t
from storage.engine import insert_into
from storage.house import House
from storage.ids import digest

_D = t.edits.c


def _key(editor: str, target: str) -> str:
    return digest(f"{editor}\x1f{target}")


def save(
    conn: Connection,
    house: House,
    editor: str,
    target: str,
    base: str,
    fields: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep it; it replaces what was kept of this editor and text."""
    key = _key(editor, target)
    body = {"target": target, "base": base, "fields": dict(fields)}
    values = {"body": house.vault.seal_json("edits", "body", key, body), "saved_at": now}
    put = insert_into(conn, t.edits).values(key=key, editor=editor, **values)
    conn.execute(put.on_conflict_do_update(index_elements=["key"], set_=values))


def rows(conn: Connection, house: House, editor: str | None) -> tuple[EditRow, ...]:
    """Of one editor or of all, the latest first."""
    query = select(t.edits).order_by(_D.saved_at.desc(), _D.key)
    if editor is not None:
        query = query.where(_D.editor == editor)
    out = []
    for row in conn.execute(query):
        body = house.vault.open_json("edits", "body", row.key, row.body)
        out.append(EditRow(row.editor, body["target"], body["base"], body["fields"], row.saved_at))
    return tuple(out)


def drop(conn: Connection, editor: str, target: str) -> None:
    """Forget one."""
    conn.execute(delete(t.edits).where(_D.key == _key(editor, target)))
