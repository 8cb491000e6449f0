"""The patient's pane: reading, tapping, writing, sending files; and starting as another patient."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from adapters.web.bubbles import Bubble, patient_bubbles, whole_transcript
from adapters.web.files import download, keep
from adapters.web.forms import Upload, file_name, read_form, read_upload
from adapters.web.inbox import now, tap_key, tapped, update, written
from adapters.web.names import PATIENT_KIND
from adapters.web.pages import SaidDirectly
from adapters.web.parts import Parts
from adapters.web.roles import Action
from adapters.web.sessions import (
    Visitor,
    allowed,
    check_form,
    new_nonce,
    parts_of,
    patient_address,
    seen_of,
    set_cookie,
    text_field,
)
from bot import effects as fx
from bot import events as ev
from bot.errors import NotNow
from bot.ports import Outcome, Received

SHOWN = 150
"""Messages that the pane shows; older ones on request."""

DIRECT_LOOKS, DIRECT_LOOK_SECONDS = 12, 0.05
"""How often and how long is looked for a safety text while the database is away; finding danger takes
milliseconds, and the patient waits for this answer."""


async def begin(request: Request, parts: Parts) -> tuple[ev.Address, str]:
    """A new patient: their conversation's address and the token of the session that remembers it."""
    chat = secrets.token_hex(8)
    seconds = int(timedelta(days=parts.settings.patient_days).total_seconds())
    token = await parts.store.new_session(PATIENT_KIND, chat, seconds)
    seen_of(request).note(token, (PATIENT_KIND, chat))
    address = patient_address(chat)
    await open_chat(request, parts, address)
    return address, token


async def open_chat(request: Request, parts: Parts, address: ev.Address) -> None:
    """The first open of a chat is a Started; opening it again is the same Update."""
    await parts.intake.receive(update(request, address, f"start:{address.chat}", ev.Started()))


def remember_patient(request: Request, response: Response, parts: Parts, token: str) -> None:
    """Keep the patient's session token in the browser."""
    seconds = int(timedelta(days=parts.settings.patient_days).total_seconds())
    set_cookie(response, request, "patient", token, seconds)


async def bubbles_of(parts: Parts, address: ev.Address) -> tuple[Bubble, ...]:
    """The conversation as its patient sees it; once everything is erased, what was said about that."""
    bubbles = patient_bubbles(await whole_transcript(parts.store, address))
    held = parts.live.held(str(address))
    if bubbles or held is None:
        return bubbles
    last = held.screen
    return (Bubble("held", "bot", now(), last.text, seq=held.seq, rows=last.rows, current=True),)


async def receive(
    request: Request, parts: Parts, address: ev.Address, given: ev.Update
) -> Received:
    """Take an Update in. While the database is away a safety text may be all that can be said: it is
    said then, in place of "not now". Raises ``NotNow`` and ``SaidDirectly``."""
    began = time.monotonic()
    try:
        return await parts.intake.receive(given)
    except NotNow:
        for _ in range(DIRECT_LOOKS):
            await asyncio.sleep(DIRECT_LOOK_SECONDS)
            held = parts.live.held(str(address))
            if held is not None and held.at >= began:
                raise SaidDirectly(held.screen.text) from None
        raise


def _messages(
    request: Request,
    parts: Parts,
    bubbles: tuple[Bubble, ...],
    visitor: Visitor,
    *,
    posted: bool = False,
    notice: str = "",
) -> HTMLResponse:
    everything = "all" in request.query_params
    template = parts.templates.get_template("_messages.html")
    html = template.render(
        bubbles=bubbles if everything else bubbles[-SHOWN:],
        edits=visitor.may(Action.WORDS_EDIT),
        earlier=0 if everything else max(0, len(bubbles) - SHOWN),
        posted=posted,
        notice=notice,
        taps_nonce=new_nonce(),
        say_nonce=new_nonce(),
    )
    return HTMLResponse(html)


@allowed(Action.TRY_PATIENT)
async def messages(request: Request, visitor: Visitor) -> Response:
    """The messages as a fragment."""
    parts = parts_of(request)
    address = _patient(visitor)
    return _messages(request, parts, await bubbles_of(parts, address), visitor)


