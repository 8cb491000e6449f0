"""Reading forms without ever writing what they hold to the disk."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from adapters.web.guard import FORM_BYTES

FIELDS = 20
"""More fields than any form of the desk and the chat has."""

TEXT_FIELDS = 80
"""More fields than any form of the Words pages has (the organisation's has some 20, a menu of 50 pages one)."""

NAME_CHARS = 120
"""Longest file name kept; platforms cut at 60 to 255."""

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")


class _InMemory(MultiPartParser):
    """Starlette's parser spools parts over 1 MB to a temporary file; patients' files stay in memory."""

    spool_max_size = 1 << 30


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: cleaned name, its bytes, the kind we treat it as."""

    name: str
    media_type: str
    kind: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()


async def read_form(request: Request, *, fields: int = FIELDS) -> FormData:
    """The fields of a form, at most so many. Raises ``HTTPException`` 413 (too large), 422 (not a form)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            return await _InMemory(
                request.headers,
                request.stream(),
                max_files=1,
                max_fields=fields,
                max_part_size=FORM_BYTES,
            ).parse()
        if kind == "application/x-www-form-urlencoded":
            return await FormParser(
                request.headers, request.stream(), max_fields=fields, max_part_size=FORM_BYTES
            ).parse()
    except (MultiPartException, FormParserError, UnicodeError, KeyError):
        raise HTTPException(422) from None
    raise HTTPException(422)


async def read_upload(form: FormData, limit: int) -> Upload | None:
    """The file of a form; None if none was chosen. Raises ``HTTPException`` 413."""
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        return None
    data = await given.read()
    await given.close()
    if len(data) > limit:
        raise HTTPException(413)
    if not data:
        return None
    declared = (given.content_type or "").partition(";")[0].strip().lower()
    media_type = declared if _MEDIA_TYPE.fullmatch(declared) else "application/octet-stream"
    image = image_type(data)
    if media_type.startswith("image/") and image is None:
        media_type = "application/octet-stream"
    return Upload(
        file_name(given.filename), image or media_type, kind_of(image or media_type), data
    )


def kind_of(media_type: str) -> str:
    """The kind of a file by its type, as ``bot.events.FileRef`` names them."""
    family = media_type.partition("/")[0]
    return {"image": "photo", "audio": "audio", "video": "video"}.get(family, "document")


def image_type(data: bytes) -> str | None:
    """The type of a picture that browsers show, by its first bytes; None for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def file_name(given: str) -> str:
    """The last part of a path, without control, format or path characters; never empty or a dot file."""
    last = re.split(r"[/\\]", given)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    kept = kept.strip(" .")
    if len(kept) > NAME_CHARS:
        stem, dot, ending = kept.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""
        kept = kept[: NAME_CHARS - len(ending)] + ending
    return kept or "file"
