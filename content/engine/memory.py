"""What was thought of the last texts, so that a repeated question costs nothing. Texts are kept as keyed
digests only, and the key lives as long as the process."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

from content.engine.mind import Mind, Thought
from content.engine.pieces import readable

KEPT = 1000


class Memory:
    """The last texts and what was thought of them. Threads may share it."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._lock = Lock()
        self._thoughts: OrderedDict[bytes, Thought] = OrderedDict()

    def get(self, text: str, mind: Mind) -> Thought | None:
        """What this mind thought of a text that the model reads alike; None if it never saw it."""
        key = self._key(text, mind)
        with self._lock:
            found = self._thoughts.get(key)
            if found is not None:
                self._thoughts.move_to_end(key)
            return found

    def put(self, text: str, mind: Mind, thought: Thought) -> None:
        """Remember it, and forget the oldest."""
        key = self._key(text, mind)
        with self._lock:
            self._thoughts[key] = thought
            self._thoughts.move_to_end(key)
            while len(self._thoughts) > KEPT:
                self._thoughts.popitem(last=False)

    def _key(self, text: str, mind: Mind) -> bytes:
        said = f"{mind.release.id}\n{mind.learnt.key}\n{readable(text)}"
        return blake2b(said.encode("utf-8", "replace"), key=self._secret).digest()
