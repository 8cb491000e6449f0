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

BATCH = 16
"""Texts that are put through together when many are to be read; more gains nothing on one core."""


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
    """One layer: every piece looks at every other one, then at itself."""

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
        found: Floats = self.vectors([text])[0]
        return found

    def vectors(self, texts: Sequence[str]) -> Floats:
        """The vectors of many texts, one a row. Any strings, no exception."""
        cut = [self._pieces.numbers(PREFIX + readable(text), LONGEST) for text in texts]
        out = np.empty((len(texts), self.shape.width), np.float32)
        by_length = sorted(range(len(texts)), key=lambda one: len(cut[one]))
        start = 0
        while start < len(by_length):  # only texts of one length go together: nothing is padded
            size = len(cut[by_length[start]])
            group = [one for one in by_length[start : start + BATCH] if len(cut[one]) == size]
            out[group] = self._through([cut[one] for one in group])
            start += len(group)
        return out

    def _through(self, numbers: list[list[int]]) -> Floats:
        many, length = len(numbers), len(numbers[0])
        flat = [one for row in numbers for one in row]
        rows = self._weights.rows("emb.word", self.shape.width, flat)
        rows = rows + np.tile(self._places[:length], (many, 1))
        rows = self._first(rows)
        for layer in self._layers:
            rows = self._step(layer, rows, many, length)
        means = rows.reshape(many, length, -1).mean(axis=1)
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)

    def _step(self, layer: Layer, rows: Floats, many: int, length: int) -> Floats:
        heads = self.shape.heads
        size = self.shape.width // heads
        mixed = (rows @ layer.looking + layer.looking_shift).reshape(many, length, 3, heads, size)
        asks, keys, values = mixed.transpose(2, 0, 3, 1, 4)
        weight = asks @ keys.transpose(0, 1, 3, 2) / math.sqrt(size)
        weight = np.exp(weight - weight.max(-1, keepdims=True))
        weight /= weight.sum(-1, keepdims=True)
        seen = (weight @ values).transpose(0, 2, 1, 3).reshape(many * length, -1)
        rows = layer.after_looking(rows + seen @ layer.joining + layer.joining_shift)
        inner = _gelu(rows @ layer.widening + layer.widening_shift)
        return layer.after_thinking(rows + inner @ layer.narrowing + layer.narrowing_shift)

    def _norm(self, name: str) -> Norm:
        width = self.shape.width
        scale = self._weights.floats(f"{name}.w", width)
        return Norm(scale, self._weights.floats(f"{name}.b", width), self.shape.epsilon)

    def _layer(self, name: str) -> Layer:
        width, inner = self.shape.width, self.shape.inner
        read, plain = self._weights.matrix, self._weights.floats

        def turned(part: str, rows: int, columns: int) -> Floats:
            return np.ascontiguousarray(read(f"{name}.{part}.w", rows, columns).T)

        return Layer(
            looking=np.hstack([turned(part, width, width) for part in "qkv"]),
            looking_shift=np.concatenate([plain(f"{name}.{part}.b", width) for part in "qkv"]),
            joining=turned("ao", width, width),
            joining_shift=plain(f"{name}.ao.b", width),
            after_looking=self._norm(f"{name}.aln"),
            widening=turned("fi", inner, width),
            widening_shift=plain(f"{name}.fi.b", inner),
            narrowing=turned("fo", width, inner),
            narrowing_shift=plain(f"{name}.fo.b", width),
            after_thinking=self._norm(f"{name}.oln"),
        )


def _gelu(rows: Floats) -> Floats:
    return np.asarray(0.5 * rows * (1 + _erf(rows * np.float32(math.sqrt(0.5)))), dtype=np.float32)


def _erf(rows: Floats) -> Floats:
    """The error function, wrong by at most 1.5e-7 (Abramowitz and Stegun, 7.1.26)."""
    size = np.abs(rows)
    t = 1 / (1 + np.float32(0.3275911) * size)
    poly = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    return np.asarray(np.sign(rows) * (1 - poly * np.exp(-size * size)), dtype=np.float32)


def give_back() -> None:
    """Give the memory that building needed back to the system, where it is glibc's to give (30 MB)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
