"""Consent comes before any question about health; the ledger in the store keeps what was shown.

Rules (design §8.8): nothing reaches a desk before a recorded yes, danger excepted; No is a kind screen
and the guide stays open; a changed consent text (its version) is asked again.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from bot import buttons
from bot import effects as fx
from bot.scene import Scene, column, facts_in
from bot.screens import Screen
from bot.state import Consent, Form
from bot.text import Text, fill, flat

PAGE = "consent"


def given_for(scene: Scene) -> bool:
    """Whether this patient agreed to the text that is live now."""
    consent = scene.state.consent
    return consent is not None and consent.version == version(scene)


def version(scene: Scene) -> str:
    """The version of the live consent text (front matter of the page)."""
    item = scene.release.item(PAGE)
    return item.version if item is not None else ""


def text(scene: Scene) -> Text:
    """The consent text as this patient reads it."""
    item = scene.release.item(PAGE)
    facts = facts_in(scene.release, scene.release.locale, scene.given.channel.name)
    return fill(item.pages[0].text, facts) if item is not None else ()


def ask(scene: Scene, form: Form) -> None:
    """Show the consent screen of a form. What is agreed to is the source's text, in every language: the
    linter takes no translation of it, for nobody has said yet which wording would bind."""
    rows = column(
        scene.button("consent.agree", buttons.form(form.id, "consent", "agree")),
        scene.button("consent.no", buttons.form(form.id, "consent", "no")),
        scene.button("consent.all", buttons.section("privacy")),
    )
    shown = text(scene)
    scene.update(
        form=replace(form, consent_shown=digest(shown), asked_at=scene.given.now),
    )
    if scene.language != scene.release.locale:
        shown = (*scene.text("page.in_english"), *shown)
    scene.show(Screen(shown, rows, content_id=PAGE, keep=True))


def still_shown(scene: Scene, form: Form) -> bool:
    """Whether the text that the patient has before her is the one that is live: she agrees to no other."""
    return form.consent_shown == digest(text(scene))


def on_screen(scene: Scene, form: Form, sent_at: datetime) -> bool:
    """Whether a typed "yes" can be about the consent question: it is the newest message, and older."""
    newest = scene.state.kept_seq == scene.state.next_seq - 1
    return newest and form.asked_at is not None and sent_at >= form.asked_at.replace(microsecond=0)


def agree(scene: Scene) -> None:
    """Record a yes."""
    scene.update(consent=Consent(version(scene), scene.given.now))
    scene.do(fx.RecordConsent(True, version(scene), digest(text(scene))))


def withdraw(scene: Scene) -> None:
    """Record that it was taken back."""
    if scene.state.consent is not None:
        scene.do(fx.RecordConsent(False, scene.state.consent.version, ""))
        scene.update(consent=None)


def digest(shown: Text) -> str:
    """SHA-256 of the words shown, so that the ledger proves which text was agreed to."""
    return hashlib.sha256(flat(shown).encode()).hexdigest()
