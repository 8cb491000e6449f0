"""/signin: a listed staff member gets a one-time link to the web pages, in the chat that proves who it is.

Everybody else gets a kind no. Both leave an audit trail (``bot.receive``).
"""

from __future__ import annotations

from typing import Final

from bot import effects as fx
from bot.given import Given
from bot.release import Release
from bot.scene import Scene

COMMAND: Final = "signin"
LINK_KIND: Final = "signin"
"""The kind of the one-time link; its subject is the staff id."""
SECONDS: Final = 600
"""How long the link opens; long enough to go to another device, short enough to be of no use later."""
AUDITED: Final = "SignInAsked"


def why_not(release: Release, given: Given) -> str:
    """Why no link is made: "stranger", "no public url", or "" where one is."""
    if release.staff_of(given.sender) is None:
        return "stranger"
    return "" if given.public_url else "no public url"


def known(scene: Scene) -> bool:
    """Whether the live Release is young enough to have the words; to an older one it is no command."""
    return "signin.link" in scene.release.phrases


def answer(scene: Scene) -> None:
    """Send the link, or say why there is none."""
    staff = scene.release.staff_of(scene.given.sender)
    if staff is None:
        scene.say("signin.refused")
    elif not scene.given.public_url:
        scene.say("signin.no_url")
    else:
        seq = scene.take_seq()
        text = scene.text("signin.link", name=staff.name, minutes=str(SECONDS // 60))
        scene.do(fx.SendSignIn(seq, text, staff.id))
        scene.update(kept_seq=seq)
