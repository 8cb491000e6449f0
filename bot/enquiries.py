"""An enquiry's life as the patient sees it: sent, waiting, with a human, closed, opened again.

Rules: what is typed while an enquiry is open goes to the team and is acknowledged; a promise comes from
content or not at all, and one that will be missed is told before she asks; one note per closure; after
Close the bot answers again, and only a button or quoting a human's message reopens.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import buttons, cards, hours
from bot import effects as fx
from bot import events as ev
from bot.scene import Scene, column
from bot.screens import Rows, Screen
from bot.state import Answer, Enquiry, Form, Status
from bot.text import Text, Value, quote_typed, typed

QUIET_AFTER_HUMAN = timedelta(minutes=30)
"""No "we are closed" note while a facilitator wrote this recently (lessons: an away note over a human)."""

REMEMBERED = 30
"""Relayed messages kept in the state, so that their edits arrive as edits."""


def send(scene: Scene, form: Form) -> str:
    """Make the enquiry of a finished form and hand it to the desk; its reference."""
    state, given, organisation = scene.state, scene.given, scene.release.organisation
    waiting = state.open_enquiry
    due = hours.due(organisation.hours, given.now, organisation.promise_seconds)
    base = waiting or Enquiry(given.reference, Status.NEW, given.now, consented=True)
    status = Status.ANSWERED if base.status is Status.AWAITING_PATIENT else base.status
    enquiry = replace(
        base, status=status, consented=True, answers=_merged(base, form), due_at=due,
        trail=state.trail, bot_said=state.bot_said, form_id=form.id, late_told=False,
    )  # fmt: skip
    scene.put(enquiry)
    if waiting is not None:
        _tell_follow_up(scene, enquiry, form)
    scene.update(last_text=None, misses=0)
    cards.show(scene, enquiry)
    _set_promise(scene, enquiry)
    open_now = hours.is_open(organisation.hours, given.now)
    if not open_now:
        scene.update(closure_noted=hours.closure(organisation.hours, given.now))
    text = (
        *scene.text("sent.done", reference=enquiry.reference),
        *promise_text(scene, enquiry),
        *scene.text("sent.more"),
    )
    scene.show(Screen(text, scene.with_home(_rows(scene, enquiry)), keep=True))
    return enquiry.reference


def _merged(enquiry: Enquiry, form: Form) -> tuple[Answer, ...]:
    """Answers of a form sent into an open enquiry: what was asked first stays the question there."""
    kept = enquiry.answer("question")
    if kept is None:
        return form.answers
    return (kept, *(one for one in form.answers if one.step != kept.step))


def _tell_follow_up(scene: Scene, enquiry: Enquiry, form: Form) -> None:
    """A form sent while the team has an enquiry already: its question goes into the thread."""
    question = form.answer("question")
    if question is None or not question.text:
        return
    mention = (enquiry.assignee.account,) if enquiry.assignee else ()
    label = scene.text("desk.patient", name=_name(scene), reference=enquiry.reference)
    scene.do(fx.RelayToDesk(enquiry.reference, label, question.text, mention=mention))


def _set_promise(scene: Scene, enquiry: Enquiry) -> None:
    if enquiry.due_at is None:
        scene.do(fx.CancelTimer("promise", enquiry.reference))
        return
    early = hours.minutes(scene.release.limits.late_promise_minutes_before)
    # a promise shorter than that must not be late the moment it is made
    early = min(early, (enquiry.due_at - scene.given.now) / 2)
    at = max(scene.given.now, enquiry.due_at - early)
    scene.do(fx.SetTimer("promise", at, enquiry.reference))


def promise_text(scene: Scene, enquiry: Enquiry) -> Text:
    """Who answers and by when, honestly: the promise, or the hours, or neither."""
    organisation, now = scene.release.organisation, scene.given.now
    desk_time = scene.phrases.clock(now, organisation.hours.zone)
    parts: Text
    if enquiry.due_at is not None:
        key = "promise.due" if scene.knows_zone else "promise.due_seoul"
        parts = scene.text(key, due=scene.phrases.day_and_time(enquiry.due_at, scene.zone()))
    else:
        parts = scene.text("promise.none")
    if hours.is_open(organisation.hours, now):
        return (*parts, *scene.text("promise.open", time=desk_time))
    opening = hours.next_opening(organisation.hours, now)
    if opening is None:
        return (*parts, *scene.text("promise.closed", time=desk_time))
    at = scene.phrases.day_and_time(opening, scene.zone())
    key = "promise.opens" if scene.knows_zone else "promise.opens_seoul"
    return (*parts, *scene.text(key, time=desk_time, opens=at))


def _rows(scene: Scene, enquiry: Enquiry) -> Rows:
    withdraw = scene.button("button.withdraw", buttons.enquiry(enquiry.reference, "withdraw"))
    checklist = scene.page_button("checklist")
    return column(checklist, scene.question_button(enquiry), withdraw)


# ---- where it stands


def show_status(scene: Scene, enquiry: Enquiry | None = None) -> None:
    """Where a question stands; without one, how to ask."""
    enquiry = enquiry or scene.state.open_enquiry
    if enquiry is None:
        scene.say("status.none", column(scene.write_button, scene.page_button("menu-guide")))
        return
    name = enquiry.assignee.name if enquiry.assignee else ""
    key = f"status.{enquiry.status.value}"
    text = scene.text(key, reference=enquiry.reference, name=name)
    if not enquiry.is_open:
        reopen = scene.button("button.reopen", buttons.enquiry(enquiry.reference, "reopen"))
        again = scene.button("button.write", buttons.form("new", "start", "open"))
        rows = column(reopen if enquiry.consented else None, again)
        scene.show(Screen(text, scene.with_home(rows)))
        return
    if not enquiry.consented:
        scene.say("status.alerted", column(scene.write_button), reference=enquiry.reference)
        return
    if enquiry.status in (Status.NEW, Status.CLAIMED, Status.ANSWERED):
        text = (*text, *promise_text(scene, enquiry))
    question = enquiry.answer("question")
    if question is not None and question.text:
        short = question.text if len(question.text) <= 200 else question.text[:199] + "…"
        text = (*text, *scene.text("status.question", text=quote_typed(short)))
    rows = tuple(
        row for row in _rows(scene, enquiry) if not row[0].data.endswith(":status")
    )  # this is the status screen itself
    scene.show(Screen(text, scene.with_home(rows)))


# ---- what the patient adds


def added_text(scene: Scene, enquiry: Enquiry, event: ev.Wrote) -> None:
    """A text for the team while the enquiry is open."""
    _relay(scene, enquiry, event.text, None, event.message_id)


def added_file(scene: Scene, enquiry: Enquiry, event: ev.SentFile) -> None:
    """A photo, document or voice note for the team."""
    _relay(scene, enquiry, event.caption, event.file, event.message_id, group=event.group)


def _relay(
    scene: Scene, enquiry: Enquiry, text: str, file: ev.FileRef | None, message_id: str,
    group: str = "",
) -> None:  # fmt: skip
    enquiry = _patient_spoke(scene, enquiry)
    mention = (enquiry.assignee.account,) if enquiry.assignee else ()
    label = scene.text("desk.patient", name=_name(scene), reference=enquiry.reference)
    scene.do(fx.RelayToDesk(enquiry.reference, label, text, file=file, mention=mention))
    if text and message_id:
        kept = (*scene.state.messages, (message_id, enquiry.reference, text))
        scene.update(messages=kept[-REMEMBERED:])
    noted = _closure_note(scene, enquiry)
    if message_id and scene.given.channel.reactions:
        scene.do(fx.AcknowledgeMessage(message_id))
    elif not noted and (not group or scene.state.acknowledged_group != group):
        scene.say("queued.passed", column(scene.question_button(enquiry)))
    if group:
        scene.update(acknowledged_group=group)


def _patient_spoke(scene: Scene, enquiry: Enquiry) -> Enquiry:
    """After our last word it is our turn again, with a new promise."""
    if enquiry.status is not Status.AWAITING_PATIENT:
        return enquiry
    enquiry = promise_again(scene, replace(enquiry, status=Status.ANSWERED))
    cards.show(scene, enquiry)
    return enquiry


def promise_again(scene: Scene, enquiry: Enquiry) -> Enquiry:
    """It is our turn: the promise of content runs from now."""
    organisation = scene.release.organisation
    due = hours.due(organisation.hours, scene.given.now, organisation.promise_seconds)
    enquiry = replace(enquiry, due_at=due, late_told=False)
    scene.put(enquiry)
    _set_promise(scene, enquiry)
    return enquiry


def _closure_note(scene: Scene, enquiry: Enquiry) -> bool:
    """One note per closure, never just after a human wrote."""
    organisation, now = scene.release.organisation, scene.given.now
    if hours.is_open(organisation.hours, now):
        return False
    closure = hours.closure(organisation.hours, now)
    spoke = enquiry.spoke_at
    if scene.state.closure_noted == closure or (spoke and now - spoke < QUIET_AFTER_HUMAN):
        return False
    scene.update(closure_noted=closure)
    text = (*scene.text("queued.passed"), *promise_text(scene, enquiry))
    rows = scene.with_home(column(scene.question_button(enquiry)))
    scene.show(Screen(text, rows, keep=True))
    return True


def edited(scene: Scene, event: ev.Edited) -> None:
    """A change to something the team has: it arrives as an edit, the old text is kept."""
    found = next((one for one in scene.state.messages if one[0] == event.message_id), None)
    if found is not None:
        _, reference, was = found
        if was == event.text or not may_reach_team(scene, scene.state.enquiry(reference)):
            return
        _relay_edit(scene, reference, was, event.text)
        scene.update(
            messages=tuple(
                (one[0], one[1], event.text) if one[0] == event.message_id else one
                for one in scene.state.messages
            )
        )
        return
    step = dict(scene.state.typed).get(event.message_id)
    if step is None:
        return
    form, enquiry = scene.state.form, scene.state.open_enquiry
    most = next((one.max for one in scene.release.form if one.id == step), 0)
    if form is not None and form.answer(step) is not None and 0 < len(event.text) <= most:
        answers = tuple(
            replace(one, text=event.text, choice=None) if one.step == step else one
            for one in form.answers
        )
        scene.update(form=replace(form, answers=answers))
        scene.say("form.edited", column(scene.button(
            "form.continue", buttons.form("new", "start", "open"))))  # fmt: skip
        return
    old = enquiry.answer(step) if enquiry is not None else None
    if not may_reach_team(scene, enquiry):
        return
    if enquiry is not None and old is not None and old.text != event.text:
        _relay_edit(scene, enquiry.reference, old.text or "", event.text)
        answers = tuple(
            replace(one, text=event.text) if one.step == step else one for one in enquiry.answers
        )
        enquiry = replace(enquiry, answers=answers)
        scene.put(enquiry)
        cards.show(scene, enquiry)


def may_reach_team(scene: Scene, enquiry: Enquiry | None) -> bool:
    """Whether words for this enquiry may go to the desk: the consent was not taken back, or a
    facilitator answered a danger without one."""
    if enquiry is None:
        return False
    agreed = enquiry.consented and scene.state.consent is not None
    return agreed or (enquiry.is_open and enquiry.spoke_at is not None)


def _relay_edit(scene: Scene, reference: str, was: str, text: str) -> None:
    label = scene.text("desk.patient_edited", name=_name(scene), reference=reference)
    enquiry = scene.state.enquiry(reference)
    mention = (enquiry.assignee.account,) if enquiry is not None and enquiry.assignee else ()
    scene.do(fx.RelayToDesk(reference, label, text, was=was, mention=mention))


def _name(scene: Scene) -> Value:
    return typed(scene.state.name) if scene.state.name else scene.label("desk.nameless")


# ---- ending and opening again


def ask_withdraw(scene: Scene, enquiry: Enquiry) -> None:
    """Withdrawing is asked once more."""
    if not enquiry.is_open:
        show_status(scene, enquiry)
        return
    yes = scene.button("withdraw.yes", buttons.enquiry(enquiry.reference, "withdraw-yes"))
    no = scene.button("withdraw.no", buttons.enquiry(enquiry.reference, "status"))
    scene.say("withdraw.ask", column(yes, no), reference=enquiry.reference)


def withdraw(scene: Scene, enquiry: Enquiry, *, silently: bool = False) -> None:
    """The patient takes the question back."""
    if not enquiry.is_open:
        if not silently:
            show_status(scene, enquiry)
        return
    enquiry = replace(enquiry, status=Status.WITHDRAWN, resolved_at=scene.given.now, due_at=None)
    scene.put(enquiry)
    for timer in ("promise", "alert"):
        scene.do(fx.CancelTimer(timer, enquiry.reference))
    cards.show(scene, enquiry)
    scene.do(fx.TellDesk(enquiry.reference, scene.text("desk.withdrawn")))
    if not silently:
        scene.say("withdraw.done", column(scene.page_button("menu-guide"), scene.write_button),
                  reference=enquiry.reference)  # fmt: skip


def reopen(scene: Scene, enquiry: Enquiry) -> Enquiry:
    """Open a closed question again, with whom it was."""
    if enquiry.is_open:
        show_status(scene, enquiry)
        return enquiry
    other = scene.state.open_enquiry
    if other is not None:
        show_status(scene, other)
        return other
    enquiry = opened_again(scene, enquiry)
    mention = enquiry.assignee.account if enquiry.assignee else None
    scene.do(fx.TellDesk(enquiry.reference, scene.text("desk.reopened"), to=mention))
    text = (*scene.text("reopen.done", reference=enquiry.reference), *promise_text(scene, enquiry))
    rows = scene.with_home(_rows(scene, enquiry))
    scene.show(Screen(text, rows, keep=True))
    return enquiry


def opened_again(scene: Scene, enquiry: Enquiry, *, undone: bool = False) -> Enquiry:
    """The state change of reopening, by patient or staff. ``undone``: staff take back a close; where
    the patient had the answer already, nothing new is promised."""
    organisation = scene.release.organisation
    due = hours.due(organisation.hours, scene.given.now, organisation.promise_seconds)
    status = Status.CLAIMED if enquiry.assignee else Status.NEW
    if undone and enquiry.resolved_from is Status.AWAITING_PATIENT:
        status, due = Status.AWAITING_PATIENT, None
    enquiry = replace(
        enquiry, status=status, due_at=due, late_told=False, resolved_at=None, resolved_from=None
    )
    scene.put(enquiry)
    _set_promise(scene, enquiry)
    cards.show(scene, enquiry)
    return enquiry


def quoted_human(scene: Scene, quotes: int | None) -> Enquiry | None:
    """The enquiry whose facilitator's message is being quoted."""
    if quotes is None:
        return None
    return next(
        (
            enquiry
            for enquiry in scene.state.enquiries
            if any(draft.seq == quotes for draft in enquiry.drafts)
        ),
        None,
    )


