"""Delivering to the desk group: topics, cards, relays, prompts, alerts, and topics that vanish."""

from __future__ import annotations

import pytest

from adapters.telegram.client import Client
from adapters.telegram.desk import TelegramDesk
from adapters.telegram.files import TelegramFiles
from bot import effects as fx
from bot.events import FileRef
from bot.ports import (
    Delivered,
    DeliveryOutcome,
    FileSource,
    Gone,
    Moved,
    RateLimited,
    Rejected,
    Uncertain,
)
from bot.screens import Choice
from bot.text import plain
from tests.fakes.telegram import Chat, FakeTelegram, Staff
from tests.telegram.parts import Files, Shelf, card, delivery

REF = "FD-7F3Q"
SEND = ((Choice("Send", f"enq:{REF}:send:d1"),),)


class Out:
    """A desk's deliverer with its receipts."""

    def __init__(self, client: Client, group: Chat, shelf: Shelf, *, full: bool = True) -> None:
        files: dict[str, FileSource] = {"telegram": TelegramFiles(client), "web": Files()}
        self.deliverer = TelegramDesk(client, shelf, shelf, files, full=full)
        self.to = f"desk:telegram:{group.id}"
        self.shelf = shelf

    async def send(self, effect: fx.Sendable, number: int | None = None) -> DeliveryOutcome:
        one = delivery(self.to, effect, number=number)
        outcome = await self.deliverer.deliver(one, self.shelf)
        self.shelf.keep(one, outcome)
        return outcome


@pytest.fixture
def out(client: Client, group: Chat, shelf: Shelf) -> Out:
    return Out(client, group, shelf)


async def test_a_card_opens_a_topic(out: Out, group: Chat, staff: Staff) -> None:
    outcome = await out.send(fx.ShowCard(REF, card(urgent=True)))
    topic = staff.topic(REF)
    (shown,) = staff.in_topic(topic)
    assert outcome == Delivered(((f"topic:{REF}", str(topic)), (f"card:{REF}", str(shown.id))))
    assert shown.labels == ["Claim", "Reply"]
    assert group.topics[topic].colour == 0xFB6F5F


async def test_a_card_is_edited_and_the_topic_renamed(out: Out, group: Chat, staff: Staff) -> None:
    await out.send(fx.ShowCard(REF, card()))
    await out.send(fx.ShowCard(REF, card(words="Another", urgent=False)))
    topic = staff.topic(REF)
    (shown,) = staff.in_topic(topic)
    assert shown.text.endswith("Another")
    import dataclasses

    await out.send(fx.ShowCard(REF, dataclasses.replace(card(), title=f"✓ {REF}")))
    assert group.topics[topic].name == f"✓ {REF}"


async def test_a_minimal_card(client: Client, group: Chat, shelf: Shelf, staff: Staff) -> None:
    await Out(client, group, shelf, full=False).send(fx.ShowCard(REF, card(words="health")))
    (shown,) = staff.in_topic(staff.topic(REF))
    assert shown.text == f"{REF} · new"


async def test_a_long_card_keeps_its_parts(out: Out, staff: Staff) -> None:
    await out.send(fx.ShowCard(REF, card(words="word " * 1500)))
    await out.send(fx.ShowCard(REF, card(words="term " * 1500)))
    first, second = staff.in_topic(staff.topic(REF))
    assert first.labels == ["Claim", "Reply"]
    assert second.labels == []
    assert "word" not in first.text + second.text
    assert (first.text + second.text).count("term") == 1500


async def test_a_card_deleted_by_hand_comes_back(
    out: Out, group: Chat, staff: Staff, telegram: FakeTelegram
) -> None:
    await out.send(fx.ShowCard(REF, card()))
    topic = staff.topic(REF)
    telegram.world.remove(group, staff.in_topic(topic)[0].id)
    outcome = await out.send(fx.ShowCard(REF, card(words="Now")))
    (shown,) = staff.in_topic(topic)
    assert isinstance(outcome, Delivered)
    assert (f"card:{REF}", str(shown.id)) in outcome.receipts


