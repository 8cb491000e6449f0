"""The audit trail: what people of the house did, in conversations and outside them.

Ids of staff stand readable in the rows of conversations, as they do in enquiries. What comes from outside
(a publisher's name, a session) is sealed: nothing says what a caller may put there.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.ports import AuditRow
from bot.signin import AUDITED
from storage import tables as t
from storage.house import House
from storage.ids import new_uid

_A = t.audit.c


def in_conversation(
    conn: Connection,
    house: House,
    conversation_id: str,
    who: str,
    did: str,
    about: str,
    refused: str,
    now: datetime,
) -> None:
    """An act on a conversation; ``who`` and ``about`` are ids."""
    _put(conn, house, conversation_id, who, did, about, refused, None, now)


def outside(
    conn: Connection, house: House, who: str, did: str, about: str, refused: str, now: datetime
) -> None:
    """An act outside conversations: a publication, a sign-in. ``did`` is a word from code."""
    _put(conn, house, "", "", did, "", refused, {"who": who, "about": about}, now)


def _put(
    conn: Connection,
    house: House,
    conversation_id: str,
    who: str,
    did: str,
    about: str,
    refused: str,
    apart: dict[str, str] | None,
    now: datetime,
) -> None:
    uid, vault = new_uid(), house.vault
    conn.execute(
        t.audit.insert().values(
            uid=uid,
            at=now,
            conversation_id=conversation_id,
            who=who,
            did=did,
            about=about,
            refused=vault.seal_json("audit", "refused", uid, refused) if refused else None,
            outside=vault.seal_json("audit", "outside", uid, apart) if apart else None,
        )
    )


def rows(conn: Connection, house: House, limit: int) -> tuple[AuditRow, ...]:
    """The newest first."""
    out = []
    for row in conn.execute(select(t.audit).order_by(_A.id.desc()).limit(limit)):
        who, about, refused = row.who, row.about, ""
        if row.outside is not None:
            apart = house.vault.open_json("audit", "outside", row.uid, row.outside)
            who, about = apart["who"], apart["about"]
        if row.refused is not None:
            refused = house.vault.open_json("audit", "refused", row.uid, row.refused)
        out.append(AuditRow(row.at, who, row.did, about, refused))
    return tuple(out)


def forget_stranger(conn: Connection, conversation_id: str) -> None:
    """A patient who tried to sign in is no staff: the trail of that goes with the conversation."""
    conn.execute(
        delete(t.audit).where(
            _A.conversation_id == conversation_id, _A.did == AUDITED, _A.refused.is_not(None)
        )
    )
