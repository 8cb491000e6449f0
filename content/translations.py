"""Pages and safety texts in one more language: the words alone; all else is that of the source's page.

A translation says what it was made from (``source_hash``) and whether somebody checked it. Menus, links to
sections, marks such as ``not_mean`` and where a page is from are taken from the source, so that they
cannot drift apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.release import Item, Page, SafetyText
from bot.text import Heading, Span, Text, Value, fill, flat
from content import frontmatter, markdown
from content.bidi import isolated
from content.fields import Fields
from content.findings import Findings, did_you_mean, quoted
from content.pages import LONGEST_LABEL
from content.parts import Translated, Where

FOLDERS = {"section": "guide", "faq": "faq", "term": "terms", "page": "pages"}

CONSENT = "consent"
"""Nobody has said yet which wording of it would bind, the source's or a translation's."""


def hash_of(source: Item | SafetyText) -> str:
    """What a translation names as ``source_hash``: 12 hex digits over the words of the source."""
    if isinstance(source, SafetyText):
        words = [flat(source.text)]
    else:
        words = [source.title, source.button, *(flat(page.text) for page in source.pages)]
    return hashlib.sha256("\n\n".join(words).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Words:
    """A page's translation by itself, before it is laid beside its source."""

    id: str
    title: str
    button: str
    source_hash: str
    reviewed: str | None
    reviewer: str
    pages: tuple[Page, ...]
    where: Where


def read(text: str, path: str, findings: Findings) -> Words | None:
    """The words of a translated page; None, with findings, where it has no front matter."""
    parts = frontmatter.split(text, path, findings)
    if parts is None:
        return None
    fields = Fields(parts.head, path, findings, "a translation")
    content_id = fields.text("id", required=True)
    title = fields.text("title", required=True, longest=200)
    button = fields.text("button", required=True, default=title)
    if len(button) > LONGEST_LABEL:
        message = f"The button label has {len(button)} characters, at most {LONGEST_LABEL} fit."
        fields.add(fields.at("button"), message)
    made_from = fields.text("source_hash", required=True)
    reviewed = fields.day("reviewed", never=True, required=True)
    reviewer = fields.text("reviewer")
    fields.text("translator", required=True)
    if reviewed and not reviewer:
        fields.add(
            fields.at("reviewed"), '"reviewed" has a date: say who, in a line `reviewer: …`.'
        )
    lines = {one: fields.at(one) for one in ("id", "title", "button")}
    fields.done()
    chunks = markdown.pages(parts.body, path, findings, first_line=parts.body_line)
    heading = Heading((Span(title),))
    pages: list[Page] = []
    for number, chunk in enumerate(chunks, 1):
        lines[f"page:{number}"] = chunk.line
        lines.update({f"link:{target}": line for target, line in chunk.links})
        pages.append(Page((heading, *chunk.text), tuple(target for target, _ in chunk.links)))
    return Words(
        content_id, title, button, made_from, reviewed, reviewer, tuple(pages), Where(path, lines)
    )


def page(words: Words, folder: str, sources: Mapping[str, Item], findings: Findings) -> Item | None:
    """The item that a translation makes of its source; None, with a finding, where there is none."""
    path, line = words.where.path, words.where.line("id")
    source = sources.get(words.id)
    if source is None:
        hint = did_you_mean(words.id, sources)
        findings.add(path, line, f"There is no page {quoted(words.id)} to translate.{hint}")
        return None
    place = f"{FOLDERS[source.kind]}/{words.id}.md"
    if not path.endswith(f"/{place}") or folder != FOLDERS[source.kind]:
        findings.add(path, line, f"{quoted(words.id)} belongs into {place}.")
        return None
    if source.id == CONSENT:
        message = "What patients agree to is shown in the source's words only. Do this: take this file away."
        findings.add(path, line, message)
        return None
    if len(words.pages) != len(source.pages):
        message = f"The page has {len(words.pages)} screens, its source has {len(source.pages)}."
        findings.add(path, line, message + " Do this: break it at the same places.")
    return replace(
        source, title=words.title, button=words.button, pages=words.pages, aliases=(),
        reviewed=words.reviewed, reviewer=words.reviewer,
        stale=words.source_hash != hash_of(source),
    )  # fmt: skip


def fitted(safety: SafetyText, source: SafetyText) -> SafetyText:
    """A translated safety text beside its source; ``source`` holds what it was made from until here."""
    return replace(safety, source=source.source, stale=safety.source != hash_of(source))


def filled(found: Translated, facts: Mapping[str, str], *, rtl: bool = False) -> None:
    """Put the organisation's facts, as they read in this language, into pages and safety texts. rtl: the
    language runs from right to left, and names in Latin letters keep their own order."""
    values: dict[str, Value] = {**facts, **found.facts}
    if rtl:
        values = {name: isolated(value) for name, value in values.items()}
    for name, item in found.items.items():
        pages = tuple(Page(fill(one.text, values), one.links) for one in item.pages)
        found.items[name] = replace(item, pages=pages)
    for kind, one in found.safety.items():
        text: Text = fill(one.text, values)
        found.safety[kind] = replace(one, text=text)
