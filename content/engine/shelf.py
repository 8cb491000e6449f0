"""What is kept between starts: the vector of every phrase, and what was learnt from a Release.

Only approved content is in these files, never a patient's word. A file that cannot be read counts as
missing and is made again.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from content.engine.weights import SHA256, Floats

FORMAT = 10
"""Raise it when what is computed from the same weights and content changes."""
MOST_VECTORS = 20_000
HEADS_KEPT = 6
"""Files of what was learnt that are kept: of the live Release, of those before, of drafts."""

SHIPPED = Path(__file__).parent / "vectors.npz"
"""Vectors of the phrases as they were when the program was released (``frontdesk ask --ship``)."""
HEADS = SHIPPED.with_name("heads.npz")
"""What was learnt from them."""


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _heads_name(key: str) -> str:
    return f"heads-{key}.npz"


class Shelf:
    """A folder of such files; ``None`` keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def vectors(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Floats]) -> Floats:
        """The vectors of texts: known ones from the shelf, the others made and put there."""
        keys = [_key(text) for text in texts]
        known = self._known()
        if not known.keys() >= set(keys):
            known = {**self._shipped(), **known}
        fresh = [at for at, key in enumerate(keys) if key not in known]
        if fresh:
            made = encode([texts[at] for at in fresh]).astype(np.float16)
            known.update(zip((keys[at] for at in fresh), made, strict=True))
            wanted = dict.fromkeys(keys)
            kept = [*wanted, *(key for key in known if key not in wanted)][:MOST_VECTORS]
            self.put(
                self._vectors_name(),
                {"keys": np.array(kept), "vectors": np.stack([known[key] for key in kept])},
            )
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def heads(self, key: str) -> dict[str, NDArray[np.generic]] | None:
        """What was learnt under a key, here or when the program was released."""
        found = self.get(_heads_name(key))
        if found is not None:
            return found
        shipped = Shelf(HEADS.parent).get(HEADS.name)
        return shipped if shipped is not None and str(shipped.get("key", "")) == key else None

    def put_heads(self, key: str, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Keep what was learnt under a key, and forget what is oldest."""
        self.put(_heads_name(key), arrays)
        if self._folder is None:
            return
        try:
            files = [*self._folder.glob("heads-*.npz"), *self._folder.glob("mind-*.npz")]
            files.sort(key=lambda one: one.stat().st_mtime, reverse=True)
            for old in files[HEADS_KEPT:]:
                old.unlink(missing_ok=True)
        except OSError:
            return

    def get(self, name: str) -> dict[str, NDArray[np.generic]] | None:
        """The arrays of a file, None where there is none that can be read."""
        if self._folder is None:
            return None
        try:
            with np.load(self._folder / name, allow_pickle=False) as found:
                return {key: found[key] for key in found.files}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def put(self, name: str, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Write a file as a whole or not at all. A full disk costs only the next start its time."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]
            os.replace(temporary, self._folder / name)
        except OSError:
            return

    def _known(self) -> dict[str, NDArray[np.float16]]:
        found = self.get(self._vectors_name())
        if found is None or "keys" not in found:
            return {}
        return dict(zip(found["keys"].tolist(), found["vectors"], strict=True))

    @staticmethod
    def _shipped() -> dict[str, NDArray[np.float16]]:
        """The vectors that come with the program, so that a first start need not make them all."""
        found = Shelf(SHIPPED.parent).get(SHIPPED.name)
        if found is None or str(found.get("weights", "")) != SHA256:
            return {}
        vectors = found["vectors"].astype(np.float32) * found["scales"].astype(np.float32)[:, None]
        return dict(zip(found["keys"].tolist(), vectors.astype(np.float16), strict=True))

    @staticmethod
    def ship(texts: Sequence[str], vectors: Floats, file: Path) -> None:
        """Write the file of vectors that comes with the program, one byte a number."""
        scales = np.abs(vectors).max(axis=1) / 127
        arrays = {
            "weights": np.array(SHA256),
            "keys": np.array([_key(text) for text in texts]),
            "scales": scales.astype(np.float32),
            "vectors": np.round(vectors / scales[:, None]).astype(np.int8),
        }
        Shelf(file.parent).put(file.name, arrays)

    @staticmethod
    def _vectors_name() -> str:
        return f"vectors-{SHA256[:8]}.npz"
