"""What a page of Words says of the last thing that was tried on it: refused and why, or just live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request

from adapters.web.sessions import parts_of
from adapters.web.words.studio import Edition


@dataclass(frozen=True, slots=True)
class Told:
    """What was tried on a page before it is shown (again).

    refused: a sentence and the list that goes with it, empty when nothing was. why, typed: what was typed
    into the page's own fields, so that a refusal loses none of it. kept: when the unfinished edit was kept.
    """

    status: int = 200
    refused: tuple[str, tuple[str, ...]] = ("", ())
    why: str = ""
    kept: datetime | None = None
    typed: Mapping[str, str] = field(default_factory=dict)


NOTHING_YET = Told()
"""A page opened, not come back to."""


def refusal(sentence: tuple[str, tuple[str, ...]], **typed: Any) -> Told:
    """Back to the page (422) with why it is not live; `typed` are other fields of `Told`."""
    return Told(status=422, refused=sentence, **typed)


async def just_published(request: Request, now: Edition) -> dict[str, Any]:
    """What a page says after a publication that led to it (`?live=…&was=…`), with its Undo."""
    rows = await parts_of(request).store.releases()
    released = request.query_params.get("live", "")
    return {
        "released": released if released == now.id else "",
        "was": request.query_params.get("was", ""),
        "live_at": next((one.published_at for one in rows if one.live and one.id == now.id), None),
    }
