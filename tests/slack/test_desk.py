"""Facilitators on Slack: who may act, the reply modal and everything that can go wrong with it, notes."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack import modal, wording
from bot.errors import NotNow
from bot.events import FacilitatorReplied, ReplyDrafted, Update
from bot.ports import Received
from tests.fakes.slack import Fault
from tests.fakes.slack_people import shown
from tests.slack.asking import whispers
from tests.slack.conftest import Asked, People
from tests.slack.house import House

# ---- who may act


async def test_claim_is_for_the_faster_one(asked: Asked) -> None:
    people = asked.people
    await asyncio.gather(
        people.min.taps("Claim", people.desk), people.joon.taps("Claim", people.desk)
    )
    await asked.house.settle()
    winner = "Min" if "Min" in shown(asked.card) else "Joon"
    loser = people.joon if winner == "Min" else people.min
    assert winner in shown(whispers(asked.house, loser)[-1])  # who was faster
    row = await asked.house.store.enquiry(asked.reference)
    assert row is not None
    assert row.enquiry.assignee is not None
    assert row.enquiry.assignee.name == winner


async def test_forgetting_empties_the_desk_too(asked: Asked) -> None:
    dana = asked.people.dana
    await dana.dms("I take aspirin " * 900)
    await dana.sends_files(("skin.jpg", b"one", "image/jpeg"))
    await asked.house.settle()
    assert "aspirin" in asked.thread()
    await dana.commands("forget")
    await asked.house.settle()
    await dana.presses(dana.last, dana.last.buttons[0])
    await asked.house.settle()
    assert [one for one in asked.people.min.sees(asked.people.desk) if not one.to] == []
    copies = [one for one in asked.house.slack.world.files.values() if one.channel]
    assert copies
    assert all(one.gone for one in copies)


@pytest.mark.parametrize("who", ["gwen", "otto", "lee"])
async def test_guests_strangers_and_the_unlisted_are_refused(asked: Asked, who: str) -> None:
    people = asked.people
    lee = asked.house.slack.person("lee")
    asked.house.slack.world.channels[people.desk].members.add(lee.user)
    one = {"gwen": people.gwen, "otto": people.otto, "lee": lee}[who]
    for label in ("Claim", "Reply to patient", "Close"):
        await one.taps(label, people.desk)
        await asked.house.settle()
    assert len(whispers(asked.house, one)) == 3
    assert one.modal is None
    row = await asked.house.store.enquiry(asked.reference)
    assert row is not None
    assert row.enquiry.assignee is None
    assert row.enquiry.is_open


async def test_nobody_is_trusted_while_slack_does_not_say_who_they_are(asked: Asked) -> None:
    slack = asked.house.slack
    slack.socket.ack_seconds = 0.3
    slack.fail("users.info", Fault("500"), Fault("500"), Fault("500"), Fault("500"))
    tap = await asked.people.min.taps("Claim", asked.people.desk)
    assert not tap.acked  # Slack shows that it failed, and it can be tapped again
    assert (await asked.people.min.taps("Claim", asked.people.desk)).acked
    await asked.house.settle()
    assert "Min" in shown(asked.card)


async def test_forged_buttons_do_nothing(asked: Asked) -> None:
    _, element = asked.people.min.button("Claim", asked.people.desk)
    for data in ("enq:FD-ZZZZ:claim", "enq:nonsense", "sec:home:1", "x" * 2000, "enq:FD-7F3Q:"):
        delivery = await asked.people.min.presses(asked.card, {**element, "value": data})
        assert delivery.acked
    await asked.house.settle()
    [told] = whispers(asked.house, asked.people.min)
    assert "FD-ZZZZ" in shown(told)
    assert asked.people.dana.last.bot


# ---- the modal


async def test_the_preview_is_exact_and_can_be_changed(asked: Asked) -> None:
    min_, words = asked.people.min, "  Two lines\n\n\n*stars* & <!here> <@U0DANA>  "
    await asked.drafts(min_, words)
    assert min_.modal is not None
    assert modal.exact_text(min_.modal.view) == words
    await min_.taps_in_modal(wording.CHANGE)
    await asked.house.settle()
    assert min_.written() == words
    await min_.submits()  # the same words once more: not swallowed as a duplicate
    assert min_.modal is not None
    assert min_.modal.view["callback_id"] == "send"
    await min_.submits()
    await asked.house.settle()
    assert words in shown(asked.people.dana.last)


async def test_a_draft_survives_a_closed_modal(asked: Asked) -> None:
    min_ = asked.people.min
    await asked.drafts(min_, "Half a thought")
    min_.closes()
    await asked.opens_reply(min_)
    assert min_.written() == "Half a thought"
    assert "Half a thought" not in asked.people.dana.reads()


async def test_nothing_is_not_sent_and_records_nothing(asked: Asked) -> None:
    min_ = asked.people.min
    await asked.opens_reply(min_)
    delivery = await min_.submits({"text": "  \n "})
    assert delivery.answer["errors"] == {"text": wording.EMPTY}
    await min_.submits({"text": "Now with words"})
    assert min_.modal is not None
    assert min_.modal.view["callback_id"] == "send"


async def test_send_pressed_twice_sends_once(asked: Asked) -> None:
    min_, slack = asked.people.min, asked.house.slack
    await asked.drafts(min_, "Only once")
    payload = min_.submit_payload({})
    answers = await asyncio.gather(
        *(slack.deliver("interactive", {**payload, "trigger_id": f"t{n}"}) for n in range(3))
    )
    assert {one.answer.get("response_action") for one in answers} == {"clear"}
    await asked.house.settle()
    assert asked.people.dana.reads().count("Only once") == 1


async def test_a_reply_that_another_one_took_over_is_kept_in_the_modal(asked: Asked) -> None:
    min_, joon = asked.people.min, asked.people.joon
    await asked.drafts(min_, "My careful answer")
    await joon.taps("Take over", asked.people.desk)
    await asked.house.settle()
    await min_.submits()
    assert min_.modal is not None
    assert "Joon" in str(min_.modal.view["blocks"])
    assert "My careful answer" in str(min_.modal.view["blocks"])
    await asked.house.settle()
    assert "My careful answer" not in asked.people.dana.reads()
    await min_.taps_in_modal(wording.CHANGE)
    await asked.house.settle()
    assert "My careful answer" in str(min_.modal.view["blocks"])


async def test_a_text_outlives_a_database_that_is_away(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    min_ = asked.people.min
    await asked.opens_reply(min_)
    receive = asked.house.intake.receive
    away = [True]

    async def sometimes(update: Update) -> Received:
        if away[0] and isinstance(update.event, ReplyDrafted | FacilitatorReplied):
            raise NotNow("away")
        return await receive(update)

    monkeypatch.setattr(asked.house.intake, "receive", sometimes)
    delivery = await min_.submits({"text": "Keep me"})
    assert delivery.answer["errors"] == {"text": wording.NOT_SAVED}
    away[0] = False
    await min_.submits({"text": "Keep me"})
    away[0] = True
    delivery = await min_.submits()
    assert wording.NOT_SENT in str(delivery.answer)
    assert "Keep me" in str(delivery.answer)
    away[0] = False
    await min_.submits()
    await asked.house.settle()
    assert asked.people.dana.reads().count("Keep me") == 1


async def test_a_modal_that_opens_too_late_is_said(asked: Asked) -> None:
    asked.house.slack.fail("views.open", Fault("expired_trigger_id"))
    await asked.opens_reply(asked.people.min)
    assert asked.people.min.modal is None
    assert wording.FORM_LATE in shown(whispers(asked.house, asked.people.min)[-1])
    await asked.opens_reply(asked.people.min)
    assert asked.people.min.modal is not None


async def test_without_a_response_address_the_line_still_arrives(asked: Asked) -> None:
    for known in asked.house.slack.world.response_urls.values():
        known["left"] = 0
    min_ = asked.people.min
    payload = min_.press_payload(*min_.button("Claim", asked.people.desk))
    payload["response_url"] = payload["response_url"].rpartition("/")[0] + "/gone"
    await asked.house.slack.deliver("interactive", payload)
    await asked.house.settle()
    assert asked.reference in shown(whispers(asked.house, min_)[-1])


async def test_the_outcome_is_the_true_one(asked: Asked) -> None:
    min_, dana = asked.people.min, asked.people.dana
    await asked.drafts(min_, "Are you there?")
    asked.house.slack.world.channels[dana.direct].refuses = "channel_not_found"
    await min_.submits()
    await asked.house.settle()
    assert "delivered" not in asked.thread().replace("not delivered", "")
    assert "not delivered" in asked.thread() or "cannot" in asked.thread()


# ---- threads


async def test_a_note_stays_with_the_team(asked: Asked) -> None:
    min_, desk = asked.people.min, asked.people.desk
    await min_.writes(desk, "She sounds worried", thread=asked.card.ts)
    await min_.writes(desk, "I will call later", thread=asked.card.ts)
    await asked.house.settle()
    assert "worried" not in asked.people.dana.reads()
    told = [one for one in whispers(asked.house, min_) if "team" in shown(one)]
    assert len(told) == 1  # said once, to the writer
    address = await asked.house.store.address_of(asked.reference)
    assert address is not None
    entries = await asked.house.store.transcript(address)
    assert [one.kind for one in entries if one.author == "team"] == ["note", "note"]


async def test_talk_beside_the_threads_is_not_ours(asked: Asked) -> None:
    before = len(asked.house.slack.calls)
    assert (await asked.people.min.writes(asked.people.desk, "lunch?")).acked
    other = asked.house.slack.channel("random", asked.people.min)
    assert (await asked.people.min.writes(other, "FD-7F3Q is urgent")).acked
    await asked.house.settle()
    assert len(asked.house.slack.calls) == before


async def test_edits_and_files_of_the_patient_reach_the_thread(asked: Asked) -> None:
    dana = asked.people.dana
    await dana.dms("I take aspirin")
    await asked.house.settle()
    mine = [one for one in dana.sees() if not one.bot][-1]
    await dana.edits(mine, "I take ibuprofen")
    await dana.sends_files(
        ("skin.jpg", b"one", "image/jpeg"), ("report.pdf", b"two", "application/pdf"), text="look"
    )
    await asked.house.settle()
    assert "I take aspirin" in asked.thread()
    assert "I take ibuprofen" in asked.thread()
    assert "look" in asked.thread()
    files = [
        asked.house.slack.world.files[one].data
        for message in asked.house.slack.thread(asked.people.desk, asked.card.ts)
        for one in message.files
    ]
    assert files == [b"one", b"two"]


async def test_invited_elsewhere_the_bot_names_the_setting(house: House, people: People) -> None:
    from tests.fakes.slack_state import BOT_USER

    house.slack.scopes += ",groups:write"
    other = house.slack.channel("other-team", people.min)
    await house.slack.deliver_event(
        {"type": "member_joined_channel", "user": BOT_USER, "channel": other}
    )
    await house.settle()
    assert f"SLACK_DESK_CHANNEL={other}" in people.min.reads(other)
    assert BOT_USER not in house.slack.world.channels[other].members
