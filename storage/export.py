"""Everything stored about a patient, as JSON values that a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.events import Address
from bot.state import Answer, Conversation, Enquiry
from bot.text import flat
from bot.transcript import Entry

Consents = Iterable[tuple[datetime, bool, str, str]]


def export(
    address: Address, state: Conversation | None, entries: Iterable[Entry], consents: Consents
) -> Mapping[str, Any]:
    """Facts, consents, enquiries and the Transcript, in this order; files by name."""
    out: dict[str, Any] = {
        "channel": address.channel,
        "account": address.account,
        "chat": address.chat,
    }
    if state is not None:
        out |= {
            "name": state.name or None,
            "language": state.locale,
            "language_of_the_app": state.language_hint or None,
            "time_zone": _zone(state.zone, state.offset),
            "last_page_read": state.place.content_id,
            "pages_read": list(state.trail),
            "typed_last": state.last_text,
            "form_in_progress": [_answer(one) for one in state.form.answers] if state.form else [],
            "blocked": state.blocked,
            "stopped": state.stopped,
        }
    out["consents"] = [
        {"when": at.isoformat(), "given": given, "version": version, "digest_of_text": text_digest}
        for at, given, version, text_digest in consents
    ]
    out["enquiries"] = [_enquiry(one) for one in state.enquiries] if state is not None else []
    # Notes of the team are part of it: the patient has a right to what is kept about her.
    out["messages"] = [_entry(one) for one in entries]
    return out


def _enquiry(enquiry: Enquiry) -> dict[str, Any]:
    return {
        "reference": enquiry.reference,
        "status": enquiry.status.value,
        "sent": enquiry.created_at.isoformat(),
        "urgent": enquiry.urgent,
        "answer_promised_by": enquiry.due_at.isoformat() if enquiry.due_at else None,
        "resolved": enquiry.resolved_at.isoformat() if enquiry.resolved_at else None,
        "with": enquiry.assignee.name if enquiry.assignee else None,
        "answers": [_answer(one) for one in enquiry.answers],
        "words_in_danger": enquiry.words or None,
        "pages_read_before": list(enquiry.trail),
        "replies_not_sent": [
            {"by": one.author.name, "text": one.text}
            for one in enquiry.drafts
            if one.text and one.state not in ("sent", "delivered")
        ],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    said = answer.text if answer.text is not None else answer.choice
    out: dict[str, Any] = {"question": answer.step, "answer": said}
    if answer.zone is not None or answer.offset is not None:
        out["time_zone"] = _zone(answer.zone, answer.offset)
    return out


def _entry(entry: Entry) -> dict[str, Any]:
    out: dict[str, Any] = {"when": entry.at.isoformat(), "from": entry.author, "kind": entry.kind}
    label = flat(entry.label)
    if label:
        out["label"] = label
    out["text"] = flat(entry.text)
    if entry.file is not None:
        out["file"] = {
            "name": entry.file.name or None,
            "kind": entry.file.kind,
            "type": entry.file.media_type or None,
            "bytes": entry.file.size or None,
        }
    if entry.reference:
        out["enquiry"] = entry.reference
    if entry.content_id:
        out["page"] = entry.content_id
    return out


def _zone(zone: str | None, offset: int | None) -> str | None:
    if zone is not None:
        return zone
    if offset is None:
        return None
    sign, minutes = ("-" if offset < 0 else "+"), abs(offset)
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"
