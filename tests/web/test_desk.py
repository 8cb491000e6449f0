"""The desk: nothing reaches a patient unless it was sent, nothing typed before consent reaches a desk."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

import content
from bot import events as ev
from bot.events import Actor
from tests.web.conftest import Tab, fresh
from tests.web.house import shipped


async def act(tab: Tab, reference: str, name: str, **fields: str) -> str:
    """Something done on the desk."""
    await tab.post(f"/desk/{reference}/{name}", at="home", **fields)
    return tab.page


def draft_id(page: str) -> str:
    """The draft that the composer is about."""
    found = re.search(r'name="draft" value="([a-z0-9]+)"', page)
    assert found is not None, page
    return found.group(1)


async def test_a_reply_is_written_seen_and_sent(tab: Tab) -> None:
    reference = await tab.ask()
    page = await act(tab, reference, "reply")
    draft = draft_id(page)
    words = "Yes. <b>Two</b> people can come.\nBring her passport."
    page = await act(tab, reference, "draft", draft=draft, text=words)
    assert "The patient will read exactly this" in page
    assert words.splitlines()[0] in tab.text()
    assert words.splitlines()[0] not in await patient_text(tab)
    page = await act(tab, reference, "send", draft=draft)
    assert words.splitlines()[0] in await patient_text(tab)
    pane = await tab.load(f"/desk/{reference}/pane")
    assert "delivered" in pane
    # sent again: still once
    await act(tab, reference, "send", draft=draft)
    assert (await patient_text(tab)).count("Two") == 1


async def patient_text(tab: Tab) -> str:
    await tab.load("/patient/messages")
    return tab.text()


async def test_a_note_stays_with_the_team(tab: Tab) -> None:
    reference = await tab.ask()
    page = await act(tab, reference, "note", text="She sounds worried <script>")
    assert "She sounds worried &lt;script&gt;" in page
    assert "team only" in page
    assert "She sounds worried" not in await patient_text(tab)
    await tab.post(f"/desk/{reference}/note", text="  ", expect=422)


async def test_the_loser_of_a_claim_reads_who_and_when(tab: Tab) -> None:
    reference = await tab.ask()
    row = await tab.house.store.enquiry(reference)
    assert row is not None
    release = await tab.house.store.live_release()
    assert release is not None
    await claim_by_another(tab, reference, row.address)
    page = await act(tab, reference, "claim")
    assert "flash refused" in page
    assert re.search(r"has it since \d\d:\d\d", tab.text())
    page = await act(tab, reference, "takeover")
    assert "flash refused" not in page


async def claim_by_another(tab: Tab, reference: str, address: ev.Address) -> None:
    """A second facilitator, put on the staff list by a new Release, claims first."""
    source = dict(shipped().source)
    path = next(name for name in source if name.endswith("organisation.yaml"))
    source[path] = source[path].replace(
        "staff:\n",
        'staff:\n  - {id: boram, name: "Kim Boram", role: facilitator, accounts: ["slack:U0123ABCD"]}\n',
        1,
    )
    release = content.build(source)
    await tab.house.store.publish(release, source, by="test", why="staff")
    actor = Actor("slack:U0123ABCD", "desk:slack:C1")
    update = ev.Update(
        f"test:{fresh()}", address, datetime.now(UTC), ev.EnquiryClaimed(reference, actor)
    )
    await tab.house.intake.receive(update)


async def test_a_reply_to_what_another_has_is_refused_and_not_lost(tab: Tab) -> None:
    reference = await tab.ask()
    page = await act(tab, reference, "reply")
    draft = draft_id(page)
    row = await tab.house.store.enquiry(reference)
    assert row is not None
    await act(tab, reference, "unclaim")
    await claim_by_another(tab, reference, row.address)
    page = await act(tab, reference, "draft", draft=draft, text="My long reply")
    assert "flash refused" in page
    assert "My long reply" in page
    assert "My long reply" not in await patient_text(tab)


async def test_too_long_a_reply_keeps_its_text(tab: Tab) -> None:
    reference = await tab.ask()
    page = await act(tab, reference, "reply")
    words = "w" * 3_500
    page = await act(tab, reference, "draft", draft=draft_id(page), text=words)
    assert words in page
    assert 'class="error"' in page
    assert words not in await patient_text(tab)


async def test_close_undo_and_the_closed_list(tab: Tab) -> None:
    reference = await tab.ask()
    await act(tab, reference, "close")
    assert "Undo" in tab.text()
    assert reference not in await tab.load("/desk/queue?items=1")
    assert reference in await tab.load("/desk/queue?closed=1")
    await tab.load()
    await act(tab, reference, "reopen")
    assert reference in await tab.load("/desk/queue?items=1")


async def test_block_and_unblock(tab: Tab) -> None:
    reference = await tab.ask()
    page = await act(tab, reference, "block")
    assert "/unblock" in page
    page = await act(tab, reference, "unblock")
    assert "/unblock" not in page


async def test_what_was_typed_before_consent_reaches_no_desk(tab: Tab) -> None:
    await tab.load()
    await tab.say("My name is Planted Phrase and I was reading")
    reference = await tab.ask("A question that may be read")
    desk = await tab.load(f"/desk/{reference}")
    assert "A question that may be read" in desk
    assert "Planted Phrase" not in desk


async def test_danger_before_consent_shows_no_words(tab: Tab) -> None:
    await tab.load()
    await tab.say("I cannot breathe, my planted chest")
    assert "with the team" not in tab.text()
    rows = await tab.house.store.queue()
    reference = rows[0].enquiry.reference
    for path in ("/desk", f"/desk/{reference}", f"/desk/{reference}/live", "/desk/queue"):
        page = await tab.load(path)
        assert reference in page
        assert "Urgent" in page
        assert "planted chest" not in page


async def test_what_reached_the_team_says_so(tab: Tab) -> None:
    await tab.ask()
    before = tab.text().count("with the team")
    await tab.say("One more thing")
    assert tab.text().count("with the team") == before + 1


async def test_two_patients_never_see_each_other(tab: Tab) -> None:
    first = await tab.ask("The first one's question")
    await tab.http.post("/patient/new", data={"csrf": tab.csrf, "nonce": fresh()})
    await tab.load()
    await tab.say("The second one's words")
    assert "The first one's question" not in await patient_text(tab)
    desk = await tab.load(f"/desk/{first}/live")
    assert "second one" not in desk


async def test_a_stranger_cannot_act(tab: Tab) -> None:
    reference = await tab.ask()
    source = dict(shipped().source)
    path = next(name for name in source if name.endswith("organisation.yaml"))
    source[path] = source[path].replace("web:local", "web:somebody")
    await tab.house.store.publish(content.build(source), source, by="test", why="staff")
    assert "not on the staff list" in await tab.load("/desk")
    page = await act(tab, reference, "claim")
    assert "flash refused" in page
    row = await tab.house.store.enquiry(reference)
    assert row is not None
    assert row.enquiry.assignee is None


@pytest.mark.parametrize(
    "reference", ["FD-ZZZZ", "fd-aaaa", "FD-", "..%2f..", "FD-AAAA%00", "x" * 300]
)
async def test_unknown_references(tab: Tab, reference: str) -> None:
    assert (await tab.http.get(f"/desk/{reference}")).status_code == 404
    data = {"csrf": tab.csrf, "nonce": fresh()}
    answer = await tab.http.post(f"/desk/{reference}/claim", data=data)
    assert answer.status_code in (404, 405)


@pytest.mark.parametrize("draft", ["UPPER", "a" * 17, "<x>", "../.."])
async def test_forged_drafts(tab: Tab, draft: str) -> None:
    reference = await tab.ask()
    await tab.post(f"/desk/{reference}/send", draft=draft, expect=422)
    await tab.post(f"/desk/{reference}/send", draft="unknown1", expect=200)
    assert "flash refused" in tab.page


async def test_an_act_sent_twice_is_one(tab: Tab) -> None:
    reference = await tab.ask()
    nonce = fresh()
    page = (await tab.post(f"/desk/{reference}/note", nonce=nonce, text="Once")).text
    page = (await tab.post(f"/desk/{reference}/note", nonce=nonce, text="Once")).text
    assert page.count("Once") == 1


async def test_without_scripts_the_whole_page_comes_back(tab: Tab) -> None:
    reference = await tab.ask()
    data = {"csrf": tab.csrf, "nonce": fresh(), "at": "desk"}
    answer = await tab.http.post(f"/desk/{reference}/reply", data=data)
    assert answer.status_code == 200
    assert answer.text.startswith("<!doctype html>")
    assert 'id="reply-text"' in answer.text
