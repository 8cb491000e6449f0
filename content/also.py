"""also.yaml, not-covered.yaml and danger-examples.yaml: how patients put things, for the answer engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.release import Topic
from bot.words import clean
from content.fields import Fields
from content.findings import Findings, did_you_mean, quoted
from content.parts import Where
from content.yamltree import Tree

CALM = "calm"
"""The name of sentences that sound like danger and are none."""

LONGEST = 300
"""Characters of a phrase: a sentence as a patient types it, not a paragraph."""

Phrases = dict[str, tuple[str, ...]]


def phrases(tree: Tree, path: str, findings: Findings) -> tuple[Phrases, Where]:
    """Name → phrases, with the lines of both."""
    fields = Fields(tree, path, findings, path.rpartition("/")[2])
    out: Phrases = {}
    lines: dict[str, int] = {}
    for name in fields.names():
        lines[name] = fields.at(name)
        kept: dict[str, None] = {}
        for text, line in fields.texts(name):
            if not clean(text):
                fields.add(line, "An empty phrase. Do this: take it away.")
            elif len(text) > LONGEST:
                fields.add(line, f"The phrase is longer than {LONGEST} characters.")
            else:
                lines.setdefault(clean(text), line)
                kept[text] = None
        out[name] = tuple(kept)
    return out, Where(path, lines)


def topics(tree: Tree, path: str, findings: Findings) -> tuple[tuple[Topic, ...], Where]:
    """The uncovered topics, still without their phrases."""
    fields = Fields(tree, path, findings, "not-covered.yaml")
    out: list[Topic] = []
    for name in fields.names():
        one = fields.child(name)
        out.append(Topic(name, one.text("nearest")))
        one.done()
    return tuple(out), Where(path, {name: fields.at(name) for name in fields.names()})


def with_phrases(
    known: tuple[Topic, ...], language: str, found: Mapping[str, tuple[str, ...]],
    where: Where, findings: Findings,
) -> tuple[Topic, ...]:  # fmt: skip
    """The topics with the phrases of one more language."""
    names = [topic.id for topic in known]
    for name in found:
        if name not in names:
            message = f'"{name}" is no topic of not-covered.yaml.{did_you_mean(name, names)}'
            findings.add(where.path, where.line(name), message)
    return tuple(
        replace(topic, phrases={**topic.phrases, language: found[topic.id]})
        if topic.id in found else topic
        for topic in known
    )  # fmt: skip


def examples(tree: Tree, path: str, findings: Findings) -> Mapping[str, tuple[str, ...]]:
    """Sentences by kind of danger, all languages together; "calm" are the harmless ones."""
    fields = Fields(tree, path, findings, "danger-examples.yaml")
    out: Phrases = {}
    owner: dict[str, str] = {}
    for kind in fields.names():
        languages = fields.child(kind)
        kept: dict[str, None] = {}
        for language in languages.names():
            for text, line in languages.texts(language):
                other = owner.setdefault(clean(text), kind)
                if not clean(text) or other != kind:
                    message = f"{quoted(text)} already stands under {other}. Do this: keep one."
                    languages.add(line, message)
                else:
                    kept[text] = None
        out[kind] = tuple(kept)
    if out and CALM not in out:
        fields.add(
            fields.line, '"calm" is missing. Do this: add harmless sentences that sound alike.'
        )
    return out
