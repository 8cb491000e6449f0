"""The quick YAML reader and the one in Python read the same, whatever stands in a file."""

import random

import pytest

import content
from content import yamltree
from content.findings import Findings

HARD = (
    ":", "- ", "\n", "  ", '"', "'", "#", "[", "]", "{", "}", ", ", "|", ">", "&a ", "*a", "!x ", "\t", "\u2028",
    "\x85", "\ufeff", "é", "~", "%", "@", "? ", "?", "...\n", "---\n", "\x00", "\ud800", "yes", "12:30", "- - - ",
)  # fmt: skip
SOURCES = [
    text[:1500]
    for path, text in content.load(content.SHIPPED).source.items()
    if path.endswith(".yaml")
]


def read(text: str) -> tuple[yamltree.Tree | None, list[tuple[int, str]]]:
    findings = Findings()
    tree = yamltree.parse(text, "a.yaml", findings)
    return tree, [(one.line, one.message) for one in findings.sorted()]


@pytest.mark.skipif(yamltree._Quick is None, reason="PyYAML without libyaml has one reader only")
@pytest.mark.parametrize("seed", range(8))
def test_both_readers_read_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    texts = [*SOURCES]
    for _ in range(150):
        text = rng.choice(SOURCES)
        start = rng.randrange(len(text))
        text = text[start : start + rng.randrange(300)]
        for _ in range(rng.randrange(4)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(HARD) + text[at:]
        texts.append(text)
    quick = [read(text) for text in texts]
    monkeypatch.setattr(yamltree, "_Quick", None)
    assert quick == [read(text) for text in texts]
    assert any(tree for tree, _ in quick)
    assert any(findings for _, findings in quick)


def test_good_files_are_read_quickly() -> None:
    if yamltree._Quick is not None:
        assert yamltree._quickly("a: [one, two]\nb: three\n") is not None
    assert yamltree._quickly("a: *b") is None
    assert yamltree._quickly("[" * 30 + "]" * 30) is None
