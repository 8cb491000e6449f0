"""Deliverers against the fake Web API: what is sent, and what every failure becomes."""

from __future__ import annotations

import io
import json

import pytest

from adapters.slack.client import Slack
from adapters.slack.desk import SlackDesk
from adapters.slack.files import FileLost, SlackFiles
from adapters.slack.identity import DeskChannel
from adapters.slack.patients import SlackPatients
from bot import effects as fx
from bot.errors import NotNow
from bot.events import FileRef
from bot.ports import (
    Delivered,
    DeliveryOutcome,
    Gone,
    Later,
    RateLimited,
    Rejected,
    Uncertain,
)
from bot.screens import Card, Choice, Screen
from bot.text import Paragraph, Span, plain, typed
from tests.fakes.slack import Fault
from tests.fakes.slack_people import shown
from tests.fakes.slack_state import BOT_TOKEN, File, Message
from tests.slack.bench import Bench

ROWS = (((Choice("Menu", "sec:home:1"),)),)


def screen(text: str, seq: int = 1, replaces: int | None = None) -> fx.ShowScreen:
    return fx.ShowScreen(seq, Screen(plain(text), ROWS), replaces)


def relay(text: str = "Hello Dana", file: FileRef | None = None) -> fx.RelayToPatient:
    return fx.RelayToPatient(5, "FD-7F3Q", "d1", plain("From Min, facilitator"), text, file)


def card(status: str = "new") -> fx.ShowCard:
    made = Card(
        "FD-7F3Q", "t", f"Enquiry FD-7F3Q is {status}.", plain(f"FD-7F3Q {status}\n\nzebra"),
        plain("FD-7F3Q"), (((Choice("Claim", "enq:FD-7F3Q:claim")),),), False, status,
    )  # fmt: skip
    return fx.ShowCard("FD-7F3Q", made)


# ---- patients


async def test_a_screen_is_edited_in_place(bench: Bench) -> None:
    assert isinstance(await bench.sends(screen("Home")), Delivered)
    outcome = await bench.sends(screen("Guide", 2, replaces=1))
    [message] = bench.dana.sees()
    assert shown(message) == "Guide"
    assert outcome == Delivered((("seq:2", message.ts),))
    assert message.text == "Guide"


@pytest.mark.parametrize("why", ["deleted", "edit_window_closed", "no receipt"])
async def test_an_edit_that_cannot_be_becomes_a_new_message(bench: Bench, why: str) -> None:
    await bench.sends(screen("Home"))
    if why == "deleted":
        bench.dana.sees()[0].gone = True
    elif why == "no receipt":
        bench.kept.known.clear()
    else:
        bench.slack.fail("chat.update", Fault(why))
    outcome = await bench.sends(screen("Guide", 2, replaces=1))
    assert outcome == Delivered((("seq:2", bench.dana.last.ts),))
    assert shown(bench.dana.last) == "Guide"


async def test_a_reply_with_a_photo(bench: Bench) -> None:
    photo = FileRef("telegram", "abc", "photo", name="../../x/skin.jpg")
    outcome = await bench.sends(relay("Hello <!channel> *Dana*", photo))
    text, file = bench.dana.sees()
    assert shown(text) == "From Min, facilitator\nHello <!channel> *Dana*"
    stored = bench.slack.world.files[file.files[0]]
    assert (stored.name, stored.data) == ("skin.jpg", b"bytes of abc")
    assert isinstance(outcome, Delivered)
    assert dict(outcome.receipts) == {"seq:5": text.ts, "file:5": stored.id}


async def test_a_reply_whose_file_is_gone_shows_nothing(bench: Bench) -> None:
    outcome = await bench.sends(relay(file=FileRef("telegram", "lost", "photo")))
    assert isinstance(outcome, Rejected)
    assert bench.dana.sees() == []
    outcome = await bench.sends(relay(file=FileRef("nowhere", "x", "photo")))
    assert isinstance(outcome, Rejected)


