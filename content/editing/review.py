"""Checked by an editor: the tick on a page, and the list of what waits for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from content.editing import places, typed
from content.editing.create import CHECK_AGAIN
from content.editing.errors import CannotEdit
from content.editing.kinds import page
from content.editing.pagetext import PageText
from content.editing.places import Source
from content.editing.target import Target

SOON = timedelta(days=30)


class State(StrEnum):
    """Where a page stands."""

    OVERDUE = "overdue"
    UNCHECKED = "unchecked"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Review:
    """A page that waits for an editor. due: when it is to be checked (again), "" if no date is written."""

    target: Target
    title: str
    kind: str
    state: State
    due: str
    reviewed: str
    reviewer: str


def tick(source: Source, name: str, *, by: str, today: date) -> Mapping[str, str]:
    """The source with a page checked by an editor today, to be checked again in a year.

    Raises CannotEdit where there is no such page or no name.
    """
    by = typed.line(by)
    if not by:
        raise CannotEdit("Say who checked the page.")
    file, text = page.find(source, name)
    again = (today + CHECK_AGAIN).isoformat()
    return {**source, file.path: page.checked(text, by, today.isoformat(), again).text}


def untick(source: Source, name: str) -> Mapping[str, str]:
    """The source with a page that nobody has checked."""
    file, text = page.find(source, name)
    return {**source, file.path: page.unchecked(text).text}


def review_list(source: Source, today: date) -> tuple[Review, ...]:
    """What is overdue, unchecked or due within 30 days, in this order, each by date."""
    found: list[Review] = []
    for file in places.page_files(source).values():
        try:
            head = PageText(source[file.path]).head
        except CannotEdit:
            continue
        reviewed, due = head.said("reviewed"), head.said("review_by")
        state = _state(reviewed, due, today)
        if state is not None:
            found.append(
                Review(Target("page", file.id), head.said("title") or file.id,
                       places.IN_WORDS[file.kind], state, due, reviewed, head.said("reviewer"))
            )  # fmt: skip
    order = list(State)
    return tuple(sorted(found, key=lambda one: (order.index(one.state), one.due, one.target.name)))


def _state(reviewed: str, due: str, today: date) -> State | None:
    try:
        day = date.fromisoformat(due)
    except ValueError:
        return State.OVERDUE
    if day < today:
        return State.OVERDUE
    if reviewed in ("", "never"):
        return State.UNCHECKED
    return State.SOON if day <= today + SOON else None