def late(scene: Scene, reference: str) -> None:
    """The promise's timer is due: if nobody has answered, say so with a new honest time."""
    enquiry = scene.state.enquiry(reference)
    waiting = (Status.NEW, Status.CLAIMED, Status.ANSWERED)
    if enquiry is None or enquiry.status not in waiting or enquiry.due_at is None:
        return
    organisation = scene.release.organisation
    mention = enquiry.assignee.account if enquiry.assignee else None
    old = scene.house.day_and_time(enquiry.due_at, organisation.hours.zone)
    scene.do(fx.TellDesk(reference, scene.text("desk.late", due=old), to=mention))
    start = max(scene.given.now, enquiry.due_at)
    due = hours.due(organisation.hours, start, organisation.promise_seconds)
    if enquiry.late_told:
        due = None  # two times were named and missed: a third would not be believed
    enquiry = replace(enquiry, late_told=True, due_at=due)
    scene.put(enquiry)
    cards.show(scene, enquiry)
    _set_promise(scene, enquiry)
    if scene.state.stopped or scene.state.blocked:
        return
    if due is None:
        text = scene.text("late.none", reference=reference)
    else:
        key = "late.due" if scene.knows_zone else "late.due_seoul"
        when = scene.phrases.day_and_time(due, scene.zone())
        text = scene.text(key, reference=reference, due=when)
    rows = scene.with_home(column(scene.question_button(enquiry)))
    scene.show(Screen(text, rows, keep=True))
