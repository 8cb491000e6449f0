"""The routes of the Words pages."""

from __future__ import annotations

from starlette.routing import Route

from adapters.web.words import (
    adding,
    asking,
    choosing,
    counting,
    edit,
    history,
    index,
    quick,
    trying,
)


def routes() -> list[Route]:
    """Everything under /words."""
    post = ["POST"]
    return [
        Route("/words", index.index),
        Route("/words/list/{name:str}", index.listed),
        Route("/words/counts", counting.counts),
        Route("/words/edit/{target:path}", edit.show),
        Route("/words/edit/{target:path}", edit.act, methods=post, name="words-act"),
        Route("/words/look/{target:path}", edit.look, methods=post),
        Route("/words/tick/{target:path}", edit.tick, methods=post),
        Route("/words/choose/{target:path}", choosing.show),
        Route("/words/choose/{target:path}", choosing.choose, methods=post, name="words-choose"),
        Route("/words/undo", edit.undo, methods=post),
        Route("/words/new/{kind:str}", adding.show),
        Route("/words/new/{kind:str}", adding.act, methods=post, name="words-new"),
        Route("/words/new/{kind:str}/look", adding.look, methods=post),
        Route("/words/menu/{name:str}", quick.menu),
        Route("/words/menu/{name:str}", quick.change_menu, methods=post, name="words-menu"),
        Route("/words/hours", quick.hours_page),
        Route("/words/hours", quick.close_day, methods=post, name="words-hours"),
        Route("/words/danger", quick.danger_page),
        Route("/words/danger", quick.change_danger, methods=post, name="words-danger"),
        Route("/words/remove/{name:str}", quick.remove_page),
        Route("/words/remove/{name:str}", quick.do_remove, methods=post, name="words-remove"),
        Route("/words/history", history.index),
        Route("/words/history/{number:int}", history.one),
        Route("/words/history/{number:int}", history.back, methods=post, name="words-back"),
        Route("/words/ask", asking.show),
        Route("/words/ask", asking.ask, methods=post, name="words-ask"),
        Route("/words/try", trying.show),
        Route("/words/try", trying.act, methods=post, name="words-try"),
    ]
