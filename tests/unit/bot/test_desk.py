"""The desk's rules: who may act, one at a time, the exact text, and the truth about what became of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import effects as fx
from bot import events as ev
from bot.buttons import EnquiryButton
from bot.desk import REPLY_MOST
from bot.desk_acts import staff_event
from bot.release import Release
from bot.state import Status
from bot.text import flat
from tests.conversations.player import DESK
from tests.unit.bot.test_any_events import Checked, asked

MIN, SORA = ev.Actor("web:local", DESK), ev.Actor("web:sora", DESK)
ACTS = ("claim", "unclaim", "takeover", "reply", "close", "reopen", "block", "unblock")


def toasts(player: Checked) -> list[fx.Toast]:
    return [one for one in player.last if isinstance(one, fx.Toast)]


def draft(player: Checked, actor: ev.Actor, text: str) -> str:
    """Reply, write: the id of the draft that the preview shows."""
    player.do(ev.ReplyOpened(player.reference, actor))
    opened = [one.draft for one in player.last if isinstance(one, fx.OpenForm)]
    player.do(ev.ReplyDrafted(player.reference, actor, opened[0] if opened else "", text))
    shown = [one.draft for one in player.last if isinstance(one, fx.ShowPreview)]
    return shown[0] if shown else ""


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "actor",
    [ev.Actor("telegram:666", DESK), replace(MIN, trusted=False)],
    ids=["stranger", "guest"],
)
def test_nobody_listed_nobody_acts(shipped: Release, act: str, actor: ev.Actor) -> None:
    player = asked(shipped)
    before = player.state
    event = staff_event(EnquiryButton(player.reference, act), actor)
    assert event is not None
    player.do(event)
    (toast,) = toasts(player)
    assert toast.refused
    assert player.last == [toast]
    assert player.state == before


def test_of_two_claims_the_second_reads_who_was_faster_and_when(shipped: Release) -> None:
    player = asked(shipped)
    player.do(ev.EnquiryClaimed(player.reference, MIN))
    player.waits(minutes=5)
    player.do(ev.EnquiryClaimed(player.reference, SORA))
    (toast,) = toasts(player)
    assert toast.refused
    assert "Min" in toast.text
    assert "10:00" in toast.text
    assert player.state.enquiries[0].assignee is not None
    assert player.state.enquiries[0].assignee.name == "Min"


def test_what_goes_out_is_what_was_previewed(shipped: Release) -> None:
    player = asked(shipped)
    words = "  Hello *you*\n\n<b>{name}</b> 👋  "
    player.do(ev.ReplyOpened(player.reference, MIN))
    opened = next(one.draft for one in player.last if isinstance(one, fx.OpenForm))
    player.do(ev.ReplyDrafted(player.reference, MIN, opened, words))
    preview = next(one for one in player.last if isinstance(one, fx.ShowPreview))
    player.do(ev.FacilitatorReplied(player.reference, MIN, preview.draft))
    sent = next(one for one in player.last if isinstance(one, fx.RelayToPatient))
    assert preview.text == sent.text == words
    assert preview.label == sent.label


def test_a_draft_goes_out_once(shipped: Release) -> None:
    player = asked(shipped)
    one = draft(player, MIN, "Hello")
    player.do(ev.FacilitatorReplied(player.reference, MIN, one))
    for event in (
        ev.FacilitatorReplied(player.reference, MIN, one),
        ev.ReplyDrafted(player.reference, MIN, one, "Hello again"),
        ev.ReplyOpened(player.reference, MIN, one),
        ev.ReplyDiscarded(player.reference, MIN, one),
    ):
        player.do(event)
        assert [toast.refused for toast in toasts(player)] == [True]
        assert not any(isinstance(one, fx.RelayToPatient) for one in player.last)


def test_a_colleague_cannot_put_words_into_my_draft(shipped: Release) -> None:
    """Lesson: two facilitators at once. Sora answers Min's prompt; Min then presses Send."""
    player = asked(shipped)
    mine = draft(player, MIN, "Min's words")
    player.do(ev.ReplyDrafted(player.reference, SORA, mine, "Sora's words"))
    assert toasts(player)[0].refused
    kept = {one.author.name: one.text for one in player.state.enquiries[0].drafts}
    assert kept == {"Min": "Min's words", "Sora": "Sora's words"}, "no text is lost"
    player.do(ev.FacilitatorReplied(player.reference, MIN, mine))
    sent = next(one for one in player.last if isinstance(one, fx.RelayToPatient))
    assert sent.text == "Min's words"


