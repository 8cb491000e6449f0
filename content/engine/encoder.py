"""The model itself: a text in, a vector of length one out. Twelve layers of numpy, no other code."""

from __future__ import annotations

import contextlib
import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from content.engine.pieces import Pieces, readable
from content.engine.weights import Floats, NoWeights, Weights

PREFIX = "query: "
"""The model was trained with it before what is compared with its like (E5's model card)."""

LONGEST = 64
"""Pieces read of a text: three long sentences. Time grows with them, and no text may take long."""

STRIP = 32
"""Columns of a strip of weights. A question is a dozen rows: over strips this narrow the matrix library
multiplies at once, over whole matrices it first copies 85 MB of weights about (2.4 times the time)."""


ERFC_T = 0.3275911
ERFC = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
"""The numbers of Abramowitz and Stegun, 7.1.26, highest power first."""


@dataclass(frozen=True, slots=True)
class Norm:
    """Brings every row to mean 0 and spread 1, then to the learnt scale and shift."""

    scale: Floats
    shift: Floats
    epsilon: float

    def __call__(self, rows: Floats) -> Floats:
        centred = rows - rows.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + self.epsilon)
        return np.asarray(centred / spread * self.scale + self.shift, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: every piece looks at every other one, then at itself. Matrices are cut into strips."""

    looking: Floats
    looking_shift: Floats
    joining: Floats
    joining_shift: Floats
    after_looking: Norm
    widening: Floats
    widening_shift: Floats
    narrowing: Floats
    narrowing_shift: Floats
    after_thinking: Norm


class Encoder:
    """multilingual-e5-small. Read only after it is made: threads may share it."""

    def __init__(self, weights: Weights) -> None:
        self._weights, self.shape = weights, weights.shape
        if weights.vocabulary is None:
            raise NoWeights("these weights were used up by another encoder")
        self._pieces = Pieces(weights.vocabulary)
        width = self.shape.width
        self._places = weights.floats("emb.pos", self.shape.longest, width)
        if weights.has("emb.type", width):
            self._places = self._places + weights.floats("emb.type", width)
        self._first = self._norm("emb.ln")
        self._layers = [self._layer(f"l{number}") for number in range(self.shape.layers)]
        weights.forget()
        give_back()

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return self.shape.width

    def vector(self, text: str) -> Floats:
        """The vector of one text."""
        return self._through(self._pieces.numbers(PREFIX + readable(text), LONGEST))

    def vectors(self, texts: Sequence[str]) -> Floats:
        """The vectors of many texts, one a row. Any strings, no exception."""
        out = np.empty((len(texts), self.shape.width), np.float32)
        for row, text in enumerate(texts):
            out[row] = self.vector(text)
        return out

    def _through(self, numbers: list[int]) -> Floats:
        rows = self._weights.rows("emb.word", self.shape.width, numbers)
        rows = self._first(rows + self._places[: len(numbers)])
        for layer in self._layers:
            rows = self._step(layer, rows)
        mean = rows.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _step(self, layer: Layer, rows: Floats) -> Floats:
        seen = _joined(self._look(layer, rows)) @ layer.joining + layer.joining_shift
        rows = layer.after_looking(rows + _joined(seen))
        inner = _gelu(rows @ layer.widening + layer.widening_shift)
        narrow = _joined(inner) @ layer.narrowing + layer.narrowing_shift
        return layer.after_thinking(rows + _joined(narrow))

    def _look(self, layer: Layer, rows: Floats) -> Floats:
        """What every piece takes from the others, a head each: its strips are what the heads are made of."""
        heads = self.shape.heads
        mixed = rows @ layer.looking + layer.looking_shift
        mixed = mixed.reshape(3, heads, -1, *mixed.shape[1:]).swapaxes(2, 3)
        asks, keys, values = mixed.reshape(3, heads, len(rows), -1)
        weight = asks @ keys.swapaxes(1, 2) / math.sqrt(asks.shape[-1])
        weight = np.exp(weight - weight.max(-1, keepdims=True))
        weight /= weight.sum(-1, keepdims=True)
        return np.asarray(weight @ values, dtype=np.float32)

    def _norm(self, name: str) -> Norm:
        width = self.shape.width
        scale = self._weights.floats(f"{name}.w", width)
        return Norm(scale, self._weights.floats(f"{name}.b", width), self.shape.epsilon)

    def _layer(self, name: str) -> Layer:
        width, inner = self.shape.width, self.shape.inner
        read, plain = self._weights.matrix, self._weights.floats

        def turned(part: str, rows: int, columns: int) -> Floats:
            return read(f"{name}.{part}.w", rows, columns).T

        def shift(part: str, count: int) -> Floats:
            return plain(f"{name}.{part}.b", count)

        return Layer(
            looking=_strips(np.hstack([turned(part, width, width) for part in "qkv"])),
            looking_shift=_strips(np.concatenate([shift(part, width) for part in "qkv"])[None]),
            joining=_strips(turned("ao", width, width)),
            joining_shift=_strips(shift("ao", width)[None]),
            after_looking=self._norm(f"{name}.aln"),
            widening=_strips(turned("fi", inner, width)),
            widening_shift=_strips(shift("fi", inner)[None]),
            narrowing=_strips(turned("fo", width, inner)),
            narrowing_shift=_strips(shift("fo", width)[None]),
            after_thinking=self._norm(f"{name}.oln"),
        )


def _strips(matrix: Floats) -> Floats:
    """A matrix cut into strips of some columns: (strip, row, column)."""
    rows = len(matrix)
    return np.ascontiguousarray(matrix.reshape(rows, -1, STRIP).swapaxes(0, 1))


def _joined(strips: Floats) -> Floats:
    """Strips as one matrix again."""
    return strips.swapaxes(0, 1).reshape(strips.shape[1], -1)


def _gelu(rows: Floats) -> Floats:
    """x·Φ(x), as max(x, 0) - |x|/2·erfc(|x|/√2); erfc is wrong by at most 1.5e-7 (Abramowitz and Stegun,
    7.1.26). Worked out in place: fresh memory for every step would take longer than the sums."""
    size = np.abs(rows)
    size *= np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(ERFC_T) * size)
    poly = np.float32(ERFC[0]) * t
    for one in ERFC[1:]:
        poly += np.float32(one)
        poly *= t
    size *= size
    poly *= np.exp(np.negative(size, out=size), out=size)
    poly *= np.abs(rows)
    poly *= np.float32(-0.5)
    poly += np.maximum(rows, 0)
    return np.asarray(poly, dtype=np.float32)


def give_back() -> None:
    """Give the memory that building needed back to the system, where it is glibc's to give (30 MB)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
