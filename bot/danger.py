"""Danger: found first in every text, answered with the fixed safety text, alerted to the team.

Rules (design §3, §4; content brief, safety section): the text goes out before anything else, as a new
notifying message; it never judges, reassures, asks or sells; it says truthfully where the alert stands;
the answer to what was asked comes after it. A false alarm costs one message, a miss may cost a life.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot import buttons, cards, consent, patterns, runs
from bot import effects as fx
from bot.release import Lexicon
from bot.scene import Scene, column
from bot.screens import Screen
from bot.state import Alert, Enquiry, Status
from bot.text import Text, fill, quote_typed
from bot.understanding import Understanding
from bot.words import MAX, words

FIRST = ("self-harm", "emergency", "violence")
"""Which kind wins where several are found: the text about self-harm names the ambulance too."""

OVERLAP = 200
"""Characters that two pieces of a long text share, so that no pattern falls between them."""

LONGEST = 100_000
"""Characters looked at; no channel of ours delivers more in one message (Slack: 40,000)."""


def find(text: str, lexicon: Lexicon) -> str | None:
    """The kind of danger that a text speaks of, None if none. Any string, no exception."""
    found = {kind for part in _parts(text) for kind in _kinds(_joined(words(part)), lexicon)}
    order = (*FIRST, *(one for one in lexicon.kinds if one not in FIRST))
    return next((kind for kind in order if kind in found), None)


def seen_in(text: str, lexicon: Lexicon, understood: Understanding) -> str | None:
    """The kind of danger that the lexicon or the model sees in a text; the graver one of two."""
    found = {find(text, lexicon), understood.danger_kind} - {None}
    order = (*FIRST, *(one for one in lexicon.kinds if one not in FIRST))
    return next((kind for kind in order if kind in found), None)


def _parts(text: str) -> Iterator[str]:
    """A long text in pieces that ``words`` takes whole: danger may stand at its very end."""
    yield text[:MAX]
    for start in range(MAX - OVERLAP, min(len(text), LONGEST) - OVERLAP, MAX - OVERLAP):
        yield text[start : start + MAX]


def _joined(said: list[str]) -> list[str]:
    """ "can t breathe": some phones drop the apostrophe and leave a gap."""
    out: list[str] = []
    for word in said:
        if word == "t" and out:
            out[-1] += word
        else:
            out.append(word)
    return out


def _kinds(said: list[str], lexicon: Lexicon) -> Iterator[str]:
    if not said:
        return
    book = patterns.book(lexicon)
    calm, run = _without(said, book.harmless), runs.joined(said)
    calm_run = book.harmless.struck_from(run) if run else ""
    spots, calm_spots = patterns.spots_of(said), patterns.spots_of(calm)
    for kind, listed in book.kinds.items():
        if kind == "self-harm":  # nothing suppresses it
            found = listed.found(said, spots, run)
        else:
            found = listed.found(calm, calm_spots, calm_run)
        if found:
            yield kind


def _without(said: list[str], sayings: patterns.Patterns) -> list[str]:
    left = said
    while (place := next(sayings.places(left, patterns.spots_of(left)), None)) is not None:
        left = [*left[: place[0]], "·", *left[place[1] :]]
    return left


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
    alert = Alert(kind=kind, seq=seq, state=standing, at=given.now)
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
        language=scene.phrases.language(scene.state.language_hint or scene.state.locale),
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
    now = scene.phrases.clock(scene.given.now, scene.zone())
    key = "safety.seen" if scene.knows_zone else "safety.seen_seoul"
    scene.say(key, keep=True, name=name, time=now)
    return replace(enquiry, alert=replace(alert, seen_by=name))


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
    safety = scene.release.safety.get(kind) or scene.release.safety["emergency"]
    status: Text = scene.text(f"safety.alert.{standing}")
    text = fill(safety.text, {**scene.facts, "alert_status": status})
    more = None if enquiry.consented else scene.button(
        "safety.button.write", buttons.form("new", "start", "open")
    )  # fmt: skip
    calm = scene.button("safety.button.calm", buttons.enquiry(enquiry.reference, "safe"))
    return Screen(text, scene.with_home(column(more, calm)), keep=True)
