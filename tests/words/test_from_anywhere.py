"""The proxy that deploy/README.md describes: what it passes on is let in, and what it does not is not."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.routing import Mount, Route

from adapters.settings import SETTINGS
from adapters.web.names import SIGNIN_KIND
from adapters.web.parts import WebSettings
from tests.web.house import House, open_house
from tests.words.house import client, staffed

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = (ROOT / "deploy/README.md").read_text(encoding="utf-8")
CHAPTER = DEPLOY.partition("## Words page and desk from anywhere")[2].partition("\n## ")[0]


def documented(name: str) -> str:
    found = re.search(rf"^    {name}=(\S+)$", CHAPTER, re.M)
    assert found is not None, name
    return found[1]


PUBLIC = documented("FRONTDESK_PUBLIC_URL")


def passed_on(scheme: str = "https") -> dict[str, str]:
    """The headers of a request that came through the documented nginx."""
    filled = {"$host": urlsplit(PUBLIC).netloc, "$remote_addr": "203.0.113.9", "$scheme": scheme}
    lines = re.findall(r"proxy_set_header (\S+) (\$\w+);", CHAPTER)
    assert {name for name, _ in lines} == {"Host", "X-Forwarded-For", "X-Forwarded-Proto"}
    return {name.lower(): filled[value] for name, value in lines}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings = WebSettings(public_url=PUBLIC)
    async with open_house(tmp_path, settings=settings, loaded=staffed()) as house:
        yield house


async def test_an_editor_signs_in_through_the_documented_proxy(house: House) -> None:
    token = await house.store.new_link(SIGNIN_KIND, "edi", 600)
    headers = passed_on()
    async with client(house, base=PUBLIC.replace("https", "http")) as http:
        assert (await http.get("/words", headers=headers)).status_code == 401
        page = await http.get(f"/signin/{token}", headers=headers)
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
        assert found is not None
        cookie = page.headers["set-cookie"]
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        headers["cookie"] = cookie.partition(";")[0]
        entered = await http.post(f"/signin/{token}", data={"csrf": found[1]}, headers=headers)
        session = next(
            one for one in entered.headers.get_list("set-cookie") if "frontdesk-desk" in one
        )
        assert "Secure" in session
        headers["cookie"] = session.partition(";")[0]
        assert (await http.get("/words", headers=headers)).status_code == 200
        assert (await http.get("/", headers=headers)).status_code == 303  # no patient's chat here
        # the same without TLS, or under another name, is nobody's
        plain = {**headers, **passed_on("http")}
        assert (await http.get("/words", headers=plain)).status_code == 403
        other = {**headers, "host": "evil.example.org"}
        assert (await http.get("/words", headers=other)).status_code == 403


def test_what_the_chapter_names_exists(house: House) -> None:
    known = {one.name for one in SETTINGS}
    named = set(re.findall(r"^    (FRONTDESK_\w+)=", CHAPTER, re.M))
    assert named == {one for one in known if "OIDC" in one} | {"FRONTDESK_PUBLIC_URL"}
    mount = next(one for one in house.app.routes if isinstance(one, Mount))
    paths = {one.path for one in mount.routes if isinstance(one, Route)}
    for address in re.findall(rf"`{re.escape(PUBLIC)}(/[a-z/]+)`", CHAPTER):
        assert address in paths
    port = next(one.default for one in SETTINGS if one.name == "FRONTDESK_PORT")
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", CHAPTER)) == {port}
