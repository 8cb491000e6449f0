"""The real client against the fake server; every test ends without a breach of Telegram's rules."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.telegram.client import Client, open_client
from tests.fakes.telegram import Chat, FakeTelegram, Patient, Staff
from tests.telegram.parts import Shelf


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake
        assert fake.world.violations == []


@pytest.fixture
async def client(telegram: FakeTelegram) -> AsyncIterator[Client]:
    one = open_client(telegram.token, telegram.url)
    await one.initialize()
    yield one
    await one.shutdown()


@pytest.fixture
def patient(telegram: FakeTelegram) -> Patient:
    return Patient(telegram)


@pytest.fixture
def group(telegram: FakeTelegram) -> Chat:
    return telegram.desk()


@pytest.fixture
def staff(telegram: FakeTelegram, group: Chat) -> Staff:
    return Staff(telegram, group)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()
