"""Ask it: what a question would get, and why; and what the unfinished phrases would change.

The question stays on the page that asked it: it is neither stored nor written to a log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

import content
from adapters.web.forms import TEXT_FIELDS, read_form
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, check_form, parts_of, text_field
from adapters.web.words.studio import Edition, live, page, studio_of
from adapters.web.words.unfinished import unfinished
from bot.errors import BadContent
from bot.release import Release
from content.editing.errors import CannotEdit

LONGEST = 500
"""Characters of a question: as many as the model reads."""


class Near(Protocol):
    """A phrase near a question."""

    @property
    def likeness(self) -> float: ...
    @property
    def text(self) -> str: ...
    @property
    def means(self) -> str: ...


class Told(Protocol):
    """An explained answer, as ``content.engine.explaining.Told`` has it."""

    @property
    def near(self) -> tuple[Near, ...]: ...
    @property
    def because(self) -> tuple[str, ...]: ...
    @property
    def gets(self) -> str: ...
    @property
    def answers(self) -> tuple[tuple[str, str, float], ...]: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A phrase that would be answered differently, in words: what it stands for, what it gets and would get."""

    text: str
    stands_for: str
    before: str
    after: str


class Bench(Protocol):
    """What the answer engine shows to editors. All three may take seconds: call them in a thread."""

    def told(self, question: str, release: Release) -> Told: ...
    def objections(self, old: Release, new: Release) -> tuple[str, ...]: ...
    def differences(self, old: Release, new: Release) -> tuple[Difference, ...] | None: ...


@allowed(Action.WORDS_EDIT)
async def show(request: Request, visitor: Visitor) -> Response:
    """The box, empty."""
    return await _shown(request, visitor, await live(request))


@allowed(Action.WORDS_EDIT)
async def ask(request: Request, visitor: Visitor) -> Response:
    """Explain one question, or compare the unfinished phrases with what is live."""
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    now = await live(request)
    question = " ".join(text_field(form, "question").split())[:LONGEST]
    if text_field(form, "do") == "compare":
        return await _compare(request, visitor, now)
    return await _shown(request, visitor, now, question=question)


async def _shown(
    request: Request,
    visitor: Visitor,
    now: Edition,
    *,
    question: str = "",
    stopped: tuple[str, ...] = (),
    differences: tuple[Difference, ...] | None = None,
    compared: bool = False,
) -> Response:
    studio = studio_of(request)
    told = None
    if question and studio.bench is not None:
        told = await studio.run(studio.bench.told, question, now.release)
    edits = await parts_of(request).store.edits(visitor.editor)
    return page(
        request, visitor, now, "ask", section="ask", question=question, told=told, stopped=stopped,
        differences=differences, compared=compared, edits=len(edits), bench=studio.bench is not None,
    )  # fmt: skip


async def _compare(request: Request, visitor: Visitor, now: Edition) -> Response:
    studio = studio_of(request)
    bench = studio.bench
    if bench is None:
        return await _shown(request, visitor, now)
    try:
        source, _ = await unfinished(request, visitor, now)
        draft = await studio.run(content.build, source)
    except (CannotEdit, BadContent) as problem:
        found = problem.findings if isinstance(problem, BadContent) else ()
        return await _shown(request, visitor, now, stopped=found or (str(problem),))
    objections = await studio.run(bench.objections, now.release, draft)
    if objections:
        return await _shown(request, visitor, now, stopped=objections)
    changed = await studio.run(bench.differences, now.release, draft)
    return await _shown(request, visitor, now, differences=changed, compared=True)
