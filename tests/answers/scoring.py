"""How good answers are to labelled questions: the same counts as everybody in this field uses.

A question's label names what it is about ("section: bio-act", "term: MFDS") or where it belongs ("person",
"privacy", "smalltalk"); "none" means that the guide must not answer it.
"""

from __future__ import annotations

import itertools
import json
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import danger
from bot.release import Release
from bot.understanding import Route, Tier, Understanding
from content.check_names import names
from content.engine.lessons import lessons
from tests.answers.near import near

HELD_OUT = Path(__file__).parent / "held_out"
KINDS = {
    "faq": "guide", "section": "guide", "out_of_scope": "none", "injection": "none",
    "handoff_request": "person", "small_talk": "smalltalk", "privacy": "privacy",
    "red_flag": "danger",
}  # fmt: skip
"""Kinds of the scorer's own files, which give ``expect`` instead of a label."""
ROUTES = {"person": Route.PERSON, "privacy": Route.PRIVACY, "smalltalk": Route.SMALL_TALK}


@dataclass(frozen=True, slots=True)
class Question:
    """kind: "guide", "none", "danger", or a key of ROUTES; expect: the pages that answer it."""

    language: str
    text: str
    kind: str
    expect: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a share (None where nothing was asked), of so many questions."""

    name: str
    share: float | None
    of: int

    @property
    def shown(self) -> str:
        """The share as people read it."""
        return "–" if self.share is None else f"{100 * self.share:.1f} %"

    def __str__(self) -> str:
        return f"{self.name:32} {self.shown:>8}  of {self.of}"


def held_out(release: Release, folder: Path = HELD_OUT) -> list[Question]:
    """The questions that somebody wrote who had not seen a phrase of ours, but those that one nearly equals."""
    pairs = json.loads((folder / "near.json").read_text("utf-8"))["pairs"]
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    same = near([row["text"] for row in rows], [one.text for one in lessons(release)])
    out = []
    for row in itertools.compress(rows, map(operator.not_, same)):
        label = row["label"]
        if ":" not in label:
            out.append(Question(row["lang"], row["text"], label))
            continue
        labels = {label, *row.get("labels", ())}
        labels |= {two for one in pairs if label in one for two in one}
        expect = frozenset(_page(one, release) for one in labels)
        out.append(Question(row["lang"], row["text"], "guide", expect))
    return out


def from_scorer(file: Path) -> list[Question]:
    """Questions in the scorer's form: {"lang", "text", "kind", "expect"}, a line each."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [
        Question(row["lang"], row["text"], KINDS[row["kind"]], frozenset(row["expect"]))
        for row in rows
        if not row.get("abstain_ok")
    ]


def _page(label: str, release: Release) -> str:
    """The content id behind a label. Raises ``LookupError``."""
    name = label.partition(": ")[2]
    if name in release.items:
        return name
    for item in release.items.values():
        if name.casefold() in names(item) or name.casefold() == item.title.casefold():
            return item.id
    card = "term-" + name.casefold().replace(" ", "-")
    while card and card not in release.items:  # "supply-chain documentation" is "term-supply-chain"
        card = card.rpartition("-")[0]
    if not card:
        raise LookupError(label)
    return card


Ask = Callable[[str], Understanding]


def table(questions: Sequence[Question], ask: Ask, release: Release) -> list[Row]:
    """The counts. An FAQ and its section are one answer, so either is right where one is."""
    said = [(one, ask(one.text)) for one in questions]

    def heard(one: Question, found: Understanding) -> bool:
        return danger.seen_in(one.text, release.lexicon, found) is not None

    guide = [(one, found) for one, found in said if one.kind == "guide"]
    none = [(one, found) for one, found in said if one.kind == "none"]
    rows = [
        _row("recall@1", guide, lambda one, found: _hit(one, found, 1)),
        _row(
            "recall@1 not English",
            [row for row in guide if row[0].language != "en"],
            lambda one, found: _hit(one, found, 1),
        ),
        _row("recall@3", guide, lambda one, found: _hit(one, found, 3)),
        _row("right at once", guide, lambda one, found: _at_once(found) and _hit(one, found, 1)),
        _row("served", guide, _served),
        _row("wrong", guide, lambda one, found: _at_once(found) and not _hit(one, found, 1)),
        _row("false answers", none, lambda _, found: _at_once(found)),
        _row("danger found", [row for row in said if row[0].kind == "danger"], heard),
        _row("false alarms", [row for row in said if row[0].kind != "danger"], heard),
    ]
    for kind, route in ROUTES.items():
        asked = [(one, found) for one, found in said if one.kind == kind]
        rows.append(_row(f"{kind}, routed", asked, lambda _, found, to=route: found.route is to))
    return rows


def _row(
    name: str,
    rows: Sequence[tuple[Question, Understanding]],
    test: Callable[[Question, Understanding], bool],
) -> Row:
    hits = sum(test(one, found) for one, found in rows)
    return Row(name, hits / len(rows) if rows else None, len(rows))


def _at_once(found: Understanding) -> bool:
    return found.route is Route.GUIDE and found.tier is Tier.ANSWER and bool(found.candidates)


def _hit(one: Question, found: Understanding, count: int) -> bool:
    ids: Iterable[str] = (candidate.content_id for candidate in found.candidates[:count])
    return not one.expect.isdisjoint(ids)


def _served(one: Question, found: Understanding) -> bool:
    if found.route is not Route.GUIDE or found.tier is Tier.NONE:
        return False
    return _hit(one, found, 1 if found.tier is Tier.ANSWER else 3)
