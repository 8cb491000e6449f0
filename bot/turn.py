"""The one pure step: a state and an event in, a new state and effects out.

Order inside a turn (design §3): danger first, before any mode, form step, command, edit or caption;
then commands; then the mode. No I/O, no clock, no chance: those come in ``Given``.
"""

from __future__ import annotations

from typing import assert_never

from bot import (
    browsing,
    buttons,
    consent,
    danger,
    desk,
    enquiries,
    flood,
    form,
    form_answers,
    helpful,
    languages,
    privacy,
    signin,
    steps,
)
from bot import effects as fx
from bot import events as ev
from bot.given import Given, Phrases, Turn
from bot.release import Release
from bot.scene import Scene, column
from bot.state import Conversation, Mode
from bot.understanding import NOTHING, Route, Tier, Understanding

COMMANDS = (
    "start",
    "menu",
    "ask",
    "human",
    "status",
    "privacy",
    "mydata",
    "forget",
    "help",
    "stop",
    languages.COMMAND,
    signin.COMMAND,
)


IN_FORM = ("start", "menu", "status", "privacy", "mydata", "forget", "stop", languages.COMMAND)
"""Command words that are commands in a form too; "help", "ask" or "human" may be somebody's question."""


def take_turn(
    state: Conversation, event: ev.Event, release: Release, given: Given, phrases: Phrases
) -> Turn:
    """Handle one Event."""
    scene = Scene(state, release, given, phrases)
    match event:
        case ev.TimerFired():
            _timer(scene, event)
        case ev.DeliveryReported():
            _reported(scene, event)
        case (
            ev.Started() | ev.Commanded() | ev.Tapped() | ev.Wrote() | ev.Edited() | ev.SentFile()
            | ev.Left() | ev.Returned()
        ):  # fmt: skip
            _patient(scene, event)
        case _:
            desk.handle(scene, event)
    scene.update(mode=_mode(scene.state))
    return scene.turn()


def apologise(state: Conversation, release: Release, given: Given, phrases: Phrases) -> Turn:
    """The turn taken instead of one that failed: the Update is parked, the patient and desk know."""
    scene = Scene(state, release, given, phrases)
    if not (state.stopped or state.blocked):
        scene.say("error.parked", column(scene.write_button))
    enquiry = state.open_enquiry
    if enquiry is not None:
        scene.do(fx.TellDesk(enquiry.reference, scene.text("desk.parked")))
    return scene.turn()


def _mode(state: Conversation) -> Mode:
    enquiry = state.open_enquiry
    if state.form is not None and state.form.step != steps.CONSENT:
        return Mode.IN_FORM
    if enquiry is None or not enquiry.consented:
        with_human = enquiry is not None and enquiry.spoke_at is not None
        return Mode.WITH_HUMAN if with_human else Mode.BROWSING
    return Mode.WITH_HUMAN if enquiry.spoke_at is not None else Mode.QUEUED


# ---- the house


def _timer(scene: Scene, event: ev.TimerFired) -> None:
    match event.name:
        case "alert":
            danger.repeat(scene, event.reference)
        case "promise":
            enquiries.late(scene, event.reference)
        case _:
            pass  # a timer of an older version: nothing is owed to anybody any more


def _reported(scene: Scene, event: ev.DeliveryReported) -> None:
    match event.what:
        case "reply":
            desk.replied(scene, event)
        case "alert":
            danger.reported(scene, event.reference, event.outcome, event.destination)
        case _ if event.outcome == "gone":
            _unreachable(scene)
        case _:
            pass


def _unreachable(scene: Scene) -> None:
    if scene.state.unreachable:
        return
    scene.update(unreachable=True)
    enquiry = scene.state.open_enquiry
    if enquiry is not None:
        scene.do(fx.TellDesk(enquiry.reference, scene.text("desk.unreachable")))


# ---- the patient