async def test_a_deleted_topic_is_made_again_with_the_card_on_top(
    out: Out, group: Chat, staff: Staff, telegram: FakeTelegram, shelf: Shelf
) -> None:
    await out.send(fx.ShowCard(REF, card()))
    shelf.cards[REF] = card(words="As it stands now")
    old = staff.topic(REF)
    telegram.world.drop_topic(group, old)
    outcome = await out.send(fx.RelayToDesk(REF, plain("Aigul wrote"), "Are you there?"))
    new = staff.topic(REF)
    assert new != old
    texts = [one.text for one in staff.in_topic(new)]
    assert texts == [f"{REF} · new\n\nAs it stands now", "Aigul wrote\n\nAre you there?"]
    assert isinstance(outcome, Delivered)
    assert dict(outcome.receipts)[f"topic:{REF}"] == str(new)
    # The card's edit finds the new one.
    await out.send(fx.ShowCard(REF, card(words="Later")))
    assert next(one.text for one in staff.in_topic(new)).endswith("Later")


async def test_a_deleted_topic_on_a_card_update(
    out: Out, group: Chat, staff: Staff, telegram: FakeTelegram
) -> None:
    await out.send(fx.ShowCard(REF, card()))
    telegram.world.drop_topic(group, staff.topic(REF))
    await out.send(fx.ShowCard(REF, card(words="Again")))
    assert [one.text for one in staff.in_topic(staff.topic(REF))] == [f"{REF} · new\n\nAgain"]


async def test_a_relay_without_any_card_still_arrives(out: Out, staff: Staff) -> None:
    assert isinstance(await out.send(fx.RelayToDesk(REF, plain("Aigul"), "Hello")), Delivered)
    assert [one.text for one in staff.in_topic(staff.topic(REF))] == ["Aigul\n\nHello"]


async def test_a_closed_topic_is_opened(out: Out, group: Chat, staff: Staff) -> None:
    await out.send(fx.ShowCard(REF, card()))
    group.topics[staff.topic(REF)].closed = True
    assert isinstance(await out.send(fx.TellDesk(REF, plain("Note"))), Delivered)
    assert not group.topics[staff.topic(REF)].closed


async def test_a_message_that_lands_elsewhere_is_not_called_delivered(
    out: Out, group: Chat, staff: Staff, telegram: FakeTelegram
) -> None:
    await out.send(fx.ShowCard(REF, card()))
    old = staff.topic(REF)
    original = telegram.methods.rules.thread

    def lost(chat: Chat, number: object) -> int | None:
        return None if number is not None and int(str(number)) == old else original(chat, number)

    telegram.methods.rules.thread = lost  # type: ignore[method-assign]
    await out.send(fx.RelayToDesk(REF, plain("Aigul"), "Hello"))
    assert staff.in_topic(None) == []
    assert staff.in_topic(staff.topic(REF)) != []
    assert any("Hello" in one.text and one.thread not in (None, old) for one in group.shown())


async def test_a_topic_is_not_made_twice_when_its_card_is_held_up(
    out: Out, group: Chat, telegram: FakeTelegram
) -> None:
    telegram.too_many("sendMessage", 4)
    effect = fx.ShowCard(REF, card())
    assert await out.send(effect, number=5) == RateLimited(4)
    outcome = await out.send(effect, number=5)
    assert isinstance(outcome, Delivered)
    assert [name for name, _ in outcome.receipts] == [f"topic:{REF}", f"card:{REF}"]
    assert len(group.topics) == 1


async def test_edits_show_both_versions_and_files_come_along(
    out: Out, staff: Staff, telegram: FakeTelegram
) -> None:
    await out.send(fx.ShowCard(REF, card()))
    topic = staff.topic(REF)
    await out.send(fx.RelayToDesk(REF, plain("Aigul changed"), "now", was="before"))
    assert staff.in_topic(topic)[-1].text == "Aigul changed\n\nbefore\n\nnow"
    file = FileRef("telegram", telegram.world.file("photo", b"skin"), "photo")
    await out.send(fx.RelayToDesk(REF, plain("Aigul"), "my arm", file=file))
    last = staff.in_topic(topic)[-1]
    assert (last.media["kind"], last.text) == ("photo", "Aigul\n\nmy arm")
    await out.send(
        fx.RelayToDesk(REF, plain("Aigul"), "", file=file, mention=(staff.account, "slack:U1"))
    )
    last = staff.in_topic(topic)[-1]
    assert last.entities[0]["user"]["id"] == staff.id
    assert last.media["kind"] == "photo"
    await out.send(fx.RelayToDesk(REF, plain("Aigul"), "word " * 400, file=file))
    text, photo = staff.in_topic(topic)[-2:]
    assert text.text.startswith("Aigul\n\nword")
    assert (photo.media["kind"], photo.text) == ("photo", "")


