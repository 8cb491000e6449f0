"""The one-time link: once, not by machines that look ahead, not by guessing."""

from __future__ import annotations

from tests.web.conftest import client
from tests.web.house import House


async def test_a_link_works_once(house: House) -> None:
    path = await house.link()
    async with client(house) as http:
        first = await http.get(path)
        assert first.status_code == 200
        assert 'content="0; url=/"' in first.text
        assert (await http.get("/")).status_code == 200
    async with client(house) as http:
        second = await http.get(path)
        assert second.status_code == 403
        assert "frontdesk link" in second.text
        assert "set-cookie" not in second.headers
        assert (await http.get("/")).status_code == 401


async def test_looking_ahead_does_not_use_it_up(house: House) -> None:
    path = await house.link()
    async with client(house) as http:
        assert (await http.head(path)).status_code == 204
        ahead = await http.get(path, headers={"sec-purpose": "prefetch;prerender"})
        assert ahead.status_code == 204
        assert (await http.get(path)).status_code == 200


async def test_an_expired_link(house: House) -> None:
    token = await house.store.new_link("desk", "local", -1)
    async with client(house) as http:
        assert (await http.get(f"/link/{token}")).status_code == 403


async def test_a_link_of_another_kind_opens_nothing(house: House) -> None:
    token = await house.store.new_link("studio", "local", 900)
    async with client(house) as http:
        assert (await http.get(f"/link/{token}")).status_code == 403
        assert (await http.get("/")).status_code == 401


async def test_guessing_is_stopped(house: House) -> None:
    async with client(house) as http:
        for number in range(10):
            assert (await http.get(f"/link/guess{number}")).status_code == 403
        good = await house.link()
        assert (await http.get(good)).status_code == 429
        house.app.state.tries._wrong.clear()
        assert (await http.get(good)).status_code == 200


async def test_the_first_visit_opens_a_chat_once(house: House) -> None:
    async with client(house) as http:
        await http.get(await house.link())
        first = await http.get("/")
        cookie = http.cookies.get("frontdesk-patient-8710")
        assert cookie
        assert first.text.count('<li id="s') == 1
        again = await http.get("/")
        assert again.text.count('<li id="s') == 1
        assert http.cookies.get("frontdesk-patient-8710") == cookie
