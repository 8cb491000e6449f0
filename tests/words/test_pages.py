"""An editor's work without scripts: every page opens, every form does what it says."""

from __future__ import annotations

import html
import re

from tests.words.house import House, Tab, client, fresh, sign_in

PAGES = [
    "/words", "/words?q=garantee", "/words/list/pages", "/words/list/phrases", "/words/list/safety",
    "/words/list/form", "/words/list/menus", "/words/list/asked", "/words/list/review", "/words/counts",
    "/words/edit/page:not-mean", "/words/edit/page:consent", "/words/edit/phrase:home.open_question",
    "/words/edit/safety:emergency", "/words/edit/step:treatment", "/words/edit/organisation",
    "/words/edit/hours", "/words/edit/closures", "/words/edit/danger:emergency",
    "/words/edit/asks:person", "/words/menu/home", "/words/hours", "/words/danger",
    "/words/new/faq", "/words/new/section", "/words/new/term", "/words/remove/faq-guarantee",
    "/words/history", "/words/history/1", "/words/ask", "/words/try", "/sessions",
]  # fmt: skip


async def test_every_page_opens(edi: Tab) -> None:
    for path in PAGES:
        answer = await edi.http.get(path)
        assert answer.status_code == 200, (path, answer.text)


FIELD = re.compile(
    r'<(?:input type="(?:text|date|hidden)"[^>]*name="(?P<one>[^"]+)"[^>]*value="(?P<value>[^"]*)"'
    r'|textarea[^>]*name="(?P<area>[^"]+)"[^>]*>\n?(?P<text>.*?)</textarea>)',
    re.S,
)


def form_of(page: str) -> dict[str, str]:
    """What the edit form would send as it stands."""
    body = re.search(r'<form id="edit".*?</form>', page, re.S)
    assert body is not None, page
    found = {}
    for one in FIELD.finditer(body[0]):
        name = one["one"] or one["area"]
        found[name] = html.unescape(one["value"] if one["one"] else one["text"])
    for name in re.findall(r'type="checkbox"[^>]*name="([^"]+)"[^>]*checked', body[0]):
        found[name] = "yes"
    for name, chosen in re.findall(
        r'<select[^>]*name="([^"]+)".*?value="([^"]*)" selected', body[0], re.S
    ):
        found[name] = chosen
    return found


async def change(
    tab: Tab, target: str, do: str = "publish", why: str = "", **values: str
) -> tuple[int, str]:
    """Open a text's form, type, press a button; the status and the page that comes then."""
    page = await tab.load(f"/words/edit/{target}")
    form = (
        form_of(page)
        | {f"f.{name}": value for name, value in values.items()}
        | {"do": do, "why": why}
    )
    answer = await tab.http.post(f"/words/edit/{target}", data=form)
    if answer.status_code == 303:
        tab.page = (await tab.http.get(answer.headers["location"])).text
        return 303, tab.page
    tab.page = answer.text
    return answer.status_code, answer.text


async def press(tab: Tab, path: str, **fields: str) -> tuple[int, str]:
    """Open a page and send one of its small forms."""
    await tab.load(path.partition("#")[0])
    answer = await tab.http.post(path, data={"csrf": tab.csrf, "nonce": fresh(), **fields})
    if answer.status_code == 303:
        tab.page = (await tab.http.get(answer.headers["location"])).text
        return 303, tab.page
    tab.page = answer.text
    return answer.status_code, answer.text


async def live_title(house: House, name: str) -> str:
    release = await house.store.live_release()
    assert release is not None
    return release.items[name].title


async def test_a_changed_title_is_live_and_can_be_undone(house: House, edi: Tab) -> None:
    before = await live_title(house, "not-mean")
    status, page = await change(edi, "page:not-mean", title="What this does not say", why="Shorter")
    assert status == 303
    assert "Live since" in page
    assert await live_title(house, "not-mean") == "What this does not say"
    rows = await house.store.releases()
    assert (rows[0].by, rows[0].why) == ("staff:edi", "Shorter")
    undo = dict(re.findall(r'name="(live|was|back|csrf|nonce)" value="([^"]*)"', page))
    answer = await edi.http.post("/words/undo", data=undo)
    assert answer.status_code == 303
    assert await live_title(house, "not-mean") == before
    again = await edi.http.post("/words/undo", data=undo)
    assert again.status_code in (303, 409)
    assert await live_title(house, "not-mean") == before


async def test_a_finding_stops_it_and_a_mend_helps(house: House, edi: Tab) -> None:
    label = "What all of this does really not mean at all"
    status, page = await change(edi, "page:not-mean", button=label)
    assert status == 422
    assert "button label has" in html.unescape(page)
    mend = re.search(r'name="do" value="(mend:[0-9.]+)"[^>]*>Shorten', page)
    assert mend is not None, page
    data = form_of(page) | {"do": mend[1]}
    mended = await edi.http.post("/words/edit/page:not-mean", data=data)
    assert mended.status_code == 200
    data = form_of(mended.text) | {"do": "publish"}
    assert label.startswith(data["f.button"])
    assert (await edi.http.post("/words/edit/page:not-mean", data=data)).status_code == 303