async def test_asking_for_a_reply_and_showing_the_draft(out: Out, staff: Staff) -> None:
    await out.send(fx.ShowCard(REF, card()))
    topic = staff.topic(REF)
    outcome = await out.send(fx.AskForReply(REF, "d1", plain("Answer this"), out.to, staff.account))
    prompt = staff.in_topic(topic)[-1]
    assert outcome == Delivered(((f"prompt:{REF}:d1", str(prompt.id)),))
    assert prompt.markup == {"force_reply": True, "selective": True}
    assert prompt.entities[0]["type"] == "text_mention"
    outcome = await out.send(fx.ShowDraft(REF, "d1", plain("They read:"), "Hello", out.to, SEND))
    draft = staff.in_topic(topic)[-1]
    assert outcome == Delivered(((f"draft:{REF}:d1", str(draft.id)),))
    assert (draft.text, draft.labels) == ("They read:\n\nHello", ["Send"])


async def test_an_alert_is_in_general_and_in_the_topic_with_a_sound(
    out: Out, staff: Staff, shelf: Shelf
) -> None:
    await out.send(fx.ShowCard(REF, card(urgent=True)))
    alert = fx.AlertTeam(REF, plain("Possible emergency"), 1, (staff.account,))
    outcome = await out.send(alert)
    (general,) = staff.in_topic(None)
    assert isinstance(outcome, Delivered)
    assert outcome.receipts[0] == (f"alert:{REF}", str(general.id))
    assert general.entities[0]["user"]["id"] == staff.id
    assert not general.silent
    assert "Possible emergency" in staff.in_topic(staff.topic(REF))[-1].text
    # Also while the database is away, and for an alert that has no enquiry.
    shelf.away = True
    assert isinstance(
        await out.send(fx.AlertTeam("", plain("x"), 1, (staff.account,)), 0), Delivered
    )
    assert isinstance(await out.send(fx.AlertTeam("", plain("y"), 1), 0), Delivered)
    assert [one.text.splitlines()[-1] for one in staff.in_topic(None)][1:] == ["x", "y"]


async def test_an_alert_does_not_fail_with_its_topic(
    out: Out, group: Chat, staff: Staff, telegram: FakeTelegram
) -> None:
    await out.send(fx.ShowCard(REF, card()))
    telegram.world.drop_topic(group, staff.topic(REF))
    assert isinstance(await out.send(fx.AlertTeam(REF, plain("Now"), 1)), Delivered)


async def test_erasing_takes_the_topic_along(out: Out, group: Chat, staff: Staff) -> None:
    await out.send(fx.ShowCard(REF, card()))
    await out.send(fx.RelayToDesk(REF, plain("Aigul"), "words"))
    ids = tuple(one for (_, _), one in out.shelf.receipts.items())
    assert await out.send(fx.DeleteMessages(ids)) == Delivered()
    assert group.topics == {}
    assert group.messages == {}


async def test_outcomes(out: Out, group: Chat, telegram: FakeTelegram) -> None:
    await out.send(fx.ShowCard(REF, card()))
    telegram.fault("sendMessage", "drop_after")
    assert isinstance(await out.send(fx.TellDesk(REF, plain("x"))), Uncertain)
    telegram.too_many("sendMessage", 9)
    assert await out.send(fx.TellDesk(REF, plain("x"))) == RateLimited(9)
    assert isinstance(await out.send(fx.AcknowledgeMessage("1")), Rejected)
    group.moved_to = -100999
    assert await out.send(fx.TellDesk(REF, plain("x"))) == Moved("desk:telegram:-100999")
    group.moved_to = None
    group.members[telegram.bot_id] = "kicked"
    assert isinstance(await out.send(fx.TellDesk(REF, plain("x"))), Gone)


async def test_a_desk_where_topics_cannot_be_made(out: Out, telegram: FakeTelegram) -> None:
    telegram.world.rights["can_manage_topics"] = False
    outcome = await out.send(fx.ShowCard(REF, card()))
    assert isinstance(outcome, Rejected)
    assert "rights" in outcome.reason
