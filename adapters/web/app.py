"""The ASGI app: routes and walls."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from adapters.web import desk, home, operation, patient, signin, stream, words
from adapters.web.files import WebFiles
from adapters.web.guard import Reach, Walls
from adapters.web.live import Live
from adapters.web.names import WEB_CHANNEL
from adapters.web.pages import SaidDirectly, direct_page, problem_page, static_file, templates
from adapters.web.parts import Intake, Parts, WebSettings
from adapters.web.sessions import NotAllowed, SeenSessions, parts_of
from adapters.web.signin.oidc import Oidc, OidcConfig
from adapters.web.signin.staff import Pressed
from adapters.web.words.asking import Bench
from adapters.web.words.preview_model import Preview
from adapters.web.words.studio import NoContent, OpenTrial, Studio
from bot.errors import NotFound, NotNow
from bot.given import Channel
from bot.ports import FileSource, Store
from bot.receive import PhrasesOf
from bot.release import Release

log = logging.getLogger(__name__)

ACTS = "claim|unclaim|takeover|reply|change|send|discard|close|reopen|block|unblock|note|draft"


def create_app(
    store: Store,
    intake: Intake,
    *,
    phrases_of: PhrasesOf,
    live: Live | None = None,
    settings: WebSettings | None = None,
    channels: Mapping[str, Channel] | None = None,
    files: Mapping[str, FileSource] | None = None,
    extra_routes: Sequence[BaseRoute] = (),
    previews: Mapping[str, Preview] | None = None,
    open_trial: OpenTrial | None = None,
    warm: Callable[[Release], object] | None = None,
    bench: Bench | None = None,
    oidc: OidcConfig | None = None,
    standing: operation.Standing | None = None,
    metrics_token: str = "",
) -> Starlette:
    """The web face.

    phrases_of: ``content.phrases.phrases_of``, for the card's words. live: shared with ``WebDesk``.
    channels: those of the World. files: where the files of other channels come from, by channel.
    extra_routes: the webhooks; they answer everybody, within the walls.
    previews, open_trial, warm, bench: for the Words pages, see ``words.studio.Studio``. oidc: staff may
    sign in there too. standing: for ``/readyz`` and ``/metrics``; with the token they may be read from
    elsewhere.
    """
    settings = settings or WebSettings()
    pages = [
        Route("/", home.home),
        Route("/link/{token:str}", signin.link),
        Route("/static/{digest:str}/{name:str}", static_file),
        Route("/events", stream.events),
        Route("/patient/messages", patient.messages),
        Route("/patient/say", patient.say, methods=["POST"]),
        Route("/patient/file", patient.say, methods=["POST"]),
        Route("/patient/tap", patient.tap, methods=["POST"]),
        Route("/patient/start", patient.start, methods=["POST"]),
        Route("/patient/new", patient.new_patient, methods=["POST"]),
        Route("/patient/file/{number:int}", patient.patient_file),
        Route("/patient/export", patient.export),
        Route("/desk", desk.desk),
        Route("/desk/queue", desk.queue),
        Route("/desk/{reference:str}", desk.desk),
        Route("/desk/{reference:str}/pane", desk.pane),
        Route("/desk/{reference:str}/live", desk.live),
        Route("/desk/{reference:str}/file/{number:int}", desk.desk_file),
        *(
            Route(f"/desk/{{reference:str}}/{act}", desk.act, methods=["POST"], name=f"act-{act}")
            for act in ACTS.split("|")
        ),
        *signin.routes(),
        *words.routes(),
    ]
    app = Starlette(
        routes=[
            *extra_routes,
            *operation.routes(),
            Mount(
                "/", routes=pages, middleware=[Middleware(Reach, public_url=settings.public_url)]
            ),
        ],
        middleware=[Middleware(Walls, file_max_bytes=settings.file_max_bytes)],
        exception_handlers={HTTPException: _refused, NotNow: _refused, NotFound: _refused},
    )
    app.state.standing, app.state.metrics_token = standing, metrics_token
    app.state.seen = SeenSessions()
    app.state.tries = signin.Tries(settings.link_tries)
    app.state.signin_limit = signin.Limiter(settings.signin_tries)
    app.state.pressed = Pressed()
    app.state.oidc = Oidc(oidc) if oidc is not None else None
    app.state.studio = Studio(previews or {}, open_trial, warm, bench)
    app.state.parts = Parts(
        store=store,
        intake=intake,
        live=live or Live(store),
        settings=settings,
        templates=templates(),
        channels=channels or {"web": WEB_CHANNEL},
        files={"web": WebFiles(store), **(files or {})},
        phrases_of=phrases_of,
    )
    return app


async def _refused(request: Request, problem: Exception) -> Response:
    status = 500
    if isinstance(problem, SaidDirectly):
        return direct_page(request, problem.text)
    if isinstance(problem, HTTPException):
        status = 422 if problem.status_code == 400 else problem.status_code
    elif isinstance(problem, NotNow):
        status = 503
    elif isinstance(problem, NotFound):
        status = 404
    key = "not-yours" if isinstance(problem, NotAllowed) else ""
    key = "words" if isinstance(problem, NoContent) else key
    megabytes = parts_of(request).settings.file_max_bytes // 1_000_000
    return problem_page(request, status, key=key, megabytes=megabytes)
