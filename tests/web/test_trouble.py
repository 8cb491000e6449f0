"""When something fails: kind words, no inside, nothing that was typed in a log."""

from __future__ import annotations

import logging

import httpx
import pytest

from bot.errors import NotNow
from tests.web.conftest import Tab, client, fresh
from tests.web.house import House


async def test_the_database_is_gone(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    async def receive(update: object) -> None:
        raise NotNow("gone")

    monkeypatch.setattr(tab.house.intake, "receive", receive, raising=False)
    answer = await tab.post("/patient/say", text="hello", expect=503)
    assert answer.headers["retry-after"]
    assert "try again" in answer.text


async def test_danger_is_answered_without_the_database(
    tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*given: object, **named: object) -> None:
        raise NotNow("gone")

    names = ("receive", "session", "session_row", "live_release", "conversation", "transcript")
    for name in names:
        monkeypatch.setattr(tab.house.store, name, gone, raising=False)
    async with tab.house.live.watch(desk=True) as news:
        answer = await tab.post("/patient/say", text="help, I cannot breathe", expect=503)
        assert "119" in answer.text
        assert "try again" in answer.text
        told = await anext(one async for one in news if one.alerts)
        assert "cannot breathe" not in told.alerts[0].text
    data = {"csrf": tab.csrf, "nonce": fresh(), "text": "I cannot breathe"}
    page = await tab.http.post("/patient/say", data=data)
    assert page.status_code == 503
    assert '<div class="safety" role="alert">' in page.text
    calm = await tab.post("/patient/say", text="What is MFDS?", expect=503)
    assert "119" not in calm.text
    # a browser that was never seen gets no further
    async with client(tab.house) as other:
        cookie = {"cookie": "frontdesk-desk-8710=unknown"}
        assert (await other.get("/", headers=cookie)).status_code == 503


async def test_an_unexpected_error_shows_and_logs_no_words(
    tab: Tab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def receive(update: object) -> None:
        raise ValueError(f"planted phrase {update}")

    monkeypatch.setattr(tab.house.intake, "receive", receive, raising=False)
    with caplog.at_level(logging.DEBUG):
        answer = await tab.post("/patient/say", text="planted phrase", expect=500)
    assert "planted phrase" not in answer.text
    assert "planted phrase" not in caplog.text
    assert "ValueError" in caplog.text
    assert answer.headers["content-security-policy"]


async def test_nothing_typed_is_logged_on_the_good_way_either(
    tab: Tab, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        reference = await tab.ask("a planted phrase of mine")
        await tab.post(f"/desk/{reference}/note", text="another planted phrase")
        await tab.post("/patient/say", text="planted phrase", nonce="bad", expect=422)
    ours = [one.getMessage() for one in caplog.records if one.name.startswith(("adapters", "sse"))]
    assert not any("planted phrase" in line for line in ours)


async def test_problem_pages_are_pages_and_for_scripts_lines(tab: Tab) -> None:
    page = await tab.http.get("/nothing")
    assert page.status_code == 404
    assert page.text.startswith("<!doctype html>")
    line = await tab.http.get("/nothing", headers=tab.htmx)
    assert line.headers["content-type"].startswith("text/plain")


async def test_not_ready_without_a_database(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def health() -> None:
        raise NotNow("gone")

    monkeypatch.setattr(house.store, "health", health, raising=False)
    async with client(house) as http:
        answer: httpx.Response = await http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False


async def test_static_files_are_ours_and_named_by_their_content(tab: Tab) -> None:
    page = await tab.load()
    paths = [part.split('"')[0] for part in page.split('="/static/')[1:]]
    assert len(paths) >= 4
    for path in paths:
        answer = await tab.http.get("/static/" + path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert (await tab.http.get("/static/0000/app.css")).status_code == 404
    assert (await tab.http.get("/static/0000/..%2fapp.py")).status_code == 404


async def test_pages_hold_nothing_from_outside_and_nothing_inline(tab: Tab) -> None:
    reference = await tab.ask()
    for path in ("/", "/desk", f"/desk/{reference}", "/nothing"):
        page = (await tab.http.get(path)).text
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page
        assert "style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count('<script src="/static/')
