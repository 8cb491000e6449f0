"""Text into the model's pieces: the same ones every time."""

from __future__ import annotations

import numpy as np

from content.engine.pieces import Pieces
from content.engine.weights import Weights


def test_no_two_pieces_are_taken_for_each_other() -> None:
    vocabulary = Weights().vocabulary
    assert vocabulary is not None
    made = Pieces(vocabulary)
    assert (
        len(np.unique(made._hashes)) > len(made._hashes) - 2
    )  # only those that never stand in a text
    assert made.numbers("biologics", 9) == [0, 28387, 4439, 2]  # "cs" lies in memory like "獣"
