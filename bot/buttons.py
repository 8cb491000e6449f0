"""Button data: three forms, at most 64 bytes, readable for ever.

    sec:<content id>:<page>        a page of the guide; page is a number from 1, or "src"
    form:<form id>:<step>:<act>    something to do in a form or a confirmation
    form:helpful:<content id>:yes  whether an answer helped, or "no"
    enq:<reference>:<act>          something to do with an enquiry (patient's or staff's; who asks is checked)

64 bytes is Telegram's limit for ``callback_data`` (Bot API, InlineKeyboardButton).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_BYTES = 64

_SECTION = re.compile(r"sec:([a-z0-9-]{1,32}):([1-9][0-9]{0,2}|src)")
_FORM = re.compile(r"form:([a-z0-9-]{1,16}):([a-z0-9-]{1,32}):([A-Za-z0-9+-]{1,20})")
_ENQUIRY = re.compile(r"enq:(FD-[A-Z0-9]{4,10}):([a-z0-9-]{1,16})(?::([a-z0-9]{1,16}))?")


@dataclass(frozen=True, slots=True)
class SectionButton:
    """Shows ``page`` of a content id; page 0 stands for the source screen ("src")."""

    content_id: str
    page: int


@dataclass(frozen=True, slots=True)
class FormButton:
    """Acts on one step of one form instance."""

    form_id: str
    step: str
    act: str


@dataclass(frozen=True, slots=True)
class EnquiryButton:
    """Acts on an enquiry; ``draft`` names a reply draft where the act is about one."""

    reference: str
    act: str
    draft: str | None = None


Button = SectionButton | FormButton | EnquiryButton


def section(content_id: str, page: int | str = 1) -> str:
    """Data of a button that shows a page; ``"src"`` shows where it is from."""
    return f"sec:{content_id}:{page}"


def form(form_id: str, step: str, act: str) -> str:
    """Data of a form button."""
    return f"form:{form_id}:{step}:{act}"


def enquiry(reference: str, act: str, draft: str | None = None) -> str:
    """Data of an enquiry button."""
    return f"enq:{reference}:{act}" + (f":{draft}" if draft else "")


def parse(data: str) -> Button | None:
    """Read button data; None for anything that is not ours (forged, mangled, too long)."""
    if len(data.encode("utf-8", "replace")) > MAX_BYTES:
        return None
    if found := _SECTION.fullmatch(data):
        page = 0 if found.group(2) == "src" else int(found.group(2))
        return SectionButton(found.group(1), page)
    if found := _FORM.fullmatch(data):
        return FormButton(*found.groups())
    if found := _ENQUIRY.fullmatch(data):
        return EnquiryButton(found.group(1), found.group(2), found.group(3))
    return None
