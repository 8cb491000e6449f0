"""Every Update delivered twice, and a restart between any two steps of the main job, change nothing.

The main job runs three times on real databases: plainly, with every Update received twice, and with the
store closed and opened again between any two steps. What patient and desk finally hold must be the same,
word for word, and so must the rows.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import effects as fx
from bot import events as ev
from bot.buttons import EnquiryButton
from bot.codec import encode
from bot.desk_acts import staff_event
from bot.given import Channel
from bot.ports import Delivered, Outcome, World
from bot.release import Release
from bot.screens import Rows
from bot.text import flat
from bot.turn import take_turn
from content.answers import LexicalEngine
from content.phrases import phrases_of
from storage import SqlStore, open_store
from tests.conversations.test_scripts import with_team

ADDRESS = ev.Address("telegram", "4242", "777")
DESK = "desk:slack:C1"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass
class Job:
    """Plays the main job against a store that may be closed and opened again."""

    open: Callable[[], Awaitable[SqlStore]]
    release: Release
    twice: bool = False
    restart: bool = False
    patient: list[str] = field(default_factory=list)
    desk: list[str] = field(default_factory=list)
    rows: Rows = ()
    number: int = 0

    async def run(self) -> None:
        self.engine = LexicalEngine()
        self.store = await self.open()
        await self.store.publish(self.release, {}, by="test", why="first")
        await self.event(ev.Started())
        await self.tap("Read the guide")
        await self.tap("What this does not mean")
        await self.types("zebra blood pressure pills")
        await self.tap("Send it to a person")
        await self.tap("I agree")
        await self.tap("Use this")
        for _ in range(5):
            await self.tap("Skip")
        await self.types("Dana")
        await self.tap("Send to our team")
        await self.types("one more thing")
        reference = (await self.store.queue())[0].enquiry.reference
        await self.staff(reference, "claim")
        await self.staff(reference, "reply")
        drafts = (await self.row(reference)).drafts
        actor = ev.Actor("web:local", DESK)
        await self.event(ev.ReplyDrafted(reference, actor, drafts[0].id, "Hello Dana."))
        await self.event(ev.FacilitatorReplied(reference, actor, drafts[0].id))
        await self.types("thank you")
        await self.staff(reference, "close")
        row = await self.row(reference)
        self.final = encode(row), encode(await self.store.conversation(ADDRESS))
        self.said = [
            (entry.author, entry.kind, flat(entry.text))
            for entry in await self.store.transcript(ADDRESS)
        ]
        await self.store.close()

    async def row(self, reference: str) -> Any:
        found = await self.store.enquiry(reference)
        assert found is not None
        return found.enquiry

    async def types(self, text: str) -> None:
        understood = self.engine.understand(text, self.release)
        await self.event(ev.Wrote(text, f"m{self.number}", NOW, understood))

    async def tap(self, label: str) -> None:
        data = next(
            (one.data for row in self.rows for one in row if one.label == label), None
        )  # fmt: skip
        assert data is not None, (label, self.rows)
        await self.event(ev.Tapped(data))

    async def staff(self, reference: str, act: str) -> None:
        actor = ev.Actor("web:local", DESK)
        event = staff_event(EnquiryButton(reference, act), actor)
        assert event is not None
        await self.event(event)

    async def event(self, event: ev.Event) -> None:
        self.number += 1
        update = ev.Update(f"k{self.number}", ADDRESS, NOW, event)
        received = await self.store.receive(update)
        assert received.outcome is Outcome.DONE
        if self.restart:
            await self.store.close()
            self.store = await self.open()
        if self.twice:
            again = await self.store.receive(update)
            assert again.outcome is Outcome.DUPLICATE
        await self.deliver()
        if self.restart:
            await self.store.close()
            self.store = await self.open()

    async def deliver(self) -> None:
        """A platform that takes everything, once."""
        while waiting := await self.store.claim_deliveries(limit=50):
            for one in waiting:
                assert not one.repeated
                if one.destination.startswith("desk:"):
                    self.desk.append(desk_words(one.effect))
                else:
                    self.patient.append(self.shown(one.effect))
                seq = getattr(one.effect, "seq", None)
                receipts = ((f"seq:{seq}", str(seq)),) if seq else ()
                await self.store.record(one, Delivered(receipts))

    def shown(self, effect: fx.Sendable) -> str:
        match effect:
            case fx.ShowScreen(screen=screen):
                self.rows = screen.rows
                return flat(screen.text)
            case fx.RelayToPatient(text=text):
                return text
            case _:
                return type(effect).__name__


def desk_words(effect: fx.Sendable) -> str:
    match effect:
        case fx.ShowCard(card=card):
            return flat(card.full)
        case fx.RelayToDesk(text=text):
            return text
        case fx.TellDesk(text=told):
            return flat(told)
        case _:
            return type(effect).__name__


def without_chance(value: Any, found: dict[str, str]) -> Any:
    """References and tokens are drawn by chance: number them in the order in which they appear."""
    words = repr(value)
    drawn_by_chance = (
        r"FD-[A-Z0-9]{4,10}", r"\bform:([a-z0-9]{8}):", r"'(?:form_)?id': '([a-z0-9]{8})'",
        r"'id': '([0-9a-f-]{32,36})'",
    )  # fmt: skip
    for pattern in drawn_by_chance:
        for match in re.finditer(pattern, words):
            drawn = match.group(1) if match.groups() else match.group(0)
            found.setdefault(drawn, f"<{len(found)}>")
    for drawn, name in found.items():
        words = words.replace(drawn, name)
    return words


Opener = Callable[[str], Callable[[], Awaitable[SqlStore]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Makes openers of fresh, empty databases, by name."""
    world = World((DESK,), {"telegram": Channel("Telegram", True, True)})
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    urls: dict[str, str] = {}

    def url_of(name: str) -> str:
        if server is None:
            return f"sqlite:///{tmp_path / name}.db"
        return urls.setdefault(name, server.url(server.new_database()))

    def opener(name: str) -> Callable[[], Awaitable[SqlStore]]:
        async def open_again() -> SqlStore:
            store = open_store(
                url_of(name), key_file=tmp_path / f"{name}.key", world=world,
                take_turn=take_turn, phrases_of=phrases_of, serve=True, clock=lambda: NOW,
            )  # fmt: skip
            await store.start()
            return store

        return open_again

    return opener


async def test_twice_and_restarts_change_nothing(places: Opener, shipped: Release) -> None:
    release = with_team(shipped)
    plain = Job(places("plain"), release)
    await plain.run()
    for how in ("twice", "restart"):
        other = Job(places(how), release, **{how: True})
        await other.run()
        known: dict[str, str] = {}
        assert without_chance(other.patient, known) == without_chance(plain.patient, {})
        assert sorted(without_chance(other.desk, {}).split("', '")) == sorted(
            without_chance(plain.desk, {}).split("', '")
        )
        assert without_chance(other.said, {}) == without_chance(plain.said, {})
        assert without_chance(other.final, {}) == without_chance(plain.final, {})
    assert any("Hello Dana." in words for words in plain.patient)
