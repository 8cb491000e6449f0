"""The bot's link: a preview uses nothing up, one press wins, and nobody else gets in after it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.web.names import SIGNIN_KIND
from adapters.web.parts import WebSettings
from tests.web.house import open_house
from tests.words.house import House, Tab, client, fresh, session_of, sign_in, staffed


async def link(house: House, staff: str = "edi", seconds: int = 600) -> str:
    return "/signin/" + await house.store.new_link(SIGNIN_KIND, staff, seconds)


def token_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None, page
    return found[1]


async def test_looking_uses_nothing_up_and_pressing_signs_in(house: House) -> None:
    path = await link(house)
    async with client(house) as preview:
        for _ in range(3):
            assert (await preview.get(path)).status_code == 200
        assert (await preview.head(path)).status_code == 200
    async with client(house) as http:
        page = await http.get(path)
        assert (await http.get("/words")).status_code == 401
        done = await http.post(path, data={"csrf": token_in(page.text)})
        assert done.status_code == 200
        assert 'url=/words"' in done.text
        assert (await http.get("/words")).status_code == 200
    trail = await house.store.audit_trail()
    assert any(one.who == "staff:edi" and one.did == "signed in" for one in trail)


async def test_a_used_link_is_told_so_and_the_same_browser_may_press_twice(house: House) -> None:
    path = await link(house)
    async with client(house) as mine, client(house) as thief:
        page = token_in((await mine.get(path)).text)
        stolen = token_in((await thief.get(path)).text)
        assert (await mine.post(path, data={"csrf": page})).status_code == 200
        late = await thief.post(path, data={"csrf": stolen})
        assert late.status_code == 403
        assert "/signin" in late.text
        assert "end the" in late.text
        assert (await thief.get("/words")).status_code == 401
        again = await mine.post(path, data={"csrf": page})
        assert again.status_code == 200
        assert (await mine.get("/words")).status_code == 200
    assert len(await house.store.sessions("edi")) == 1


async def test_the_button_works_in_the_browser_that_opened_it_only(house: House) -> None:
    path = await link(house)
    async with client(house) as mine, client(house) as other:
        page = token_in((await mine.get(path)).text)
        assert (await other.post(path, data={"csrf": page})).status_code == 403  # no cookie
        await other.get(path)
        assert (await other.post(path, data={"csrf": page})).status_code == 403  # another cookie
        assert (await mine.post(path, data={"csrf": "0" * 64})).status_code == 403
        cross = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
        answer = await mine.post(path, data={"csrf": page}, headers=cross)
        assert answer.status_code == 403
        assert (await mine.post(path, data={"csrf": page})).status_code == 200


@pytest.mark.parametrize(
    "make", ["expired", "unknown", "desk kind", "not on the list", "strange", "long"]
)
async def test_links_that_open_nothing(house: House, make: str) -> None:
    path = {
        "expired": await link(house, seconds=-1),
        "unknown": "/signin/" + "a" * 43,
        "desk kind": "/signin/" + await house.store.new_link("desk", "local", 600),
        "not on the list": await link(house, "ghost"),
        "strange": "/signin/%00%ff..",
        "long": "/signin/" + "a" * 5000,
    }[make]
    async with client(house) as http:
        page = await http.get(path)
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
        if token is None:
            assert page.status_code in (403, 404)
            return
        answer = await http.post(path, data={"csrf": token[1]})
        assert answer.status_code == 403
        assert (await http.get("/sessions")).status_code == 401


async def test_tries_are_limited_by_address(tmp_path: Path) -> None:
    settings = WebSettings(signin_tries=5)
    async with open_house(tmp_path, loaded=staffed(), settings=settings) as house:
        async with client(house, peer=("127.0.0.1", 1)) as http:
            codes = [(await http.get("/signin/" + "a" * 20)).status_code for _ in range(6)]
            assert codes == [200] * 5 + [429]
        async with client(house, peer=("127.0.0.2", 1)) as other:
            assert (await other.get(await link(house))).status_code == 200


PUBLIC = WebSettings(public_url="https://desk.example.org")


async def test_desk_and_words_leave_this_computer_only_behind_tls(tmp_path: Path) -> None:
    far = ("203.0.113.9", 4000)
    async with (
        open_house(tmp_path / "a", loaded=staffed()) as house,
        client(house, peer=far, base="https://desk.example.org") as http,
    ):
        answer = await http.get("/signin")
        assert answer.status_code == 403
        assert "FRONTDESK_PUBLIC_URL=https://" in answer.text
    plain = WebSettings(public_url="http://desk.example.org")
    async with (
        open_house(tmp_path / "b", loaded=staffed(), settings=plain) as house,
        client(house, peer=far, base="http://desk.example.org") as http,
    ):
        assert (await http.get("/signin")).status_code == 403
    async with open_house(tmp_path / "c", loaded=staffed(), settings=PUBLIC) as house:
        async with client(house, peer=far, base="http://evil.example") as http:
            assert (await http.get("/signin")).status_code == 403
        near = ("127.0.0.1", 4000)
        async with client(house, peer=near, base="http://desk.example.org") as http:
            said = {"x-forwarded-proto": "http", "x-forwarded-for": "198.51.100.2"}
            assert "https" in (await http.get("/signin", headers=said)).text
            assert (await http.get("/signin", headers=said)).status_code == 403
            said["x-forwarded-proto"] = "https"
            answer = await http.get("/signin", headers=said)
            assert answer.status_code == 200
            assert answer.headers["strict-transport-security"]
        async with client(house, peer=far, base="https://desk.example.org") as http:
            assert (
                await http.get(await house.link())
            ).status_code == 403  # the terminal's link: here only
            tab = await sign_in(house, Tab(house, http), "adm")
            cookies = [one.name for one in http.cookies.jar]
            assert "__Host-frontdesk-desk" in cookies
            for path in ("/desk", "/words", "/sessions"):
                assert (await tab.http.get(path)).status_code == 200, path
            assert (await tab.http.get("/", follow_redirects=False)).status_code == 303
            assert (await tab.http.get("/patient/messages")).status_code == 403


async def test_the_terminals_session_is_worth_nothing_from_outside(tmp_path: Path) -> None:
    async with open_house(tmp_path, loaded=staffed(), settings=PUBLIC) as house:
        token = await house.store.new_session("desk", "local", 600)
        async with client(house, peer=("203.0.113.9", 1), base="https://desk.example.org") as http:
            headers = {"cookie": f"__Host-frontdesk-desk={token}"}
            assert (await http.get("/desk", headers=headers)).status_code == 401


async def test_sessions_are_listed_and_ended(house: House) -> None:
    async with client(house) as one, client(house) as two, client(house) as boss:
        first = await sign_in(house, Tab(house, one), "edi")
        await sign_in(house, Tab(house, two), "edi")
        await sign_in(house, Tab(house, boss), "adm")
        page = await first.load("/sessions")
        assert page.count('action="/sessions/end"') == 3  # two of hers, and "all my others"
        assert "Admin Person" not in page
        theirs = (await house.store.sessions("adm"))[0].id
        data = {"csrf": first.csrf, "nonce": fresh(), "session": theirs}
        assert (await one.post("/sessions/end", data=data)).status_code == 404
        assert (await boss.get("/sessions")).status_code == 200
        data["session"] = "others"
        assert (await one.post("/sessions/end", data=data)).status_code == 303
        assert (await two.get("/words")).status_code == 401
        assert (await one.get("/words")).status_code == 200
        admin = Tab(house, boss)
        assert "Editor Person" in await admin.load("/sessions")
        mine = (await house.store.sessions("edi"))[0].id
        data = {"csrf": admin.csrf, "nonce": fresh(), "session": mine}
        assert (await boss.post("/sessions/end", data=data)).status_code == 303
        assert (await one.get("/words")).status_code == 401
        assert (await boss.post("/signout", data=data | {"nonce": fresh()})).status_code == 303
        assert (await boss.get("/desk")).status_code == 401


async def test_a_sign_in_that_is_not_used_ends(tmp_path: Path) -> None:
    settings = WebSettings(desk_hours=0)
    async with open_house(tmp_path, loaded=staffed(), settings=settings) as house:
        token = await session_of(house, "edi")
        async with client(house) as http:
            headers = {"cookie": f"frontdesk-desk-8710={token}"}
            assert (await http.get("/words", headers=headers)).status_code == 401
        assert await house.store.session(token) is None


async def test_the_link_that_the_bot_sends_opens_the_page(tmp_path: Path) -> None:
    """From /signin in a chat of a listed account to the Words page, nothing made by hand."""
    from datetime import UTC, datetime

    from bot import events as ev
    from bot.ports import World
    from bot.text import flat
    from bot.turn import take_turn
    from content.phrases import phrases_of
    from storage.memory import MemoryStore
    from tests.web.house import WEB_CHANNEL

    async with open_house(tmp_path, loaded=staffed(), settings=PUBLIC) as house:
        bot = MemoryStore(
            world=World((), {"telegram": WEB_CHANNEL}, public_url=PUBLIC.public_url),
            take_turn=take_turn,
            phrases_of=phrases_of,
        )
        loaded = staffed()
        await bot.publish(loaded.release, loaded.source, by="test", why="test")
        address = ev.Address("telegram", "1", "30")  # the editor's account is telegram:30
        update = ev.Update("t:1", address, datetime.now(UTC), ev.Commanded("signin", "", "m1"))
        await bot.receive(update)
        sent = (await bot.claim_deliveries(limit=10))[0].effect
        shown = re.search(r"https://desk\.example\.org(/signin/\S+)", flat(sent.text))  # type: ignore[union-attr]
        assert shown is not None
        token = shown[1].rstrip(".").removeprefix("/signin/")
        assert await bot.use_link(token) == (SIGNIN_KIND, "edi")
        # the same path, with a token of this house's store
        async with client(house, base="https://desk.example.org") as http:
            assert (await http.get(await link(house))).status_code == 200
