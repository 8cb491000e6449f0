"""The patient's language: chosen by the patient, offered when the texts are in another one, never switched.

Everybody begins in the Release's own language. A text in another one of ours is answered in that language
while nothing was chosen; from then on, and for every screen that a button leads to, the choice counts.
"""

from __future__ import annotations

from typing import Final

from bot import buttons
from bot.scene import Scene, column
from bot.screens import Choice, Screen
from bot.text import Text
from bot.understanding import Understanding

FORM: Final = "language"
COMMAND: Final = "language"
ENOUGH = 2
"""Texts in a row in another language, after which it is offered."""


def of_text(scene: Scene, understood: Understanding) -> str | None:
    """Which of our languages a text is clearly in."""
    return scene.release.language_of(understood.language) if understood.language else None


def answer_in(scene: Scene, understood: Understanding) -> None:
    """Answer a text in its own language, as long as the patient has chosen none."""
    found = of_text(scene, understood)
    if found is not None and not scene.state.chosen:
        scene.speak(found)


def listen(scene: Scene, understood: Understanding) -> None:
    """Note what the texts are in; offer that language after the second one in a row, once."""
    state, found = scene.state, of_text(scene, understood)
    if found is None:  # "OK", a number, a name: it says nothing either way
        return
    if found == _own(scene):
        scene.update(heard="", heard_times=0)
        return
    times = state.heard_times + 1 if state.heard == found else 1
    scene.update(heard=found, heard_times=times)
    if times >= ENOUGH and found not in state.language_offers:
        _offer(scene, found)


def tapped(scene: Scene, button: buttons.FormButton) -> None:
    """A language was chosen, an offer declined, or the list asked for."""
    found = scene.release.language_of(button.step)
    match button.act:
        case "use" if found is not None:
            choose(scene, found)
        case "keep":
            _declined(scene)
        case _:
            ask(scene)


def choose(scene: Scene, language: str) -> None:
    """The patient's choice: from now on every screen is in this language, as far as it is translated."""
    scene.update(locale=language, chosen=True, heard="", heard_times=0)
    scene.speak(language)
    own = language == scene.release.locale
    rows = column(
        scene.page_button("menu-guide"), scene.page_button("menu-faq"), scene.write_button
    )
    scene.say("language.now" if own else "language.now_partly", rows)


def ask(scene: Scene) -> None:
    """All languages, each by its own name."""
    rows = [
        Choice(scene.phrases.into(one).label("language.name"), buttons.form(FORM, one, "use"))
        for one in scene.release.languages
    ]
    scene.say("language.choose", column(*rows))


def menu_button(scene: Scene) -> Choice | None:
    """The way to the list, where there is more than one language."""
    if len(scene.release.languages) < 2:
        return None
    return scene.button("button.language", buttons.form(FORM, "all", "choose"))


def hinted_button(scene: Scene) -> Choice | None:
    """On Home: the language that the platform says the patient uses, until one was chosen."""
    found = scene.release.language_of(scene.state.language_hint)
    if found is None or scene.state.chosen or found == scene.language:
        return None
    label = scene.phrases.into(found).label("language.use")
    return Choice(label, buttons.form(FORM, found, "use"))


def _own(scene: Scene) -> str:
    return scene.release.language_of(scene.state.locale) or scene.release.locale


def _offer(scene: Scene, language: str) -> None:
    """One question in both languages, a button in each."""
    scene.update(language_offers=(*scene.state.language_offers, language))
    theirs, ours = scene.phrases.into(language), scene.phrases.into(_own(scene))
    text: Text = (
        *theirs.text("language.offer", **scene.facts),
        *ours.text("language.offer_other", **scene.facts, language=ours.language(language)),
    )
    use = Choice(theirs.label("language.use"), buttons.form(FORM, language, "use"))
    keep = Choice(ours.label("language.use"), buttons.form(FORM, _own(scene), "keep"))
    scene.show(Screen(text, scene.with_home(column(use, keep)), language=language))


def _declined(scene: Scene) -> None:
    """To stay is a choice as well."""
    language = _own(scene)
    scene.update(chosen=True, locale=language, heard="", heard_times=0)
    scene.speak(language)
    scene.say("language.kept", column(scene.page_button("menu-guide"), scene.write_button))
