"""Dead letters: deliveries that were refused or given up for good. Their effect is kept, sealed, so that
they can be sent again once the cause is mended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.errors import NotFound
from bot.ports import LetterRow
from storage import tables as t

_O = t.outbox.c
_DEAD = (_O.settled_at.is_not(None), _O.effect.is_not(None))


def rows(conn: Connection) -> tuple[LetterRow, ...]:
    """All of them, the newest first."""
    query = select(
        _O.id, _O.settled_at, _O.destination, _O.kind, _O.reference, _O.outcome, _O.attempt
    ).where(*_DEAD)
    return tuple(LetterRow(*row) for row in conn.execute(query.order_by(_O.id.desc())))


def requeue(conn: Connection, letter_id: int, now: datetime) -> None:
    """Put one back into its line, where it stood. Raises ``NotFound`` for what is no dead letter."""
    found = conn.execute(
        update(t.outbox)
        .where(_O.id == letter_id, *_DEAD)
        .values(
            state="waiting",
            outcome=None,
            settled_at=None,
            lease_until=None,
            not_before=now,
            attempt=0,
        )
        .returning(_O.id)
    ).first()
    if found is None:
        raise NotFound(f"no dead letter {letter_id}")
