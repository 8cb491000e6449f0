"""Every hazard has a control that some test of this suite proves, by passing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import content
from content.findings import Findings
from content.hazards import Hazard, read
from content.yamltree import parse
from tests.proven import unproven

ROOT = Path(__file__).resolve().parents[2]


def hazards() -> tuple[Hazard, ...]:
    findings = Findings()
    tree = parse((content.SHIPPED / "hazards.yaml").read_text("utf-8"), "hazards.yaml", findings)
    assert tree is not None
    found = read(tree, "hazards.yaml", findings)
    assert not findings.sorted()
    return found


def test_every_control_names_tests_that_exist() -> None:
    found = hazards()
    assert len(found) >= 12
    assert len({one.id for one in found}) == len(found)
    for hazard in found:
        assert hazard.tests, hazard.id
        for node in hazard.tests:
            path, _, name = node.partition("::")
            assert f"def {name}(" in (ROOT / path).read_text("utf-8"), node


def test_a_control_is_proven_by_tests_that_passed_only() -> None:
    controls = {"one": ("t.py::a", "t.py::b"), "two": ("t.py::c",)}
    fine = {"t.py::a": {"passed"}, "t.py::b": {"passed"}, "t.py::c": {"passed"}}
    assert unproven(controls, fine) == []
    for bad in ({"failed"}, {"skipped"}, {"passed", "failed"}, {"xfailed"}, set[str]()):
        (line,) = unproven(controls, {**fine, "t.py::b": bad})
        assert "one: t.py::b" in line


SUITE = """
import pytest
def test_a(): pass
@pytest.mark.parametrize("n", [1, 2])
def test_b(n): {body}
"""
PLUGIN = """
from pathlib import Path
from tests.proven import Proven
def pytest_configure(config):
    config.pluginmanager.register(Proven(Path(__file__).parent / "hazards.yaml"), "proven")
"""


@pytest.mark.parametrize(
    ("body", "tests", "workers", "code"),
    [
        ("pass", "test_s.py::test_a, test_s.py::test_b", 0, 0),
        ("pytest.skip('no')", "test_s.py::test_a, test_s.py::test_b", 0, 1),
        ("assert n == 1", "test_s.py::test_a, test_s.py::test_b", 2, 1),
        (
            "pass",
            "test_s.py::test_a, test_s.py::test_a, test_s.py::test_b, test_s.py::test_b",
            2,
            0,
        ),
    ],
)
def test_a_run_without_proof_fails(
    tmp_path: Path, body: str, tests: str, workers: int, code: int
) -> None:
    (tmp_path / "test_s.py").write_text(SUITE.format(body=body))
    (tmp_path / "conftest.py").write_text(PLUGIN)
    (tmp_path / "hazards.yaml").write_text(f"hazards:\n  - {{id: one, tests: [{tests}]}}\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(["-n", "2"] if workers else [])],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert run.returncode == code, run.stdout + run.stderr
    assert ("FAILED: hazard one: test_s.py::test_b" in run.stdout) is (code != 0)
