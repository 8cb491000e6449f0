"""The model itself: a text in, a vector of length one out. Twelve layers of numpy, no other code."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from content.engine.halves import Words, firsts, paired, seconds
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
"""Strips of pairs that are opened at once: 295 kB, which stay in a core's own cache until they are used."""
HIGHEST = 60.0
"""Likeness of two pieces is cut here, so that its exponential stays a number. In what people wrote it stays
below 20."""


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
    """A matrix of floats and what is added behind it. numbers: (strip, row, column)."""

    numbers: Floats
    shift: Floats

    @classmethod
    def of(cls, matrix: Floats, shift: Floats) -> Matrix:
        """A matrix of (rows, columns): ``PART`` rows, columns a multiple of ``STRIP``."""
        return cls(_strips(matrix)[0], shift)

    def __call__(self, rows: Floats) -> Floats:
        """``rows`` times the matrix, and the shift."""
        out, by_strip = _empty(len(rows), len(self.shift))
        np.matmul(rows, self.numbers, out=by_strip)
        out += self.shift
        return out


@dataclass(frozen=True, slots=True)
class PairedMatrix:
    """The same in half the memory. words: (part, strip, row, column), in each the number of a strip and the one of
    a strip half of all further on. A vector is as good: its cosine to that of the floats is 0.9999."""

    words: Words
    shift: Floats

    @classmethod
    def of(cls, matrix: Floats, shift: Floats) -> PairedMatrix:
        """A matrix of (rows, columns): rows a multiple of ``PART``, columns of twice ``OPENED`` strips."""
        strips = _strips(matrix)
        half = strips.shape[1] // 2
        return cls(paired(strips[:, :half], strips[:, half:]), shift)

    def __call__(self, rows: Floats, room: Words) -> Floats:
        """``rows`` times the matrix, and the shift. room: for ``OPENED`` strips, of this thread alone."""
        out, by_strip = _empty(len(rows), len(self.shift))
        half = len(by_strip) // 2
        for part, words in enumerate(self.words):
            taken = rows[:, part * PART : (part + 1) * PART]
            for at in range(0, half, OPENED):
                pairs = words[at : at + OPENED]
                _put(taken, firsts(pairs), by_strip[at : at + OPENED], part)
                _put(taken, seconds(pairs, room), by_strip[half + at : half + at + OPENED], part)
        out += self.shift
        return out


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: every piece looks at every other one, then at itself. All but the smallest matrix,
    a twelfth of the weights, are paired: that one as floats saves time."""

    looking: PairedMatrix
    joining: Matrix
    after_looking: Norm
    widening: PairedMatrix
    narrowing: PairedMatrix
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

    def _room(self) -> Words:
        """Room of this thread, kept: fresh memory for every matrix would take longer than the sums."""
        try:
            room: Words = self._rooms.room
        except AttributeError:
            room = self._rooms.room = np.empty((OPENED, PART, STRIP), np.uint32)
        return room

    def _step(self, layer: Layer, rows: Floats, room: Words) -> Floats:
        seen = layer.joining(self._look(layer, rows, room))
        seen += rows
        rows = layer.after_looking(seen)
        thought = layer.narrowing(_gelu(layer.widening(rows, room)), room)
        thought += rows
        return layer.after_thinking(thought)

    def _look(self, layer: Layer, rows: Floats, room: Words) -> Floats:
        """What every piece takes from the others, a head each."""
        count, heads = len(rows), self.shape.heads
        mixed = layer.looking(rows, room).reshape(count, 3, heads, -1)
        asks, keys, values = mixed.transpose(1, 2, 0, 3)
        weight = asks @ keys.swapaxes(1, 2)
        np.clip(weight, -HIGHEST, HIGHEST, out=weight)
        np.exp(weight, out=weight)
        seen = np.empty((count, heads, asks.shape[-1]), np.float32)
        by_head = np.matmul(weight, values, out=seen.swapaxes(0, 1))
        by_head /= weight @ np.ones((count, 1), np.float32)
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
        # What asks is divided by the root of a head's width here once, not at every question.
        root = np.float32(math.sqrt(width // self.shape.heads))
        looking[:, :width] /= root
        looking_shift[:width] /= root
        return Layer(
            looking=PairedMatrix.of(looking, looking_shift),
            joining=Matrix.of(turned("ao", width, width), shift("ao", width)),
            after_looking=self._norm(f"{name}.aln"),
            widening=PairedMatrix.of(turned("fi", inner, width), shift("fi", inner)),
            narrowing=PairedMatrix.of(turned("fo", width, inner), shift("fo", width)),
            after_thinking=self._norm(f"{name}.oln"),
        )


def _empty(rows: int, columns: int) -> tuple[Floats, Floats]:
    """Room for what comes out, and the same seen as (strip, row, column)."""
    out = np.empty((rows, columns), np.float32)
    return out, out.reshape(rows, -1, STRIP).swapaxes(0, 1)


def _put(rows: Floats, strips: Floats, out: Floats, part: int) -> None:
    """The rows times some strips: the first part is put into ``out``, the others are added."""
    if part:
        out += rows @ strips
    else:
        np.matmul(rows, strips, out=out)


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
