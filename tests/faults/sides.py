"""A platform with our people on it: what it tells the program, and what can be seen of it from outside."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import content
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_people import Person, shown
from tests.fakes.slack_state import APP_TOKEN, BOT_TOKEN, SECRET
from tests.fakes.telegram import FakeTelegram, Staff
from tests.faults.ledger import History
from tests.faults.phones import Phone, SlackPhone, TelegramPhone
from tests.faults.staff import Facilitator, SlackFacilitator, TelegramFacilitator

DESK_CHANNEL = "#patient-desk"
"""As an operator names it; deliveries are addressed to the name too."""
LISTED = 'accounts: ["web:local"]}\n'
"""The end of the shipped staff list."""


class Side(Protocol):
    """One platform with our people on it."""

    def phone(self, number: int) -> Phone: ...
    def facilitator(self) -> Facilitator:
        """One more facilitator. All are made before ``accounts`` is read: the staff list is content."""
        ...

    @property
    def accounts(self) -> list[str]: ...
    def settings(self, *ports: int) -> dict[str, str]:
        """What an operator would set; ``ports``: where the replicas listen."""
        ...

    def histories(self) -> History: ...
    def desk_texts(self) -> list[str]: ...
    @property
    def desk(self) -> str: ...
    def violations(self) -> Sequence[str]: ...


@dataclass
class TelegramSide:
    """Telegram, with a group with topics as the desk."""

    fake: FakeTelegram
    way: str
    group: int = -1001234567890
    staff: list[Staff] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fake.desk(self.group)

    def phone(self, number: int) -> Phone:
        return TelegramPhone(self.fake)

    def facilitator(self) -> Facilitator:
        self.staff.append(Staff(self.fake, self.fake.world.chats[self.group]))
        return TelegramFacilitator(self.staff[-1])

    @property
    def accounts(self) -> list[str]:
        return [one.account for one in self.staff]

    def settings(self, *ports: int) -> dict[str, str]:
        made = {
            "TELEGRAM_BOT_TOKEN": self.fake.token,
            "TELEGRAM_API_URL": self.fake.url,
            "TELEGRAM_DESK_CHAT": str(self.group),
        }
        if self.way == "webhook":
            self.fake.tunnel["https://desk.example.org"] = f"http://127.0.0.1:{ports[0]}"
            made |= {
                "TELEGRAM_WEBHOOK_URL": "https://desk.example.org/telegram",
                "TELEGRAM_WEBHOOK_SECRET": "long-random-text",
            }
        return made

    def histories(self) -> History:
        return self.fake.world.history

    def desk_texts(self) -> list[str]:
        return [one.text for one in self.fake.world.chats[self.group].shown()]

    @property
    def desk(self) -> str:
        return f"desk:telegram:{self.group}"

    def violations(self) -> Sequence[str]:
        return self.fake.world.violations


@dataclass
class SlackSide:
    """Slack, with a private channel as the desk."""

    fake: FakeSlack
    way: str
    channel: str = ""
    staff: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fake.echo = False
        self.fake.socket.line_seconds = 0.5
        self.channel = self.fake.channel("patient-desk", self.fake.person("min"))

    def phone(self, number: int) -> Phone:
        return SlackPhone(self.fake, f"p{number}")

    def facilitator(self) -> Facilitator:
        one = self.fake.person("mina")
        self.fake.world.channels[self.channel].members.add(one.user)
        self.staff.append(one)
        return SlackFacilitator(one, self.channel)

    @property
    def accounts(self) -> list[str]:
        return [f"slack:{one.user}" for one in self.staff]

    def settings(self, *ports: int) -> dict[str, str]:
        made = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": self.fake.api_url,
            "SLACK_DESK_CHANNEL": DESK_CHANNEL,
        }
        if self.way == "webhook":
            self.fake.deliver_over_http(f"http://127.0.0.1:{ports[0]}/slack/events")
            return made | {"SLACK_SIGNING_SECRET": SECRET}
        return made | {"SLACK_APP_TOKEN": APP_TOKEN}

    def histories(self) -> History:
        return self.fake.world.history

    def desk_texts(self) -> list[str]:
        return [
            shown(one)
            for one in self.fake.world.messages
            if one.channel == self.channel and not one.to
        ]

    @property
    def desk(self) -> str:
        return f"desk:slack:{DESK_CHANNEL}"

    def violations(self) -> Sequence[str]:
        return ()


@asynccontextmanager
async def side_of(platform: str, way: str) -> AsyncIterator[tuple[Side, FakeTelegram | FakeSlack]]:
    """A platform, reached by polling (Socket Mode on Slack) or by webhook."""
    if platform == "telegram":
        async with FakeTelegram() as telegram:
            yield TelegramSide(telegram, way), telegram
    else:
        async with FakeSlack() as slack:
            yield SlackSide(slack, way), slack


def content_with(accounts: Sequence[str], folder: Path) -> Path:
    """A copy of the shipped content whose staff list has these facilitators, all of one name: what
    patients are shown is then the same whoever answers."""
    copy = folder / "content"
    if copy.exists():
        return copy
    shutil.copytree(
        content.SHIPPED, copy, ignore=shutil.ignore_patterns("__pycache__", "*.py", "engine", "editing")
    )  # fmt: skip
    path = copy / "organisation.yaml"
    text = path.read_text("utf-8")
    assert text.count(LISTED) == 1, "the shipped staff list looks different now"
    more = "".join(
        f'  - {{id: f{n}, name: "Mina", role: facilitator, accounts: ["{account}"]}}\n'
        for n, account in enumerate(accounts)
    )
    path.write_text(text.replace(LISTED, LISTED + more), "utf-8")
    return copy
