"""The editors' phrases by ten-fold: each tenth is answered by what the other nine tenths teach.

With kernel ridge that needs no ten solutions. With P the inverse of nearness and ridge, what the
others say of a fold F is ``y_F - (P_FF)⁻¹ (P y)_F``, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.release import Release
from content.engine.bars import LeftOut, quality
from content.engine.encoder import Encoder
from content.engine.head import Bools, Solved, _softmax, rooted
from content.engine.learnt import Learnt, _kind, learn, page_chances, taught_by
from content.engine.lessons import CALM
from content.engine.pairs import Pairs
from content.engine.shelf import Shelf
from content.engine.weights import Floats, Weights
from tests.answers.scoring import Row

FOLDS = 10


def rows(release: Release, folder: Path | None) -> list[Row]:
    """The table, at the thresholds that the program uses."""
    encoder = Encoder(Weights())
    learnt = learn(release, encoder.vectors, Shelf(folder))
    return of(learnt, release)


def of(learnt: Learnt, release: Release) -> list[Row]:
    """The same for what was learnt already."""
    labels = [one.label for one in learnt.lessons]
    kinds = [_kind(one) for one in labels]
    for_subject, for_danger = taught_by(learnt.lessons)
    subject = _left_out(learnt, learnt.subject, labels, for_subject)
    danger = _left_out(learnt, learnt.danger, kinds, for_danger)
    pairs = Pairs(release)
    seen = LeftOut(
        labels,
        [pairs.groups(page_chances(learnt.subject.labels, row)) for row in subject],
        kinds,
        1 - danger[:, learnt.danger.labels.index(CALM)],
    )
    grade = quality(seen, learnt.bars)
    covered = sum(one.startswith("page:") for one in labels)
    calm = kinds.count(CALM)
    return [
        Row("right at once", grade.right, covered),
        Row("served", grade.served, covered),
        Row("wrong", grade.wrong, covered),
        Row("false answers", grade.false, sum(one.startswith("topic:") for one in labels)),
        Row("danger found", grade.danger, len(labels) - calm),
        Row("false alarms", grade.alarms, calm),
    ]


def _left_out(learnt: Learnt, solved: Solved, given: Sequence[str], used: Bools) -> Floats:
    """What the other folds say of every phrase, as probabilities; and all of them, of one that teaches nothing."""
    rows = learnt.space.rows
    root = rooted(
        rows[used], [one.label for one, use in zip(learnt.lessons, used, strict=True) if use]
    )
    wanted = np.zeros((len(given), len(solved.labels)), np.float32)
    wanted[np.arange(len(given)), [solved.labels.index(one) for one in given]] = 1
    taught = wanted[used]
    shares = root.T @ (root @ taught)
    out = np.empty_like(wanted)
    out[~used] = np.exp(rows[~used] @ rows[used].T - 1) @ shares
    places = np.flatnonzero(used)
    order = np.random.default_rng(7).permutation(len(taught))
    for fold in np.array_split(order, FOLDS):
        own = root[:, fold].T @ root[:, fold]
        out[places[fold]] = taught[fold] - np.linalg.solve(own, shares[fold])
    return _softmax(np.asarray(out * solved.temperature, dtype=np.float32))
