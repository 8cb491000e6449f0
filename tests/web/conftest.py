"""A house and a browser without a screen: httpx against the ASGI app, as a client on this computer."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.web.house import House, open_house

BASE = "http://localhost:8710"


def client(
    house: House,
    *,
    peer: tuple[str, int] | None = ("127.0.0.1", 50000),
    base: str = BASE,
    raise_errors: bool = True,
) -> httpx.AsyncClient:
    """A browser at ``peer`` that asks for ``base``."""
    transport = httpx.ASGITransport(house.app, client=peer, raise_app_exceptions=raise_errors)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=base)


@dataclass(slots=True)
class Tab:
    """A signed-in tab: remembers the page it saw last, sends its forms with their hidden fields."""

    house: House
    http: httpx.AsyncClient
    page: str = ""
    csrf: str = ""
    htmx: dict[str, str] = field(default_factory=lambda: {"hx-request": "true"})

    async def load(self, path: str = "/") -> str:
        """Open a page; its forms' token is remembered."""
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        self.page = answer.text
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.page)
        if found:
            self.csrf = found.group(1)
        return self.page

    async def post(
        self, path: str, *, nonce: str = "", expect: int = 200, **fields: str
    ) -> httpx.Response:
        """Send a form as the page's script would."""
        data = {"csrf": self.csrf, "nonce": nonce or fresh(), **fields}
        answer = await self.http.post(path, data=data, headers=self.htmx)
        assert answer.status_code == expect, answer.text
        self.page = answer.text
        await self.house.worker.settle()
        return answer

    def buttons(self) -> dict[str, str]:
        """Label → what it sends, of the newest message with buttons."""
        item = r'<li id="[^"]+" class="msg [\w ]+ current".*?</li>\s*(?=<li id|$|<input|</ol>)'
        newest = re.findall(item, self.page, re.S)
        assert newest, self.page
        return {
            html.unescape(re.sub(r"<[^>]+>", "", label)): html.unescape(value)
            for value, label in re.findall(
                r'<button name="tap" value="([^"]+)">(.*?)</button>', newest[-1], re.S
            )
        }

    async def press(self, label: str) -> str:
        """Press one of the newest buttons."""
        await self.post("/patient/tap", tap=self.buttons()[label])
        return self.page

    async def say(self, text: str) -> str:
        """Write as the patient."""
        await self.post("/patient/say", text=text)
        return self.page

    async def ask(self, question: str = "Can my mother come with me?") -> str:
        """From a question to a sent enquiry; its reference."""
        await self.load()
        await self.say(question)
        await self.say("/human")
        await self.press("I agree")
        for _ in range(20):
            labels = self.buttons()
            if "Send to our team" in labels:
                await self.press("Send to our team")
                break
            await self.press(next(one for one in ("Use this", "Skip", *labels) if one in labels))
        rows = await self.house.store.queue()
        return rows[0].enquiry.reference

    def text(self) -> str:
        """The page's words."""
        return html.unescape(re.sub(r"<[^>]+>", " ", self.page))


_count = iter(range(1, 10**9))


def fresh() -> str:
    """A nonce as a page would carry it."""
    return f"nonce-of-a-test-{next(_count):06d}"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def tab(house: House) -> AsyncIterator[Tab]:
    async with client(house) as http:
        answer = await http.get(await house.link())
        assert answer.status_code == 200
        tab = Tab(house, http)
        await tab.load()
        await house.worker.settle()
        yield tab
