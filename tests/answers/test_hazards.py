"""Every hazard has a control that some test of this suite proves."""

import re
from pathlib import Path

import content
from content.findings import Findings
from content.hazards import read
from content.yamltree import parse

ROOT = Path(__file__).resolve().parents[2]


def test_every_control_names_tests_that_exist() -> None:
    findings = Findings()
    tree = parse((content.SHIPPED / "hazards.yaml").read_text("utf-8"), "hazards.yaml", findings)
    assert tree is not None
    found = read(tree, "hazards.yaml", findings)
    assert not findings.sorted()
    assert len(found) >= 5
    for hazard in found:
        assert hazard.tests, hazard.id
        for node in hazard.tests:
            path, _, name = node.partition("::")
            code = (ROOT / path).read_text("utf-8")
            assert re.search(rf"^(async )?def {re.escape(name)}\(", code, re.MULTILINE), node
            assert not re.search(
                rf"@pytest\.mark\.(skip|xfail)[^\n]*\n(@[^\n]*\n)*def {name}\(", code
            )
