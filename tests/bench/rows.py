"""What ``make bench`` prints and keeps: one row a figure, each beside a baseline of the same run.

Absolute figures are this machine's at this minute; what counts are the ratios.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REPEATS = int(os.environ.get("FRONTDESK_BENCH_REPEATS", "5"))
"""Runs of each measurement. Its baseline runs in between, so that a slow minute hits both alike."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ours: one number a repeat; baseline: what it stands beside, with its own numbers."""

    name: str
    unit: str
    ours: Sequence[float]
    baseline: str = ""
    beside: Sequence[float] = ()

    @property
    def ratio(self) -> float | None:
        """Ours over the baseline's, by medians; None where there is no baseline."""
        if not self.beside or not statistics.median(self.beside):
            return None
        return statistics.median(self.ours) / statistics.median(self.beside)

    def as_json(self) -> dict[str, Any]:
        """As ``var/bench.json`` keeps it."""
        ratio = self.ratio
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": {
                "median": _short(statistics.median(self.ours)),
                "min": _short(min(self.ours)),
                "max": _short(max(self.ours)),
            },
            "baseline": self.baseline,
            "baseline_value": _short(statistics.median(self.beside)) if self.beside else None,
            "ratio": None if ratio is None else _short(ratio),
        }


def table(rows: Sequence[Row]) -> str:
    """The rows for people."""
    head = ("what", "ours (median, min … max)", "unit", "baseline", "its median", "ratio")
    lines = [head]
    for row in rows:
        one = row.as_json()
        ours = one["ours"]
        lines.append(
            (
                row.name,
                f"{ours['median']:g} ({ours['min']:g} … {ours['max']:g})",
                row.unit,
                row.baseline,
                "" if one["baseline_value"] is None else f"{one['baseline_value']:g}",
                "" if one["ratio"] is None else f"{one['ratio']:.2f}×",
            )
        )
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write(rows: Sequence[Row], path: Path) -> None:
    """Keep them for the closing note and for later comparison."""
    path.parent.mkdir(parents=True, exist_ok=True)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    kept = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {sys.version.split()[0]}",
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "rows": [row.as_json() for row in rows],
    }
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _short(value: float) -> float:
    return float(f"{value:.4g}")
