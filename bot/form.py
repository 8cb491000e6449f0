"""The form "Write to a person": consent, the steps from content, the review card, and Send.

Rules: what was just typed is offered, not asked again; a step can be skipped, gone back to and edited;
a form waits where it stopped, over restarts and weeks; a text that was written before the question
was shown is offered, never taken; a finished or cancelled form answers what became of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot import browsing, buttons, consent, enquiries, steps
from bot import form_answers as answers
from bot import form_moves as moves
from bot import form_screens as screens
from bot.scene import Scene, column
from bot.state import Answer, Form
from bot.understanding import Route, Understanding


def open_form(scene: Scene) -> None:
    """Begin the form, or go on where it stopped."""
    state = scene.state
    enquiry = state.open_enquiry
    if enquiry is not None and enquiry.consented:
        enquiries.show_status(scene, enquiry)
        return
    form = state.form
    if form is not None and _too_old(scene, form):
        question = form.answer(scene.release.form[0].id)
        scene.update(form=None, last_text=question.text if question else state.last_text)
        form = None
    if form is not None:
        scene.update(form=replace(form, resumed=True))
        if form.step == steps.CONSENT:
            moves.ask_consent(scene)
        else:
            moves.ask_here(scene)
        return
    scene.update(form=Form(id=scene.given.token, step=steps.CONSENT, began_at=scene.given.now))
    if consent.given_for(scene):
        moves.go(scene, scene.release.form[0].id)
    else:
        moves.ask_consent(scene)


def _too_old(scene: Scene, form: Form) -> bool:
    """A form left for longer than content allows begins anew; its question is offered again."""
    left = form.asked_at or form.began_at or scene.given.now
    return scene.given.now - left > timedelta(days=scene.release.limits.form_resume_days)


def tapped(scene: Scene, button: buttons.FormButton) -> None:
    """A form button, of this form or of an old one."""
    if button.form_id == "new":
        open_form(scene)
        return
    form = scene.state.form
    if form is None or form.id != button.form_id:
        _tapped_old(scene, button.form_id)
        return
    match button.step, button.act:
        case "consent", act:
            _tapped_consent(scene, act)
        case _, "cancel":
            moves.cancel(scene)
        case "review", "send":
            _send(scene, form)
        case "review", act:
            moves.edit(scene, form, act)
        case step_id, act:
            _tapped_step(scene, form, step_id, act)


def _tapped_old(scene: Scene, form_id: str) -> None:
    became = dict(scene.state.finished_forms).get(form_id)
    enquiry = scene.state.enquiry(became) if became else None
    if enquiry is not None:
        enquiries.show_status(scene, enquiry)
    elif became == "cancelled":
        scene.say("form.was_cancelled", column(scene.write_button))
    else:
        scene.say("form.gone", column(scene.write_button))


def _tapped_consent(scene: Scene, act: str) -> None:
    form = scene.state.form
    if form is None:
        return
    if act == "agree":
        if not consent.given_for(scene):
            if not consent.still_shown(scene, form):
                moves.ask_consent(scene)  # the text has changed since this button was shown
                return
            consent.agree(scene)
        if form.step == steps.CONSENT:
            moves.go(scene, moves.first_open(scene, form))
        else:
            moves.ask_here(scene)
        return
    if form.step != steps.CONSENT:
        moves.ask_here(scene)
        return
    moves.finish(scene, form, "cancelled")
    rows = column(scene.page_button("menu-guide"), scene.page_button("menu-faq"))
    scene.say("consent.declined", rows)


def _tapped_step(scene: Scene, form: Form, step_id: str, act: str) -> None:
    step = steps.find(scene, step_id)
    if step is None or form.step == steps.CONSENT:
        moves.ask_again(scene)
        return
    if moves.consent_first(scene, form):
        return
    current = form.step == step_id
    match act:
        case "back":
            moves.back(scene, form, step_id)
        case "skip" if not step.required:
            moves.answer(scene, step, Answer(step.id), current)
        case "use" if current and form.offer is not None:
            answers.take_text(scene, form, step, form.offer, form.offer_id)
        case "use" | "again" | "no" if current:
            form = replace(form, offer=None, offer_id="", places=(), asked_at=scene.given.now)
            scene.update(form=form, last_text=None)
            screens.show_question(scene, form, step)
        case _ if act in step.options:
            moves.answer(scene, step, Answer(step.id, choice=act), current)
        case _ if step.kind == "time" and act[0] == "o" and _offset(act[1:]) is not None:
            moves.answer(scene, step, Answer(step.id, offset=_offset(act[1:])), current)
        case _ if step.kind == "time" and act[0] == "p" and act[1:].isdecimal():
            answers.take_place(scene, form, step, int(act[1:]))
        case _:
            moves.ask_again(scene)


def _offset(digits: str) -> int | None:
    """Minutes east of UTC as they stand in button data, in the range that zones use."""
    sign, number = digits[:1], digits[1:]
    if sign not in "+-" or not number.isascii() or not number.isdigit():
        return None
    value = int(sign + number)
    return value if -720 <= value <= 840 else None


def wrote(
    scene: Scene, text: str, message_id: str, sent_at: datetime, understood: Understanding
) -> None:
    """A text while a question of the form is open."""
    form = scene.state.form
    if form is None:
        return
    late = form.asked_at is not None and sent_at < form.asked_at.replace(microsecond=0)
    if late and understood.answer is not None:
        moves.ask_here(scene)  # a word for a button that was not there yet
        return
    if understood.answer != "cancel" and not consent.given_for(scene):
        if form.step == scene.release.form[0].id:
            scene.update(last_text=text)
        moves.consent_first(scene, form)
        return
    if form.away:
        _wrote_away(scene, form, text, message_id, understood)
        return
    match understood.answer:
        case "cancel":
            moves.cancel(scene)
            return
        case "back":
            moves.back(scene, form, form.step)
            return
        case _:
            pass
    if form.step == steps.REVIEW:
        if understood.answer == "yes":
            _send(scene, form)
        else:
            answers.offer_text(scene, text, message_id)
        return
    step = steps.find(scene, form.step)
    if step is None:
        moves.ask_again(scene)
        return
    if late:
        places = understood.places[:3] if step.kind == "time" else ()
        scene.update(form=replace(form, offer=text, offer_id=message_id, places=places))
        screens.show_offer(scene, form, step, "form.late_offer", text)
        return
    if understood.answer == "skip":
        if step.required:
            moves.ask_here(scene)
        else:
            moves.answer(scene, step, Answer(step.id), True)
        return
    if form.offer is not None and understood.answer in ("yes", "no"):
        _tapped_step(scene, form, step.id, "use" if understood.answer == "yes" else "no")
        return
    if form.places and understood.answer in ("yes", "no"):
        _tapped_step(scene, form, step.id, "p0" if understood.answer == "yes" else "no")
        return
    answers.take_text(scene, form, step, text, message_id, understood)


def _wrote_away(
    scene: Scene, form: Form, text: str, message_id: str, understood: Understanding
) -> None:
    """A text typed over a page of the guide while a form waits: it may be for either."""
    if understood.answer is not None or not text.strip() or understood.route is Route.PERSON:
        moves.ask_here(scene)  # a word for a button that is not in sight: show what it would answer
        return
    if understood.exact is not None or understood.route is not Route.GUIDE:
        browsing.free_text(scene, text, understood)
        return
    step = steps.find(scene, form.step)
    if step is None:
        answers.offer_text(scene, text, message_id)
        return
    places = understood.places[:3] if step.kind == "time" else ()
    scene.update(
        form=replace(
            form, offer=text, offer_id=message_id, places=places, away=False,
            asked_at=scene.given.now,
        )
    )  # fmt: skip
    more = column(*browsing.choices(scene, understood))
    screens.show_offer(scene, form, step, "form.away_offer", text, more)


def _send(scene: Scene, form: Form) -> None:
    missing = next(
        (one for one in scene.release.form if one.required and not steps.answered(form, one)), None
    )
    if missing is not None:
        moves.go(scene, missing.id)
        return
    if moves.consent_first(scene, form):
        return
    reference = enquiries.send(scene, form)
    moves.finish(scene, form, reference)
