"""The patient's pane: what is sent is one Update, what is shown is what was said and nothing else's markup."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.conftest import Tab, client, fresh
from tests.web.house import House

XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</textarea><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "&lt;b&gt;",
]


async def test_words_are_never_markup(tab: Tab) -> None:
    for words in XSS:
        page = await tab.say(words)
        # the tests' own tag stripping must not eat what is shown
        assert html.escape(words, quote=False) in page.replace("&#34;", '"').replace("&#39;", "'")
    page = await tab.load()
    for bad in ("<script>alert", "<img src=x", "<svg onload", "49{"):
        assert bad not in page
    assert not re.search(r"<[^>&]*\son\w+=", page)


async def test_a_form_sent_twice_is_one_message(tab: Tab) -> None:
    nonce = fresh()
    await tab.post("/patient/say", nonce=nonce, text="Hello there")
    first = tab.page.count('class="msg patient')
    await tab.post("/patient/say", nonce=nonce, text="Hello there")
    assert tab.page.count('class="msg patient') == first == 1


async def test_a_button_pressed_twice_is_one_tap_but_two_buttons_are_two(tab: Tab) -> None:
    nonce = fresh()
    buttons = tab.buttons()
    guide, questions = buttons["Read the guide"], buttons["Common questions"]
    await tab.post("/patient/tap", nonce=nonce, tap=guide)
    once = tab.page.count("<li id=")
    await tab.post("/patient/tap", nonce=nonce, tap=guide)
    assert tab.page.count("<li id=") == once
    await tab.post("/patient/tap", nonce=nonce, tap=questions)
    assert "Common questions" in tab.text()


async def test_menus_are_edited_in_place_and_old_buttons_work(tab: Tab) -> None:
    home = tab.buttons()
    await tab.press("Read the guide")
    assert tab.page.count('class="msg bot') == 1
    await tab.press(next(iter(tab.buttons())))
    assert tab.page.count('class="msg bot') == 1
    await tab.post("/patient/tap", tap=home["Common questions"])
    assert tab.buttons()


@pytest.mark.parametrize(
    "value",
    ["1|sec:nowhere:9", "99999|sec:home:1", "1|enq:FD-ZZZZ:claim", "x", "|", "1|", "-1|sec:home:1",
     "1|" + "a" * 5000, "1|form:privacy:forget:yes", "１|sec:home:1", "1|\x00"],
)  # fmt: skip
async def test_forged_buttons_get_a_kind_answer(tab: Tab, value: str) -> None:
    await tab.post("/patient/tap", tap=value)
    assert tab.buttons()
    assert (await tab.house.store.health())["parked"] == 0


async def test_commands_may_be_typed(tab: Tab) -> None:
    await tab.say("hello")
    await tab.say("/menu")
    assert "Read the guide" in tab.buttons()
    await tab.say("/start faq-guarantee")
    await tab.say("/nonsense")
    assert (await tab.house.store.health())["parked"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "x" * 50_000,
        "\u200b\u200b",
        "ا" * 300,
        "🙂" * 2_000,
        "a\x00b",
        "\u202egnp.exe",
        "\ud7ff\ufffe",
    ],
)
async def test_strange_texts_are_taken(tab: Tab, text: str) -> None:
    await tab.say(text)
    await tab.load()
    assert (await tab.house.store.health())["parked"] == 0


async def test_an_empty_message_is_no_message(tab: Tab) -> None:
    await tab.say("   \n ")
    assert 'class="msg patient' not in tab.page


async def test_another_patient_is_another_conversation(house: House, tab: Tab) -> None:
    await tab.say("I am the first")
    answer = await tab.http.post("/patient/new", data={"csrf": tab.csrf, "nonce": fresh()})
    assert answer.status_code == 303
    page = await tab.load()
    assert "I am the first" not in page
    await tab.say("I am the second")
    assert "I am the second" in tab.page
    assert "I am the first" not in tab.page


async def test_a_browser_without_scripts_is_sent_back(tab: Tab) -> None:
    data = {"csrf": tab.csrf, "nonce": fresh(), "text": "hello"}
    answer = await tab.http.post("/patient/say", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"\xff\xfe", "text/plain", 422),
        (b"{}", "application/json", 422),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 403),
        (b"--x\r\nno colon\r\n\r\n--x--", "multipart/form-data; boundary=x", 422),
        (b"no boundary", "multipart/form-data", 422),
        (b"a=1", "application/x-www-form-urlencoded", 403),
        (b"&".join(b"a%d=1" % n for n in range(50)), "application/x-www-form-urlencoded", 422),
        (b"text=" + b"x" * 1_100_000, "application/x-www-form-urlencoded", 413),
        (b"", "", 422),
    ],
)
async def test_broken_forms_are_refused_kindly(
    tab: Tab, content: bytes, kind: str, status: int
) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = await tab.http.post("/patient/say", content=content, headers=headers)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("nonce", ["short", "x" * 65, "bad nonce with spaces!", "a\nb" * 10])
async def test_a_strange_nonce_is_refused(tab: Tab, nonce: str) -> None:
    await tab.post("/patient/say", nonce=nonce, text="hi", expect=422)


async def test_export_and_erasure(tab: Tab) -> None:
    reference = await tab.ask("My secret question about pills")
    await tab.say("/mydata")
    assert 'href="/patient/export"' in tab.page
    export = await tab.http.get("/patient/export")
    assert export.headers["content-disposition"].startswith("attachment")
    assert "My secret question about pills" in export.text
    assert "\n  " in export.text
    await tab.say("/forget")
    await tab.press(next(label for label in tab.buttons() if "elete" in label))
    page = await tab.load()
    assert "My secret question about pills" not in page
    assert await tab.house.store.enquiry(reference) is None
    # what was said about it is still there to read, and the way on
    assert "What stays" in tab.text()
    await tab.say("hello again")
    assert "What stays" not in tab.text()
    assert "hello again" in tab.text()


async def test_the_language_of_the_browser_is_a_hint(house: House) -> None:
    async with client(house) as http:
        http.headers["accept-language"] = "ko-KR,ko;q=0.9"
        await http.get(await house.link())
        tab = Tab(house, http)
        await tab.load()
        rows = await tab.ask()
        row = await house.store.enquiry(rows)
        assert row is not None
        conversation = await house.store.conversation(row.address)
        assert conversation is not None
        assert conversation.language_hint == "ko-KR"
