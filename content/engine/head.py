"""What decides over the vectors: kernel ridge regression, solved in one step, the same every time.

A text is compared with all lessons; near ones count more (``exp(cosine - 1)``), and how much each lesson
says about each label was solved for when the Release was prepared. The same step gives, exactly, what
would be said of each lesson if it had not been learnt ("leave one out"): from that come the
temperature of the softmax and all thresholds, so that nothing is tuned by hand or on test questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.engine.halves import Words, firsts, paired, seconds
from content.engine.weights import Floats

Bools = NDArray[np.bool_]

OPENED = 128
"""Lessons that are opened at once: 200 kB, which stay in a core's own cache until they are used."""
RIDGE = 0.05
"""How much a lesson may be contradicted. Between 0.03 and 0.1 left-out lessons are judged alike."""
EVEN = 0.5
"""Power by which labels with many lessons are held back, so that small ones are found."""
SMALL = 256
"""Rows of a matrix that is inverted at once."""
TEMPERATURES = (6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 20.0, 24.0)


@dataclass(frozen=True, slots=True)
class Solved:
    """One question put to the lessons: its labels, what each lesson adds, the temperature."""

    labels: tuple[str, ...]
    shares: Floats
    temperature: float

    def chances(self, near: Floats) -> Floats:
        """The probability of each label, from how near each lesson is."""
        return _softmax(near @ self.shares * self.temperature)


@dataclass(frozen=True, slots=True)
class Space:
    """The lessons' vectors, centred: all texts of one subject point the same way, which says nothing. words: the
    first half of the lessons, each paired with one of the second half, the last with zeros if they are odd."""

    centre: Floats
    count: int
    words: Words

    @property
    def rows(self) -> Floats:
        """The vectors, a row a lesson: made anew, 20 MB for thirteen thousand."""
        return np.concatenate([firsts(self.words), seconds(self.words, np.empty_like(self.words))])[
            : self.count
        ]

    def placed(self, vectors: Floats) -> Floats:
        """Vectors of other texts, centred in the same way."""
        return _placed(vectors, self.centre)

    def cosines(self, vector: Floats) -> Floats:
        """How alike a text and each lesson are, from -1 to 1."""
        asked, half = self.placed(vector[None])[0], len(self.words)
        out = np.empty(2 * half, np.float32)
        room = np.empty((OPENED, len(asked)), np.uint32)
        for at in range(0, half, OPENED):
            pairs = self.words[at : at + OPENED]
            to = at + len(pairs)
            np.dot(firsts(pairs), asked, out=out[at:to])
            np.dot(seconds(pairs, room[: len(pairs)]), asked, out=out[half + at : half + to])
        return out[: self.count]

    def near(self, vector: Floats) -> Floats:
        """The same as the weight by which each lesson speaks."""
        return np.asarray(np.exp(self.cosines(vector) - 1), dtype=np.float32)


def space(vectors: Floats) -> Space:
    """The space of these lessons."""
    centre = np.asarray(vectors.mean(axis=0), dtype=np.float32)
    rows = _placed(vectors, centre)
    half = (len(rows) + 1) // 2
    second = np.zeros((half, rows.shape[1]), np.float32)
    second[: len(rows) - half] = rows[half:]
    return Space(centre, len(rows), paired(rows[:half], second))


def solve(
    where: Space, given: Sequence[str], weighed: Sequence[str], used: Bools
) -> tuple[Solved, Floats]:
    """One question about the lessons, each with its answer in ``given``, and for each lesson what would be
    said of it if it had not been learnt. Only the lessons ``used`` teach; the others are only asked. weighed:
    labels by whose frequency a lesson is held back. Takes seconds, and for that time the memory of one
    matrix of lessons by lessons, 270 MB for eight thousand: it is inverted where it stands."""
    labels = tuple(sorted(set(given)))
    number = {label: at for at, label in enumerate(labels)}
    truth = np.array([number[label] for label in given])
    wanted = np.zeros((len(given), len(labels)), np.float32)
    wanted[np.arange(len(given)), truth] = 1
    placed = where.rows
    rows = placed[used]
    kernel = rooted(rows, [label for label, one in zip(weighed, used, strict=True) if one])
    own = np.einsum("ij,ij->j", kernel, kernel)[:, None]
    taught = kernel.T @ (kernel @ wanted[used])
    left_out = np.empty_like(wanted)
    left_out[used] = wanted[used] - taught / own
    left_out[~used] = np.exp(placed[~used] @ rows.T - 1) @ taught
    shares = np.zeros_like(wanted)
    shares[used] = taught
    temperature = min(
        TEMPERATURES, key=lambda one: _surprise(left_out[used] * np.float32(one), truth[used])
    )
    return Solved(labels, shares, temperature), _softmax(left_out * temperature)


def rooted(rows: Floats, labels: Sequence[str]) -> Floats:
    """The root R of what lessons say together: RᵀR is the inverse of their nearness and the ridge."""
    kernel = np.asarray(rows @ rows.T, dtype=np.float32)
    kernel -= 1
    np.exp(kernel, out=kernel)
    kernel[np.diag_indices_from(kernel)] += (RIDGE / _weights(labels)).astype(np.float32)
    root(kernel)
    return kernel


def root(matrix: Floats) -> None:
    """Turn a symmetric positive matrix in place into the lower triangle R with RᵀR = its inverse: first for
    one half, then for what the other half has of its own (the Schur complement). By Cholesky, so
    that single precision is enough; half the work of ``np.linalg.inv`` and a quarter of its memory."""
    size = len(matrix)
    if size <= SMALL:
        matrix[:] = np.tril(np.linalg.inv(np.linalg.cholesky(matrix)))
        return
    half = size // 2
    first, both, last = matrix[:half, :half], matrix[:half, half:], matrix[half:, half:]
    root(first)
    carried = first @ both
    last -= carried.T @ carried
    root(last)
    np.matmul(last @ carried.T, first, out=matrix[half:, :half])
    matrix[half:, :half] *= -1
    both[:] = 0


def _weights(labels: Sequence[str]) -> NDArray[np.float64]:
    counts: dict[str, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    raw = np.array([counts[label] ** -EVEN for label in labels])
    return np.asarray(raw / raw.mean(), dtype=np.float64)


def _placed(vectors: Floats, centre: Floats) -> Floats:
    moved = vectors - centre
    lengths = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return np.asarray(moved / lengths, dtype=np.float32)


def _softmax(scores: Floats) -> Floats:
    power = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(power / power.sum(axis=-1, keepdims=True), dtype=np.float32)


def _surprise(scores: Floats, truth: NDArray[np.int64]) -> float:
    chances = _softmax(scores)
    return float(-np.log(chances[np.arange(len(truth)), truth] + 1e-9).mean())
