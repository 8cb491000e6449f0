"""The routes of the ways in."""

from __future__ import annotations

from starlette.routing import Route

from adapters.web.signin import oidc, open_sessions, staff


def routes() -> list[Route]:
    """Everything under /signin, /sessions and /signout."""
    return [
        Route("/signin", staff.start),
        Route("/signin/oidc", oidc.begin),
        Route("/signin/oidc/back", oidc.back),
        Route("/signin/{token:str}", staff.show),
        Route("/signin/{token:str}", staff.use, methods=["POST"], name="use-link"),
        Route("/sessions", open_sessions.page),
        Route("/sessions/end", open_sessions.end, methods=["POST"]),
        Route("/signout", open_sessions.sign_out, methods=["POST"]),
    ]
