"""style.yaml: what editors want checked in their own wording. The file may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.words import words
from content.fields import Fields
from content.findings import Findings
from content.yamltree import Tree


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A saying that must not stand in pages of some kinds, and what to write instead."""

    words: tuple[str, ...]
    kinds: frozenset[str]
    instead: str


@dataclass(frozen=True, slots=True)
class Style:
    """The rules. must_say: kind of safety text → pieces of text that have to be in it."""

    forbidden: tuple[Forbidden, ...] = ()
    position_words: tuple[str, ...] = ()
    not_mean: tuple[str, ...] = ()
    must_say: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


KINDS = ("section", "faq", "term", "page", "safety", "phrase")


def read(tree: Tree | None, path: str, findings: Findings) -> Style:
    """The rules of a style file."""
    if tree is None:
        return Style()
    fields = Fields(tree, path, findings, "style.yaml")
    forbidden: list[Forbidden] = []
    for rule in fields.children("forbidden"):
        instead = rule.text("instead")
        kinds = [text for text, _ in rule.texts("in")]
        for kind in kinds:
            if kind not in KINDS:
                rule.add(rule.at("in"), f'"in" must hold some of {", ".join(KINDS)}.')
        for text, line in rule.texts("words"):
            said = tuple(words(text))
            if said:
                forbidden.append(Forbidden(said, frozenset(kinds or KINDS), instead))
            else:
                rule.add(line, "An entry without a word. Do this: take it away.")
        rule.done()
    must = fields.child("safety_must_say")
    style = Style(
        tuple(forbidden),
        tuple(text for text, _ in fields.texts("position_words") if text),
        fields.ids("not_mean"),
        {kind: tuple(text for text, _ in must.texts(kind)) for kind in must.names()},
    )
    must.done()
    fields.done()
    return style
