"""Full pages: the local page with patient and desk side by side, and the desk alone."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.bubbles import Bubble
from adapters.web.composer import Said, resting
from adapters.web.desk_view import EnquiryView, desk_clock, enquiry_view, queue_items
from adapters.web.patient import SHOWN, begin, bubbles_of, remember_patient
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, new_nonce, parts_of
from bot.desk import REPLY_MOST


def desk_context(
    visitor: Visitor, at: str, view: EnquiryView | None, said: Said | None = None
) -> dict[str, Any]:
    """What every desk template reads."""
    if said is None:
        said = Said(composer=resting(view)) if view is not None else Said()
    return {
        "csrf": visitor.csrf,
        "nonce": new_nonce,
        "at": at,
        "view": view,
        "said": said,
        "composer": said.composer,
        "posted": False,
        "reply_most": REPLY_MOST,
        "local": visitor.local,
        "words": visitor.may(Action.WORDS_READ),
        "sessions": visitor.may(Action.SESSIONS_OWN),
    }


@allowed(Action.TRY_PATIENT, else_home=True)
async def home(request: Request, visitor: Visitor) -> Response:
    """The local page. The first visit opens a patient's chat."""
    reference = request.query_params.get("enquiry", "")
    return await full_page(request, visitor, at="home", reference=reference)


async def full_page(
    request: Request, visitor: Visitor, *, at: str, reference: str = "", said: Said | None = None
) -> Response:
    """A whole page. at: "home" (both panes) or "desk"."""
    parts = parts_of(request)
    at = at if visitor.local else "desk"
    token = ""
    bubbles: tuple[Bubble, ...] = ()
    if at != "desk":
        address = visitor.patient
        if address is None:
            address, token = await begin(request, parts)
        bubbles = await bubbles_of(parts, address)
    row = await parts.store.enquiry(reference) if reference else None
    view = await enquiry_view(parts, visitor, row) if row is not None else None
    closed = "closed" in request.query_params
    here = view.item.reference if view is not None else ""
    release = await parts.store.live_release()
    staff = release.staff_of(visitor.account) if release is not None else None
    context = desk_context(visitor, "desk" if at == "desk" else "home", view, said) | {
        "items": await queue_items(parts, visitor, here=here, closed=closed),
        "closed": closed,
        "staff_name": staff.name if staff is not None else "",
        "account": visitor.account,
        "zone": desk_clock(release).name,
        "file_max_bytes": parts.settings.file_max_bytes,
        "bubbles": bubbles[-SHOWN:],
        "earlier": max(0, len(bubbles) - SHOWN),
        "notice": "",
        "edits": visitor.may(Action.WORDS_EDIT),
    }
    template = parts.templates.get_template("desk.html" if at == "desk" else "home.html")
    response = HTMLResponse(template.render(context))
    if token:
        remember_patient(request, response, parts, token)
    return response
