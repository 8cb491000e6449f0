"""Safety texts: the fixed answer to one kind of danger each."""

from __future__ import annotations

from bot.release import SafetyText
from bot.text import PLACEHOLDER, Paragraph, Text, flat
from content import frontmatter, markdown
from content.fields import Fields
from content.findings import Findings
from content.parts import Where

KINDS = ("emergency", "self-harm", "violence")
"""What the core looks for (design §2); another kind could never be shown."""

LONGEST = 900
"""Characters: the whole text stands on one phone screen with its buttons."""


def read(
    text: str, path: str, findings: Findings, *, translated: bool = False
) -> tuple[SafetyText, Where] | None:
    """The safety text of a file; None, with findings, where it cannot be used. A translated one names
    what it was made from (``source_hash``, here in ``source``) instead of where it comes from."""
    parts = frontmatter.split(text, path, findings)
    if parts is None:
        return None
    fields = Fields(parts.head, path, findings)
    kind = fields.one_of("kind", KINDS, "")
    source = fields.text("source_hash" if translated else "source", required=True)
    if translated:
        fields.text("translator", required=True)
    clinical = fields.text("clinical_review", required=True)
    reviewed = fields.day("reviewed", never=True, required=True)
    fields.text("reviewer")
    fields.done()
    chunks = markdown.pages(parts.body, path, findings, first_line=parts.body_line)
    if len(chunks) != 1:
        findings.add(path, parts.body_line, "A safety text has one page. Do this: take --- away.")
    body = chunks[0].text if chunks else ()
    line = chunks[0].line if chunks else parts.body_line
    for chunk in chunks:
        for _, at in chunk.links:
            findings.add(path, at, "A safety text links to nothing. Do this: take the link away.")
    _check(body, path, line, findings)
    stem = path.rsplit("/", 1)[-1].removesuffix(".md")
    if kind and stem != kind:
        findings.add(path, fields.at("kind"), f"The kind is {kind}, the file is {stem}.md.")
    if not kind:
        return None
    return SafetyText(kind, body, source, clinical, reviewed), Where(path, {"page:1": line})


def read_translation(text: str, path: str, findings: Findings) -> tuple[SafetyText, Where] | None:
    """The same for a translation; its ``source`` is the hash of what it was made from."""
    return read(text, path, findings, translated=True)


def _check(body: Text, path: str, line: int, findings: Findings) -> None:
    alone = [
        block
        for block in body
        if isinstance(block, Paragraph) and flat((block,)).strip() == "{alert_status}"
    ]
    if len(alone) != 1 or PLACEHOLDER.findall(flat(body)).count("alert_status") != 1:
        findings.add(path, line, "{alert_status} must stand once, in a paragraph of its own.")
    if len(flat(body)) > LONGEST:
        findings.add(path, line, f"The safety text is longer than {LONGEST} characters.")
