"""Fetches the bytes of a file that Telegram holds, for desks on other platforms."""

from __future__ import annotations

from telegram.error import TelegramError

from adapters.telegram import limits
from adapters.telegram.client import Client
from adapters.telegram.errors import Fault, fault_of
from bot.errors import FrontdeskError, NotNow
from bot.events import FileRef

_AGAIN = frozenset({Fault.RATE, Fault.NOT_SENT, Fault.MAYBE_SENT, Fault.SERVER, Fault.TOKEN})


class FileUnavailable(FrontdeskError):
    """Telegram will not hand out this file: too large, or gone."""


class TelegramFiles:
    """A ``bot.ports.FileSource`` for channel "telegram"."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def fetch(self, file: FileRef) -> bytes:
        """The bytes, at most 20 MB. Raises ``NotNow`` for what may work later, else
        ``FileUnavailable``."""
        if file.size > limits.DOWNLOAD_BYTES:
            raise FileUnavailable("larger than Telegram lets bots download")
        try:
            found = await self._client.get_file(file.file_id)
            if (found.file_size or 0) > limits.DOWNLOAD_BYTES:
                raise FileUnavailable("larger than Telegram lets bots download")
            return bytes(await found.download_as_bytearray())
        except TelegramError as error:
            if fault_of(error) in _AGAIN:
                raise NotNow("Telegram cannot hand out the file now") from None
            raise FileUnavailable("Telegram does not hand out the file") from None
        except RuntimeError:
            # python-telegram-bot, for an answer without a path.
            raise FileUnavailable("Telegram names no place for the file") from None
