"""Files between Slack and the rest: fetched with the token, uploaded in Slack's three steps.

``files.getUploadURLExternal`` → the address → ``files.completeUploadExternal``
(docs.slack.dev/messaging/working-with-files). The SDK's ``files_upload_v2`` does the three at once; we
keep the last apart, because only that one can be seen.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.client import UPLOAD_SECONDS, Slack
from adapters.slack.errors import code_of
from bot.errors import FrontdeskError
from bot.events import FileRef

MAX_BYTES = 20_000_000
"""What we pass on from any platform (Telegram's download limit for bots)."""


class FileLost(FrontdeskError):
    """The platform has no such file any more, or not for us."""


class SlackFiles:
    """Fetches files that people sent on Slack (``bot.ports.FileSource``)."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def fetch(self, file: FileRef) -> bytes:
        """The bytes; raises ``FileLost`` where there is nothing to be had, and what the client
        raises where it may be tried again."""
        self._slack.open()
        try:
            answer = await self._slack.web.files_info(file=file.file_id)
        except SlackApiError as problem:
            if code_of(problem) in ("file_not_found", "file_deleted", "access_denied"):
                raise FileLost(code_of(problem)) from None
            raise
        found = answer.get("file") or {}
        address = str(found.get("url_private_download") or found.get("url_private") or "")
        if not address or found.get("mode") in ("external", "tombstone", "hidden_by_limit"):
            raise FileLost("not stored on Slack")
        return await self._download(address)

    async def _download(self, address: str) -> bytes:
        # Without the right to read the file, Slack sends people to a sign-in page: never follow.
        async with self._slack.session.get(
            address,
            headers={"Authorization": f"Bearer {self._slack.token}"},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=UPLOAD_SECONDS, sock_connect=5),
        ) as answer:
            if answer.status in (429, 500, 502, 503, 504):
                raise aiohttp.ClientPayloadError(f"status {answer.status}")
            if answer.status != 200:
                raise FileLost(f"status {answer.status}")
            data = bytearray()
            async for piece in answer.content.iter_chunked(65_536):
                data += piece
                if len(data) > MAX_BYTES:
                    raise FileLost("larger than 20 MB")
            return bytes(data)


async def put_up(slack: Slack, data: bytes, name: str) -> str:
    """Upload bytes and say nothing yet; the file's id. Raises what the client raises."""
    slack.open()
    answer = await slack.web.files_getUploadURLExternal(filename=name, length=len(data))
    address = str(answer["upload_url"])
    async with slack.session.post(
        address,
        data=data,
        headers={"Content-Type": "application/octet-stream"},
        timeout=aiohttp.ClientTimeout(total=UPLOAD_SECONDS, sock_connect=5),
    ) as taken:
        if taken.status != 200:
            raise aiohttp.ClientPayloadError(f"status {taken.status} from {host_of(address)}")
    return str(answer["file_id"])


async def show_file(
    slack: Slack, file_id: str, title: str, channel: str, thread: str | None = None
) -> None:
    """Make an uploaded file appear in a channel or thread. Raises what the client raises."""
    await slack.web.files_completeUploadExternal(
        files=[{"id": file_id, "title": title}], channel_id=channel, thread_ts=thread
    )


def host_of(address: str) -> str:
    """The host of an address, without the ticket that stands in its path."""
    return urlsplit(address).hostname or ""


def file_name(file: FileRef) -> str:
    """A name to show and to save under: no folders, no control characters, never empty."""
    name = file.name.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if char.isprintable()).strip(". ")[:120]
    return name or {"photo": "photo.jpg", "voice": "voice.ogg"}.get(file.kind, "file")
