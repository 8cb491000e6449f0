"""A strict Bot API server on loopback that behaves like Telegram, and the people who use it."""

from tests.fakes.telegram.people import Patient, Staff
from tests.fakes.telegram.server import FakeTelegram, Fault
from tests.fakes.telegram.world import Chat, Message, World

__all__ = ["Chat", "FakeTelegram", "Fault", "Message", "Patient", "Staff", "World"]
