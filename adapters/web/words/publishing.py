"""Making a change live: it is made on the live text, linted, and stored only if nothing else went live
meanwhile; then it is made again on what did. Nothing is ever silently overwritten."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request

import content
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, parts_of
from adapters.web.words.studio import Edition, Source, Studio, by, live, studio_of
from bot.errors import BadContent, FrontdeskError, NotFound, NotNow, Overtaken
from bot.release import Release
from content.editing import merge as merging
from content.editing import targets
from content.editing.errors import CannotEdit
from content.editing.kinds import danger
from content.editing.merge import Conflict
from content.editing.target import Target

log = logging.getLogger(__name__)

TRIES = 8
"""How often a change is made anew because somebody else published in between; each try takes under a second."""

LONGEST_WHY = 300
"""Characters of the line that says why."""

Change = Callable[[Source], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Published:
    """It is live. before: the Release that was live until then. joined: another editor's publication
    was joined with it."""

    id: str
    before: str
    joined: bool = False


class Unchanged(FrontdeskError):
    """The text says this already."""


class Clash(FrontdeskError):
    """Somebody else changed the same text meanwhile: the editor chooses."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__("two editors changed one text")
        self.conflicts = conflicts


async def publish(request: Request, visitor: Visitor, change: Change, *, why: str) -> Published:
    """Make a change live. Raises ``CannotEdit``, ``BadContent`` (with findings), ``Clash``,
    ``Unchanged`` and ``NotNow``; in all of these nothing was changed."""
    parts, studio = parts_of(request), studio_of(request)
    why = " ".join(why.split())[:LONGEST_WHY]
    for count in range(TRIES):
        edition = await live(request)
        made = await studio.run(change, edition.source)
        if content.digest(made) == edition.id:
            raise Unchanged("nothing changed")
        _check_danger(edition.source, made, why)
        release = await studio.run(content.build, made)
        await _check_phrases(studio, edition.release, release)
        if release.organisation.staff != edition.release.organisation.staff and not visitor.may(
            Action.STAFF
        ):
            raise CannotEdit("This would change the staff list, which is for admins.")
        try:
            await parts.store.publish(release, made, by=by(visitor), why=why, expected=edition.id)
        except Overtaken:
            continue
        await _warm(request, release.id)
        return Published(release.id, edition.id, joined=count > 0)
    raise NotNow("other editors publish all the time")


async def _warm(request: Request, release_id: str) -> None:
    """The answer engine reads the new text before the first patient asks."""
    studio = studio_of(request)
    release = await parts_of(request).store.live_release()
    if studio.warm is None or release is None or release.id != release_id:
        return
    try:
        await studio.run(studio.warm, release)
    except Exception as problem:  # it is live already; the first question warms it
        log.warning("the engine could not be warmed: %s", type(problem).__name__)


async def _check_phrases(studio: Studio, old: Release, new: Release) -> None:
    """A new phrase that says what another item's says would take that one's questions away."""
    if studio.bench is None:
        return
    found = await studio.run(studio.bench.objections, old, new)
    if found:
        raise CannotEdit("A phrase is closer to something else:", found)


def _check_danger(old: Source, new: Source, why: str) -> None:
    """Danger words never go without a reason, whatever form they went by."""
    if danger.removed(old, new) and not why.strip():
        raise CannotEdit("Danger words are taken away. Do this: say why.")


def field_edit(base: Edition, target: Target, values: Mapping[str, str]) -> Change:
    """The change that sets a form's values, begun on ``base``; joined with what went live since."""

    def change(now: Source) -> Mapping[str, str]:
        mine = targets.write(base.source, target, values)
        if content.digest(now) == base.id:
            return mine
        merged = merging.merge(base.source, mine, now)
        if merged.conflicts:
            raise Clash(merged.conflicts)
        return merged.source

    return change


async def take_back(
    request: Request, visitor: Visitor, published: str, before: str, *, why: str
) -> Published:
    """Undo one publication. If nothing newer is live, the Release before it is live again; else only
    what that publication changed is taken back. Raises as ``publish`` does."""
    parts, studio = parts_of(request), studio_of(request)
    edition = await live(request)
    try:
        new = await studio.source(parts.store, published)
        old = await studio.source(parts.store, before)
    except NotFound:
        raise CannotEdit("This publication is not in the history.") from None

    def change(now: Source) -> Mapping[str, str]:
        if content.digest(now) == published:
            return old
        merged = merging.merge(new, old, now)
        if merged.conflicts:
            raise Clash(merged.conflicts)
        return merged.source

    if edition.id != published and content.digest(change(edition.source)) == edition.id:
        raise Unchanged("it is taken back already")
    return await publish(request, visitor, change, why=why)


def sentence(problem: Exception) -> tuple[str, tuple[str, ...]]:
    """What an editor reads about why it did not go live, and the list that goes with it."""
    match problem:
        case CannotEdit(message=message, because=because):
            return message, because
        case BadContent(findings=found):
            return "It cannot go live like this:", found
        case Unchanged():
            return "Nothing is different from what is live.", ()
        case Clash(conflicts=conflicts):
            told = tuple(str(one.target or one.path) for one in conflicts)
            return "Somebody else changed the same text meanwhile.", told
        case _:
            raise problem


REFUSED = (CannotEdit, BadContent, Unchanged, Clash)
"""What ``publish`` raises when the editor has to do something."""
