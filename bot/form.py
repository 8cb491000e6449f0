"""The form "Write to a person": consent, the steps from content, the review card, and Send.

Rules: what was just typed is offered, not asked again; a step can be skipped, gone back to and edited;
a form waits where it stopped, over restarts and weeks; a text that was written before the question
was shown is offered, never taken; a finished or cancelled form answers what became of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot import browsing, buttons, consent, enquiries, hours, steps
from bot import form_screens as screens
from bot.clock import read_clock
from bot.release import FormStep
from bot.scene import Scene, column
from bot.state import Answer, Form
from bot.understanding import Understanding
from bot.words import clean

# ---- opening, leaving


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
            _ask_consent(scene)
        else:
            _ask_here(scene)
        return
    scene.update(form=Form(id=scene.given.token, step=steps.CONSENT, began_at=scene.given.now))
    if consent.given_for(scene):
        _go(scene, scene.release.form[0].id)
    else:
        _ask_consent(scene)


def _too_old(scene: Scene, form: Form) -> bool:
    """A form left for longer than content allows begins anew; its question is offered again."""
    left = form.asked_at or form.began_at or scene.given.now
    return scene.given.now - left > timedelta(days=scene.release.limits.form_resume_days)


def _ask_consent(scene: Scene) -> None:
    if scene.state.form is not None:
        consent.ask(scene, scene.state.form)


def cancel(scene: Scene) -> None:
    """Leave the form; what was asked is offered again the next time."""
    form = scene.state.form
    if form is None:
        browsing.home(scene)
        return
    question = form.answer("question")
    scene.update(last_text=(question.text if question else None) or scene.state.last_text)
    _finish(scene, form, "cancelled")
    scene.say("form.cancelled", column(scene.write_button, scene.page_button("menu-guide")))


def _finish(scene: Scene, form: Form, became: str) -> None:
    done = (*scene.state.finished_forms, (form.id, became))[-20:]
    scene.update(form=None, finished_forms=done)


# ---- taps


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
            cancel(scene)
        case "review", "send":
            _send(scene, form)
        case "review", act:
            _edit(scene, form, act)
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
                _ask_consent(scene)  # the text has changed since this button was shown
                return
            consent.agree(scene)
        if form.step == steps.CONSENT:
            _go(scene, _first_open(scene, form))
        else:
            _ask_here(scene)
        return
    if form.step != steps.CONSENT:
        _ask_here(scene)
        return
    _finish(scene, form, "cancelled")
    rows = column(scene.page_button("menu-guide"), scene.page_button("menu-faq"))
    scene.say("consent.declined", rows)


def _first_open(scene: Scene, form: Form) -> str:
    """Where a form goes on after a consent: the first step that was neither answered nor skipped."""
    left = (step.id for step in scene.release.form if form.answer(step.id) is None)
    return next(left, steps.REVIEW)


def _consent_first(scene: Scene, form: Form) -> bool:
    """True where the consent text has changed while the form was open: it is asked before anything else."""
    if consent.given_for(scene):
        return False
    scene.update(form=replace(form, step=steps.CONSENT))
    _ask_consent(scene)
    return True


def _tapped_step(scene: Scene, form: Form, step_id: str, act: str) -> None:
    step = steps.find(scene, step_id)
    if step is None or form.step == steps.CONSENT:
        _ask_again(scene)
        return
    if _consent_first(scene, form):
        return
    current = form.step == step_id
    match act:
        case "back":
            _back(scene, form, step_id)
        case "skip" if not step.required:
            _answer(scene, step, Answer(step.id), current)
        case "use" if current and form.offer is not None:
            _take_text(scene, form, step, form.offer, form.offer_id)
        case "use" | "again" | "no" if current:
            form = replace(form, offer=None, offer_id="", places=(), asked_at=scene.given.now)
            scene.update(form=form, last_text=None)
            screens.show_question(scene, form, step)
        case _ if act in step.options:
            _answer(scene, step, Answer(step.id, choice=act), current)
        case _ if step.kind == "time" and act[0] == "o" and _offset(act[1:]) is not None:
            _answer(scene, step, Answer(step.id, offset=_offset(act[1:])), current)
        case _ if step.kind == "time" and act[0] == "p" and act[1:].isdecimal():
            _take_place(scene, form, step, int(act[1:]))
        case _:
            _ask_again(scene)


def _offset(digits: str) -> int | None:
    """Minutes east of UTC as they stand in button data, in the range that zones use."""
    sign, number = digits[:1], digits[1:]
    if sign not in "+-" or not number.isascii() or not number.isdigit():
        return None
    value = int(sign + number)
    return value if -720 <= value <= 840 else None


# ---- typed answers


def wrote(
    scene: Scene, text: str, message_id: str, sent_at: datetime, understood: Understanding
) -> None:
    """A text while a question of the form is open."""
    form = scene.state.form
    if form is None:
        return
    late = form.asked_at is not None and sent_at < form.asked_at.replace(microsecond=0)
    if late and understood.answer is not None:
        _ask_here(scene)  # a word for a button that was not there yet
        return
    if understood.answer != "cancel" and not consent.given_for(scene):
        if form.step == scene.release.form[0].id:
            scene.update(last_text=text)
        _consent_first(scene, form)
        return
    match understood.answer:
        case "cancel":
            cancel(scene)
            return
        case "back":
            _back(scene, form, form.step)
            return
        case _:
            pass
    if form.step == steps.REVIEW:
        if understood.answer == "yes":
            _send(scene, form)
        else:
            offer_text(scene, text, message_id)
        return
    step = steps.find(scene, form.step)
    if step is None:
        _ask_again(scene)
        return
    if late:
        places = understood.places[:3] if step.kind == "time" else ()
        scene.update(form=replace(form, offer=text, offer_id=message_id, places=places))
        screens.show_offer(scene, form, step, "form.late_offer", text)
        return
    if understood.answer == "skip":
        if step.required:
            _ask_here(scene)
        else:
            _answer(scene, step, Answer(step.id), True)
        return
    if form.offer is not None and understood.answer in ("yes", "no"):
        _tapped_step(scene, form, step.id, "use" if understood.answer == "yes" else "no")
        return
    if form.places and understood.answer in ("yes", "no"):
        _tapped_step(scene, form, step.id, "p0" if understood.answer == "yes" else "no")
        return
    _take_text(scene, form, step, text, message_id, understood)


def offer_text(scene: Scene, text: str, message_id: str) -> None:
    """A text on the review card: it is offered as an addition to the question."""
    form = scene.state.form
    first = scene.release.form[0]
    if form is None:
        return
    question = form.answer(first.id)
    joined = f"{question.text}\n{text}" if question and question.text else text
    if len(joined) > first.max:
        screens.show_too_long(scene, form, first, len(joined))
        return
    scene.update(
        form=replace(
            form, step=first.id, editing=True, offer=joined, offer_id=message_id,
            asked_at=scene.given.now,
        )
    )  # fmt: skip
    screens.show_offer(scene, form, first, "form.question.offer", joined)


def _take_text(
    scene: Scene,
    form: Form,
    step: FormStep,
    text: str,
    message_id: str,
    understood: Understanding | None = None,
) -> None:
    text = text.strip()
    if not text:
        _ask_again(scene)
    elif len(text) > step.max:
        screens.show_too_long(scene, form, step, len(text))
    elif step.kind == "time":
        _take_time(scene, form, step, text, understood)
    elif step.kind == "choice":
        _take_choice(scene, form, step, text, message_id)
    else:
        _remember_typed(scene, message_id, step.id)
        _answer(scene, step, Answer(step.id, text=text), True)


def _take_choice(scene: Scene, form: Form, step: FormStep, text: str, message_id: str) -> None:
    said = clean(text)
    for option in step.options:
        if clean(scene.label(f"form.{step.id}.{option}")) == said:
            _answer(scene, step, Answer(step.id, choice=option), True)
            return
    if not step.typed:
        screens.show_question(scene, form, step, "form.choose")
        return
    _remember_typed(scene, message_id, step.id)
    _answer(scene, step, Answer(step.id, text=text), True)


def _remember_typed(scene: Scene, message_id: str, step: str) -> None:
    if message_id:
        scene.update(typed=(*scene.state.typed, (message_id, step))[-20:])


def _take_time(
    scene: Scene, form: Form, step: FormStep, text: str, understood: Understanding | None
) -> None:
    clock = read_clock(text)
    if clock is not None:
        offset = hours.offset_from_clock(scene.given.now, *clock)
        _answer(scene, step, Answer(step.id, text=text, offset=offset), True)
        return
    places = understood.places if understood is not None else form.places
    if not places:
        screens.show_question(scene, form, step, "form.time.unknown")
        return
    scene.update(form=replace(form, places=places[:3], offer=None, offer_id=""))
    screens.show_places(scene, form, step, places[:3])


def _take_place(scene: Scene, form: Form, step: FormStep, number: int) -> None:
    if number >= len(form.places):
        _ask_again(scene)
        return
    place = form.places[number]
    _answer(scene, step, Answer(step.id, text=place.name, zone=place.zone), True)


# ---- moving


def _answer(scene: Scene, step: FormStep, answer: Answer, current: bool) -> None:
    """Record an answer; go on from the open step, or stay where we are if an older step was answered."""
    form = scene.state.form
    if form is None:
        return
    others = tuple(one for one in form.answers if one.step != step.id)
    form = replace(form, answers=(*others, answer))
    if current:
        form = replace(form, offer=None, offer_id="", places=())
    scene.update(form=form)
    if step.kind == "time":
        scene.update(zone=answer.zone, offset=answer.offset)
    if step.id == "name":
        scene.update(name=answer.text or "")
    if not current:
        _ask_here(scene)
    elif form.editing:
        _go(scene, steps.REVIEW)
    else:
        _go(scene, steps.following(scene, step.id))


def _back(scene: Scene, form: Form, step_id: str) -> None:
    ids = [step.id for step in scene.release.form]
    if form.editing and step_id != steps.REVIEW:
        _go(scene, steps.REVIEW)
    elif step_id == steps.REVIEW:
        _go(scene, ids[-1])
    elif step_id in ids and ids.index(step_id) > 0:
        _go(scene, ids[ids.index(step_id) - 1])
    else:
        _ask_again(scene)


def _edit(scene: Scene, form: Form, step_id: str) -> None:
    if steps.find(scene, step_id) is None:
        _ask_again(scene)
        return
    scene.update(form=replace(form, editing=True), last_text=None)
    _go(scene, step_id)


def _go(scene: Scene, step_id: str) -> None:
    form = scene.state.form
    if form is None:
        return
    editing = form.editing and step_id != steps.REVIEW
    scene.update(
        form=replace(form, step=step_id, editing=editing, offer=None, offer_id="", places=())
    )
    _ask_here(scene)


# ---- asking


def _ask_again(scene: Scene) -> None:
    form = scene.state.form
    if form is None:
        browsing.home(scene)
    elif form.step == steps.CONSENT:
        _ask_consent(scene)
    else:
        _ask_here(scene)


def keep_place(scene: Scene, text: str, message_id: str) -> None:
    """After a safety text: the same question again, with what was typed offered as its answer."""
    form = scene.state.form
    if form is None:
        return
    step = steps.find(scene, form.step)
    if step is not None and step.id == scene.release.form[0].id and 0 < len(text) <= step.max:
        scene.update(form=replace(form, offer=text, offer_id=message_id))
    _ask_again(scene)


def _ask_here(scene: Scene) -> None:
    """Show the open question (or the review card) and remember when."""
    form = scene.state.form
    if form is None:
        return
    step = steps.find(scene, form.step)
    if form.step == steps.REVIEW or step is None:
        scene.update(form=replace(form, step=steps.REVIEW, asked_at=scene.given.now))
        screens.show_review(scene, form)
        return
    # resumed only says "welcome back" once; asked_at is what late texts are compared with
    scene.update(form=replace(form, asked_at=scene.given.now, resumed=False))
    offer = form.offer
    if offer is None and step.id == scene.release.form[0].id:
        # what was answered before, or just typed to the guide, is offered and not asked again
        before = form.answer(step.id)
        offer = before.text if before is not None else scene.state.last_text
    if offer is not None and step.kind == "text" and len(offer) <= step.max:
        scene.update(form=replace(scene.state.form or form, offer=offer))
        screens.show_offer(scene, form, step, "form.question.offer", offer)
        return
    screens.show_question(scene, form, step, "form.resumed" if form.resumed else None)


def _send(scene: Scene, form: Form) -> None:
    missing = next(
        (one for one in scene.release.form if one.required and not steps.answered(form, one)), None
    )
    if missing is not None:
        _go(scene, missing.id)
        return
    if _consent_first(scene, form):
        return
    reference = enquiries.send(scene, form)
    _finish(scene, form, reference)
