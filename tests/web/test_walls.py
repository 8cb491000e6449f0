"""Who is let in: every route against no session, a wrong token, a foreign name, a far client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from tests.web.conftest import BASE, Tab, client, fresh
from tests.web.house import House, open_house

GETS = [
    "/",
    "/events",
    "/patient/messages",
    "/patient/file/1",
    "/patient/export",
    "/desk",
    "/desk/queue",
    "/desk/FD-AAAA",
    "/desk/FD-AAAA/pane",
    "/desk/FD-AAAA/live",
    "/desk/FD-AAAA/file/1",
]
ACTS = (
    *("claim", "unclaim", "takeover", "reply", "change", "send", "discard"),
    *("close", "reopen", "block", "unblock", "note", "draft"),
)
POSTS = [
    "/patient/say",
    "/patient/file",
    "/patient/tap",
    "/patient/start",
    "/patient/new",
    *(f"/desk/FD-AAAA/{act}" for act in ACTS),
]


def test_the_lists_above_are_complete(house: House) -> None:
    mount = next(one for one in house.app.routes if isinstance(one, Mount))
    paths = {
        one.path.replace("{reference:str}", "FD-AAAA").replace("{number:int}", "1")
        for one in mount.routes
        if isinstance(one, Route)
    }
    # tests/words/test_roles.py walks these by role
    others = {
        one for one in paths if one.startswith(("/words", "/signin", "/sessions", "/signout"))
    }
    assert paths - others == {*GETS, *POSTS, "/link/{token:str}", "/static/{digest:str}/{name:str}"}


async def test_every_route_needs_a_session(house: House) -> None:
    async with client(house) as http:
        for path in GETS:
            answer = await http.get(path)
            assert answer.status_code == 401, path
            assert "frontdesk link" in answer.text
        for path in POSTS:
            answer = await http.post(path, data={"nonce": fresh(), "csrf": "x", "text": "hi"})
            assert answer.status_code == 401, path


@pytest.mark.parametrize("csrf", [None, "", "0" * 64, "é"])
async def test_writing_needs_the_token_of_this_session(tab: Tab, csrf: str | None) -> None:
    before = await tab.load("/patient/messages")
    for path in POSTS:
        data = {"nonce": fresh(), "text": "hi", "tap": "1|sec:menu-faq:1"}
        if csrf is not None:
            data["csrf"] = csrf
        answer = await tab.http.post(path, data=data)
        assert answer.status_code == 403, path
    assert await tab.load("/patient/messages") == before


async def test_the_token_of_another_session_is_refused(house: House, tab: Tab) -> None:
    async with client(house) as http:
        await http.get(await house.link())
        other = Tab(house, http)
        await other.load()
        assert other.csrf != tab.csrf
        await other.post("/patient/say", text="hello", expect=200)
        other.csrf = tab.csrf
        await other.post("/patient/say", text="hello", expect=403)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_form_of_another_site_is_refused(tab: Tab, headers: dict[str, str]) -> None:
    data = {"csrf": tab.csrf, "nonce": fresh(), "text": "hi"}
    answer = await tab.http.post("/patient/say", data=data, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        (("203.0.113.7", 4000), "localhost:8710"),
        (("10.0.0.2", 4000), "localhost:8710"),
        (("::ffff:203.0.113.7", 4000), "localhost:8710"),
        (("testclient", 4000), "localhost:8710"),
        (None, "localhost:8710"),
        (("127.0.0.1", 4000), "evil.example"),
        (("127.0.0.1", 4000), "localhost.evil.example"),
        (("127.0.0.1", 4000), "127.0.0.1.nip.io:8710"),
        (("127.0.0.1", 4000), "0.0.0.0:8710"),
        (("127.0.0.1", 4000), ""),
    ],
)
async def test_only_this_computer(
    house: House, tab: Tab, peer: tuple[str, int] | None, host: str
) -> None:
    cookies = "; ".join(f"{one.name}={one.value}" for one in tab.http.cookies.jar)
    async with client(house, peer=peer) as http:
        for path in (*GETS, "/link/abc", "/static/x/app.css", "/nothing"):
            answer = await http.get(path, headers={"host": host, "cookie": cookies})
            assert answer.status_code == 403, path
            assert "Only on this computer" in answer.text


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
async def test_no_proxy_in_between(tab: Tab, name: str) -> None:
    answer = await tab.http.get("/", headers={name: "127.0.0.1"})
    assert answer.status_code == 403


async def test_every_name_of_this_computer_works(house: House) -> None:
    for base in (BASE, "http://127.0.0.1:8710", "http://[::1]:8710"):
        for peer in (("127.0.0.1", 1), ("::1", 1), ("127.3.4.5", 1)):
            async with client(house, peer=peer, base=base) as http:
                assert (await http.get(await house.link())).status_code == 200
                assert (await http.get("/")).status_code == 200


async def test_health_checks_answer_everybody_but_tell_counts_only_here(house: House) -> None:
    async with client(house, peer=("203.0.113.7", 1), base="http://frontdesk.example") as far:
        assert (await far.get("/healthz")).text == "ok\n"
        assert (await far.get("/readyz")).json() == {"ready": True}
    async with client(house) as near:
        assert (await near.get("/readyz")).json()["checks"]["open_enquiries"] == 0


async def test_numbers_are_told_here_or_with_the_token_only(tmp_path: Path) -> None:
    token = "a-token-of-a-collector"
    standing = Numbers()
    async with open_house(tmp_path, standing=standing, metrics_token=token) as house:
        async with client(house) as near:
            assert (await near.get("/metrics")).text == "frontdesk_ready 1.0\n"
        elsewhere: Any = {"peer": ("203.0.113.7", 1), "base": "http://frontdesk.example"}
        async with client(house, **elsewhere) as far:
            for given in (None, "Bearer ", "Bearer wrong", token, f"Basic {token}", "Bearer é"):
                headers = {} if given is None else {"authorization": given.encode()}
                answer = await far.get("/metrics", headers=headers)
                assert (answer.status_code, answer.text) == (404, "Not found\n")
                assert (await far.get("/readyz", headers=headers)).json() == {"ready": True}
            allowed = {"authorization": f"Bearer {token}"}
            assert (await far.get("/metrics", headers=allowed)).status_code == 200
            assert (await far.get("/readyz", headers=allowed)).json()["checks"] == {"clock": True}
        async with client(house) as proxied:
            headers = {"x-forwarded-for": "127.0.0.1"}
            assert (await proxied.get("/metrics", headers=headers)).status_code == 404
    async with (
        open_house(tmp_path / "no-token", standing=standing) as house,
        client(house, peer=("203.0.113.7", 1), base="http://frontdesk.example") as far,
    ):
        answer = await far.get("/metrics", headers={"authorization": "Bearer "})
        assert answer.status_code == 404


class Numbers:
    """A standing that is always the same."""

    async def look(self) -> tuple[bool, dict[str, Any]]:
        return True, {"clock": True}

    async def page(self) -> bytes:
        return b"frontdesk_ready 1.0\n"


async def test_webhooks_answer_everybody_within_the_walls(tmp_path: object) -> None:
    async def hook(request: object) -> PlainTextResponse:
        return PlainTextResponse("taken")

    from pathlib import Path

    route = Route("/hook", hook, methods=["POST"])
    async with (
        open_house(Path(str(tmp_path)), extra_routes=(route,)) as house,
        client(house, peer=("203.0.113.7", 1), base="http://bot.example") as far,
    ):
        answer = await far.post("/hook", json={})
        assert answer.text == "taken"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (await far.get("/")).status_code == 403


CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


async def test_every_answer_has_the_headers(tab: Tab) -> None:
    for path in ("/", "/desk", "/nothing", "/healthz", "/link/x", "/desk/FD-AAAA"):
        headers = (await tab.http.get(path)).headers
        assert headers["content-security-policy"] == CSP, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
        assert headers["cache-control"] == "no-store", path
        assert "permissions-policy" in headers, path
        assert "strict-transport-security" not in headers, path


async def test_cookies_are_strict_and_out_of_reach(house: House) -> None:
    async with client(house) as http:
        answer = await http.get(await house.link())
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("frontdesk-desk-8710=")
        assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.split("; "))
        assert "secure" not in cookie
    async with client(house, base="https://localhost:8710") as http:
        answer = await http.get(await house.link())
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("__host-frontdesk-desk=")
        assert "secure" in cookie.split("; ")
        assert answer.headers["strict-transport-security"]


async def test_a_forged_session_is_none(house: House) -> None:
    for token in (b"x", b"", b"a" * 5000, b"\xc3\xbc", b"\xff\x00"):
        async with client(house) as http:
            answer = await http.get("/", headers={b"cookie": b"frontdesk-desk-8710=" + token})
        assert answer.status_code == 401


async def test_a_patient_session_does_not_open_the_desk(house: House) -> None:
    token = await house.store.new_session("patient", "abc", 900)
    async with client(house) as http:
        answer = await http.get("/desk", headers={"cookie": f"frontdesk-desk-8710={token}"})
    assert answer.status_code == 401


def wrong_method(path: str) -> httpx.Request:
    return httpx.Request("DELETE", BASE + path)


async def test_other_methods_are_refused_kindly(tab: Tab) -> None:
    for path in ("/", "/patient/say", "/desk/FD-AAAA/claim"):
        answer = await tab.http.send(wrong_method(path))
        assert answer.status_code == 405, path
        assert "buttons on the page" in answer.text
