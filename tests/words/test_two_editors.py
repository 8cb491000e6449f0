"""Two editors, one text, at once: joined where they can be, shown to choose where not, lost never."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from content.editing import check
from tests.words.house import House, Tab, fresh
from tests.words.test_pages import form_of, live_title

Enter = Callable[[str], Awaitable[Tab]]


async def post(tab: Tab, path: str, **fields: str) -> tuple[int, str, str]:
    answer = await tab.http.post(path, data=fields)
    return answer.status_code, answer.headers.get("location", ""), answer.text


async def test_the_second_sees_both_and_chooses(house: House, enter: Enter) -> None:
    edi, mina = await enter("edi"), await enter("mina")
    mine = form_of(await edi.load("/words/edit/page:not-mean"))
    hers = form_of(await mina.load("/words/edit/page:not-mean"))
    path = "/words/edit/page:not-mean"
    first = await post(mina, path, **(hers | {"f.title": "Mina’s title", "do": "publish"}))
    assert first[0] == 303
    status, to, _ = await post(edi, path, **(mine | {"f.title": "Edi’s title", "do": "publish"}))
    assert (status, to) == (303, "/words/choose/page:not-mean")
    assert await live_title(house, "not-mean") == "Mina’s title"
    page = await edi.load(to)
    assert "Mina’s title" in page
    assert "Edi’s title" in page
    assert "Mina Editor" in page
    assert "Edi’s title" in await edi.load(path)  # nothing of hers is lost
    data = {"csrf": edi.csrf, "nonce": fresh(), "take": "mine"}
    assert (await post(edi, to, **data))[0] == 303
    form = form_of(await edi.load(path))
    assert form["f.title"] == "Edi’s title"
    assert (await post(edi, path, **(form | {"do": "publish"})))[0] == 303
    assert await live_title(house, "not-mean") == "Edi’s title"
    assert [one.by for one in await house.store.releases()][:2] == ["staff:edi", "staff:mina"]


@pytest.mark.parametrize("late", ["sent after it", "overtaken by it"])
async def test_a_look_that_ends_after_its_publication_keeps_nothing(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """The page looks half a second after the last key: Publish may have been pressed by then."""
    edi = await enter("edi")
    path = "/words/edit/page:not-mean"
    mine = form_of(await edi.load(path)) | {"f.title": "Edi’s title"}
    begun, go_on, real = threading.Event(), threading.Event(), check.findings

    def slowly(*given: Any, **named: Any) -> Any:
        if not begun.is_set():
            begun.set()
            assert go_on.wait(60)
        return real(*given, **named)

    looking = None
    if late == "overtaken by it":
        monkeypatch.setattr(check, "findings", slowly)
        looking = asyncio.create_task(edi.http.post("/words/look/page:not-mean", data=mine))
        assert await asyncio.to_thread(begun.wait, 60)
    status, to, _ = await post(edi, path, **(mine | {"nonce": fresh(), "do": "publish"}))
    assert status == 303
    go_on.set()
    look = await (looking or edi.http.post("/words/look/page:not-mean", data=mine))
    assert look.status_code == 200
    assert await house.store.edits("staff:edi") == ()
    assert "unfinished edit" not in await edi.load(to)


async def test_keep_theirs_and_field_by_field(house: House, enter: Enter) -> None:
    edi, mina = await enter("edi"), await enter("mina")
    path, choose = "/words/edit/page:not-mean", "/words/choose/page:not-mean"
    for take in ("theirs", "each"):
        mine = form_of(await edi.load(path))
        hers = form_of(await mina.load(path))
        title = f"By Mina {take}"
        assert (await post(mina, path, **(hers | {"f.title": title, "do": "publish"})))[0] == 303
        edit = mine | {"f.title": "By Edi", "f.button": f"Edi {take}", "do": "publish"}
        assert (await post(edi, path, **edit))[1] == choose
        await edi.load(choose)
        data = {"csrf": edi.csrf, "nonce": fresh(), "take": take}
        data |= {"take.title": "theirs", "take.button": "mine"}
        assert (await post(edi, choose, **data))[0] == 303
        form = form_of(await edi.load(path))
        assert form["f.title"] == title
        assert (form["f.button"] == "Edi each") == (take == "each")


async def test_different_texts_are_joined(house: House, enter: Enter) -> None:
    edi, mina = await enter("edi"), await enter("mina")
    mine = form_of(await edi.load("/words/edit/page:not-mean"))
    hers = form_of(await mina.load("/words/edit/page:about"))
    one = post(
        edi, "/words/edit/page:not-mean", **(mine | {"f.title": "Edi was here", "do": "publish"})
    )
    two = post(
        mina, "/words/edit/page:about", **(hers | {"f.title": "Mina was here", "do": "publish"})
    )
    answers = await asyncio.gather(one, two)
    assert [status for status, _, _ in answers] == [303, 303]
    assert all("/words/edit/" in to for _, to, _ in answers)
    assert await live_title(house, "not-mean") == "Edi was here"
    assert await live_title(house, "about") == "Mina was here"


async def test_one_text_at_the_very_same_moment(house: House, enter: Enter) -> None:
    """Whoever is second is led to the choice; what is live is one of the two, whole."""
    tabs = [await enter("edi"), await enter("mina"), await enter("adm")]
    path = "/words/edit/page:not-mean"
    forms = [form_of(await tab.load(path)) for tab in tabs]
    works = [
        post(tab, path, **(form | {"f.title": f"Title {n}", "do": "publish"}))
        for n, (tab, form) in enumerate(zip(tabs, forms, strict=True))
    ]
    answers = await asyncio.gather(*works)
    led = [n for n, (_, to, _) in enumerate(answers) if to == "/words/choose/page:not-mean"]
    live = [n for n, (_, to, _) in enumerate(answers) if to.startswith(path)]
    assert len(led) == 2
    assert len(live) == 1
    assert await live_title(house, "not-mean") == f"Title {live[0]}"
    for n in led:
        assert f"Title {n}" in await tabs[n].load(path)


async def test_undo_takes_back_only_ones_own_change(house: House, enter: Enter) -> None:
    edi, mina = await enter("edi"), await enter("mina")
    before = await live_title(house, "not-mean")
    mine = form_of(await edi.load("/words/edit/page:not-mean"))
    _, to, _ = await post(
        edi, "/words/edit/page:not-mean", **(mine | {"f.title": "A slip", "do": "publish"})
    )
    published, was = to.split("live=")[1].split("&was=")
    hers = form_of(await mina.load("/words/edit/page:about"))
    await post(mina, "/words/edit/page:about", **(hers | {"f.title": "Mina’s", "do": "publish"}))
    undo = {"csrf": edi.csrf, "nonce": fresh(), "live": published, "was": was}
    assert (await post(edi, "/words/undo", **undo))[0] == 303
    assert await live_title(house, "not-mean") == before
    assert await live_title(house, "about") == "Mina’s"
