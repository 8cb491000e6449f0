"""What a typed text comes to as the answer of a step: words, a choice, a clock or a place."""

from __future__ import annotations

from dataclasses import replace

from bot import form_moves as moves
from bot import form_screens as screens
from bot import hours, steps
from bot.clock import read_clock
from bot.release import FormStep
from bot.scene import Scene
from bot.state import Answer, Form
from bot.understanding import Understanding
from bot.words import clean


def keep_place(scene: Scene, text: str, message_id: str) -> None:
    """After a safety text: the same question again, with what was typed offered as its answer."""
    form = scene.state.form
    if form is None:
        return
    step = steps.find(scene, form.step)
    if step is not None and step.id == scene.release.form[0].id and 0 < len(text) <= step.max:
        scene.update(form=replace(form, offer=text, offer_id=message_id))
    moves.ask_again(scene)


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


def take_text(
    scene: Scene,
    form: Form,
    step: FormStep,
    text: str,
    message_id: str,
    understood: Understanding | None = None,
) -> None:
    """Take a text as the answer of the open step, as its kind reads it."""
    text = text.strip()
    if not text:
        moves.ask_again(scene)
    elif len(text) > step.max:
        screens.show_too_long(scene, form, step, len(text))
    elif step.kind == "time":
        _take_time(scene, form, step, text, understood)
    elif step.kind == "choice":
        _take_choice(scene, form, step, text, message_id)
    else:
        _remember_typed(scene, message_id, step.id)
        moves.answer(scene, step, Answer(step.id, text=text), True)


def _take_choice(scene: Scene, form: Form, step: FormStep, text: str, message_id: str) -> None:
    said = clean(text)
    for option in step.options:
        if clean(scene.label(f"form.{step.id}.{option}")) == said:
            moves.answer(scene, step, Answer(step.id, choice=option), True)
            return
    if not step.typed:
        screens.show_question(scene, form, step, "form.choose")
        return
    _remember_typed(scene, message_id, step.id)
    moves.answer(scene, step, Answer(step.id, text=text), True)


def _remember_typed(scene: Scene, message_id: str, step: str) -> None:
    if message_id:
        scene.update(typed=(*scene.state.typed, (message_id, step))[-20:])


def _take_time(
    scene: Scene, form: Form, step: FormStep, text: str, understood: Understanding | None
) -> None:
    clock = read_clock(text)
    if clock is not None:
        offset = hours.offset_from_clock(scene.given.now, *clock)
        moves.answer(scene, step, Answer(step.id, text=text, offset=offset), True)
        return
    places = understood.places if understood is not None else form.places
    if not places:
        screens.show_question(scene, form, step, "form.time.unknown")
        return
    scene.update(form=replace(form, places=places[:3], offer=None, offer_id=""))
    screens.show_places(scene, form, step, places[:3])


def take_place(scene: Scene, form: Form, step: FormStep, number: int) -> None:
    """The patient confirmed or chose one of the places that a text may mean."""
    if number >= len(form.places):
        moves.ask_again(scene)
        return
    place = form.places[number]
    moves.answer(scene, step, Answer(step.id, text=place.name, zone=place.zone), True)
