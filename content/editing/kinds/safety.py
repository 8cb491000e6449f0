"""Safety texts as forms."""

from __future__ import annotations

from collections.abc import Mapping

from content.editing import places
from content.editing.errors import CannotEdit
from content.editing.fields import Field, Fields, Values
from content.editing.kinds import page as pages
from content.editing.pagetext import PageText
from content.editing.places import Source
from content.editing.target import Target
from content.safety import KINDS, LONGEST

NOT_REVIEWED = "not yet clinically reviewed"
"""What a safety text's file says until a clinician has read these very words (content/README.md)."""


def names(source: Source) -> tuple[str, ...]:
    """The kinds of danger that have a text."""
    return tuple(kind for kind in KINDS if places.safety_path(source, kind) in source)


def _find(source: Source, kind: str) -> tuple[str, PageText]:
    path = places.safety_path(source, kind)
    if kind not in KINDS or path not in source:
        raise CannotEdit(f'There is no safety text "{kind}".')
    return path, PageText(source[path])


def read(source: Source, kind: str) -> Fields:
    """The form of a safety text."""
    path, page = _find(source, kind)
    help = (
        "Shown at once, and first, when a patient's words hold a danger. {alert_status} stands once, in a "
        "paragraph of its own: it becomes one of the phrases that say where the alert is."
    )
    fields = (
        Field("body", "Text", page.body, "text", help, LONGEST, (),
              path, page.body_first, page.body_last),
        Field("source", "Source", page.head.said("source"), "line", "", 400, (),
              path, *page.lines("source")),
        Field("clinical_review", "Clinical review", page.head.said("clinical_review"), "line",
              "Who reviewed these words, and when. New words need a new review.", 200, (),
              path, *page.lines("clinical_review")),
    )  # fmt: skip
    return Fields(Target("safety", kind), f"Safety text: {kind}", "safety text", fields)


def write(source: Source, kind: str, changed: Values) -> Mapping[str, str]:
    """The source with the changed fields written. New words are neither checked nor clinically reviewed."""
    path, page = _find(source, kind)
    for key, value in changed.items():
        page = page.with_body(value) if key == "body" else page.with_value(key, value)
    if "body" in changed:
        page = pages.unchecked(page)
        if "clinical_review" not in changed and page.head.said("clinical_review") != NOT_REVIEWED:
            page = page.with_value("clinical_review", NOT_REVIEWED)
    return {**source, path: page.text}
