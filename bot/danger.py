"""Danger: found first in every text, answered with the fixed safety text, alerted to the team.

Rules (design §3, §4; content brief, safety section): the text goes out before anything else, as a new
notifying message; it never judges, reassures, asks or sells; it says truthfully where the alert stands;
the answer to what was asked comes after it. A false alarm costs one message, a miss may cost a life.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot import buttons, cards, consent, patterns, runs, safety, slips
from bot import effects as fx
from bot.release import Lexicon
from bot.scene import Scene, column
from bot.screens import Screen
from bot.skeleton import skeleton
from bot.state import Alert, Enquiry, Status
from bot.text import quote_typed
from bot.understanding import Understanding
from bot.words import MAX, clauses, words

FIRST = ("self-harm", "emergency", "violence")
"""Which kind wins where several are found: the text about self-harm names the ambulance too."""

OVERLAP = 200
"""Characters that two pieces of a long text share, so that no pattern falls between them."""

SURE = 0.3
"""The model's score that counts whatever else stands in a text. On 720 dangers and look-alikes that nobody had
tuned on, 0.5 missed one danger more and spared one alarm."""

SELF_HARM = "self-harm"

AWAY = patterns.Said(("·",) * (patterns.GAP + 1), "·" * (runs.GAP + 1))
"""What stands in place of a clause that was struck out: too long for a pattern to jump over."""

LONGEST = 100_000
"""Characters looked at; no channel of ours delivers more in one message (Slack: 40,000)."""


def find(text: str, lexicon: Lexicon) -> str | None:
    """The kind of danger that a text speaks of, None if none. Any string, no exception."""
    found = {kind for part in _parts(text) for kind in _kinds(part, lexicon)}
    order = (*FIRST, *(one for one in lexicon.kinds if one not in FIRST))
    return next((kind for kind in order if kind in found), None)


def seen_in(text: str, lexicon: Lexicon, understood: Understanding) -> str | None:
    """The kind of danger that the lexicon or the model sees in a text; the graver one of two.

    Where the lexicon knows a harmless saying or an aside in it ("I'm dying to know", "years ago"), the model
    must be surer than its own bar.
    """
    found = {find(text, lexicon)}
    heard = understood.danger_kind
    if heard is not None and ((understood.danger or 0.0) >= SURE or not excused(text, lexicon)):
        found.add(heard)
    order = (*FIRST, *(one for one in lexicon.kinds if one not in FIRST))
    return next((kind for kind in order if kind in found), None)


def excused(text: str, lexicon: Lexicon) -> bool:
    """Whether a harmless saying, an old story or a general question stands in a text."""
    book = patterns.book(lexicon)
    plain = patterns.Said.of(words(text))
    return _calm(text, plain, book) != plain


def _parts(text: str) -> Iterator[str]:
    """A long text in pieces that ``words`` takes whole: danger may stand at its very end."""
    yield text[:MAX]
    for start in range(MAX - OVERLAP, min(len(text), LONGEST) - OVERLAP, MAX - OVERLAP):
        yield text[start : start + MAX]


def _kinds(text: str, lexicon: Lexicon) -> Iterator[str]:
    book = patterns.book(lexicon)
    plain = patterns.Said.of(words(text))
    if not plain.words:
        return
    calm = _calm(text, plain, book)
    look = slips.look(skeleton(text))
    calm_look = look if calm == plain else slips.look(skeleton(" ".join(calm.words)))
    for kind, listed in book.kinds.items():
        # nothing suppresses self-harm
        if (
            listed.found(plain if kind == SELF_HARM else calm)
            or (kind == SELF_HARM and book.about_self_harm.found(calm))
            or (
                kind in book.sure
                and slips.found(look if kind == SELF_HARM else calm_look, book.sure[kind])
            )
        ):
            yield kind


def _calm(text: str, plain: patterns.Said, book: patterns.Book) -> patterns.Said:
    """A text without harmless sayings, old stories and general questions."""
    if not book.asides.found(plain):
        return book.harmless.struck(plain)
    kept = []
    for clause in clauses(text):
        calm = book.harmless.struck(patterns.Said.of(clause))
        kept.append(AWAY if book.asides.found(calm) and not book.now.found(calm) else calm)
    return patterns.Said(
        tuple(word for one in kept for word in one.words), "".join(one.run for one in kept)
    )


def answer(scene: Scene, kind: str, words_typed: str) -> None:
    """Show the safety text of a kind, open or flag the enquiry, alert the team."""
    state, given = scene.state, scene.given
    agreed = consent.given_for(scene)
    enquiry = state.open_enquiry or Enquiry(
        reference=given.reference, status=Status.NEW, created_at=given.now, consented=agreed,
        trail=state.trail,
    )  # fmt: skip
    may_show = scene.release.organisation.danger_words_before_consent
    if agreed or enquiry.consented or may_show:
        enquiry = replace(enquiry, words=words_typed)
    standing = "sending" if given.desks else "none"
    # shown directly while the database was gone: no message of ours that could be corrected later
    seq = 0
    if not given.already_warned:
        seq = scene.show(_screen(scene, kind, enquiry, standing), urgent=True)
    # a new danger is a new alert, repeated until somebody has seen *it*, whoever saw an earlier one
    alert = Alert(
        kind=kind, seq=seq, state=standing, at=given.now, language=scene.language
    )  # fmt: skip
    enquiry = replace(enquiry, urgent=True, alert=alert)
    scene.put(enquiry)
    raise_alert(scene, enquiry)
    cards.show(scene, enquiry)


def raise_alert(scene: Scene, enquiry: Enquiry) -> None:
    """Tell every desk now, and again later until somebody claims it."""
    alert = enquiry.alert
    if alert is None or not scene.given.desks:
        return
    who = scene.release.organisation
    mentions = tuple(
        account
        for one in who.staff
        if one.id in who.alert_mentions
        for account in one.accounts
    )  # fmt: skip
    if enquiry.assignee is not None:
        mentions = (*mentions, enquiry.assignee.account)
    text = scene.text(
        "desk.alert",
        reference=enquiry.reference,
        kind=scene.label(f"desk.kind.{alert.kind}"),
        language=scene.house.language(cards.patient_language(scene)),
        time=scene.phrases.clock(scene.given.now, who.hours.zone),
    )
    if enquiry.words:
        text = (*text, *quote_typed(enquiry.words))
    rows = ((scene.button("desk.claim", buttons.enquiry(enquiry.reference, "claim")),),)
    scene.do(fx.AlertTeam(enquiry.reference, text, alert.attempts, mentions, rows))
    minutes = scene.release.limits.alert_repeat_minutes
    if alert.attempts <= len(minutes):
        again = alert.at + timedelta(minutes=minutes[alert.attempts - 1])
        scene.do(fx.SetTimer("alert", max(again, scene.given.now), enquiry.reference))


def repeat(scene: Scene, reference: str) -> None:
    """The alert's timer is due: alert again unless a person has it."""
    enquiry = scene.state.enquiry(reference)
    if enquiry is None or not enquiry.is_open or enquiry.alert is None:
        return
    if enquiry.alert.seen_by is not None:
        return
    enquiry = replace(enquiry, alert=replace(enquiry.alert, attempts=enquiry.alert.attempts + 1))
    scene.put(enquiry)
    raise_alert(scene, enquiry)