async def test_received_is_a_reaction_once(bench: Bench) -> None:
    ts = bench.slack.world.next_ts()
    bench.slack.world.messages.append(Message(bench.dana.direct, ts, bench.dana.user, "hi"))
    for _ in range(2):
        assert await bench.sends(fx.AcknowledgeMessage(ts)) == Delivered()
    assert await bench.sends(fx.AcknowledgeMessage("1.000001")) == Delivered()
    [message] = bench.dana.sees()
    assert [name for _, name in message.reactions] == ["eyes"]


async def test_the_export_is_a_readable_file_and_can_be_deleted(bench: Bench) -> None:
    outcome = await bench.sends(fx.SendExport(3, plain("Everything about you"), ROWS))
    assert isinstance(outcome, Delivered)
    receipts = dict(outcome.receipts)
    stored = bench.slack.world.files[receipts["file:3"]]
    assert json.loads(stored.data)["said"] == ["<!channel> zebra"]
    ids = (*receipts.values(), "1.000001")
    assert await bench.sends(fx.DeleteMessages(ids)) == Delivered()
    assert await bench.sends(fx.DeleteMessages(ids)) == Delivered()
    assert bench.dana.sees() == []
    assert stored.gone


async def test_a_sign_in_link_can_be_tapped_and_stays_out_of_notifications(bench: Bench) -> None:
    link = "http://127.0.0.1:8000/link/abc_DEF-123"
    await bench.sends(fx.SendSignIn(4, (*plain("Your link"), *plain(link)), "min"))
    message = bench.dana.last
    assert f"'url': '{link}'" in str(message.blocks)
    assert link not in message.text


async def test_every_part_of_a_long_text_can_be_deleted(bench: Bench) -> None:
    words = "".join(f"line {n} with words\n" for n in range(2_000))
    for outcome in (
        await bench.sends(relay(words)),
        await bench.posts(fx.RelayToDesk("FD-7F3Q", plain("Dana wrote"), words), number=8),
    ):
        assert isinstance(outcome, Delivered)
        assert len(outcome.receipts) > 2
        assert not [name for name, _ in outcome.receipts[1:] if name.startswith("seq:")]
    gone = {ts for (_, name), ts in bench.kept.known.items()}
    assert await bench.sends(fx.DeleteMessages(tuple(gone))) == Delivered()
    assert await bench.posts(fx.DeleteMessages(tuple(gone))) == Delivered()
    assert bench.dana.sees() == bench.min.sees(bench.channel) == []


# ---- desk


async def test_a_card_is_posted_once_and_then_updated(bench: Bench) -> None:
    await bench.posts(card())
    await bench.posts(card("claimed"))
    [message] = bench.min.sees(bench.channel)
    assert "claimed" in shown(message)
    assert "zebra" in shown(message)
    assert message.text == "Enquiry FD-7F3Q is claimed."
    message.gone = True
    await bench.posts(card("closed"))
    [again] = bench.min.sees(bench.channel)
    assert again.ts != message.ts


async def test_a_minimal_desk_shows_no_words(bench: Bench) -> None:
    bench.desk = SlackDesk(bench.web, DeskChannel(bench.channel), {}, full=False)
    await bench.posts(card())
    assert "zebra" not in bench.min.reads(bench.channel)


async def test_what_a_patient_writes_goes_to_the_thread(bench: Bench) -> None:
    await bench.posts(card())
    [posted] = bench.min.sees(bench.channel)
    file = File("F0PHOTO", "skin.jpg", b"skin", "image/jpeg")
    bench.slack.world.files[file.id] = file
    effect = fx.RelayToDesk(
        "FD-7F3Q", plain("Dana wrote"), "zebra <@U0MIN>", "old words",
        FileRef("slack", file.id, "photo", "skin.jpg"), (f"slack:{bench.min.user}",),
    )  # fmt: skip
    outcome = await bench.posts(effect, number=77)
    text, photo = bench.slack.thread(bench.channel, posted.ts)
    assert outcome == Delivered((("entry:FD-7F3Q:77", text.ts), ("file:77", photo.files[0])))
    assert "old words" in shown(text)
    assert "zebra <@U0MIN>" in shown(text)
    assert text.text == "Dana wrote"
    assert bench.slack.world.files[photo.files[0]].data == b"skin"
    assert photo.thread_ts == posted.ts


