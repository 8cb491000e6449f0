"""How good the answers are, against the stored table; ``make answers`` prints it."""

from __future__ import annotations

from content.engine.shelf import Shelf
from content.engine.weights import SHA256
from tests.answers import folds, stored
from tests.answers.scoring import Row, held_out, table
from tests.answers.test_engine import engine, shipped


def test_held_out_questions_are_answered_no_worse_than_before() -> None:
    release = shipped()
    rows = table(held_out(release), lambda text: engine().understand(text, release), release)
    assert not stored.worse("held_out", rows)


def test_the_editors_phrases_are_answered_no_worse_than_before() -> None:
    explained = engine().explain("", shipped())
    assert explained is not None
    assert not stored.worse("phrases", folds.of(explained.mind.learnt, shipped()))


def test_more_than_noise_is_told() -> None:
    rows = [Row("right at once", 0.5, 1000), Row("wrong", 0.9, 1000), Row("served", None, 0)]
    said = stored.worse("phrases", rows)
    assert [one.split(" was ")[0] for one in said] == ["right at once", "wrong"]


def test_what_ships_was_learnt_from_these_weights() -> None:
    shipped_vectors = Shelf._shipped()
    assert len(shipped_vectors) > 3000, SHA256