@allowed(Action.TRY_PATIENT)
async def say(request: Request, visitor: Visitor) -> Response:
    """A text or a file with or without words."""
    parts = parts_of(request)
    address = _patient(visitor)
    form = await read_form(request)
    nonce = check_form(request, visitor, form)
    text = text_field(form, "text").replace("\r\n", "\n")
    upload = await read_upload(form, parts.settings.file_max_bytes)
    if upload is None and not text.strip():
        return await _answer(request, parts, visitor, address, None)
    event: ev.PatientEvent
    if upload is not None:
        event = await _sent_file(parts, address, upload, text.strip(), nonce)
    else:
        event = written(text, nonce)
    received = await receive(request, parts, address, update(request, address, nonce, event))
    return await _answer(request, parts, visitor, address, received)


async def _sent_file(
    parts: Parts, address: ev.Address, upload: Upload, caption: str, nonce: str
) -> ev.SentFile:
    try:
        conversation = await parts.store.conversation(address)
    except NotNow:
        conversation = None
    if conversation is not None and conversation.consent is not None:
        file = await keep(parts.store, upload)
    else:
        # Before consent a file is not kept: the core hears that there was one, nothing is stored.
        file = ev.FileRef("web", "", upload.kind, upload.name, upload.media_type, len(upload.data))
    return ev.SentFile(file, message_id=nonce, sent_at=now(), caption=caption)


@allowed(Action.TRY_PATIENT)
async def tap(request: Request, visitor: Visitor) -> Response:
    """A button under a message, new or old."""
    parts = parts_of(request)
    address = _patient(visitor)
    form = await read_form(request)
    nonce = check_form(request, visitor, form)
    value = text_field(form, "tap")
    if not value:
        raise HTTPException(422)
    key = tap_key(nonce, value)
    received = await parts.intake.receive(update(request, address, key, tapped(value)))
    return await _answer(request, parts, visitor, address, received)


@allowed(Action.TRY_PATIENT)
async def start(request: Request, visitor: Visitor) -> Response:
    """Start, on an empty pane: after everything was deleted."""
    parts = parts_of(request)
    address = _patient(visitor)
    nonce = check_form(request, visitor, await read_form(request))
    received = await parts.intake.receive(update(request, address, nonce, ev.Started()))
    return await _answer(request, parts, visitor, address, received)


@allowed(Action.TRY_PATIENT)
async def new_patient(request: Request, visitor: Visitor) -> Response:
    """Another patient conversation in this browser."""
    parts = parts_of(request)
    check_form(request, visitor, await read_form(request))
    _, token = await begin(request, parts)
    response = RedirectResponse("/", 303)
    remember_patient(request, response, parts, token)
    return response


@allowed(Action.TRY_PATIENT)
async def patient_file(request: Request, visitor: Visitor) -> Response:
    """A file of this patient's own conversation."""
    parts = parts_of(request)
    bubbles = await bubbles_of(parts, _patient(visitor))
    file = next((one.file for one in bubbles if one.number == request.path_params["number"]), None)
    return await file_response(parts, file)


async def file_response(parts: Parts, file: ev.FileRef | None) -> Response:
    """The bytes of a file from wherever they are; 404 where there are none any more."""
    source = parts.files.get(file.channel) if file is not None else None
    if file is None or source is None:
        raise HTTPException(404)
    return download(await source.fetch(file), file.name or file_name(f"{file.kind}.bin"))


@allowed(Action.TRY_PATIENT)
async def export(request: Request, visitor: Visitor) -> Response:
    """Everything stored about this patient, as a readable file."""
    parts = parts_of(request)
    data = await parts.store.export(_patient(visitor))
    response = _ReadableJSON(data)
    response.headers["content-disposition"] = 'attachment; filename="my-data.json"'
    return response


class _ReadableJSON(JSONResponse):
    def render(self, content: object) -> bytes:

        return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "replace")


async def _answer(
    request: Request,
    parts: Parts,
    visitor: Visitor,
    address: ev.Address,
    received: Received | None,
) -> Response:
    if "hx-request" not in request.headers:
        return RedirectResponse("/", 303)
    notice = ""
    if received is not None:
        taps = [one.text for one in received.immediate if isinstance(one, fx.AnswerTap)]
        notice = " ".join(text for text in taps if text)
        if received.outcome is Outcome.PARKED:
            notice = "That failed on our side. It was noted and is looked at."
    bubbles = await bubbles_of(parts, address)
    return _messages(request, parts, bubbles, visitor, posted=True, notice=notice)


def _patient(visitor: Visitor) -> ev.Address:
    if visitor.patient is None:
        raise HTTPException(404)
    return visitor.patient