def reported(scene: Scene, reference: str, outcome: str, destination: str) -> None:
    """An alert reached a desk or did not: correct what the safety text says."""
    enquiry = scene.state.enquiry(reference)
    if enquiry is None or enquiry.alert is None or enquiry.alert.state == "delivered":
        return
    alert = enquiry.alert
    _speak(scene, alert)
    if outcome in ("delivered", "possibly_repeated"):
        enquiry = replace(enquiry, alert=replace(alert, state="delivered"))
        scene.put(enquiry)
        if alert.seen_by is not None:
            return  # told already that a person has seen it: "no person has read it" would be untrue
        if alert.state == "failed":
            scene.say("safety.alert_late", keep=True)
            return
        # the safety text itself is corrected in place: same message, one true sentence more
        seq = scene.take_seq()
        screen = _screen(scene, alert.kind, enquiry, "sent")
        scene.do(fx.ShowScreen(seq, screen, replaces=alert.seq or None))
        scene.put(replace(enquiry, alert=replace(alert, state="delivered", seq=seq)))
        return
    failed = tuple({*alert.destinations_failed, destination})
    alert = replace(alert, destinations_failed=failed)
    if set(failed) >= set(scene.given.desks) and alert.state == "sending":
        alert = replace(alert, state="failed")
        scene.put(replace(enquiry, alert=alert))
        scene.show(
            Screen(scene.text("safety.alert_failed"), scene.with_home(()), keep=True), urgent=True
        )
        return
    scene.put(replace(enquiry, alert=alert))


def seen(scene: Scene, enquiry: Enquiry, name: str) -> Enquiry:
    """A person has taken it: tell the patient, who was told that nobody had."""
    alert = enquiry.alert
    if alert is None or alert.seen_by is not None:
        return enquiry
    scene.do(fx.CancelTimer("alert", enquiry.reference))
    _speak(scene, alert)
    now = scene.phrases.clock(scene.given.now, scene.zone())
    key = "safety.seen" if scene.knows_zone else "safety.seen_seoul"
    scene.say(key, keep=True, name=name, time=now)
    return replace(enquiry, alert=replace(alert, seen_by=name))


def _speak(scene: Scene, alert: Alert) -> None:
    """News of an alert come in the language of its safety text."""
    if alert.language:
        scene.speak(alert.language)


def not_an_emergency(scene: Scene, enquiry: Enquiry) -> None:
    """The patient says so: no more repeats; the team is told and decides."""
    if enquiry.alert is None:
        scene.say("safety.calm")
        return
    scene.do(fx.CancelTimer("alert", enquiry.reference))
    enquiry = replace(enquiry, urgent=False)
    scene.put(enquiry)
    scene.do(fx.TellDesk(enquiry.reference, scene.text("desk.not_emergency")))
    cards.show(scene, enquiry)
    scene.say("safety.calm", column(scene.write_button))


def _screen(scene: Scene, kind: str, enquiry: Enquiry, standing: str) -> Screen:
    text = safety.words(scene.release, kind, standing, scene.phrases, scene.given.channel.name)
    more = None if enquiry.consented else scene.button(
        "safety.button.write", buttons.form("new", "start", "open")
    )  # fmt: skip
    calm = scene.button("safety.button.calm", buttons.enquiry(enquiry.reference, "safe"))
    return Screen(text, scene.with_home(column(more, calm)), keep=True)
