"""Try it: a chat on the text that is not published. It lives in this process's memory; nothing of it is
stored, nothing reaches a desk, and it is gone with the sign-out, an hour's rest or a restart."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

import content
from adapters.web.bubbles import patient_bubbles, whole_transcript
from adapters.web.forms import TEXT_FIELDS, read_form
from adapters.web.inbox import tapped, written
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, check_form, new_nonce, parts_of, text_field
from adapters.web.words.studio import Edition, Trial, go, live, page, studio_of
from adapters.web.words.unfinished import unfinished
from bot import events as ev
from bot.errors import BadContent
from content.editing.errors import CannotEdit

TRIALS = 12
"""Chats kept in memory at once, each about a megabyte; the one used longest ago goes first."""

LONGEST = 4_000
"""Characters of a message, as Telegram has it."""

ADDRESS = ev.Address("web", "trial", "you")


@allowed(Action.WORDS_EDIT)
async def show(request: Request, visitor: Visitor) -> Response:
    """The chat, or a page that says what has to be mended first."""
    now = await live(request)
    studio = studio_of(request)
    trial = studio.trials.get(visitor.csrf)
    if trial is None or "fresh" in request.query_params:
        try:
            trial = await _open(request, visitor, now)
        except (CannotEdit, BadContent) as problem:
            because = problem.findings if isinstance(problem, BadContent) else ()
            message = "The unfinished text cannot be tried yet. Mend this first:"
            return page(
                request, visitor, now, "stopped", status=409, message=message,
                because=because or (str(problem),), to="/words",
            )  # fmt: skip
        if "fresh" in request.query_params:
            return go("/words/try")
    return await _page(request, visitor, now, *trial)


async def _open(request: Request, visitor: Visitor, now: Edition) -> tuple[Trial, str]:
    studio = studio_of(request)
    if studio.open_trial is None:
        raise CannotEdit("This Frontdesk was started without a chat for trying.")
    source, names = await unfinished(request, visitor, now)
    release = await studio.run(content.build, source)
    trial = await studio.open_trial(release, source)
    studio.trials[visitor.csrf] = (trial, names)
    studio.trials.move_to_end(visitor.csrf)
    while len(studio.trials) > TRIALS:
        studio.trials.popitem(last=False)
    await _receive(trial, f"start-{new_nonce()}", ev.Started())
    return trial, names


async def _receive(trial: Trial, key: str, event: ev.Event) -> None:
    await trial.intake.receive(ev.Update(f"trial:{key}", ADDRESS, datetime.now(UTC), event))


async def _page(
    request: Request, visitor: Visitor, now: Edition, trial: Trial, names: str
) -> Response:
    bubbles = patient_bubbles(await whole_transcript(trial.store, ADDRESS))
    if "hx-request" in request.headers:
        html = parts_of(request).templates.get_template("words/_try_messages.html")
        return HTMLResponse(html.render(bubbles=bubbles, earlier=0, edits=False))
    return page(
        request, visitor, now, "try", section="try", bubbles=bubbles, names=names, earlier=0,
        edits=False,
    )  # fmt: skip


@allowed(Action.WORDS_EDIT)
async def act(request: Request, visitor: Visitor) -> Response:
    """A button or a message in the chat."""
    form = await read_form(request, fields=TEXT_FIELDS)
    nonce = check_form(request, visitor, form)
    trial = studio_of(request).trials.get(visitor.csrf)
    if trial is None:
        return go("/words/try")
    pressed, text = text_field(form, "tap"), text_field(form, "text").replace("\r\n", "\n")
    if pressed:
        await _receive(trial[0], f"{nonce}:{pressed[:80]}", tapped(pressed))
    elif text.strip():
        await _receive(trial[0], nonce, written(text[:LONGEST], nonce))
    if "hx-request" in request.headers:
        return await _page(request, visitor, await live(request), *trial)
    return go("/words/try#newest")
