"""A page file becomes an Item: front matter, aliases, pages of text."""

from __future__ import annotations

import hashlib

from bot.release import Item, Kind, Page
from bot.text import Heading, Span
from bot.words import clean
from content import frontmatter, markdown
from content.fields import ID, Fields
from content.findings import Findings, quoted
from content.parts import Where

KIND_OF_FOLDER = {
    "guide": Kind.SECTION,
    "faq": Kind.FAQ,
    "terms": Kind.TERM,
    "pages": Kind.PAGE,
}

LONGEST_LABEL = 30
"""Characters of a button label: two stand beside each other on a small phone."""

MOST_PAGES = 20


def read(text: str, path: str, kind: Kind, findings: Findings) -> tuple[Item, Where] | None:
    """The item of a page file; None, with findings, where it has no usable id or front matter."""
    parts = frontmatter.split(text, path, findings)
    if parts is None:
        return None
    fields = Fields(parts.head, path, findings)
    content_id = fields.text("id", required=True)
    lines = {name: fields.at(name) for name in ("id", "title", "button", "related")}
    aliases = _aliases(fields, lines)
    chunks = markdown.pages(parts.body, path, findings, first_line=parts.body_line)
    title = fields.text("title", required=True, longest=200)
    pages: list[Page] = []
    for number, chunk in enumerate(chunks, 1):
        lines[f"page:{number}"] = chunk.line
        for target, line in chunk.links:
            lines.setdefault(f"link:{target}", line)
        heading = Heading((Span(title),))
        pages.append(Page((heading, *chunk.text), tuple(target for target, _ in chunk.links)))
    if len(pages) > MOST_PAGES:
        findings.add(path, 0, f"More than {MOST_PAGES} pages. Do this: make two items of it.")
    item = Item(
        id=content_id,
        kind=kind,
        title=title,
        button=_button(fields, title),
        pages=tuple(pages),
        aliases=aliases,
        related=fields.ids("related"),
        not_mean=fields.flag("not_mean"),
        position=fields.flag("position"),
        author=fields.text("author", required=True),
        source=fields.text("source", required=kind is not Kind.PAGE),
        reviewed=fields.day("reviewed", never=True, required=True),
        reviewer=fields.text("reviewer"),
        review_by=fields.day("review_by", required=True) or "",
        version=fields.text("version") or hashlib.sha256(text.encode()).hexdigest()[:12],
    )
    if item.reviewed and not item.reviewer:
        fields.add(
            fields.at("reviewed"), '"reviewed" has a date: say who, in a line `reviewer: …`.'
        )
    fields.done()
    if not _id_fits(item, path, fields):
        return None
    return item, Where(path, lines)


def _button(fields: Fields, title: str) -> str:
    label = fields.text("button", required=True, default=title)
    if len(label) > LONGEST_LABEL:
        message = f"The button label has {len(label)} characters, at most {LONGEST_LABEL} fit."
        fields.add(fields.at("button"), message + " Do this: shorten it.")
    return label


def _aliases(fields: Fields, lines: dict[str, int]) -> tuple[str, ...]:
    out: dict[str, str] = {}
    for text, line in fields.texts("aliases"):
        key = clean(text)
        if not key:
            fields.add(line, f"The alias {quoted(text)} holds no word. Do this: take it away.")
        elif key in out:
            fields.add(line, f"The alias {quoted(text)} stands here twice. Do this: keep one.")
        else:
            out[key] = text
            lines[f"alias:{key}"] = line
    return tuple(out.values())


def _id_fits(item: Item, path: str, fields: Fields) -> bool:
    line = fields.at("id")
    if not item.id:
        return False
    if not ID.fullmatch(item.id):
        fields.add(line, f"The id {quoted(item.id)} must be 1 to 32 of a-z, 0-9 and -.")
        return False
    stem = path.rsplit("/", 1)[-1].removesuffix(".md")
    if stem != item.id:
        fields.add(
            line, f"The id is {item.id}, the file is {stem}.md. Do this: give both one name."
        )
    if (item.kind is Kind.TERM) != item.id.startswith("term-"):
        fields.add(line, "Ids of glossary cards, and only theirs, begin with term-.")
    return True