async def test_what_is_typed_is_kept(house: House, edi: Tab) -> None:
    page = await edi.load("/words/edit/page:not-mean")
    data = form_of(page) | {"f.title": "Half a"}
    answer = await edi.http.post("/words/look/page:not-mean", data=data, headers=edi.htmx)
    assert answer.status_code == 200
    assert "Kept for you" in answer.text
    again = await edi.load("/words/edit/page:not-mean")
    assert form_of(again)["f.title"] == "Half a"
    assert "unfinished edit" in again
    assert "Half a" not in await live_title(house, "not-mean")
    assert "Half a" not in (await edi.load("/words"))  # the list names the text as it is live
    await edi.http.post("/words/edit/page:not-mean", data=data | {"do": "drop"})
    assert "Half a" not in await edi.load("/words/edit/page:not-mean")


async def test_a_new_question_is_found(house: House, edi: Tab) -> None:
    page = await edi.load("/words/new/faq")
    data = form_of(page) | {
        "f.title": "Can I bring my own pillow?",
        "f.body": "Ask the clinic before you travel. The guide does not say what clinics allow.",
        "f.aliases": "may I take my pillow along",
        "do": "publish",
    }
    answer = await edi.http.post("/words/new/faq", data=data)
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)
    release = await house.store.live_release()
    assert release is not None
    assert "faq-can-i-bring-my-own-pillow" in release.items
    found = await edi.load("/words?q=pillow")
    assert "Can I bring my own pillow?" in found
    assert (await house.store.edits("edi")) == ()


async def test_menu_hours_danger_tick_rename_remove(house: House, edi: Tab) -> None:
    store = house.store
    release = await store.live_release()
    assert release is not None
    first, second, *_ = release.menus["menu-faq"]
    assert (await press(edi, "/words/menu/menu-faq", do=f"down:{first}"))[0] == 303
    release = await store.live_release()
    assert release is not None
    assert release.menus["menu-faq"][:2] == (second, first)

    assert (await press(edi, "/words/hours", do="close", first="2026-12-25", why="Party"))[0] == 303
    assert "2026-12-25: Party" in edi.page
    assert (await press(edi, "/words/hours", do="close", first="2026-12-25", last="2026-12-01"))[
        0
    ] == 422
    assert (await press(edi, "/words/hours", do="close", first="nonsense"))[0] == 422
    assert (await press(edi, "/words/hours", open="2026-12-25: Party"))[0] == 303
    assert "2026-12-25" not in edi.page.split("Closed days to come")[1].split("The week")[0]

    word = {"kind": "emergency", "language": "en", "word": "my zebra fell on me"}
    assert (await press(edi, "/words/danger", do="add", **word))[0] == 303
    release = await store.live_release()
    assert release is not None
    assert ("my", "zebra", "fell", "on", "me") in release.lexicon.kinds["emergency"]
    assert (await press(edi, "/words/danger", do="remove", **word))[0] == 422
    assert "without a reason" in edi.page
    assert (await press(edi, "/words/danger", do="remove", why="A joke", **word))[0] == 303
    audit = await store.audit_trail()
    assert any("zebra" in one.did + one.about for one in audit)

    assert (await press(edi, "/words/remove/faq-guarantee", do="remove"))[0] == 422
    assert "something leads to it" in edi.page
    status, _ = await press(
        edi, "/words/remove/faq-guarantee", do="remove", to="not-mean", why="Same"
    )
    assert status == 303
    release = await store.live_release()
    assert release is not None
    assert release.item("faq-guarantee") is release.items["not-mean"]

    async with client(house) as http:  # the page is put on a menu, read by a patient, and goes
        await http.get(await house.link())
        patient = Tab(house, http)
        await patient.load()
        data = {"title": "Is there a pool?", "body": "The guide does not know.", "do": "publish"}
        page = form_of(await edi.load("/words/new/faq"))
        page |= {f"f.{name}" if name != "do" else name: value for name, value in data.items()}
        assert (await edi.http.post("/words/new/faq", data=page)).status_code == 303
        await patient.post("/patient/tap", tap="1|sec:faq-is-there-a-pool:1")
        assert "The guide does not know." in patient.page
        assert (await change(edi, "page:about", related="faq-is-there-a-pool"))[0] == 303
        assert (await press(edi, "/words/remove/faq-is-there-a-pool", do="remove"))[0] == 422
        refused = edi.page.split('class="stop"')[1].split("</div>")[0]
        assert "(related)" in refused
        assert "(menu)" not in refused
        assert (await change(edi, "page:about", related=""))[0] == 303
        assert (await press(edi, "/words/remove/faq-is-there-a-pool", do="remove"))[0] == 303
        await patient.post("/patient/tap", tap="2|sec:faq-is-there-a-pool:1")
        assert "This page is no longer there" in patient.page
        assert "Read the guide" in patient.buttons()
    live = await store.live_release()
    assert live is not None
    assert live.moved["faq-is-there-a-pool"] == ""

    assert (await press(edi, "/words/remove/home", do="rename", new="questions"))[0] == 422
    item = next(
        one for one in release.items.values() if one.kind == "section" and one.id != "not-mean"
    )
    assert (await press(edi, f"/words/remove/{item.id}", do="rename", new="another-name"))[0] == 303
    release = await store.live_release()
    assert release is not None
    assert release.item(item.id) is release.items["another-name"]

    await edi.load("/words/edit/page:about")
    answer = await edi.http.post(
        "/words/tick/page:about", data={"csrf": edi.csrf, "nonce": fresh()}
    )
    assert answer.status_code == 303
    release = await store.live_release()
    assert release is not None
    assert release.items["about"].reviewer == "Editor Person"


