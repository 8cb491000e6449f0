"""``make bench``: measure, print a table, write ``var/bench.json``.

    python -m tests.bench              everything
    python -m tests.bench step turns   only these

A module of this package that has ``rows() -> Sequence[Row]`` takes part.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from pathlib import Path

from tests import bench
from tests.bench.rows import Row, table, write

OUT = Path("var/bench.json")


def main(wanted: list[str]) -> int:
    """Run the modules, in the order of their names."""
    rows: list[Row] = []
    for found in pkgutil.iter_modules(bench.__path__):
        if found.name.startswith("_") or (wanted and found.name not in wanted):
            continue
        module = importlib.import_module(f"tests.bench.{found.name}")
        if not hasattr(module, "rows"):
            continue
        began = time.monotonic()
        made = list(module.rows())
        print(f"# {found.name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        if made:
            print(table(made), "\n", flush=True)
        rows += made
    if not rows:
        print("nothing was measured", file=sys.stderr)
        return 1
    write(rows, OUT)
    print(f"{len(rows)} figures, written to {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
