"""The model in numpy: what was made quicker or smaller says the same."""

from __future__ import annotations

import math

import numpy as np
import pytest

from content.engine.encoder import OPENED, PART, STRIP, Encoder, Matrix, Norm, PairedMatrix, _gelu
from content.engine.shelf import Shelf, _key
from content.engine.weights import Weights

PHRASES = 40
LEAST = 0.999
"""Cosine to the shipped vectors, which are a byte a number: that alone costs 0.0002."""


@pytest.mark.parametrize(("rows", "columns"), [(PART, 2 * STRIP * OPENED), (4 * PART, 12 * STRIP)])
def test_a_matrix_of_pairs_multiplies_as_one_of_floats(rows: int, columns: int) -> None:
    dice = np.random.default_rng(1)
    matrix = dice.standard_normal((rows, columns), np.float32)
    matrix[:, 3], matrix[:, -3], matrix[5, 7:9] = 0, 0, -0.0
    shift = dice.standard_normal(columns, np.float32)
    given = dice.standard_normal((5, rows), np.float32)
    room = np.empty((OPENED, PART, STRIP), np.uint32)
    wanted = given @ matrix + shift
    found = PairedMatrix.of(matrix, shift)(given, room)
    assert np.abs(found - wanted).max() < 0.005 * np.abs(wanted).max()
    assert np.abs(found[:, 3] - shift[3]).max() < 1e-6
    if rows == PART:
        assert np.abs(Matrix.of(matrix, shift)(given) - wanted).max() < 1e-4


def test_a_norm_brings_rows_to_mean_and_spread() -> None:
    rows = np.random.default_rng(2).standard_normal((4, 16), np.float32) * 7 + 3
    made = Norm(np.full(16, 2, np.float32), np.full(16, 5, np.float32), 1e-12)(rows)
    assert np.allclose(made.mean(axis=1), 5, atol=1e-4)
    assert np.allclose(made.std(axis=1), 2, atol=1e-4)
    assert made.dtype == np.float32


def test_gelu_is_near_the_exact_one_everywhere() -> None:
    given = np.linspace(-12, 12, 2_001, dtype=np.float32)
    exact = [x / 2 * (1 + math.erf(x / math.sqrt(2))) for x in given.tolist()]
    assert np.abs(_gelu(given[None])[0] - np.array(exact)).max() < 5e-4


def test_vectors_are_those_that_came_with_the_program() -> None:
    from content import load
    from content.engine.lessons import all_lessons

    shipped = Shelf._shipped()
    texts = [one.text for one in all_lessons(load().release) if _key(one.text) in shipped]
    some = texts[:: max(len(texts) // PHRASES, 1)]
    made = Encoder(Weights()).vectors(some)
    known = np.stack([shipped[_key(text)] for text in some]).astype(np.float32)
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    assert len(some) >= PHRASES
    assert (made * known).sum(axis=1).min() > LEAST
