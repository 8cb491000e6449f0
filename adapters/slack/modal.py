"""The reply modal: a box to write in, then exactly what the patient will read.

Both are one Slack view that changes in place. What it is about travels in ``private_metadata``; the
text of the preview is read back from the blocks that were shown, so that what is offered again after a
refusal is what the facilitator saw. Limits: docs.slack.dev/reference/block-kit (title and buttons of
a view 24, ``private_metadata`` 3,000, ``plain_text_input`` 3,000 characters).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack import blocks as bk
from adapters.slack import wording
from adapters.slack.inbound import Payload, dictionary, text_of
from bot import buttons
from bot.effects import OpenForm, ShowPreview
from bot.screens import Choice
from bot.text import Text, heading, quote_typed

WRITE = "reply"
SEND = "send"
BLOCK = "text"
ACTION = "reply"
INPUT_MAX = 3000
TITLE_MAX = 24
_EXACT = "exact:"
_SENT_BACK = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")


@dataclass(frozen=True, slots=True)
class About:
    """What a view is about: it goes along in ``private_metadata``."""

    reference: str
    draft: str
    title: str = ""
    hint: str = ""

    def packed(self) -> str:
        """As JSON, well under Slack's 3,000 characters."""
        return json.dumps(
            [self.reference, self.draft, bk.cut(self.title, 400), bk.cut(self.hint, 400)]
        )


def about(metadata: object) -> About | None:
    """The same read back; None for a view that is not ours."""
    try:
        reference, draft, title, hint = map(str, json.loads(text_of(metadata)))
    except (ValueError, TypeError):
        return None
    return About(reference, draft, title, hint)


def write_view(form: OpenForm, problem: str = "") -> bk.Json:
    """The box to write in; ``form.text`` is a draft that is there already."""
    subject = About(form.reference, form.draft, form.title, form.hint)
    element: bk.Json = {
        "type": "plain_text_input",
        "action_id": ACTION,
        "multiline": True,
        "max_length": INPUT_MAX,
        "focus_on_load": True,
    }
    if form.text:
        element["initial_value"] = bk.sayable(form.text)[:INPUT_MAX]
    box: bk.Json = {
        "type": "input",
        "block_id": BLOCK,
        "label": bk.plain_text(wording.REPLY),
        "element": element,
    }
    if form.hint.strip():
        box["hint"] = bk.plain_text(bk.cut(form.hint, 2000))
    return {
        **_frame(WRITE, subject, wording.PREVIEW, wording.CANCEL),
        "blocks": [*_banner(problem), *bk.text_blocks(heading(form.title)), box],
    }


def preview_view(shown: ShowPreview, subject: About) -> bk.Json:
    """Exactly what the patient will read, with Send (the view's own button) and Change."""
    change = Choice(wording.CHANGE, buttons.enquiry(shown.reference, "change", shown.draft))
    subject = About(shown.reference, shown.draft, subject.title, subject.hint)
    return {
        **_frame(SEND, subject, wording.SEND, wording.CLOSE),
        "blocks": [
            *bk.text_blocks(shown.label),
            *_exact(shown.text),
            *bk.button_blocks(((change,),)),
        ],
    }


def with_banner(view: Payload, problem: str) -> bk.Json:
    """The view as it stands, with what went wrong on top of it."""
    kept = {name: view[name] for name in _SENT_BACK if view.get(name)}
    blocks = [
        block for block in view.get("blocks") or () if dictionary(block).get("block_id") != "banner"
    ]
    return {**kept, "blocks": [*_banner(problem), *blocks]}


def errors(message: str) -> bk.Json:
    """The answer to a submit that keeps the modal, and the text in it, and says what is wrong."""
    return {"response_action": "errors", "errors": {BLOCK: bk.cut(message, 300)}}


def update(view: Mapping[str, Any]) -> bk.Json:
    """The answer to a submit that changes the modal in place."""
    return {"response_action": "update", "view": dict(view)}


CLEAR: bk.Json = {"response_action": "clear"}


@dataclass(frozen=True, slots=True)
class Submission:
    """A pressed submit button: of the box (``callback`` WRITE) or of the preview (SEND)."""

    callback: str
    view_id: str
    trigger: str
    user: str
    about: About
    text: str
    view: Payload

    @property
    def key(self) -> str:
        """Names this submit for ever: the same values in the same view are the same submit."""
        values = json.dumps([self.callback, self.about.draft, self.text]).encode()
        return f"slack:view:{self.view_id}:{hashlib.sha256(values).hexdigest()[:32]}"


def submission(body: Payload) -> Submission | None:
    """A ``view_submission`` payload; None for a view that is not ours."""
    view = dictionary(body.get("view"))
    callback, subject = text_of(view.get("callback_id")), about(view.get("private_metadata"))
    user, view_id = text_of(dictionary(body.get("user")).get("id")), text_of(view.get("id"))
    if callback not in (WRITE, SEND) or subject is None or not user or not view_id:
        return None
    if callback == WRITE:
        values = dictionary(dictionary(view.get("state")).get("values"))
        text = text_of(dictionary(dictionary(values.get(BLOCK)).get(ACTION)).get("value"))
    else:
        text = exact_text(view)
    return Submission(callback, view_id, text_of(body.get("trigger_id")), user, subject, text, view)


def exact_text(view: Payload) -> str:
    """The text that a preview shows."""
    said: list[str] = []
    for block in map(dictionary, view.get("blocks") or ()):
        if text_of(block.get("block_id")).startswith(_EXACT):
            for part in map(dictionary, block.get("elements") or ()):
                said.extend(
                    text_of(one.get("text")) for one in map(dictionary, part.get("elements") or ())
                )
    return "".join(said)


def _exact(text: str) -> list[bk.Json]:
    shown: Text = quote_typed(text)
    return [
        {**block, "block_id": f"{_EXACT}{at}"} for at, block in enumerate(bk.text_blocks(shown))
    ]


def _frame(callback: str, subject: About, submit: str, close: str) -> bk.Json:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": bk.plain_text(bk.cut(subject.reference, TITLE_MAX)),
        "submit": bk.plain_text(submit),
        "close": bk.plain_text(close),
        "private_metadata": subject.packed(),
    }


def _banner(problem: str) -> list[bk.Json]:
    if not problem:
        return []
    return [{**block, "block_id": "banner"} for block in bk.text_blocks(quote_typed(problem))[:1]]
