"""Fresh identifiers, and digests of the ones that must not be stored as they are."""

from __future__ import annotations

import hashlib
import secrets
import string
from typing import Final

import uuid_utils

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 O 1 I L U: a reference is read aloud on the telephone."""
_TOKEN: Final = string.ascii_lowercase + string.digits
_LONGEST_KEY: Final = 200


def new_id() -> str:
    """A row id that grows with time (UUID 7), so that indexes stay narrow."""
    return uuid_utils.uuid7().hex


def new_uid() -> str:
    """What a sealed value is bound to where the database counts the rows itself."""
    return secrets.token_hex(8)


def new_reference(longer: int = 0) -> str:
    """An enquiry reference such as FD-7F3Q: one of 810,000, or more with ``longer`` characters."""
    return "FD-" + _drawn(_LETTERS, 4 + longer)


def new_token() -> str:
    """Eight random characters of a-z0-9, for one-use ids inside a conversation."""
    return _drawn(_TOKEN, 8)


def _drawn(letters: str, count: int) -> str:
    """So many characters by chance, from one draw: asking the system for each of them costs more than
    the rest of a turn's ids. 64 bits more than needed leave no letter likelier than another."""
    chance = secrets.randbits(6 * count + 64)
    out = []
    for _ in range(count):
        chance, at = divmod(chance, len(letters))
        out.append(letters[at])
    return "".join(out)


def new_secret() -> str:
    """A sign-in token: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a sign-in token. Plain SHA-256: there is nothing to guess in 256 bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def stored_key(key: str) -> str:
    """An Update's key as a column holds it; a strange one (long, not ASCII) as its digest."""
    if len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable():
        return key
    return "sha256:" + digest(key)
