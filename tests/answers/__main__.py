"""``make answers``: the table for questions that nobody tuned on, the model beside words alone.

python -m tests.answers            the held-out questions, and the editors' phrases by ten-fold
python -m tests.answers FILE       questions in the scorer's form instead
python -m tests.answers --store    write the table that later runs are compared with
"""

from __future__ import annotations

import sys
from pathlib import Path

import content
from content.answers import LexicalEngine
from content.engine.engine import ModelEngine
from tests.answers import folds, stored
from tests.answers.scoring import from_scorer, held_out, table

VAR = Path(__file__).resolve().parents[2] / "var" / "answers"


def main() -> None:
    """Print both tables."""
    release = content.load().release
    model, plain = ModelEngine(VAR), LexicalEngine()
    model.warm(release)
    files = [Path(one) for one in sys.argv[1:] if one != "--store"]
    questions = from_scorer(files[0]) if files else held_out(release)
    ours = table(questions, lambda text: model.understand(text, release), release)
    beside = table(questions, lambda text: plain.understand(text, release), release)
    print(f"{f'{len(questions)} questions':32} {model.state:>8}{'words alone':>20}")
    for one, other in zip(ours, beside, strict=True):
        print(f"{one!s:54}{other.shown:>8}")
    print("\nThe editors' phrases, by ten-fold:")
    by_fold = folds.rows(release, VAR)
    for row in by_fold:
        print(row)
    if "--store" in sys.argv and not files:
        stored.write(held_out=ours, phrases=by_fold)


if __name__ == "__main__":
    main()
