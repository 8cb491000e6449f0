"""Moving through the form: an answer recorded, the next question asked, back, edit, cancel."""

from __future__ import annotations

from dataclasses import replace

from bot import browsing, consent, steps
from bot import form_screens as screens
from bot.release import FormStep
from bot.scene import Scene, column
from bot.state import Answer, Form


def finish(scene: Scene, form: Form, became: str) -> None:
    """Put a form away; its old buttons say what became of it: a reference, or "cancelled"."""
    done = (*scene.state.finished_forms, (form.id, became))[-20:]
    scene.update(form=None, finished_forms=done)


def cancel(scene: Scene) -> None:
    """Leave the form; what was asked is offered again the next time."""
    form = scene.state.form
    if form is None:
        browsing.home(scene)
        return
    question = form.answer("question")
    scene.update(last_text=(question.text if question else None) or scene.state.last_text)
    finish(scene, form, "cancelled")
    scene.say("form.cancelled", column(scene.write_button, scene.page_button("menu-guide")))


def first_open(scene: Scene, form: Form) -> str:
    """Where a form goes on after a consent: the first step that was neither answered nor skipped."""
    left = (step.id for step in scene.release.form if form.answer(step.id) is None)
    return next(left, steps.REVIEW)


def consent_first(scene: Scene, form: Form) -> bool:
    """True where the consent text has changed while the form was open: it is asked before anything else."""
    if consent.given_for(scene):
        return False
    scene.update(form=replace(form, step=steps.CONSENT))
    ask_consent(scene)
    return True


def answer(scene: Scene, step: FormStep, answer: Answer, current: bool) -> None:
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
        ask_here(scene)
    elif form.editing:
        go(scene, steps.REVIEW)
    else:
        go(scene, steps.following(scene, step.id))


def back(scene: Scene, form: Form, step_id: str) -> None:
    """The step before; the review card where one line was being changed."""
    ids = [step.id for step in scene.release.form]
    if form.editing and step_id != steps.REVIEW:
        go(scene, steps.REVIEW)
    elif step_id == steps.REVIEW:
        go(scene, ids[-1])
    elif step_id in ids and ids.index(step_id) > 0:
        go(scene, ids[ids.index(step_id) - 1])
    else:
        ask_again(scene)


def edit(scene: Scene, form: Form, step_id: str) -> None:
    """Change one line of the review card."""
    if steps.find(scene, step_id) is None:
        ask_again(scene)
        return
    scene.update(form=replace(form, editing=True), last_text=None)
    go(scene, step_id)


def go(scene: Scene, step_id: str) -> None:
    """Open a step, or the review card."""
    form = scene.state.form
    if form is None:
        return
    editing = form.editing and step_id != steps.REVIEW
    scene.update(
        form=replace(form, step=step_id, editing=editing, offer=None, offer_id="", places=())
    )
    ask_here(scene)


def ask_again(scene: Scene) -> None:
    """Show whatever is open now: Home, the consent, the question or the review card."""
    form = scene.state.form
    if form is None:
        browsing.home(scene)
    elif form.step == steps.CONSENT:
        ask_consent(scene)
    else:
        ask_here(scene)


def ask_here(scene: Scene) -> None:
    """Show the open question (or the review card) and remember when."""
    form = scene.state.form
    if form is None:
        return
    step = steps.find(scene, form.step)
    if form.step == steps.REVIEW or step is None:
        scene.update(form=replace(form, step=steps.REVIEW, asked_at=scene.given.now, away=False))
        screens.show_review(scene, form)
        return
    # resumed only says "welcome back" once; asked_at is what late texts are compared with
    scene.update(form=replace(form, asked_at=scene.given.now, resumed=False, away=False))
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


def ask_consent(scene: Scene) -> None:
    """Show the consent screen of the open form."""
    if scene.state.form is not None:
        consent.ask(scene, scene.state.form)
