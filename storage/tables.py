"""The tables. A column is either *sealed* or on the allow-list that these helpers are:

``_id`` identifiers (ours and the platforms'), ``_state`` words from a fixed set, ``_hash`` digests and
keyed hashes, ``_moment`` times, ``_number`` counts, ``_flag`` yes or no. Nothing else may stand in a
row unsealed; ``tests/storage/test_sealed.py`` checks both the kinds and the bytes on disk.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware time as microseconds since 1970: the same, and exact, in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database. Raises ``TypeError`` for a time without a zone."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """From the database, in UTC."""
        return None if value is None else _EPOCH + int(value) * _MICROSECOND


META = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Big = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY counts up in SQLite


def _id(name: str, *more: Any, null: bool = False, **options: Any) -> Column[Any]:
    return Column(name, String, *more, nullable=null, info={"plain": "id"}, **options)


def _state(name: str, null: bool = False, **options: Any) -> Column[Any]:
    return Column(name, String, nullable=null, info={"plain": "state"}, **options)


def _hash(name: str, **options: Any) -> Column[Any]:
    return Column(name, String, nullable=False, info={"plain": "hash"}, **options)


def _moment(name: str, null: bool = False, **options: Any) -> Column[Any]:
    return Column(name, Moment, nullable=null, info={"plain": "time"}, **options)


def _number(name: str, null: bool = False, **options: Any) -> Column[Any]:
    return Column(name, BigInteger, nullable=null, info={"plain": "number"}, **options)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False, info={"plain": "flag"})


def _sealed(name: str, null: bool = False) -> Column[Any]:
    return Column(name, LargeBinary, nullable=null, info={"sealed": True})


def _counted() -> Column[Any]:
    return Column("id", _Big, primary_key=True, autoincrement=True, info={"plain": "number"})


def _of_conversation() -> Column[Any]:
    return _id("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"))


# ---- patients

update_keys = Table("update_keys", META, _id("key", primary_key=True), _moment("at"))

patients = Table(
    "patients", META, _id("id", primary_key=True), _sealed("wrapped_key"), _moment("created_at")
)

conversations = Table(
    "conversations",
    META,
    _id("id", primary_key=True),
    _id("channel"),
    _id("account"),
    _id("chat"),
    _id("patient_id", ForeignKey("patients.id")),
    _number("version"),  # grows with every turn; lets a watcher see what changed
    _number("last_number"),  # of the transcript
    _sealed("state"),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("typed_until", null=True),  # words typed before consent leave the state then
    UniqueConstraint("channel", "account", "chat"),
    Index(None, "patient_id"),
    Index(None, "updated_at"),
)

enquiries = Table(
    "enquiries",
    META,
    _id("reference", primary_key=True),
    _of_conversation(),
    _state("status"),
    _flag("urgent"),
    _moment("due_at", null=True),
    _id("assignee_id", null=True),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("resolved_at", null=True),
    _sealed("body"),
    Index(None, "conversation_id"),
    Index(None, "status"),
)

# References stay spent after an erasure: an old button must never open another patient's enquiry.
spent_references = Table("spent_references", META, _id("reference", primary_key=True))

transcript = Table(
    "transcript",
    META,
    _id(
        "conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    _number("number", primary_key=True),
    _state("author"),
    _state("kind"),
    _number("seq", null=True),
    _id("reference"),
    _moment("at"),
    _moment("expires_at", null=True),
    _sealed("body"),
    Index(None, "reference"),
    Index(None, "expires_at", sqlite_where=text("expires_at IS NOT NULL"),
          postgresql_where=text("expires_at IS NOT NULL")),
)  # fmt: skip

timers = Table(
    "timers",
    META,
    _counted(),
    _of_conversation(),
    _id("name"),
    _id("reference"),
    _moment("due_at"),
    UniqueConstraint("conversation_id", "name", "reference"),
    Index(None, "due_at"),
    sqlite_autoincrement=True,
)

# Append-only, and apart from the conversation: it outlives an erasure as proof, without a name.
consents = Table(
    "consents",
    META,
    _counted(),
    _hash("subject", index=True),
    _flag("given"),
    _id("version"),
    _hash("text_digest"),
    _moment("at"),
)

erased = Table(
    "erased", META, _id("conversation_id", primary_key=True), _hash("subject"), _moment("at")
)

# ---- delivery

_OPEN = text("settled_at IS NULL")

# No foreign key to the conversation: the farewell and the deletions outlive it.
outbox = Table(
    "outbox",
    META,
    _counted(),
    _id("uid"),
    _id("destination"),
    _id("conversation_id"),
    _id("channel"),
    _id("account"),
    _id("chat"),
    _id("patient_id", null=True),  # whose key seals the effect; NULL: the master key
    _flag("urgent"),
    _state("kind"),
    _id("reference"),
    _id("name"),
    _sealed("effect", null=True),
    _state("state"),  # waiting, leased, delivered, dead, gone
    _state("outcome", null=True),
    _number("attempt"),
    _number("lease"),
    _moment("lease_until", null=True),
    _moment("not_before"),
    _flag("repeated"),
    _moment("created_at"),
    _moment("settled_at", null=True),
    Index("ix_outbox_line", "destination", "conversation_id", "id",
          sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_outbox_open", "urgent", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "conversation_id"),
    Index(None, "reference"),
    sqlite_autoincrement=True,
)  # fmt: skip

holds = Table("holds", META, _id("destination", primary_key=True), _moment("until"))

moves = Table("moves", META, _id("was", primary_key=True), _id("now"))

receipts = Table(
    "receipts",
    META,
    _counted(),
    _id("destination"),
    _id("name"),
    _id("platform_id"),
    _of_conversation(),
    _moment("at"),
    UniqueConstraint("destination", "name"),
    Index(None, "destination", "platform_id"),
    Index(None, "conversation_id"),
)

# ---- content

releases = Table(
    "releases",
    META,
    _id("id", primary_key=True),
    _sealed("compiled"),
    _sealed("source"),
    _moment("created_at"),
)

publications = Table(
    "publications",
    META,
    _counted(),
    _id("uid"),
    _id("release_id", ForeignKey("releases.id")),
    _sealed("by"),
    _sealed("why"),
    _moment("at"),
)

live = Table(
    "live",
    META,
    _number("id", primary_key=True, autoincrement=False),
    _id("release_id", ForeignKey("releases.id")),
)

# What editors have typed and not published.
edits = Table(
    "edits",
    META,
    _hash("key", primary_key=True),  # of editor and target
    _id("editor"),
    _sealed("body"),
    _moment("saved_at"),
    Index(None, "editor"),
)

# Counters without names. ``part``: several rows for one counter, so that turns on several connections
# need not wait for one another's row; reading adds them up.
counts = Table(
    "counts",
    META,
    _moment("day", primary_key=True),
    _id("release_id", primary_key=True),
    _state("kind", primary_key=True),
    _id("key", primary_key=True),
    _number("part", primary_key=True, autoincrement=False),
    _number("number"),
)

# ---- the house

audit = Table(
    "audit",
    META,
    _counted(),
    _id("uid"),
    _moment("at"),
    _id("conversation_id"),
    _id("who"),
    _state("did"),
    _id("about"),
    _sealed("refused", null=True),
    _sealed("outside", null=True),  # who and about, for acts outside conversations
    Index(None, "at"),
    Index(None, "conversation_id"),
)

parked = Table(
    "parked",
    META,
    _counted(),
    _id("uid"),
    _moment("at"),
    _id("key"),
    _id("conversation_id", null=True),
    _id("patient_id", null=True),  # whose key seals the payload; NULL: the master key
    _state("error"),
    _state("place"),
    _flag("parsed"),
    _sealed("payload", null=True),
    _moment("replayed_at", null=True),
    Index(None, "conversation_id"),
    sqlite_autoincrement=True,
)

cursors = Table("cursors", META, _id("name", primary_key=True), _number("value"))

leases = Table(
    "leases", META, _id("name", primary_key=True), _id("holder"), _moment("until")
)  # fmt: skip


def _tokens(name: str, *more: Any) -> Table:
    return Table(
        name,
        META,
        _hash("digest", primary_key=True),
        _state("kind"),
        _id("subject"),
        _moment("expires_at"),
        *more,
    )


links = _tokens("links")
sessions = _tokens(
    "sessions",
    _moment("created_at", null=True),  # NULL: of a version that did not note it
    _moment("last_seen_at", null=True),
    _sealed("note", null=True),
    Index(None, "subject"),
)

files = Table(
    "files",
    META,
    _id("id", primary_key=True),
    _sealed("media_type"),
    _sealed("data"),
    _moment("expires_at"),
)

# One row: a known word sealed with the master key, so that a wrong key is noticed at the start.
key_check = Table(
    "key_check", META, _number("id", primary_key=True, autoincrement=False), _sealed("word")
)
