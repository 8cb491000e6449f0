"""The enquiry's card on the desk: everything on one screen, and the buttons that fit its state."""

from __future__ import annotations

from bot import buttons, steps
from bot import effects as fx
from bot.scene import Scene
from bot.screens import Card, Choice, Rows
from bot.state import Conversation, Enquiry
from bot.text import Text, Value, flat, stack, typed

TITLE = 128
"""Characters of a forum topic's name (Bot API, createForumTopic)."""


def show(scene: Scene, enquiry: Enquiry) -> None:
    """Post or update the card on every desk."""
    scene.do(fx.ShowCard(enquiry.reference, card(scene, enquiry)))


def card(scene: Scene, enquiry: Enquiry) -> Card:
    """The card of an enquiry as it stands."""
    state = scene.state
    head = _head(scene, enquiry)
    minimal = (*head, *scene.text("desk.card.foot"))
    full = (*head, *_asked(scene, enquiry), *_read(scene, enquiry), *scene.text("desk.card.foot"))
    return Card(
        reference=enquiry.reference,
        title=_title(scene, enquiry),
        summary=scene.label(
            "desk.card.summary",
            reference=enquiry.reference,
            status=_status(scene, enquiry),
            urgent=scene.label("desk.card.urgent_word") if enquiry.urgent else "",
            language=_language(scene, state, enquiry),
        ).strip(),
        full=full,
        minimal=minimal,
        rows=rows(scene, enquiry),
        urgent=enquiry.urgent,
        status=enquiry.status.value,
    )


def rows(scene: Scene, enquiry: Enquiry) -> Rows:
    """What staff can do with an enquiry now."""

    def act(name: str) -> Choice:
        return scene.button(f"desk.{name}", buttons.enquiry(enquiry.reference, name))

    block = act("unblock") if scene.state.blocked else act("block")
    if not enquiry.is_open:
        return ((act("reopen"), block),)
    if enquiry.assignee is None:
        return ((act("claim"), act("reply")), (act("close"), block))
    return ((act("reply"), act("takeover"), act("unclaim")), (act("close"), block))


def _title(scene: Scene, enquiry: Enquiry) -> str:
    """Reference and urgency only: topic names are seen in lists and notifications."""
    mark = scene.label("desk.mark.urgent") if enquiry.urgent else _mark(scene, enquiry)
    return f"{mark} {enquiry.reference}".strip()[:TITLE]


def _mark(scene: Scene, enquiry: Enquiry) -> str:
    return scene.label("desk.mark.open" if enquiry.is_open else "desk.mark.closed")


def _status(scene: Scene, enquiry: Enquiry) -> str:
    name = enquiry.assignee.name if enquiry.assignee else ""
    return scene.label(f"desk.status.{enquiry.status.value}", name=name)


def _name(state: Conversation, scene: Scene) -> Value:
    return typed(state.name) if state.name else scene.label("desk.nameless")


def _language(scene: Scene, state: Conversation, enquiry: Enquiry) -> str:
    step = next((one for one in scene.release.form if one.id == "language"), None)
    answer = enquiry.answer("language")
    if step is not None and answer is not None and answer.choice is not None:
        if answer.choice not in step.options:  # content has dropped this option since
            return scene.house.language(answer.choice)
        return scene.house.label(f"form.language.{answer.choice}")
    return scene.house.language(patient_language(scene))


def patient_language(scene: Scene) -> str:
    """The tag of what this patient reads, as far as it is known: chosen, heard, or the platform's hint."""
    state = scene.state
    if state.chosen:
        return state.locale
    return state.heard or state.language_hint or state.locale


def _head(scene: Scene, enquiry: Enquiry) -> Text:
    state, given = scene.state, scene.given
    desk_zone = scene.release.organisation.hours.zone
    mark = scene.label("desk.mark.urgent") if enquiry.urgent else _mark(scene, enquiry)
    first = scene.text(
        "desk.card.head", mark=mark, reference=enquiry.reference, status=_status(scene, enquiry),
        name=_name(state, scene), channel=given.channel.name,
    )  # fmt: skip
    parts = [first]
    if enquiry.alert is not None:
        seen = enquiry.alert.seen_by
        parts.append(
            scene.text(
                "desk.card.alert_seen" if seen else "desk.card.alert",
                kind=scene.label(f"desk.kind.{enquiry.alert.kind}"),
                time=scene.house.clock(enquiry.alert.at, desk_zone),
                name=seen or "",
            )
        )
    if enquiry.due_at is not None and enquiry.is_open:
        due = scene.house.day_and_time(enquiry.due_at, desk_zone)
        parts.append(scene.text("desk.card.due", due=due))
    sent = scene.house.day_and_time(enquiry.created_at, desk_zone)
    if scene.knows_zone:
        there = scene.house.clock(enquiry.created_at, scene.zone())
        answer = enquiry.answer("time")
        where: Value = typed(answer.text) if answer and answer.zone and answer.text else there
        parts.append(
            scene.text("desk.card.time", sent=sent, there=there, where=where,
                       language=_answer_language(scene, enquiry))
        )  # fmt: skip
    else:
        parts.append(
            scene.text("desk.card.sent", sent=sent, language=_answer_language(scene, enquiry))
        )
    return stack(*parts)


def _answer_language(scene: Scene, enquiry: Enquiry) -> Value:
    answer = enquiry.answer("language")
    if answer is not None and answer.text:
        return typed(answer.text)
    return _language(scene, scene.state, enquiry)


def _asked(scene: Scene, enquiry: Enquiry) -> Text:
    """What was asked and answered; steps that were skipped are left out."""
    lines: list[Text] = []
    if enquiry.words:
        lines.append(scene.text("desk.card.words", words=typed(enquiry.words)))
    elif not enquiry.consented:
        return scene.text("desk.card.no_words", words="")
    for step in scene.release.form:
        answer = enquiry.answer(step.id)
        if step.kind == "time" or answer is None or not (answer.text or answer.choice):
            continue
        value = steps.answer_text(scene, step, answer, desk=True)
        label = scene.house.label(f"form.{step.id}.label")
        lines.append(scene.text("desk.card.line", label=label, value=value))
    return stack(*lines)


def _read(scene: Scene, enquiry: Enquiry) -> Text:
    titles = [item.title for one in enquiry.trail[-5:] if (item := scene.release.item(one))]
    lines: list[Text] = []
    if titles:
        lines.append(scene.text("desk.card.read", pages=" → ".join(titles)))
    said = enquiry.bot_said
    if said:
        item = scene.release.item(said)
        known = said in ("choices", "not_covered", "not_understood")
        told = scene.label(f"desk.said.{said}") if known else (item.title if item else said)
        lines.append(scene.text("desk.card.said", said=told))
    return stack(*lines)


def plain_summary(shown: Card) -> str:
    """The whole card as one plain text, for lists and the terminal."""
    return flat(shown.full)
