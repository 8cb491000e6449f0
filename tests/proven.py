"""A control in hazards.yaml needs a test that passes: at the end of a whole run each is looked up.

A pytest plugin (``tests/conftest.py`` loads it). Outcomes come from the reports, which under xdist arrive at
the controller. A run of a part of the suite proves nothing about the rest and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import yaml

WHOLE = 0.8
"""Share of the named tests that must be among the collected ones for a run to count as whole."""


def named(file: Path) -> dict[str, tuple[str, ...]]:
    """Hazard → the tests that prove its control."""
    rows = yaml.safe_load(file.read_text("utf-8"))["hazards"]
    return {row["id"]: tuple(row["tests"]) for row in rows}


def unproven(controls: Mapping[str, Iterable[str]], outcomes: Mapping[str, set[str]]) -> list[str]:
    """Sentences, one for each named test that failed in a case or passed in none."""
    out = []
    for hazard, tests in controls.items():
        for test in tests:
            seen = outcomes.get(test)
            if seen is None or "passed" not in seen or seen - {"passed", "skipped"}:
                said = "was not run" if not seen else ", ".join(sorted(seen))
                out.append(f"hazard {hazard}: {test} {said}")
    return out


class Proven:
    """Collects outcomes and fails a whole run in which a control is not proven."""

    def __init__(self, file: Path) -> None:
        self.controls = named(file)
        self.outcomes: dict[str, set[str]] = {}
        self.problems: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test's outcome: its call, or a set-up or an end that did not pass."""
        if report.when == "call" or report.outcome != "passed":
            outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
            self.outcomes.setdefault(report.nodeid.partition("[")[0], set()).add(outcome)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look every control up, where the whole suite ran and nothing else failed already."""
        if hasattr(session.config, "workerinput"):
            return
        tests = {one for listed in self.controls.values() for one in listed}
        if len(tests & self.outcomes.keys()) < WHOLE * len(tests):
            return
        self.problems = unproven(self.controls, self.outcomes)
        if self.problems and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which controls are not proven."""
        for line in self.problems:
            terminalreporter.write_line(f"FAILED: {line}")
