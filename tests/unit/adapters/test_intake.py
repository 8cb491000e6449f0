"""The intake: understanding outside locks and in time, and danger while the database is away."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.intake import Intake, plainly, words_of
from adapters.reach import Reach
from bot import events as ev
from bot.errors import NotNow, StaleRelease
from bot.ports import Outcome, Received
from bot.release import Asks, Hours, Lexicon, Limits, Organisation, Release
from bot.understanding import Route, Understanding

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HERE = ev.Address("telegram", "42", "7")


def release(name: str = "r1") -> Release:
    return Release(
        id=name,
        locale="en",
        items={},
        menus={},
        phrases={},
        safety={},
        form=(),
        lexicon=Lexicon({}),
        asks=Asks(
            person=frozenset({"a person"}),
            small_talk={"hello": "small.hello"},
            privacy=frozenset({"my data"}),
            commands={"menu": "menu"},
            answers={"skip": "skip"},
        ),
        organisation=Organisation({}, Hours("Asia/Seoul", (), 0), None, ()),
        limits=Limits(),
        moved={},
    )


def wrote(text: str = "what is MFDS", key: str = "k1") -> ev.Update:
    return ev.Update(key, HERE, NOW, ev.Wrote(text, "m1", NOW))


class Engine:
    def understand(self, text: str, release: Release) -> Understanding:
        return Understanding(release=release.id, engine="test", reply=text)


class Shelf:
    """A store that notes what it was given; ``away`` and ``publishes`` make it fail."""

    def __init__(self) -> None:
        self.live = release()
        self.got: list[tuple[ev.Update, str, bool]] = []
        self.away = False
        self.publishes = 0

    async def live_release(self) -> Release | None:
        if self.away:
            raise NotNow("away")
        return self.live

    async def receive(
        self, update: ev.Update, *, release_id: str = "", already_warned: bool = False
    ) -> Received:
        if self.away:
            raise NotNow("away")
        if release_id and self.publishes:
            self.publishes -= 1
            self.live = release(f"{self.live.id}+")
            raise StaleRelease(release_id)
        self.got.append((update, release_id, already_warned))
        return Received(Outcome.DONE)


class Alarm:
    def __init__(self, answer: bool = True) -> None:
        self.sounded: list[tuple[str, str]] = []
        self.answer = answer

    async def sound(
        self, update: ev.Update, text: str, release: Release, understood: Understanding
    ) -> bool:
        assert understood.reply == text  # the engine was asked, database or not
        self.sounded.append((text, release.id))
        return self.answer


FILE = ev.FileRef("telegram", "f", "document", name="letter.pdf")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (ev.Wrote("a", "1", NOW), "a"),
        (ev.Edited("b", "1", NOW), "b"),
        (ev.SentFile(FILE, "1", NOW, caption="c"), "c\nletter.pdf"),
        (ev.Commanded("ask", "d"), "d"),
    ],
)
async def test_every_event_with_words_is_understood(event: ev.Event, words: str) -> None:
    shelf = Shelf()
    await Intake(shelf, Engine()).receive(ev.Update("k", HERE, NOW, event))
    got, under, _ = shelf.got[0]
    assert words_of(event) == words
    assert under == "r1"
    assert getattr(got.event, "understanding").reply == words  # noqa: B009


@pytest.mark.parametrize("event", [ev.Started("x"), ev.Tapped("sec:home:1"), ev.Commanded("menu")])
async def test_events_without_words_go_straight_in(event: ev.Event) -> None:
    shelf = Shelf()
    await Intake(shelf, Engine()).receive(ev.Update("k", HERE, NOW, event))
    assert shelf.got == [(ev.Update("k", HERE, NOW, event), "", False)]


async def test_a_text_is_understood_again_under_a_new_release() -> None:
    shelf = Shelf()
    shelf.publishes = 2
    await Intake(shelf, Engine()).receive(wrote())
    assert shelf.got[0][1] == "r1++"


async def test_releases_that_never_rest_end_in_not_now() -> None:
    shelf = Shelf()
    shelf.publishes = 99
    with pytest.raises(NotNow):
        await Intake(shelf, Engine()).receive(wrote())


async def test_a_late_engine_is_not_waited_for() -> None:
    gate = threading.Event()

    class Slow:
        def understand(self, text: str, release: Release) -> Understanding:
            gate.wait(60)
            return Understanding(release=release.id)

    shelf = Shelf()
    intake = Intake(shelf, Slow(), deadline=0.05)
    try:
        for n in range(4):  # more than there are threads: nobody queues behind a stuck one
            async with asyncio.timeout(30):
                await intake.receive(wrote("menu", f"k{n}"))
    finally:
        gate.set()
    events = [update.event for update, _, _ in shelf.got]
    assert len(events) == 4
    for event in events:
        assert isinstance(event, ev.Wrote)
        assert event.understanding == Understanding(
            release="r1", route=Route.COMMAND, reply="menu", engine="none"
        )


async def test_an_engine_that_fails_does_not_lose_the_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Broken:
        def understand(self, text: str, release: Release) -> Understanding:
            raise RuntimeError(text)

    shelf = Shelf()
    await Intake(shelf, Broken()).receive(wrote("my secret"))
    event = shelf.got[0][0].event
    assert isinstance(event, ev.Wrote)
    assert event.understanding.engine == "none"
    said = "".join(capsys.readouterr())
    assert "RuntimeError" in said
    assert "secret" not in said


def test_the_short_lists_work_without_an_engine() -> None:
    assert plainly("A person!", release()).route is Route.PERSON
    assert plainly("my data", release()).route is Route.PRIVACY
    assert plainly("Hello", release()).reply == "small.hello"
    assert plainly("skip", release()).answer == "skip"
    assert plainly("anything else", release()).route is Route.GUIDE


async def test_danger_is_answered_once_while_the_database_is_away() -> None:
    shelf, alarm = Shelf(), Alarm()
    intake = Intake(shelf, Engine(), alarm=alarm)
    await intake.receive(wrote("hello", "k0"))
    shelf.away = True
    for _ in range(3):
        with pytest.raises(NotNow):
            await intake.receive(wrote("I cannot breathe"))
    shelf.away = False
    await intake.receive(wrote("I cannot breathe"))
    assert alarm.sounded == [("I cannot breathe", "r1")]
    assert [warned for _, _, warned in shelf.got] == [False, True]


async def test_danger_behind_a_text_that_was_not_taken_is_answered_once() -> None:
    shelf, alarm = Shelf(), Alarm()
    intake = Intake(shelf, Engine(), alarm=alarm)
    await intake.receive(wrote("hello", "k0"))
    shelf.away = True
    with pytest.raises(NotNow):
        await intake.receive(wrote("what is an exosome", "k1"))
    for _ in range(2):
        intake.heed(wrote("I cannot breathe", "k2"))
    shelf.away = False
    await intake.receive(wrote("what is an exosome", "k1"))
    await intake.receive(wrote("I cannot breathe", "k2"))
    assert ("I cannot breathe", "r1") in alarm.sounded
    assert len([one for one in alarm.sounded if one[0] == "I cannot breathe"]) == 1
    assert shelf.got[-1][2]


async def test_danger_that_was_handled_already_is_not_answered_once_more() -> None:
    """Committed, but the database went before the platform could be told: it sends the text again."""
    shelf, alarm = Shelf(), Alarm()
    intake = Intake(shelf, Engine(), alarm=alarm)
    await intake.receive(wrote("I cannot breathe"))
    shelf.away = True
    with pytest.raises(NotNow):
        await intake.receive(wrote("I cannot breathe"))
    await asyncio.sleep(0)
    assert alarm.sounded == []


async def test_the_later_turn_warns_itself_where_the_direct_text_failed() -> None:
    shelf, alarm = Shelf(), Alarm(answer=False)
    intake = Intake(shelf, Engine(), alarm=alarm, fallback=release())
    shelf.away = True
    with pytest.raises(NotNow):
        await intake.receive(wrote("I cannot breathe"))
    shelf.away = False
    await intake.receive(wrote("I cannot breathe"))
    assert shelf.got[0][2] is False


async def test_a_database_away_from_the_start_still_has_the_fallback() -> None:
    shelf, alarm = Shelf(), Alarm()
    shelf.away = True
    intake = Intake(shelf, Engine(), alarm=alarm, fallback=replace(release(), id="files"))
    with pytest.raises(NotNow):
        await intake.receive(wrote())
    with pytest.raises(NotNow):  # the same Update again waits for the direct answer
        await intake.receive(wrote())
    assert alarm.sounded == [("what is MFDS", "files")]


def test_words_typed_behind_start_are_looked_at_a_link_is_not() -> None:
    assert words_of(ev.Started("I cannot breathe")) == "I cannot breathe"
    assert words_of(ev.Started("faq-cost")) == ""


async def test_the_release_is_read_once_and_again_when_another_went_live() -> None:
    shelf = Shelf()
    reads = 0
    live_release = shelf.live_release

    async def counted() -> Release | None:
        nonlocal reads
        reads += 1
        return await live_release()

    shelf.live_release = counted  # type: ignore[method-assign]
    intake = Intake(shelf, Engine())
    for number in range(3):
        await intake.receive(wrote(key=f"a{number}"))
    assert reads == 1
    shelf.publishes = 1
    await intake.receive(wrote(key="b"))
    assert reads == 2
    assert shelf.got[-1][1] == shelf.live.id == "r1+"
    await intake.close()


async def test_while_the_database_is_away_nobody_waits_for_it_and_danger_is_heard() -> None:
    """It hangs: each write would be waited for as long as the store has patience."""
    shelf, alarm, gate = Shelf(), Alarm(), asyncio.Event()
    tried: list[str] = []

    async def hangs(update: ev.Update, **_: object) -> Received:
        tried.append(update.key)
        await gate.wait()
        return Received(Outcome.DONE)

    async def probe() -> None:
        await gate.wait()

    reach = Reach(probe)
    intake = Intake(shelf, Engine(), alarm=alarm, reach=reach)
    await intake.receive(wrote("hello", "k0"))
    shelf.receive = hangs  # type: ignore[method-assign]
    async with asyncio.timeout(30):  # the store of this test has no patience of its own
        first = await asyncio.gather(
            *(intake.receive(wrote(f"text {n}", f"k{n}")) for n in (1, 2)), return_exceptions=True
        )
        assert [type(one) for one in first] == [NotNow, NotNow]
        with pytest.raises(NotNow):
            await intake.receive(wrote("I cannot breathe", "k3"))
        assert "k3" not in tried
        await until(lambda: len(alarm.sounded) == 3)
        assert ("I cannot breathe", "r1") in alarm.sounded
        assert not await reach.check()
        gate.set()
        await until(lambda: not reach.away)
        assert (await intake.receive(wrote("I cannot breathe", "k3"))).outcome is Outcome.DONE
    await reach.close()
    await intake.close()


async def test_one_conversation_that_is_stuck_keeps_nobody_else_out() -> None:
    shelf, probed = Shelf(), 0

    async def probe() -> None:
        nonlocal probed
        probed += 1

    reach = Reach(probe)
    intake = Intake(shelf, Engine(), reach=reach)
    await intake.receive(wrote("menu", "k0"))
    shelf.away = True
    with pytest.raises(NotNow):  # its row is locked, say; the database itself is well
        await intake.receive(wrote("menu", "k1"))
    shelf.away = False
    assert (await intake.receive(wrote("menu", "k2"))).outcome is Outcome.DONE
    assert not reach.away
    await until(lambda: probed > 0)
    await reach.close()


async def until(look: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if look():
            return
        await asyncio.sleep(0.01)
    pytest.fail("never came")
