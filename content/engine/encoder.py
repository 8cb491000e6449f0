"""The model itself: a text in, a vector of length one out. Twelve layers of numpy, no other code."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.engine.pieces import Pieces, readable
from content.engine.weights import Floats, NoWeights, Weights
from content.spare import give_back

PREFIX = "query: "
"""The model was trained with it before what is compared with its like (E5's model card)."""

LONGEST = 64
"""Pieces read of a text: three long sentences. Time grows with them, and no text may take long."""

ROOT, CUBE = math.sqrt(2 / math.pi), 0.044715
"""The two numbers of the shorter GELU."""

STRIP = 64
"""Columns of a strip of weights. A question is a dozen rows: over strips this narrow the matrix library
multiplies at once, over whole matrices it first copies 85 MB of weights about (2.4 times the time)."""
PART = 384
"""Rows of a strip, for the same reason: the one matrix that has more is four parts, which are added up."""
OPENED = 3
"""Strips that are made into floats at once: 295 kB, which stay in a core's own cache until they are used."""
MOST = 127
"""A number of a byte goes from -127 to 127."""


@dataclass(frozen=True, slots=True)
class Norm:
    """Brings every row to mean 0 and spread 1, then to the learnt scale and shift."""

    scale: Floats
    shift: Floats
    epsilon: float

    def __call__(self, rows: Floats) -> Floats:
        width = np.float32(rows.shape[1])
        out = np.subtract(rows, np.add.reduce(rows, -1, keepdims=True) / width, dtype=np.float32)
        spread = np.einsum("ij,ij->i", out, out) / width
        out /= np.sqrt(spread + np.float32(self.epsilon))[:, None]
        out *= self.scale
        out += self.shift
        return out


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix and what is added behind it. numbers: (part, strip, row, column), as floats or a byte each; scale,
    shift: one for each column.

    Bytes are made into floats a few strips at a time. That takes a third longer than floats do and a quarter of
    their memory, and a vector is as good: its cosine to that of the floats is 0.9999.
    """

    numbers: NDArray[np.float32] | NDArray[np.int8]
    scale: Floats | None
    shift: Floats

    @classmethod
    def of_floats(cls, matrix: Floats, shift: Floats) -> Matrix:
        """A matrix of (rows, columns) as it is."""
        return cls(_strips(matrix), None, shift)

    @classmethod
    def of_bytes(cls, matrix: Floats, shift: Floats) -> Matrix:
        """A matrix of (rows, columns), a byte a number."""
        scale = np.maximum(np.abs(matrix).max(axis=0) / np.float32(MOST), np.float32(1e-12))
        return cls(_strips(np.rint(matrix / scale)).astype(np.int8), scale, shift)

    def __call__(self, rows: Floats, room: Floats) -> Floats:
        """``rows`` times the matrix, and the shift. room: for ``OPENED`` strips, of this thread alone."""
        out = np.empty((len(rows), len(self.shift)), np.float32)
        by_strip = out.reshape(len(rows), -1, STRIP).swapaxes(0, 1)
        if self.scale is None:
            np.matmul(rows, self.numbers[0], out=by_strip)
            out += self.shift
            return out
        for part, strips in enumerate(self.numbers):
            taken = rows[:, part * PART : (part + 1) * PART]
            for at in range(0, len(strips), OPENED):
                np.copyto(room, strips[at : at + OPENED])
                if part:
                    by_strip[at : at + OPENED] += taken @ room
                else:
                    np.matmul(taken, room, out=by_strip[at : at + OPENED])
        out *= self.scale
        out += self.shift
        return out


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: every piece looks at every other one, then at itself. The two large matrices, two thirds of all
    weights, are bytes; the others floats, because time is short too."""

    looking: Matrix
    joining: Matrix
    after_looking: Norm
    widening: Matrix
    narrowing: Matrix
    after_thinking: Norm


class Encoder:
    """multilingual-e5-small. Read only after it is made: threads may share it."""

    def __init__(self, weights: Weights) -> None:
        self._weights, self.shape = weights, weights.shape
        if weights.vocabulary is None:
            raise NoWeights("these weights were used up by another encoder")
        self._pieces = Pieces(weights.vocabulary)
        self._rooms = threading.local()
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
            rows = self._step(layer, rows, self._room())
        mean = rows.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _room(self) -> Floats:
        """Room of this thread, kept: fresh memory for every matrix would take longer than the sums."""
        try:
            room: Floats = self._rooms.room
        except AttributeError:
            room = self._rooms.room = np.empty((OPENED, PART, STRIP), np.float32)
        return room

    def _step(self, layer: Layer, rows: Floats, room: Floats) -> Floats:
        seen = layer.joining(self._look(layer, rows, room), room)
        seen += rows
        rows = layer.after_looking(seen)
        thought = layer.narrowing(_gelu(layer.widening(rows, room)), room)
        thought += rows
        return layer.after_thinking(thought)

    def _look(self, layer: Layer, rows: Floats, room: Floats) -> Floats:
        """What every piece takes from the others, a head each."""
        count, heads = len(rows), self.shape.heads
        mixed = layer.looking(rows, room).reshape(count, 3, heads, -1)
        asks, keys, values = mixed.transpose(1, 2, 0, 3)
        weight = asks @ keys.swapaxes(1, 2)
        weight *= np.float32(1 / math.sqrt(asks.shape[-1]))
        weight -= weight.max(-1, keepdims=True)
        np.exp(weight, out=weight)
        weight /= np.add.reduce(weight, -1, keepdims=True)
        seen = np.empty((count, heads, asks.shape[-1]), np.float32)
        np.matmul(weight, values, out=seen.swapaxes(0, 1))
        return seen.reshape(count, -1)

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

        looking = np.hstack([turned(part, width, width) for part in "qkv"])
        looking_shift = np.concatenate([shift(part, width) for part in "qkv"])
        return Layer(
            looking=Matrix.of_floats(looking, looking_shift),
            joining=Matrix.of_floats(turned("ao", width, width), shift("ao", width)),
            after_looking=self._norm(f"{name}.aln"),
            widening=Matrix.of_bytes(turned("fi", inner, width), shift("fi", inner)),
            narrowing=Matrix.of_bytes(turned("fo", width, inner), shift("fo", width)),
            after_thinking=self._norm(f"{name}.oln"),
        )


def _strips(matrix: Floats) -> Floats:
    """A matrix cut into strips: (part, strip, row, column)."""
    rows, columns = matrix.shape
    parts = matrix.reshape(rows // PART, PART, columns // STRIP, STRIP)
    return np.ascontiguousarray(parts.swapaxes(1, 2))


def _gelu(rows: Floats) -> Floats:
    """x·Φ(x), as x/2·(1 + tanh(√(2/π)·(x + 0.044715x³))): wrong by at most 5e-4 (Hendrycks and Gimpel 2016,
    section 2). Worked out in place."""
    out = rows * rows
    out *= np.float32(CUBE * ROOT)
    out += np.float32(ROOT)
    out *= rows
    np.tanh(out, out=out)
    out += np.float32(1)
    out *= rows
    out *= np.float32(0.5)
    return out
