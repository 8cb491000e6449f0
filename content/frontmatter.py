"""Front matter: the YAML between two lines of three dashes at the top of a page."""

from __future__ import annotations

from dataclasses import dataclass

from content.findings import Findings
from content.yamltree import Tree, parse


@dataclass(frozen=True, slots=True)
class Parts:
    """The two halves of a page file; ``body_line`` is the line on which the body begins."""

    head: Tree
    body: str
    body_line: int


def split(text: str, path: str, findings: Findings) -> Parts | None:
    """Cut a file into front matter and body; None, with a finding, where that is not possible."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        findings.add(path, 1, "The first line must be ---, then the page's keys, then --- again.")
        return None
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        findings.add(path, 1, "The keys at the top never end. Do this: add a line --- after them.")
        return None
    head = parse("\n".join(lines[1:end]) + "\n", path, findings, first_line=2)
    if head is None:
        return None
    return Parts(head, "\n".join(lines[end + 1 :]), end + 2)
