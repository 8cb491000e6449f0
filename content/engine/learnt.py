"""What was learnt from the phrases of a Release: solved once, kept on the shelf, shipped for our own.

It depends on the phrases alone, so a Release that changes a sentence elsewhere has nothing to learn.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from bot.release import Release
from content.engine.bars import Bars, LeftOut, Quality, bars, quality
from content.engine.head import Bools, Solved, Space, solve, space
from content.engine.lessons import CALM, DANGER, PAGE, Lesson, all_lessons
from content.engine.pairs import Pairs
from content.engine.shelf import FORMAT, HEADS, SHIPPED, Shelf
from content.engine.weights import SHA256, Floats

LENT = 4
"""One in so many lessons of one question is lent to the other."""

Encode = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True, slots=True)
class Learnt:
    """key: tells whether another Release needs the same; subject and danger: the two questions."""

    key: str
    lessons: tuple[Lesson, ...]
    space: Space
    subject: Solved
    danger: Solved
    bars: Bars
    quality: Quality


def learn(release: Release, encode: Encode, shelf: Shelf, *, known: Learnt | None = None) -> Learnt:
    """Learn a Release: from ``known`` or the shelf where nothing changed, else in a second or two, and ten
    milliseconds more for every phrase that has no vector yet."""
    taught, pairs = all_lessons(release), Pairs(release)
    key = _key(taught, pairs)
    if known is not None and known.key == key:
        return known
    where = space(shelf.vectors([one.text for one in taught], encode))
    found = _from_shelf(shelf, key, taught, where)
    if found is None:
        found = _solved(key, taught, where, pairs)
        shelf.put_heads(key, _arrays(found))
    return found


def ship(learnt: Learnt, vectors: Floats) -> None:
    """Write the files that come with the program, into its own folder."""
    texts = [one.text for one in learnt.lessons]
    Shelf.ship(texts, vectors, SHIPPED)
    Shelf(HEADS.parent).put(HEADS.name, {"key": np.array(learnt.key), **_arrays(learnt)})


def is_known(release: Release, shelf: Shelf) -> bool:
    """Whether there is nothing to learn for a Release: it lies on the shelf or came with the program."""
    return shelf.heads(_key(all_lessons(release), Pairs(release))) is not None


def _key(taught: Sequence[Lesson], pairs: Pairs) -> str:
    digest = hashlib.sha256(f"{FORMAT} {SHA256}".encode())
    for one in taught:
        digest.update(f"\0{one.label}\0{one.text}".encode())
    for page, section in sorted(pairs.sections.items()):
        digest.update(f"\0{page}\0{section}\0{page in pairs.terms}".encode())
    return digest.hexdigest()[:24]


def _solved(key: str, taught: tuple[Lesson, ...], where: Space, pairs: Pairs) -> Learnt:
    labels, kinds = [one.label for one in taught], [_kind(one.label) for one in taught]
    for_subject, for_danger = taught_by(taught)
    subject, out = solve(where, labels, labels, for_subject)
    danger, danger_out = solve(where, kinds, labels, for_danger)
    seen = LeftOut(
        labels,
        [pairs.groups(page_chances(subject.labels, row))[:3] for row in out],
        kinds,
        1 - danger_out[:, danger.labels.index(CALM)],
    )
    levels = bars(seen)
    return Learnt(key, taught, where, subject, danger, levels, quality(seen, levels))


def taught_by(taught: Sequence[Lesson]) -> tuple[Bools, Bools]:
    """Which lessons teach the subject, and which danger: each its own, and of the other's every fourth,
    to know that those are something else. With all of both for both, four times as much is computed and
    nothing is answered better."""
    is_danger = np.array([one.label.startswith(DANGER) for one in taught])
    lent = np.array([zlib.crc32(one.text.encode()) % LENT == 0 for one in taught])
    return ~is_danger | lent, is_danger | lent


def _from_shelf(shelf: Shelf, key: str, taught: tuple[Lesson, ...], where: Space) -> Learnt | None:
    kept = shelf.heads(key)
    try:
        if kept is None or len(kept["subject"]) != len(taught):
            return None
        numbers = kept["numbers"].astype(np.float64).tolist()
        subject, danger = (
            Solved(
                tuple(kept[f"{name}_labels"].tolist()), kept[name].astype(np.float32), numbers[at]
            )
            for at, name in enumerate(("subject", "danger"))
        )
        levels, grade = Bars(*numbers[2:5]), Quality(*numbers[5:])
    except (KeyError, TypeError, ValueError):
        return None
    return Learnt(key, taught, where, subject, danger, levels, grade)


def _arrays(learnt: Learnt) -> Mapping[str, NDArray[np.generic]]:
    """Half precision: what a lesson adds is a number near one, and thousands of them are added up."""
    numbers = (
        learnt.subject.temperature, learnt.danger.temperature,
        *astuple(learnt.bars), *astuple(learnt.quality),
    )  # fmt: skip
    return {
        "subject": learnt.subject.shares.astype(np.float16),
        "subject_labels": np.array(learnt.subject.labels),
        "danger": learnt.danger.shares.astype(np.float16),
        "danger_labels": np.array(learnt.danger.labels),
        "numbers": np.array(numbers),
    }


def _kind(label: str) -> str:
    return label.removeprefix(DANGER) if label.startswith(DANGER) else CALM


def page_chances(labels: Sequence[str], chances: Floats) -> dict[str, float]:
    """The probabilities of pages alone."""
    return {
        label.removeprefix(PAGE): float(chance)
        for label, chance in zip(labels, chances, strict=True)
        if label.startswith(PAGE)
    }
