"""What must survive: tables, transactions, the outbox, Releases, audit. ``open_store`` is the door."""

from storage.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
