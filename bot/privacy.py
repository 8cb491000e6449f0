"""What a patient may ask of us about themselves: see it, erase it, make it stop."""

from __future__ import annotations

from bot import browsing, buttons, consent, enquiries
from bot import effects as fx
from bot.scene import Scene, column
from bot.screens import Screen
from bot.state import Conversation


def tapped(scene: Scene, button: buttons.FormButton) -> None:
    """A button of the privacy page or of a confirmation."""
    match button.step, button.act:
        case "mydata", _:
            my_data(scene)
        case "forget", "yes" if scene.state.confirm == "forget":
            forget(scene)
        case "forget", _:
            ask_forget(scene)
        case "stop", _:
            stop(scene)
        case _:
            browsing.home(scene)


def my_data(scene: Scene) -> None:
    """Send everything stored, as a readable file."""
    seq = scene.take_seq()
    scene.do(fx.SendExport(seq, scene.text("mydata.caption"), scene.with_home(())))
    scene.update(kept_seq=seq)


def ask_forget(scene: Scene) -> None:
    """Erasing is asked once more: it cannot be undone. A Yes on an old message is asked again."""
    scene.update(confirm="forget")
    yes = scene.button("forget.yes", buttons.form("privacy", "forget", "yes"))
    no = scene.button("forget.no", buttons.section("privacy"))
    scene.say("forget.ask", column(yes, no))


def forget(scene: Scene) -> None:
    """Erase the patient; say what remains. The next message begins as a stranger's."""
    old = scene.state
    text = scene.text("forget.done")
    scene.do(fx.ErasePatient())
    scene.state = Conversation(
        id=old.id, address=old.address, locale=old.locale, chosen=old.chosen, next_seq=old.next_seq,
        blocked=old.blocked,
    )  # fmt: skip
    scene.show(Screen(text, scene.with_home(()), keep=True))


def stop(scene: Scene) -> None:
    """The open question and the consent are withdrawn; no message until they write again."""
    enquiry = scene.state.open_enquiry
    if enquiry is not None:
        enquiries.withdraw(scene, enquiry, silently=True)
    consent.withdraw(scene)
    scene.update(form=None, last_text=None)
    scene.say("stop.done", keep=True)
    scene.update(stopped=True)
