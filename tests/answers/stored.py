"""The table that later ones are compared with (``python -m tests.answers --store`` writes it)."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from tests.answers.scoring import Row

FILE = Path(__file__).parent / "table.json"
NOISE = 2.0
"""Standard errors that a share may be worse by."""
BAD = {"wrong", "false answers", "false alarms"}
"""Rows where less is better."""


def write(**tables: Sequence[Row]) -> None:
    """Store these tables."""
    kept = {
        name: {row.name: {"share": row.share, "of": row.of} for row in rows}
        for name, rows in tables.items()
    }
    FILE.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def worse(name: str, rows: Sequence[Row]) -> list[str]:
    """The rows that are worse than the stored ones by more than noise, each as a sentence."""
    kept = json.loads(FILE.read_text("utf-8"))[name]
    out = []
    for row in rows:
        before = kept.get(row.name, {}).get("share")
        if before is None or row.share is None:
            continue
        lost = row.share - before if row.name in BAD else before - row.share
        if lost > NOISE * _error(before, row.of) + 1e-9:
            out.append(f"{row.name} was {100 * before:.1f} %, is {100 * row.share:.1f} %")
    return out


def _error(share: float, count: int) -> float:
    """The standard error of a share; near 0 and 1 that of half a question more (Agresti and Coull)."""
    mild = (share * count + 2) / (count + 4)
    return math.sqrt(mild * (1 - mild) / (count + 4))
