"""Two floats in one word: what comes out is what went in, but for one part in 256."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.engine.halves import firsts, paired, seconds
from content.engine.head import OPENED, space
from content.engine.weights import Floats

numbers = st.lists(
    st.one_of(
        st.floats(2**-30, 2**30, width=32), st.floats(-(2**30), -(2**-30), width=32), st.just(0.0), st.just(-0.0)
    ),
    min_size=1, max_size=20,
)  # fmt: skip


@given(numbers, numbers)
def test_both_of_a_pair_come_out(one: list[float], two: list[float]) -> None:
    size = min(len(one), len(two))
    first, second = (np.array(given[:size], np.float32) for given in (one, two))
    words = paired(first, second)
    for wanted, found in ((first, firsts(words)), (second, seconds(words, np.empty_like(words)))):
        assert (np.abs(found - wanted) <= np.abs(wanted) / 256 + 1e-18).all()
        assert np.isfinite(found).all()
        assert not ((found != 0) & (np.abs(found) < np.finfo(np.float32).tiny)).any()


@pytest.mark.parametrize("count", [1, 2, 7, 2 * OPENED, 3 * OPENED + 1])
def test_cosines_are_those_of_floats(count: int) -> None:
    dice = np.random.default_rng(count)
    vectors: Floats = dice.standard_normal((count, 384), np.float32)
    where = space(vectors)
    asked: Floats = dice.standard_normal(384, np.float32)
    moved = vectors - vectors.mean(axis=0)
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    line = asked - vectors.mean(axis=0)
    assert np.abs(where.cosines(asked) - moved @ (line / np.linalg.norm(line))).max() < 2e-3
    assert np.abs(where.rows - moved).max() < 2e-3
