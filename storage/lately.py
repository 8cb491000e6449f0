"""States of conversations that were written lately, so that the next turn need not unseal and decode them.

A state counts only for the version that the row still has when it is locked: whoever writes a
conversation or its enquiries, on whatever replica, gives the row a new version. Nothing is kept before
its COMMIT.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from bot.events import Address
from bot.state import Conversation
from storage.seal import Sealer

MOST: Final = 2_000
"""Conversations; a state of somebody who reads takes about 2 kB."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a conversation's row and its enquiries' rows held at a version."""

    id: str
    version: int
    key: Sealer
    state: Conversation


class Lately:
    """The states that were committed last, by address. Used by all threads of a committer."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[Address, Known] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, address: Address) -> bool:
        return address in self._known

    def get(self, address: Address, conversation_id: str, version: int) -> Known | None:
        """The state of that very version, else None."""
        known = self._known.get(address)
        if known is None or known.version != version or known.id != conversation_id:
            return None
        return known

    def keep(self, address: Address, known: Known) -> None:
        """Remember what was committed."""
        with self._lock:
            old = self._known.get(address)
            if old is not None and old.id == known.id and old.version > known.version:
                return  # another thread came back from its COMMIT later
            self._known[address] = known
            self._known.move_to_end(address)
            if len(self._known) > self._most:
                self._known.popitem(last=False)

    def forget(self, address: Address) -> None:
        """Remember nothing of it any more: the patient was erased."""
        with self._lock:
            self._known.pop(address, None)


def in_order(state: Conversation) -> Conversation:
    """The state as its rows give it back: enquiries by age."""
    if len(state.enquiries) < 2:
        return state
    enquiries = sorted(state.enquiries, key=lambda one: (one.created_at, one.reference))
    return replace(state, enquiries=tuple(enquiries))
