"""How the form looks: a question, an offered answer, places to choose from, the review card."""

from __future__ import annotations

from bot import buttons, steps
from bot.release import FormStep
from bot.scene import Scene, column, pairs, unique
from bot.screens import Choice, Rows, Screen
from bot.state import Form
from bot.text import Span, Text, Value, quote_typed, stack, typed
from bot.understanding import PlaceGuess

HOURS_IN_A_ROW = 4

QUESTION_SHOWN = 300
"""Characters of the question on the review card, which must stay one screen of a phone."""


def show_question(scene: Scene, form: Form, step: FormStep, intro: str | None = None) -> None:
    """Ask a step; ``intro`` is the key of a line to put before it."""
    before = scene.text(intro) if intro else ()
    text = (*before, *_progress(scene, step), *scene.text(f"form.{step.id}.ask"))
    scene.show(Screen(text, (*_options(scene, form, step), *_navigation(scene, form, step))))


def show_offer(
    scene: Scene, form: Form, step: FormStep, key: str, text: str, more: Rows = ()
) -> None:
    """Show a text that may be the answer, to be used or written again; ``more``: pages that may have
    been meant."""
    rows = column(
        scene.button("form.use", buttons.form(form.id, step.id, "use")),
        scene.button("form.again", buttons.form(form.id, step.id, "again")),
    )
    words = (*_progress(scene, step), *scene.text(key, text=quote_typed(text)))
    scene.show(Screen(words, unique((*rows, *more, *_navigation(scene, form, step)))))


def show_too_long(scene: Scene, form: Form, step: FormStep, length: int) -> None:
    """The answer is too long; the question stays open."""
    rows = _navigation(scene, form, step)
    scene.say("form.too_long", rows, length=str(length), most=str(step.max))


def show_places(scene: Scene, form: Form, step: FormStep, places: tuple[PlaceGuess, ...]) -> None:
    """A typed place, read: one to confirm or several to choose from."""

    def clock(place: PlaceGuess) -> str:
        return scene.phrases.clock(scene.given.now, place.zone)

    if len(places) == 1:
        yes = scene.button("button.yes", buttons.form(form.id, step.id, "p0"))
        no = scene.button("button.no", buttons.form(form.id, step.id, "no"))
        text = scene.text("form.time.confirm", place=places[0].name, time=clock(places[0]))
        scene.show(Screen(text, ((yes, no), *_navigation(scene, form, step))))
        return
    choices = [
        scene.button(
            "form.time.place", buttons.form(form.id, step.id, f"p{n}"),
            place=place.name, time=clock(place),
        )
        for n, place in enumerate(places)
    ]  # fmt: skip
    no = scene.button("form.time.none", buttons.form(form.id, step.id, "no"))
    rows = (*column(*choices, no), *_navigation(scene, form, step))
    scene.show(Screen(scene.text("form.time.which"), rows))


def show_review(scene: Scene, form: Form) -> None:
    """Everything on one card; every line can be tapped and changed."""
    lines: list[Text] = []
    edits: list[Choice] = []
    for step in scene.release.form:
        label = scene.label(f"form.{step.id}.label")
        value = steps.answer_text(scene, step, form.answer(step.id))
        if isinstance(value, Span):
            value = typed(steps.shorten(value.text, QUESTION_SHOWN))
        lines.append(scene.text("form.review.line", label=label, value=value))
        edits.append(Choice(label, buttons.form(form.id, steps.REVIEW, step.id)))
    reading = scene.page(scene.state.trail[-1]) if scene.state.trail else None
    parts = [scene.text("form.review.title"), stack(*lines)]
    if reading is not None:
        parts.append(scene.text("form.review.reading", title=reading.title))
    send = scene.button("form.review.send", buttons.form(form.id, steps.REVIEW, "send"))
    stop = scene.button("button.cancel", buttons.form(form.id, steps.REVIEW, "cancel"))
    rows = ((send,), *pairs(edits), (stop, scene.menu_button))
    scene.show(Screen(tuple(block for part in parts for block in part), rows))


def _progress(scene: Scene, step: FormStep) -> Text:
    ids = [one.id for one in scene.release.form]
    values: dict[str, Value] = {
        "step": str(ids.index(step.id) + 1),
        "steps": str(len(ids)),
        "title": scene.label(f"form.{step.id}.title"),
    }
    return scene.text("form.progress", **values)


def _options(scene: Scene, form: Form, step: FormStep) -> Rows:
    if step.kind == "time":
        return _hours(scene, form, step)
    return pairs(
        [
            scene.button(f"form.{step.id}.{option}", buttons.form(form.id, step.id, option))
            for option in step.options
        ]
    )


def _hours(scene: Scene, form: Form, step: FormStep) -> Rows:
    """Every full-hour offset once, as the time that a clock there shows now, in day order."""
    now = scene.given.now
    shown = sorted(
        (scene.phrases.clock(now, offset), offset) for offset in range(-11 * 60, 12 * 60 + 1, 60)
    )
    choices = [
        Choice(clock, buttons.form(form.id, step.id, f"o{offset:+d}")) for clock, offset in shown
    ]
    starts = range(0, len(choices), HOURS_IN_A_ROW)
    return tuple(tuple(choices[at : at + HOURS_IN_A_ROW]) for at in starts)


def _navigation(scene: Scene, form: Form, step: FormStep) -> Rows:
    row: list[Choice] = []
    if not step.required:
        row.append(scene.button("button.skip", buttons.form(form.id, step.id, "skip")))
    if step.id != scene.release.form[0].id or form.editing:
        row.append(scene.button("button.back", buttons.form(form.id, step.id, "back")))
    row.append(scene.button("button.cancel", buttons.form(form.id, step.id, "cancel")))
    return (tuple(row), (scene.menu_button,))
