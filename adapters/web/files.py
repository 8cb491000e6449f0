"""Files on the web side: kept in the store's sealed spool, given out as downloads that run nothing."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from adapters.web.forms import Upload, file_name, image_type
from bot.errors import NotFound
from bot.events import FileRef
from bot.ports import Store


class WebFiles:
    """The ``FileSource`` of channel "web": bytes from the spool until they expire."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def fetch(self, file: FileRef) -> bytes:
        """The bytes; raises ``NotFound`` once they expired."""
        data = await self._store.get_file(file.file_id)
        if data is None:
            raise NotFound("the file is no longer kept")
        return data


async def keep(store: Store, upload: Upload) -> FileRef:
    """Put an upload into the spool and name it."""
    file_id = await store.put_file(upload.data, upload.media_type)
    return FileRef(
        channel="web",
        file_id=file_id,
        kind=upload.kind,
        name=upload.name,
        media_type=upload.media_type,
        size=len(upload.data),
        digest=upload.digest,
    )


def download(data: bytes, name: str) -> Response:
    """An answer that the browser saves. Pictures keep their type, so that pages can show them small."""
    name = file_name(name)
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace("\\", "_")
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        data,
        media_type=image_type(data) or "application/octet-stream",
        headers={
            "content-disposition": disposition,
            # A download has no page around it: nothing in it may load or run anything.
            "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        },
    )
