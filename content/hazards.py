"""hazards.yaml: what could harm a patient, what is done about it, and which test proves that.

The program does not read it; the suite does (every control needs a passing test). Here only its form
is checked, so that an editor learns of a gap where all other findings stand.
"""

from __future__ import annotations

from dataclasses import dataclass

from content.fields import Fields
from content.findings import Findings
from content.yamltree import Tree

LEVELS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Hazard:
    """One line of the risk file. tests: pytest node ids that prove the control."""

    id: str
    hazard: str
    cause: str
    effect: str
    severity: str
    likelihood: str
    control: str
    tests: tuple[str, ...]
    residual: str
    owner: str


def read(tree: Tree, path: str, findings: Findings) -> tuple[Hazard, ...]:
    """All hazards; a missing part is a finding."""
    fields = Fields(tree, path, findings, "hazards.yaml")
    out = []
    for one in fields.children("hazards"):
        tests = tuple(text for text, _ in one.texts("tests"))
        if not tests:
            one.add(one.line, "The control has no test. Do this: name at least one under tests.")
        out.append(
            Hazard(
                id=one.text("id", required=True),
                hazard=one.text("hazard", required=True),
                cause=one.text("cause", required=True),
                effect=one.text("effect", required=True),
                severity=one.one_of("severity", LEVELS, "high"),
                likelihood=one.one_of("likelihood", LEVELS, "high"),
                control=one.text("control", required=True),
                tests=tests,
                residual=one.text("residual", required=True),
                owner=one.text("owner", required=True),
            )
        )
        one.done()
    fields.done()
    return tuple(out)