async def test_history_and_the_way_back(house: House, edi: Tab) -> None:
    old = await live_title(house, "not-mean")
    await change(edi, "page:not-mean", title="One", why="first change")
    await change(edi, "page:not-mean", title="Two", why="second change")
    page = await edi.load("/words/history")
    assert page.index("second change") < page.index("first change")
    assert "Editor Person" in page
    one = await edi.load("/words/history/2")
    assert "<ins>One</ins>" in one
    assert (await press(edi, "/words/history/1", why=" "))[0] == 422
    assert (await press(edi, "/words/history/1", why="It was better"))[0] == 303
    assert await live_title(house, "not-mean") == old
    assert (await house.store.releases())[0].why == "It was better"


async def test_try_it_shows_the_unpublished_text_and_stores_nothing(house: House, edi: Tab) -> None:
    page = await edi.load("/words/edit/page:home")
    body = form_of(page)["f.body"] + "\n\nA line that is not live."
    data = form_of(page) | {"f.body": body}
    assert (
        await edi.http.post("/words/look/page:home", data=data, headers=edi.htmx)
    ).status_code == 200
    tried = await edi.load("/words/try")
    assert "A line that is not live." in tried
    before = await house.store.releases()
    data = {"csrf": edi.csrf, "nonce": "n" * 20, "text": "I cannot breathe"}
    answer = await edi.http.post("/words/try", data=data, headers=edi.htmx)
    assert "119" in answer.text
    assert await house.store.releases() == before
    assert await house.store.queue() == ()


async def test_safety_texts_and_the_lexicon_keep_what_they_must(house: House, edi: Tab) -> None:
    status, page = await change(edi, "safety:emergency", body="Take a rest.\n\n{alert_status}")
    assert status == 422
    assert "must name" in html.unescape(page)
    page = await edi.load("/words/edit/danger:emergency")
    words = form_of(page)["f.en"].split("\n")
    less = {"en": "\n".join(words[1:])}
    status, page = await change(edi, "danger:emergency", **less)
    assert status == 422
    assert "say why" in html.unescape(page)
    status, _ = await change(edi, "danger:emergency", **less, reason="It was there twice")
    assert status == 303
    assert "It was there twice" in (await house.store.releases())[0].why
    everything = {name[2:]: "" for name in form_of(page) if name.startswith("f.")}
    status, _ = await change(edi, "danger:emergency", **(everything | {"reason": "all"}))
    assert status == 422
    assert len(await house.store.releases()) == 2


async def test_counts_tell_pages_and_no_names(house: House, edi: Tab) -> None:
    async with client(house) as http:
        await http.get(await house.link())
        patient = Tab(house, http)
        await patient.load()
        await patient.post("/patient/tap", tap="1|sec:not-mean:1")
        await patient.say("may i bring my zebra to the moon zebra person")
    page = await edi.load("/words/counts")
    row = re.search(r"<tr>.*?page:not-mean.*?</tr>", page, re.S)
    assert row is not None, page
    assert "<td>1</td><td>1</td>" in row[0]
    assert "zebra" not in page


async def test_a_lead_reads_and_changes_nothing(house: House, edi: Tab) -> None:
    async with client(house) as http:
        lead = await sign_in(house, Tab(house, http), "lea")
        page = await lead.load("/words?q=clinic")
        assert "Write something new" not in page
        assert "/words/history" in page
        assert 'class="snippet"' in page
        assert "/words/edit/" not in page
        assert "/words/edit/" not in await lead.load("/words/list/phrases")
        await lead.load("/words/history/1")
        assert "Go back to this Release" not in lead.page


async def test_unknown_targets_are_not_there(edi: Tab) -> None:
    for path in (
        "/words/edit/page:nothing", "/words/edit/nothing:at-all", "/words/edit/page", "/words/edit/..%2f..",
        "/words/edit/hours:x", "/words/new/page", "/words/menu/nothing", "/words/remove/nothing",
        "/words/list/nothing", "/words/history/99", "/words/history/0", "/words/edit/page:" + "a" * 300,
    ):  # fmt: skip
        assert (await edi.http.get(path)).status_code == 404, path
