"""Whether an answer of the guide helped: two buttons under each FAQ, counted without names."""

from __future__ import annotations

from typing import Final

from bot import buttons
from bot import effects as fx
from bot.release import Item, Kind
from bot.scene import Scene, column
from bot.screens import Rows

FORM: Final = "helpful"
_REMEMBERED: Final = 50
"""FAQs of one conversation; there are fewer in the guide."""


def rows(scene: Scene, item: Item) -> Rows:
    """The two buttons, until one of them was tapped. A Release older than they are has no words for
    them and shows none."""
    if item.kind is not Kind.FAQ or item.id in scene.state.rated or not _has_words(scene):
        return ()
    yes = scene.button("button.helpful", buttons.form(FORM, item.id, "yes"))
    no = scene.button("button.unhelpful", buttons.form(FORM, item.id, "no"))
    return ((yes, no),)


def _has_words(scene: Scene) -> bool:
    return "button.helpful" in scene.release.phrases


def tapped(scene: Scene, button: buttons.FormButton) -> None:
    """Thank, count once per conversation and FAQ, and offer a person where it did not help."""
    item, helped = scene.release.item(button.step), button.act == "yes"
    if item is not None and item.kind is Kind.FAQ and item.id not in scene.state.rated:
        scene.do(fx.Count("helpful" if helped else "unhelpful", item.id))
        scene.update(rated=(*scene.state.rated, item.id)[-_REMEMBERED:])
    if not _has_words(scene):
        return
    scene.answer_tap(scene.label("helpful.thanks"))
    if not helped:
        scene.say("helpful.no", column(scene.write_button))
