"""The desk: the queue, one enquiry, and what staff do with it."""

from __future__ import annotations

import re

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.composer import Composer, Said, resting
from adapters.web.desk_view import EnquiryView, enquiry_view, queue_items
from adapters.web.files import keep
from adapters.web.forms import read_form, read_upload
from adapters.web.home import desk_context, full_page
from adapters.web.inbox import update
from adapters.web.parts import Parts
from adapters.web.patient import file_response
from adapters.web.roles import Action
from adapters.web.sessions import (
    Visitor,
    allowed,
    check_form,
    new_nonce,
    parts_of,
    text_field,
)
from bot import effects as fx
from bot import events as ev
from bot.buttons import EnquiryButton
from bot.desk_acts import staff_event
from bot.ports import EnquiryRow, Outcome, Received

_REFERENCE = re.compile(r"FD-[A-Z0-9]{4,10}")
_DRAFT = re.compile(r"[a-z0-9]{0,16}")


@allowed(Action.DESK_READ)
async def queue(request: Request, visitor: Visitor) -> Response:
    """The queue as a fragment."""
    parts = parts_of(request)
    here = request.query_params.get("here", "")
    closed = "closed" in request.query_params
    items = await queue_items(parts, visitor, here=here, closed=closed)
    name = "_queue_items.html" if "items" in request.query_params else "_queue.html"
    html = parts.templates.get_template(name).render(items=items, closed=closed, at=at(request))
    return HTMLResponse(html)


@allowed(Action.DESK_READ)
async def desk(request: Request, visitor: Visitor) -> Response:
    """The desk alone, with an enquiry open or none."""
    reference = request.path_params.get("reference", "")
    if reference:
        await find(parts_of(request), reference)
    return await full_page(request, visitor, at="desk", reference=reference)


@allowed(Action.DESK_READ)
async def pane(request: Request, visitor: Visitor) -> Response:
    """One enquiry with its composer, as a fragment."""
    parts = parts_of(request)
    row = await find(parts, request.path_params["reference"])
    view = await enquiry_view(parts, visitor, row)
    return _pane(request, visitor, view, Said(composer=resting(view)), at_page=at(request))


@allowed(Action.DESK_READ)
async def live(request: Request, visitor: Visitor) -> Response:
    """The parts of an enquiry that change by themselves: head and thread."""
    parts = parts_of(request)
    row = await find(parts, request.path_params["reference"])
    view = await enquiry_view(parts, visitor, row)
    context = desk_context(visitor, at(request), view)
    return HTMLResponse(parts.templates.get_template("_live.html").render(context))


@allowed(Action.DESK_ACT)
async def act(request: Request, visitor: Visitor) -> Response:
    """One act of a staff member; the answer is the enquiry as it stands then."""
    parts = parts_of(request)
    form = await read_form(request)
    nonce = check_form(request, visitor, form)
    row = await find(parts, request.path_params["reference"])
    name = request.url.path.rpartition("/")[2]
    event = await _event(parts, visitor, row, name, form)
    key = f"{nonce}:{name}"
    received = await parts.intake.receive(update(request, row.address, key, event))
    row = await find(parts, row.enquiry.reference)
    view = await enquiry_view(parts, visitor, row)
    said = _said(received, view, event)
    if "hx-request" not in request.headers:
        return await full_page(
            request, visitor, at=text_field(form, "at"), reference=view.item.reference, said=said
        )
    return _pane(request, visitor, view, said, at_page=text_field(form, "at"))


async def _event(
    parts: Parts, visitor: Visitor, row: EnquiryRow, name: str, form: FormData
) -> ev.StaffEvent:
    reference, actor = row.enquiry.reference, visitor.actor
    draft = text_field(form, "draft")
    if not _DRAFT.fullmatch(draft):
        raise HTTPException(422)
    text = text_field(form, "text").replace("\r\n", "\n")
    if name == "note":
        if not text.strip():
            raise HTTPException(422)
        return ev.NoteWritten(reference, actor, text, message_id=new_nonce())
    if name == "draft":
        file = await _reply_file(parts, row, draft, form)
        return ev.ReplyDrafted(reference, actor, draft, text, file)
    event = staff_event(EnquiryButton(reference, name, draft or None), actor)
    if event is None:
        raise HTTPException(404)
    return event


async def _reply_file(
    parts: Parts, row: EnquiryRow, draft: str, form: FormData
) -> ev.FileRef | None:
    """The file chosen now, or the one that the draft already had."""
    upload = await read_upload(form, parts.settings.file_max_bytes)
    if upload is not None:
        return await keep(parts.store, upload)
    if text_field(form, "drop_file"):
        return None
    known = row.enquiry.draft(draft)
    return known.file if known is not None else None


def _said(received: Received, view: EnquiryView, event: ev.StaffEvent) -> Said:
    """What an act came to, from what the core asked for at once."""
    line, refused = "", False
    composer: Composer | None = None
    if received.outcome is Outcome.PARKED:
        line, refused = "That failed on our side and was noted. Nothing was sent.", True
    for effect in received.immediate:
        match effect:
            case fx.Toast(text=text):
                line, refused = text, effect.refused
            case fx.OpenForm():
                composer = Composer(
                    "form", effect.draft, effect.title, effect.hint, effect.text,
                    file=_file_of(view, effect.draft),
                )  # fmt: skip
            case fx.ShowPreview():
                composer = Composer(
                    "preview", effect.draft, text=effect.text, label=effect.label,
                    file=_file_of(view, effect.draft),
                )  # fmt: skip
            case fx.ShowFormErrors(errors=errors) if isinstance(event, ev.ReplyDrafted):
                composer = Composer(
                    "form", event.draft, text=event.text, errors=tuple(one for _, one in errors),
                    file=event.file,
                )  # fmt: skip
            case _:
                pass
    if composer is None and isinstance(event, ev.ReplyDrafted) and refused:
        # Refused, because somebody else has it: the text stays in the box.
        composer = Composer("form", event.draft, text=event.text, file=event.file)
    return Said(line, refused, composer or resting(view))


def _file_of(view: EnquiryView, draft: str) -> ev.FileRef | None:
    known = view.row.enquiry.draft(draft)
    return known.file if known is not None else None


@allowed(Action.DESK_READ)
async def desk_file(request: Request, visitor: Visitor) -> Response:
    """A file of an enquiry that the desk shows."""
    parts = parts_of(request)
    row = await find(parts, request.path_params["reference"])
    view = await enquiry_view(parts, visitor, row)
    wanted = request.path_params["number"]
    file = next((one.file for one in view.bubbles if one.number == wanted), None)
    return await file_response(parts, file)


async def find(parts: Parts, reference: str) -> EnquiryRow:
    """The enquiry of a reference. Raises ``HTTPException`` 404."""
    row = await parts.store.enquiry(reference) if _REFERENCE.fullmatch(reference) else None
    if row is None:
        raise HTTPException(404)
    return row


def at(request: Request) -> str:
    """Which page asks for a fragment: "home" or "desk"; their links differ."""
    return "desk" if request.query_params.get("at") == "desk" else "home"


def _pane(
    request: Request, visitor: Visitor, view: EnquiryView, said: Said, *, at_page: str
) -> HTMLResponse:
    parts = parts_of(request)
    where = "desk" if at_page == "desk" else "home"
    context = desk_context(visitor, where, view, said)
    return HTMLResponse(parts.templates.get_template("_pane.html").render(context, posted=True))
