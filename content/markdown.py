"""Markdown to our tree: paragraphs, lists, bold, emphasis, a key idea, links to pages. Nothing else.

What our tree cannot hold (headings, tables, code, images, HTML, outside links) becomes a finding, so that
no screen silently loses a piece of text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.text import Block, Items, Paragraph, Quote, Span, Style, Text
from content.fields import ID
from content.findings import Findings, quoted

_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
_HTML = re.compile(r"</?[A-Za-z][^>\n]*>|<!--")

_NOT_TAKEN = {
    "heading_open": "Headings are not taken (the title is the heading). If you meant a new page: leave "
    "an empty line before ---. If you meant a heading: make it **bold**.",
    "code_block": "This line is indented by four spaces or more, which Markdown reads as code. Do this: "
    "take the spaces away.",
    "fence": "Code blocks are not taken. Do this: take away the ``` lines.",
    "html_block": "HTML is not taken. Do this: use **bold** or *emphasis*.",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """One page of a body: its blocks, the pages it links to (id and line), its first line."""

    text: Text
    links: tuple[tuple[str, int], ...]
    line: int


def pages(body: str, path: str, findings: Findings, *, first_line: int = 1) -> tuple[Chunk, ...]:
    """The pages of a body, cut at lines of three dashes."""
    return _Reader(path, findings, first_line, breaks=False).pages(body)


def phrase(text: str, path: str, findings: Findings, line: int) -> Text:
    """A phrase: one page without links, in which a new line is a new line."""
    found = _Reader(path, findings, line, breaks=True, fixed=True).pages(text)
    for chunk in found:
        for target, _ in chunk.links:
            findings.add(path, line, f"A phrase cannot link to a page ({quoted(target)}).")
    if len(found) > 1:
        findings.add(path, line, "A phrase cannot have pages (---). Do this: take the line away.")
    return found[0].text if found else ()


class _Reader:
    def __init__(
        self, path: str, findings: Findings, first_line: int, *, breaks: bool, fixed: bool = False
    ) -> None:
        self._path, self._findings = path, findings
        self._first, self._fixed = first_line, fixed
        self._break = "\n" if breaks else " "
        self._links: list[tuple[str, int]] = []

    def pages(self, body: str) -> tuple[Chunk, ...]:
        tokens = _PARSER.parse(body)
        if found := _HTML.search(body):
            self._add(body.count("\n", 0, found.start()), _NOT_TAKEN["html_block"])
        chunks: list[Chunk] = []
        begin = 0
        start = 0
        for at, token in enumerate([*tokens, None]):
            if token is not None and not (token.type == "hr" and token.level == 0):
                continue
            chunks.append(self._chunk(tokens[begin:at], start))
            begin = at + 1
            start = token.map[1] if token is not None and token.map else start
        return tuple(chunks)

    def _chunk(self, tokens: Sequence[Token], start: int) -> Chunk:
        self._links = []
        blocks = tuple(self._blocks(tokens))
        first = next((one.map[0] for one in tokens if one.map), start)
        if not blocks:
            self._add(start, "This page has no text. Do this: write it, or take a line --- away.")
        return Chunk(blocks, tuple(self._links), self._line(first))

    def _blocks(self, tokens: Sequence[Token]) -> list[Block]:
        blocks: list[Block] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            end = _end(tokens, at)
            inner = tokens[at + 1 : end]
            match token.type:
                case "paragraph_open":
                    blocks.append(Paragraph(self._inline(inner)))
                case "bullet_list_open" | "ordered_list_open":
                    numbered = token.type == "ordered_list_open"
                    if numbered and token.attrGet("start") not in (None, 1):
                        self._note(token, "A numbered list begins at 1 on every page.")
                    blocks.append(Items(self._items(inner), numbered))
                case "blockquote_open":
                    blocks.append(Quote(self._plain(inner, "A key idea (>)", token)))
                case _:
                    self._refuse(token)
            at = end + 1
        return [block for block in blocks if not isinstance(block, Paragraph) or block.spans]

    def _items(self, tokens: Sequence[Token]) -> tuple[tuple[Span, ...], ...]:
        items: list[tuple[Span, ...]] = []
        at = 0
        while at < len(tokens):
            end = _end(tokens, at)
            items.append(self._plain(tokens[at + 1 : end], "A point of a list", tokens[at]))
            at = end + 1
        return tuple(items)

    def _plain(self, tokens: Sequence[Token], what: str, opener: Token) -> tuple[Span, ...]:
        """Paragraphs only, joined by new lines."""
        spans: list[Span] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            end = _end(tokens, at)
            if token.type == "paragraph_open":
                if spans:
                    spans.append(Span("\n"))
                spans.extend(self._inline(tokens[at + 1 : end]))
            elif token.type in ("bullet_list_open", "ordered_list_open", "blockquote_open", "hr"):
                self._note(token, f"{what} holds text only, no list inside. Do this: make it flat.")
            else:
                self._refuse(token)
            at = end + 1
        if not spans:
            self._note(opener, f"{what} is empty. Do this: take it away.")
        return _joined(spans)

    def _inline(self, tokens: Sequence[Token]) -> tuple[Span, ...]:
        spans: list[Span] = []
        for token in tokens:
            spans.extend(self._spans(token.children or (), token))
        return _joined(spans)

    def _spans(self, children: Sequence[Token], parent: Token) -> list[Span]:
        spans: list[Span] = []
        bold = italic = 0
        for token in children:
            style = Style.BOLD if bold else Style.ITALIC if italic else Style.PLAIN
            match token.type:
                case "text" | "text_special" | "code_inline":
                    spans.append(Span(token.content, style))
                    if token.type == "code_inline":
                        self._note(
                            parent, "`code` is not taken. Do this: use *emphasis* or quotes."
                        )
                case "softbreak":
                    spans.append(Span(self._break, style))
                case "hardbreak":
                    spans.append(Span("\n", style))
                case "strong_open":
                    bold += 1
                case "strong_close":
                    bold -= 1
                case "em_open":
                    italic += 1
                case "em_close":
                    italic -= 1
                case "link_open":
                    self._link(token, parent)
                case "link_close":
                    pass
                case "image":
                    self._note(parent, "Images are not taken. Do this: say it in words.")
                case _:
                    self._refuse(parent)
        return spans

    def _link(self, token: Token, parent: Token) -> None:
        target = str(token.attrGet("href") or "")
        if ID.fullmatch(target):
            if target not in [one for one, _ in self._links]:
                self._links.append((target, self._token_line(parent)))
            return
        self._note(
            parent, f"{quoted(target)} is no page id. Links lead to pages of this guide only."
        )

    def _refuse(self, token: Token) -> None:
        self._note(token, _NOT_TAKEN.get(token.type, "This Markdown is not taken here."))

    def _note(self, token: Token, message: str) -> None:
        self._findings.add(self._path, self._token_line(token), message)

    def _add(self, line_from_0: int, message: str) -> None:
        self._findings.add(self._path, self._line(line_from_0), message)

    def _token_line(self, token: Token) -> int:
        return self._line(token.map[0] if token.map else 0)

    def _line(self, from_0: int) -> int:
        return self._first if self._fixed else self._first + from_0


def _end(tokens: Sequence[Token], at: int) -> int:
    """The index of the token that closes the one at ``at``; itself where it stands alone."""
    depth = 0
    for n in range(at, len(tokens)):
        depth += tokens[n].nesting
        if depth == 0:
            return n
    return len(tokens) - 1


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Neighbours of one style made one; spaces at the ends gone."""
    out: list[Span] = []
    for span in spans:
        if out and out[-1].style is span.style:
            out[-1] = Span(out[-1].text + span.text, span.style)
        elif span.text:
            out.append(span)
    if out:
        out[0] = Span(out[0].text.lstrip(), out[0].style)
        out[-1] = Span(out[-1].text.rstrip(), out[-1].style)
    return tuple(span for span in out if span.text)
