"""The locks: one set of versions, no addresses, and everything that the program imports."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "requirements.lock"
TEST = ROOT / "tests" / "requirements.lock"
OURS = {"adapters", "bot", "content", "storage"}


def pins(lock: Path) -> dict[str, str]:
    """Name and version of every package in a lock."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def test_the_tests_run_with_what_runs() -> None:
    assert pins(RUN).items() <= pins(TEST).items()


@pytest.mark.parametrize("lock", [RUN, TEST], ids=["run", "test"])
def test_a_lock_holds_pins_and_hashes_only(lock: Path) -> None:
    line = re.compile(
        r"[a-z0-9.-]+==[\w.]+( ; [\w .'=!<>()]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?"
    )
    wrong = [text for text in lock.read_text("utf-8").splitlines() if not line.fullmatch(text)]
    assert wrong == []


def test_everything_imported_is_in_the_run_lock() -> None:
    """The one environment also has the test tools, so a missing pin would show only elsewhere."""
    distributions = packages_distributions()
    pinned = set(pins(RUN))
    missing = set()
    for folder in OURS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Import(names=names):
                        modules = [alias.name for alias in names]
                    case ast.ImportFrom(level=0, module=str(module)):
                        modules = [module]
                    case _:
                        continue
                for module in modules:
                    top = module.partition(".")[0]
                    if top in OURS or top in sys.stdlib_module_names:
                        continue
                    owners = {
                        re.sub(r"[-_.]+", "-", name).lower() for name in distributions.get(top, ())
                    }
                    if module.startswith("sqlalchemy.ext.asyncio"):
                        owners = {"greenlet"}  # an extra that SQLAlchemy does not bring itself
                    if not owners & pinned:
                        missing.add(f"{module} in {path.relative_to(ROOT)}")
    assert missing == set()
