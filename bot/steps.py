"""The steps of the form and what an answer to one looks like, on the review card and on the desk."""

from __future__ import annotations

from bot.release import FormStep
from bot.scene import Scene
from bot.state import Answer, Form
from bot.text import Value, typed

REVIEW = "review"
CONSENT = "consent"


def find(scene: Scene, step_id: str) -> FormStep | None:
    """A step by its id."""
    return next((one for one in scene.release.form if one.id == step_id), None)


def following(scene: Scene, step_id: str) -> str:
    """The id of the step after this one, REVIEW after the last."""
    ids = [step.id for step in scene.release.form]
    at = ids.index(step_id)
    return ids[at + 1] if at + 1 < len(ids) else REVIEW


def answered(form: Form, step: FormStep) -> bool:
    """Whether a step has an answer that says something."""
    answer = form.answer(step.id)
    return answer is not None and bool(answer.text or answer.choice)


def answer_text(
    scene: Scene, step: FormStep, answer: Answer | None, *, desk: bool = False
) -> Value:
    """One answer in words: TYPED where a person typed it. desk: for staff, in the house's language."""
    phrases = scene.house if desk else scene.phrases
    if answer is None or (answer.text is None and answer.choice is None and answer.offset is None):
        return phrases.label("form.skipped")
    if answer.choice is not None:
        if answer.choice not in step.options:  # content has dropped this option since
            return answer.choice
        return phrases.label(f"form.{step.id}.{answer.choice}")
    if step.kind != "time":
        return typed(answer.text or "")
    zone: str | int = answer.zone if answer.zone is not None else answer.offset or 0
    clock = phrases.clock(scene.given.now, zone)
    return f"{clock} ({answer.text})" if answer.zone is not None else clock


def shorten(text: str, most: int) -> str:
    """A text cut for showing only, with a mark where it goes on."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
