"""Sealing: AES-GCM over everything that a person said, bound to the place where it is stored.

A sealed value opens only with its key *and* its table, column and row id, so that a value moved to
another row is refused. Which columns are not sealed is written down in ``storage.tables``.

Keys: one master key in a file outside the database; one random data key per patient, stored wrapped
by the master key. Deleting a patient's wrapped key makes all that was sealed with it unreadable,
backups of the database included.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import KeyMissing

_FORMAT = b"\x01"
_NONCE = 12  # bytes: the nonce length that AES-GCM is defined for (NIST SP 800-38D)
_KEY = 32  # bytes: AES-256
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Sealer:
    """Seals and opens with one key."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, table: str, column: str, row: str, data: bytes) -> bytes:
        """The sealed form of ``data`` for one place."""
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, data, _place(table, column, row))

    def open(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """What ``seal`` was given. Raises ``KeyMissing`` for another key, place or a changed value."""
        if sealed[:1] != _FORMAT:
            raise KeyMissing(
                f"{table}.{column} is sealed in a format that this version cannot read"
            )
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, rest, _place(table, column, row))
        except InvalidTag:
            raise KeyMissing(f"a sealed value in {table}.{column} does not open") from None

    def seal_json(self, table: str, column: str, row: str, value: Any) -> bytes:
        """Seal a JSON value. Half characters (lone surrogates) that platforms let through survive."""
        return self.seal(table, column, row, _JSON(value).encode("utf-8", "surrogatepass"))

    def open_json(self, table: str, column: str, row: str, sealed: bytes) -> Any:
        """The JSON value of ``seal_json``."""
        opened = self.open(table, column, row, sealed)
        return json.loads(opened.decode("utf-8", "surrogatepass"))


def _place(table: str, column: str, row: str) -> bytes:
    return f"{table}\x1f{column}\x1f{row}".encode("utf-8", "surrogatepass")


class Vault(Sealer):
    """What the master key does: it seals what belongs to no patient, wraps the patients' keys, and
    makes keyed hashes that let a ledger say "the same person" without saying who."""

    __slots__ = ("_hash_key",)

    def __init__(self, master: bytes) -> None:
        super().__init__(_derive(master, b"frontdesk seal 1"))
        self._hash_key = _derive(master, b"frontdesk hash 1")

    def new_patient_key(self, patient_id: str) -> tuple[Sealer, bytes]:
        """A fresh data key, ready to use, and its wrapped form for the patient's row."""
        key = AESGCM.generate_key(_KEY * 8)
        return Sealer(key), self.seal("patients", "wrapped_key", patient_id, key)

    def patient_key(self, patient_id: str, wrapped: bytes) -> Sealer:
        """The data key of a patient, unwrapped."""
        return Sealer(self.open("patients", "wrapped_key", patient_id, wrapped))

    def hashed(self, what: str, value: str) -> str:
        """A keyed hash (HMAC-SHA256, hex) of an identifier; ``what`` separates uses."""
        message = f"{what}\x1f{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._hash_key, message, hashlib.sha256).hexdigest()


def _derive(master: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=use).derive(master)


def read_master_key(path: Path) -> bytes:
    """The master key in a file. Raises ``KeyMissing`` if there is none, or not one."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        raise KeyMissing(
            f"the key file {path.name} is missing; put the one back that this database was begun with"
        ) from None
    except (OSError, UnicodeDecodeError):
        raise KeyMissing(f"the key file {path.name} cannot be read") from None
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY:
        raise KeyMissing(f"the key file {path.name} does not hold a key of this program")
    return key


def create_master_key(path: Path) -> bytes:
    """Make a new master key, readable by its owner only. If another process was faster, its key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = base64.b64encode(secrets.token_bytes(_KEY)) + b"\n"
    # Written whole beside it and linked into place: nobody ever reads half a key.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return read_master_key(path)
