"""Learning: the same answer as the plain algebra, nothing learnt twice, earlier answers meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.release import Release
from bot.understanding import Tier
from content.engine import learnt as learning
from content.engine.engine import ModelEngine
from content.engine.head import root
from content.engine.shelf import HEADS_KEPT, Shelf
from content.engine.weights import Floats
from tests.answers.test_engine import engine, shipped


@pytest.mark.parametrize("size", [1, 100, 257, 1000])
def test_the_root_in_place_is_the_root_of_the_inverse(size: int) -> None:
    dice = np.random.default_rng(size)
    rows = dice.standard_normal((size, 40)).astype(np.float32)
    matrix = rows @ rows.T / 40 + 0.2 * np.eye(size, dtype=np.float32)
    wanted = np.linalg.inv(matrix.astype(np.float64))
    root(matrix)
    assert np.allclose(matrix, np.tril(matrix))
    assert np.allclose(matrix.T @ matrix, wanted, atol=1e-3 * np.abs(wanted).max())


def fail(texts: Sequence[str]) -> Floats:
    raise AssertionError(f"{len(texts)} phrases were read again")


def test_a_change_elsewhere_has_nothing_to_learn() -> None:
    first = engine().explain("", shipped())
    assert first is not None
    known = first.mind.learnt
    assert learning.learn(replace(shipped(), id="other"), fail, Shelf(None), known=known) is known


def test_what_was_learnt_is_found_on_the_shelf_again(tmp_path: Path) -> None:
    explained = engine().explain("", shipped())
    assert explained is not None
    known, shelf = explained.mind.learnt, Shelf(tmp_path)
    for number in range(HEADS_KEPT + 2):
        shelf.put_heads(f"{number}", learning._arrays(known))
    shelf.put_heads(known.key, learning._arrays(known))
    assert len(list(tmp_path.glob("heads-*.npz"))) == HEADS_KEPT
    again = learning._from_shelf(shelf, known.key, known.lessons, known.space)
    assert again is not None
    assert again.bars == known.bars
    assert again.subject.labels == known.subject.labels
    assert np.allclose(again.subject.shares, known.subject.shares, atol=2e-3)


def test_a_damaged_file_is_learnt_again(tmp_path: Path) -> None:
    explained = engine().explain("", shipped())
    assert explained is not None
    known = explained.mind.learnt
    (tmp_path / f"heads-{known.key}.npz").write_bytes(b"PK\x03\x04 half a file")
    found = learning._from_shelf(Shelf(tmp_path), known.key, known.lessons, known.space)
    assert found is None or found.bars == known.bars  # what ships may stand in for it


def without(release: Release, page: str, new_id: str) -> Release:
    """The same Release less one page and its phrases."""
    items = {name: one for name, one in release.items.items() if name != page}
    also = {
        language: {name: texts for name, texts in pages.items() if name != page}
        for language, pages in release.also.items()
    }
    return replace(release, id=new_id, items=items, also=also)


def test_earlier_learning_answers_until_the_new_one_is_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = ModelEngine(None)
    made.warm(shipped())
    monkeypatch.setattr(made, "_learn", lambda _: None)  # it never gets ready
    gone = without(shipped(), "faq-guarantee", "gone")
    text = "can anybody promise me a result"
    assert "faq-guarantee" in [
        one.content_id for one in made.understand(text, shipped()).candidates
    ]
    found = made.understand(text, gone)
    assert made.state == "learning"
    assert (found.engine, found.release) == ("model", "gone")
    assert "faq-guarantee" not in [one.content_id for one in found.candidates]


def test_a_repeated_question_is_answered_alike_and_not_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = ModelEngine(None)
    made.warm(shipped())
    text = "is there some kind of law about it over there"
    first = made.understand(text, shipped())
    monkeypatch.setattr(made._encoder, "vector", lambda _: fail([text]))
    assert made.understand(f"  {text}\n", shipped()) == first
    assert first.tier is not Tier.NONE
    with pytest.raises(AssertionError):
        made.understand("something else altogether", shipped())
    assert text.encode() not in repr(made._memory._thoughts.keys()).encode()
