"""What the Words pages share: the live text, a place to work on it away from the event loop, the parts
that the wiring gives in."""

from __future__ import annotations

import asyncio
import functools
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web.desk_view import DeskClock, desk_clock
from adapters.web.parts import Intake
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, new_nonce, parts_of
from adapters.web.words.preview_model import Preview
from bot.errors import NotFound
from bot.ports import Store
from bot.release import Release
from content.editing.target import Target, parse

if TYPE_CHECKING:
    from adapters.web.words.asking import Bench

P = ParamSpec("P")
T = TypeVar("T")
Source = Mapping[str, str]

THREADS = 2
SOURCES = 6
"""Sources kept in memory: the live one, those that open edits began from, one or two of the history."""


class Trial(Protocol):
    """A chat on a text that is not published, all of it in memory."""

    @property
    def store(self) -> Store: ...

    @property
    def intake(self) -> Intake: ...


OpenTrial = Callable[[Release, Source], Awaitable[Trial]]


class NoContent(HTTPException):
    """Nothing has been published yet."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A Release with the files that it was made from."""

    id: str
    source: Source
    release: Release

    @property
    def today(self) -> date:
        """The day at the desk."""
        return datetime.now(ZoneInfo(self.release.organisation.hours.zone)).date()


@dataclass(slots=True)
class Studio:
    """Kept on ``app.state.studio``. previews: platform → how it shows a screen. open_trial: makes a
    chat in memory; None where there is none. warm: prepares the answer engine for a Release. bench: the engine as
    editors meet it; None where nothing can be asked."""

    previews: Mapping[str, Preview] = field(default_factory=dict)
    open_trial: OpenTrial | None = None
    warm: Callable[[Release], object] | None = None
    bench: Bench | None = None
    trials: OrderedDict[str, tuple[Trial, str]] = field(default_factory=OrderedDict)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="words")
    )
    _sources: OrderedDict[str, Source] = field(default_factory=OrderedDict)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something that takes more than a moment in a thread of our own."""
        task = self._pool.submit(work, *args, **kwargs)
        return await asyncio.wrap_future(task)

    async def source(self, store: Store, release_id: str) -> Source:
        """The files of a Release. Raises ``NotFound``."""
        found = self._sources.get(release_id)
        if found is None:
            found = await store.release_source(release_id)
            self._sources[release_id] = found
        self._sources.move_to_end(release_id)
        while len(self._sources) > SOURCES:
            self._sources.popitem(last=False)
        return found


def studio_of(request: Request) -> Studio:
    """The studio of this app."""
    studio = request.app.state.studio
    assert isinstance(studio, Studio)  # noqa: S101 - tells the type checker what create_app put there
    return studio


async def live(request: Request) -> Edition:
    """The live text. Raises ``NoContent``."""
    store = parts_of(request).store
    release = await store.live_release()
    if release is None:
        raise NoContent(404)
    return Edition(release.id, await studio_of(request).source(store, release.id), release)


async def source_or(request: Request, release_id: str, other: Edition) -> Edition | None:
    """The files of a Release that an edit began from; None where it is not known (any more)."""
    if release_id == other.id:
        return other
    try:
        source = await studio_of(request).source(parts_of(request).store, release_id)
    except NotFound:
        return None
    return Edition(release_id, source, other.release)


def by(visitor: Visitor) -> str:
    """Who publishes, for the history: an account that stays the same when names change."""
    return visitor.account if visitor.local else f"staff:{visitor.subject}"


def name_of(release: Release, who: str) -> str:
    """The person behind a ``by`` of the history, as the staff list names them."""
    kind, _, subject = who.partition(":")
    if kind == "staff":
        found = next((one for one in release.organisation.staff if one.id == subject), None)
    else:
        found = release.staff_of(who)
    return found.name if found is not None else who


def clock(edition: Edition) -> DeskClock:
    """The desk's clock: what "14:02" means on these pages."""
    return desk_clock(edition.release)


def needs(target: Target) -> Action:
    """What a role must be allowed to do to change a kind of text."""
    return {"danger": Action.DANGER, "organisation": Action.ORGANISATION}.get(
        target.kind, Action.WORDS_EDIT
    )


def opens(visitor: Visitor, target: Target | str) -> bool:
    """Whether a text's form opens for a visitor: only then a page links to it."""
    found = parse(target) if isinstance(target, str) else target
    return found is not None and visitor.may(needs(found))


def context(visitor: Visitor, edition: Edition, **more: Any) -> dict[str, Any]:
    """What every template of these pages reads."""
    return {
        "visitor": visitor,
        "opens": functools.partial(opens, visitor),
        "Action": Action,
        "csrf": visitor.csrf,
        "nonce": new_nonce,
        "edition": edition,
        "clock": clock(edition),
        "now": datetime.now(UTC),
        "at": "words",
        "section": "",
        "flash": "",
        "flash_kind": "",
        **more,
    }


def page(
    request: Request,
    visitor: Visitor,
    edition: Edition,
    template: str,
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    """A whole page."""
    html = parts_of(request).templates.get_template(f"words/{template}.html")
    return HTMLResponse(html.render(context(visitor, edition, **more)), status)


def go(path: str) -> Response:
    """On to another page, after a form."""
    return RedirectResponse(path, 303)


def fresh_key() -> str:
    """A random name for something kept in memory."""
    return secrets.token_urlsafe(12)