async def test_words_reach_the_team_although_the_file_is_gone(bench: Bench) -> None:
    await bench.posts(card())
    lost = FileRef("telegram", "lost", "photo")
    effect = fx.RelayToDesk("FD-7F3Q", plain("Dana sent a photo"), "zebra", None, lost)
    assert isinstance(await bench.posts(effect), Delivered)
    assert "zebra" in bench.min.reads(bench.channel)
    assert "could not be fetched" in bench.min.reads(bench.channel)


async def test_an_alert_is_seen_in_the_channel_and_names_people(bench: Bench) -> None:
    people = (f"slack:{bench.min.user}", "telegram:5")
    alert = fx.AlertTeam("FD-7F3Q", plain("Possible emergency"), 1, people)
    await bench.posts(alert)
    first = bench.min.sees(bench.channel)[-1]
    assert not first.thread_ts
    assert f"'user_id': '{bench.min.user}'" in str(first.blocks)
    await bench.posts(card())
    await bench.posts(alert)
    second = bench.min.sees(bench.channel)[-1]
    assert second.thread_ts
    assert second.broadcast


async def test_words_of_a_patient_in_an_alert_stay_out_of_notifications(bench: Bench) -> None:
    text = (*plain("Possible emergency"), Paragraph((Span("Said: "), typed("zebra"))))
    await bench.posts(fx.AlertTeam("FD-7F3Q", text, 1))
    message = bench.min.sees(bench.channel)[-1]
    assert "zebra" in shown(message)
    assert "zebra" not in message.text


async def test_lines_for_one_person(bench: Bench) -> None:
    await bench.posts(card())
    me = f"slack:{bench.min.user}"
    desk = f"desk:slack:{bench.channel}"
    await bench.posts(fx.TellDesk("FD-7F3Q", plain("Only the team sees this."), desk, me))
    assert [one.to for one in bench.min.sees(bench.channel)][1:] == [bench.min.user]
    outsider = bench.slack.person("lee")
    await bench.posts(fx.TellDesk("FD-7F3Q", plain("Still told"), desk, f"slack:{outsider.user}"))
    assert "Still told" in bench.min.reads(bench.channel)  # Slack could not whisper
    await bench.posts(fx.TellDesk("FD-7F3Q", plain("Reopened"), None, me))
    last = bench.min.sees(bench.channel)[-1]
    assert (last.to, shown(last).endswith("Reopened")) == ("", True)
    assert f"'user_id': '{bench.min.user}'" in str(last.blocks)


async def test_drafts_can_be_shown_too(bench: Bench) -> None:
    await bench.posts(card())
    desk = f"desk:slack:{bench.channel}"
    ask = fx.AskForReply("FD-7F3Q", "d1", plain("Answer this"), desk, f"slack:{bench.min.user}")
    outcome = await bench.posts(ask)
    assert isinstance(outcome, Delivered)
    assert outcome.receipts[0][0] == "prompt:FD-7F3Q:d1"
    draft = fx.ShowDraft("FD-7F3Q", "d1", plain("The patient will read"), "zebra", desk, ROWS)
    outcome = await bench.posts(draft)
    assert isinstance(outcome, Delivered)
    assert outcome.receipts[0][0] == "draft:FD-7F3Q:d1"
    assert "zebra" not in bench.min.sees(bench.channel)[-1].text


# ---- failures

FAILURES = [
    (Fault("429", 7), RateLimited(7.0), 0),
    (Fault("500"), Uncertain("status 500"), 0),
    (Fault("html"), Uncertain("status 200"), 0),
    (Fault("drop_before"), Uncertain("ServerDisconnectedError"), 0),
    (Fault("drop_after"), Uncertain("ServerDisconnectedError"), 1),
    (Fault("internal_error"), Uncertain("internal_error"), 0),
    (Fault("service_unavailable"), Later("service_unavailable", 5.0), 0),
    (Fault("invalid_auth"), Later("invalid_auth", 60.0, counted=False), 0),
    (Fault("msg_too_long"), Rejected("msg_too_long"), 0),
    (Fault("invalid_blocks"), Rejected("invalid_blocks"), 0),
]