def _patient(scene: Scene, event: ev.PatientEvent) -> None:
    if isinstance(event, ev.Left):
        _unreachable(scene)
        return
    scene.update(unreachable=False, stopped=False)
    if isinstance(event, ev.Returned):
        return
    if isinstance(event, ev.Tapped):
        scene.on = event.on
        scene.do(fx.AnswerTap())
    if not _own_data(event):
        scene.update(confirm=None)
    kind = _danger(scene, event)
    if kind is not None:
        _warn(scene, kind, event)
    languages.answer_in(scene, _understood(event))
    if scene.state.blocked and not _own_data(event):
        return
    if _counted(scene, event) and flood.quiet(scene):
        return
    match event:
        case ev.Started(payload=payload):
            _started(scene, payload)
        case ev.Commanded():
            _command(scene, event.name, event.argument, event, warned=kind is not None)
        case ev.Tapped(data=data):
            _tapped(scene, data)
        case ev.Wrote():
            _wrote(scene, event, warned=kind is not None)
        case ev.Edited():
            enquiries.edited(scene, event)
        case ev.SentFile():
            _sent_file(scene, event)
        case _:
            assert_never(event)


def _warn(scene: Scene, kind: str, event: ev.PatientEvent) -> None:
    """The safety text comes in the language of what was typed, whatever was chosen before."""
    before = scene.language
    scene.speak(languages.of_text(scene, _understood(event)) or before)
    danger.answer(scene, kind, " ".join(_words(event)))
    scene.speak(before)


def _own_data(event: ev.PatientEvent) -> bool:
    """What a blocked patient may still do: see, erase and stop what is theirs."""
    match event:
        case ev.Commanded(name="mydata" | "forget" | "stop"):
            return True
        case ev.Tapped(data=data):
            button = buttons.parse(data)
            return isinstance(button, buttons.FormButton) and button.form_id == "privacy"
        case _:
            return False


def _counted(scene: Scene, event: ev.PatientEvent) -> bool:
    """What counts towards a flood: not taps, and an album once."""
    match event:
        case ev.Tapped():
            return False
        case ev.SentFile(group=group) if group:
            return group != scene.state.acknowledged_group
        case _:
            return True


def _words(event: ev.PatientEvent) -> tuple[str, ...]:
    """Everything in an event that a person typed: danger hides in file names too."""
    match event:
        case ev.Wrote(text=text) | ev.Edited(text=text):
            return (text,)
        case ev.SentFile(caption=caption, file=file):
            return (caption, file.name)
        case ev.Commanded(argument=argument) | ev.Started(payload=argument):
            return (argument,)  # "/start I can't breathe" is typed, too
        case _:
            return ()


def _danger(scene: Scene, event: ev.PatientEvent) -> str | None:
    lexicon = scene.release.lexicon
    understood = _understood(event)
    if understood.danger_kind is not None:
        return danger.seen_in("\n".join(_words(event)), lexicon, understood)
    found = (danger.find(words, lexicon) for words in _words(event) if words)
    return next((kind for kind in found if kind is not None), None)


def _understood(event: ev.PatientEvent) -> Understanding:
    match event:
        case ev.Wrote() | ev.Edited() | ev.SentFile() | ev.Commanded():
            return event.understanding
        case _:
            return NOTHING


def _started(scene: Scene, payload: str) -> None:
    """/start: Home, or the page that a deep link names."""
    item = scene.release.item(payload) if payload else None
    scene.update(misses=0)
    browsing.show(scene, item.id if item is not None else browsing.HOME)


def _command(
    scene: Scene, name: str, argument: str, event: ev.Commanded | ev.Wrote, *, warned: bool = False
) -> None:
    match name:
        case "start":
            _started(scene, argument)
        case "ask" if argument.strip():
            understood = event.understanding
            if not (warned and not _has_answer(understood)):
                _free_text(scene, argument, understood)
        case "ask":
            scene.say("ask.how", column(scene.page_button("menu-faq"), scene.write_button))
        case "human":
            form.open_form(scene)
        case "status":
            enquiries.show_status(scene)
        case "mydata":
            privacy.my_data(scene)
        case "forget":
            privacy.ask_forget(scene)
        case "stop":
            privacy.stop(scene)
        case languages.COMMAND if len(scene.release.languages) > 1:
            languages.ask(scene)
        case signin.COMMAND if signin.known(scene):
            signin.answer(scene)
        case "privacy" | "help":
            browsing.show(scene, name)
        case _:
            browsing.home(scene)


def _tapped(scene: Scene, data: str) -> None:
    button = buttons.parse(data)
    match button:
        case buttons.SectionButton(content_id=content_id, page=page):
            browsing.tapped(scene, content_id, page)
        case buttons.FormButton(form_id="privacy"):
            privacy.tapped(scene, button)
        case buttons.FormButton(form_id=languages.FORM):
            languages.tapped(scene, button)
        case buttons.FormButton(form_id=helpful.FORM):
            helpful.tapped(scene, button)
        case buttons.FormButton():
            form.tapped(scene, button)
        case buttons.EnquiryButton():
            _tapped_enquiry(scene, button)
        case None:
            scene.say("button.unknown")
        case _:
            assert_never(button)