def test_a_draft_taken_over_is_previewed_again_under_the_new_name(shipped: Release) -> None:
    player = asked(shipped)
    mine = draft(player, MIN, "Hello from whom")
    player.do(ev.EnquiryTakenOver(player.reference, SORA))
    player.do(ev.FacilitatorReplied(player.reference, SORA, mine))
    assert not any(isinstance(one, fx.RelayToPatient) for one in player.last)
    preview = next(one for one in player.last if isinstance(one, fx.ShowPreview))
    assert "Sora" in flat(preview.label)
    player.do(ev.FacilitatorReplied(player.reference, SORA, preview.draft))
    sent = next(one for one in player.last if isinstance(one, fx.RelayToPatient))
    assert sent.label == preview.label


@pytest.mark.parametrize("text", ["", "   ", "x" * (REPLY_MOST + 1)])
def test_a_reply_that_cannot_be_sent_says_why_and_sends_nothing(
    shipped: Release, text: str
) -> None:
    player = asked(shipped)
    assert draft(player, MIN, text) == ""
    assert any(isinstance(one, fx.ShowFormErrors) for one in player.last)
    if text.strip():
        (kept,) = player.state.enquiries[0].drafts
        assert kept.text == text, "a text is never lost to an error"
        player.do(ev.FacilitatorReplied(player.reference, MIN, kept.id))
        assert not any(isinstance(one, fx.RelayToPatient) for one in player.last)


@pytest.mark.parametrize("outcome", ["delivered", "possibly_repeated", "rejected", "gone"])
def test_the_thread_and_the_card_tell_the_true_outcome(shipped: Release, outcome: str) -> None:
    player = asked(shipped)
    player.deliver = outcome
    player.replies("Hello")
    (enquiry,) = player.state.enquiries
    came = outcome in ("delivered", "possibly_repeated")
    assert enquiry.status is (Status.AWAITING_PATIENT if came else Status.CLAIMED)
    assert enquiry.drafts[0].state == ("delivered" if came else "failed")
    assert ("✗" in player.desk_seen) is not came
    assert player.state.unreachable is (outcome == "gone")
    if outcome == "rejected":
        assert enquiry.due_at is not None, "it is our turn still"


def test_a_note_reaches_nobody_but_the_team(shipped: Release) -> None:
    player = asked(shipped)
    for words in ("Hello Dana, you may fly.", "/reply yes", "I cannot breathe"):
        player.notes(words)
        assert player.seen == ""
        assert not any(isinstance(one, fx.RelayToPatient) for one in player.last)


def test_staff_removed_from_the_list_keep_nothing_locked(shipped: Release) -> None:
    player = asked(shipped)
    player.do(ev.EnquiryClaimed(player.reference, SORA))
    organisation = player.release.organisation
    staff = tuple(one for one in organisation.staff if one.id != "sora")
    player.release = replace(player.release, organisation=replace(organisation, staff=staff))
    player.do(ev.EnquiryUnclaimed(player.reference, SORA))
    assert toasts(player)[0].refused
    player.types("are you there")
    assert any(isinstance(one, fx.RelayToDesk) for one in player.last)
    player.do(ev.EnquiryTakenOver(player.reference, MIN))
    assert player.state.enquiries[0].assignee is not None
    assert player.state.enquiries[0].assignee.name == "Min"


def test_an_alert_goes_on_until_somebody_has_seen_this_one(shipped: Release) -> None:
    """A new danger in a claimed enquiry is not taken for seen."""
    player = asked(shipped)
    player.do(ev.EnquiryClaimed(player.reference, MIN))
    player.types("I cannot breathe")
    player.waits(minutes=3)
    assert any(isinstance(one, fx.AlertTeam) for one in player.last), "repeated"
    player.do(ev.EnquiryClaimed(player.reference, MIN))
    assert "Min" in player.seen
    player.waits(minutes=30)
    assert not any(isinstance(one, fx.AlertTeam) for one in player.last)


def test_a_late_report_does_not_take_back_that_somebody_has_seen_it(shipped: Release) -> None:
    player = Checked(asked(shipped).release)
    player.alerts = "none yet"
    player.types("I cannot breathe")
    player.do(ev.EnquiryClaimed(player.reference, MIN))
    player.do(ev.DeliveryReported("alert", "delivered", DESK, player.now, player.reference, "1"))
    assert "No person has read it yet" not in player.seen