@pytest.mark.parametrize(("fault", "outcome", "came"), FAILURES)
async def test_failures_of_a_new_message(
    bench: Bench, fault: Fault, outcome: DeliveryOutcome, came: int
) -> None:
    bench.slack.fail("chat.postMessage", fault)
    assert await bench.sends(relay()) == outcome
    assert len(bench.dana.sees()) == came
    assert len(bench.slack.called("chat.postMessage")) == 1  # nothing is repeated behind our back


@pytest.mark.parametrize(("fault", "outcome", "_came"), FAILURES[:7])
async def test_failures_of_an_edit_are_never_uncertain(
    bench: Bench, fault: Fault, outcome: DeliveryOutcome, _came: int
) -> None:
    await bench.sends(screen("Home"))
    bench.slack.fail("chat.update", fault)
    again = await bench.sends(screen("Guide", 2, replaces=1))
    assert isinstance(again, Later | RateLimited)
    assert len(bench.dana.sees()) == 1
    assert isinstance(await bench.sends(screen("Guide", 2, replaces=1)), Delivered)
    assert len(bench.dana.sees()) == 1


async def test_a_time_out_is_uncertain(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.client.TOTAL_SECONDS", 0.2)
    bench.slack.fail("chat.postMessage", Fault("hang", 5))
    assert isinstance(await bench.sends(relay()), Uncertain)


async def test_a_slack_that_is_away_is_later(bench: Bench) -> None:
    away = Slack(BOT_TOKEN, "http://127.0.0.1:9/api/")
    bench.patients = SlackPatients(away, bench.kept, {})
    assert await bench.sends(relay()) == Later("ClientConnectorError")
    await away.close()


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "messages_tab_disabled"])
async def test_a_patient_who_is_gone(bench: Bench, code: str) -> None:
    bench.slack.world.channels[bench.dana.direct].refuses = code
    assert await bench.sends(relay()) == Gone(code)
    bench.slack.world.channels[bench.channel].refuses = code
    assert await bench.posts(card()) == Rejected(code)  # a desk is misconfigured, not gone


async def test_a_desk_of_yesterday_and_one_not_found_yet(bench: Bench) -> None:
    bench.desk = SlackDesk(bench.web, DeskChannel("patient-desk"), {})
    assert isinstance(await bench.posts(card()), Rejected)
    bench.channel = "patient-desk"
    assert isinstance(await bench.posts(card()), Later)
    assert bench.slack.called("chat.postMessage") == []


async def test_after_a_stop_nothing_goes_out(bench: Bench) -> None:
    await bench.web.close()
    for send in (bench.sends(relay()), bench.posts(card())):
        with pytest.raises(NotNow):  # the worker keeps the row for the next start
            await send
    assert bench.slack.calls == []


async def test_what_does_not_belong_is_refused(bench: Bench) -> None:
    assert isinstance(await bench.sends(card()), Rejected)
    assert isinstance(await bench.posts(screen("Home")), Rejected)


# ---- files


async def test_files_are_fetched_with_the_token_only(bench: Bench) -> None:
    world, files = bench.slack.world, SlackFiles(bench.web)
    world.files["F1"] = File("F1", "a.jpg", b"abc")
    world.files["F2"] = File("F2", "b.jpg", b"abc", mode="tombstone")
    world.files["F3"] = File("F3", "c.bin", b"x" * 20_000_001)
    assert await files.fetch(FileRef("slack", "F1", "photo")) == b"abc"
    for lost in ("F2", "F3", "F9"):
        with pytest.raises(FileLost):
            await files.fetch(FileRef("slack", lost, "photo"))
    stranger = Slack("xoxb-fake-token", bench.slack.api_url)
    stranger._token = "xoxb-other"
    with pytest.raises(FileLost):  # the sign-in page is not the file
        await SlackFiles(stranger).fetch(FileRef("slack", "F1", "photo"))
    await stranger.close()


async def test_all_ways_to_send_arguments_are_understood(bench: Bench) -> None:
    await bench.sends(relay())
    await bench.sends(fx.SendExport(3, plain("x")))
    await bench.web.web.api_call("auth.test", data={"a": "b"})
    await bench.web.web.api_call("auth.test", files={"file": io.BytesIO(b"x")}, data={"a": "b"})
    assert bench.slack.styles == {"query", "json", "form", "multipart"}