def _tapped_enquiry(scene: Scene, button: buttons.EnquiryButton) -> None:
    """A patient's button about an enquiry."""
    enquiry = scene.state.enquiry(button.reference)
    if enquiry is None:
        scene.say("status.unknown", column(scene.write_button))
        return
    match button.act:
        case "withdraw":
            enquiries.ask_withdraw(scene, enquiry)
        case "withdraw-yes":
            enquiries.withdraw(scene, enquiry)
        case "reopen" if enquiry.consented and scene.state.consent is not None:
            enquiries.reopen(scene, enquiry)
        case "reopen":  # the consent was taken back: it comes first again
            form.open_form(scene)
        case "safe":
            danger.not_an_emergency(scene, enquiry)
        case "write" if not enquiry.consented:
            form.open_form(scene)
        case "status" | "write":
            enquiries.show_status(scene, enquiry)
        case _:
            browsing.home(scene)


def _wrote(scene: Scene, event: ev.Wrote, *, warned: bool) -> None:
    state, understood = scene.state, event.understanding
    filling = state.form is not None and state.form.step != steps.CONSENT
    if not event.text.strip() and not filling:
        scene.say("ask.empty", column(scene.write_button))
        return
    word = understood.reply if understood.route is Route.COMMAND else None
    if filling:
        away = state.form is not None and state.form.away
        if word in (COMMANDS if away else IN_FORM) and not warned:
            _command(scene, word or "menu", "", event)
        elif warned:
            form_answers.keep_place(scene, event.text, event.message_id)
        else:
            form.wrote(scene, event.text, event.message_id, event.sent_at, understood)
        return
    if word is not None and word in COMMANDS:
        _command(scene, word, "", event)
        return
    enquiry = state.open_enquiry
    if enquiry is not None and (enquiry.consented or enquiry.spoke_at is not None):
        enquiries.added_text(scene, enquiry, event)
        return
    quoted = enquiries.quoted_human(scene, event.quotes)
    if quoted is not None and understood.route is not Route.SMALL_TALK and quoted.consented:
        if state.consent is None:  # taken back since: it comes first again, and the text waits
            scene.update(last_text=event.text)
            form.open_form(scene)
            return
        again = enquiries.reopen(scene, quoted)
        if again.reference == quoted.reference:
            enquiries.added_text(scene, again, event)
        return
    if (
        state.form is not None
        and understood.answer in ("yes", "no")
        and consent.on_screen(scene, state.form, event.sent_at)
    ):
        act = "agree" if understood.answer == "yes" else "no"
        form.tapped(scene, buttons.FormButton(state.form.id, steps.CONSENT, act))
        return
    if warned and not _has_answer(understood):
        # the safety text stands alone: no "not in the guide" after it; what was typed is remembered
        scene.update(last_text=event.text)
        return
    _free_text(scene, event.text, understood)


def _has_answer(understood: Understanding) -> bool:
    held = bool(understood.candidates) and understood.tier is not Tier.NONE
    return understood.exact is not None or held


def _free_text(scene: Scene, text: str, understood: Understanding) -> None:
    if understood.route is Route.PERSON:
        form.open_form(scene)
        return
    browsing.free_text(scene, text, understood)
    languages.listen(scene, understood)


def _sent_file(scene: Scene, event: ev.SentFile) -> None:
    enquiry, limits = scene.state.open_enquiry, scene.release.limits
    to_team = enquiry is not None and (enquiry.consented or enquiry.spoke_at is not None)
    if enquiry is None or not to_team:
        key = "file.in_form" if scene.state.mode is Mode.IN_FORM else "file.before_consent"
        rows = () if key == "file.in_form" else column(scene.write_button)
        group = event.group
        if not group or scene.state.acknowledged_group != group:
            scene.say(key, rows)
        if group:
            scene.update(acknowledged_group=group)
        return
    if event.file.kind == "other":
        scene.say("file.unsupported")
    elif event.file.size > limits.file_max_bytes:
        scene.say("file.too_big", most=str(limits.file_max_bytes // 1_000_000))
    else:
        enquiries.added_file(scene, enquiry, event)
