"""Pages as forms: sections, common questions, glossary cards and the program's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from content.check_sizes import LONGEST_PAGE
from content.editing import places, typed
from content.editing.errors import CannotEdit
from content.editing.fields import Field, Fields, Values
from content.editing.pagetext import PageText
from content.editing.places import PageFile, Source
from content.editing.target import Target
from content.pages import LONGEST_LABEL

FLAGS = ("position", "not_mean")
_WORDS = ("title", "body")
"""What patients read of a page: when it changes, the page is no longer checked."""


def names(source: Source) -> tuple[str, ...]:
    """The ids of all pages."""
    return tuple(places.page_files(source))


def find(source: Source, name: str) -> tuple[PageFile, PageText]:
    """A page's file and text. Raises CannotEdit where there is none, or it cannot be read."""
    file = places.page_files(source).get(name)
    if file is None:
        raise CannotEdit(f'There is no page "{name}".')
    return file, PageText(source[file.path])


def read(source: Source, name: str) -> Fields:
    """The form of a page."""
    file, text = find(source, name)
    title = text.head.said("title")
    return Fields(
        Target("page", name), title or name, places.IN_WORDS[file.kind], _fields(file, text, source)
    )


def _fields(file: PageFile, page: PageText, source: Source) -> tuple[Field, ...]:
    head = page.head
    known = choices(source)

    def one(name: str, label: str, value: str, input: str = "line", **more: object) -> Field:
        first, last = page.lines(name)
        return Field(name, label, value, input, path=file.path, first=first, last=last, **more)  # type: ignore[arg-type]

    fields = [
        one("title", "Title", head.said("title"), help="The first line of the screen.", most=200),
        one("button", "Button", head.said("button"),
            help="What buttons that lead here say.", most=LONGEST_LABEL),
        Field("body", "Text", page.body, "text", BODY_HELP, LONGEST_PAGE, (),
              file.path, page.body_first, page.body_last),
        one("aliases", "Also asked as", "\n".join(head.entries("aliases")), "list",
            help="Exact ways in which patients ask for this page, one a line."),
        one("related", "Related pages", "\n".join(head.entries("related")), "list",
            help="Buttons on the last screen, one page a line.", choices=known),
        one("position", "States this directory's view", typed.yes(head.flag("position")), "tick",
            help="The text must then say whose view it is."),
        one("not_mean", 'Carries the button to "not-mean"', typed.yes(head.flag("not_mean")), "tick"),
        one("author", "Written by", head.said("author"), most=200),
        one("source", "Source", head.said("source"), most=400,
            help="Shown behind the button that asks where this is from."),
        one("review_by", "Check again by", head.said("review_by"), "date"),
    ]  # fmt: skip
    if file.id == "consent":
        fields.append(
            one("version", "Version of the consent", head.said("version"), most=20,
                help="Raise it to ask everybody again.")
        )  # fmt: skip
    return tuple(fields)


BODY_HELP = (
    "Empty lines part paragraphs; a line of three dashes between empty lines begins a new screen. "
    "- makes a point, **bold**, *emphasis*, > a key idea, [words](page-id) a link to a page."
)


def choices(source: Source) -> tuple[tuple[str, str], ...]:
    """(id, title) of every page, for lists of pages."""
    return _choices(tuple((one.id, source[one.path]) for one in places.page_files(source).values()))


@lru_cache(maxsize=4)
def _choices(files: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, title_of(text) or name) for name, text in files)


def title_of(text: str) -> str:
    """The title in a page's file, "" where it cannot be read."""
    try:
        return PageText(text).head.said("title")
    except CannotEdit:
        return ""


def write(source: Source, name: str, changed: Values) -> Mapping[str, str]:
    """The source with the changed fields of a page written. New words make it unchecked again."""
    file, page = find(source, name)
    for key, value in changed.items():
        page = _with(page, key, value)
    if any(key in changed for key in _WORDS):
        page = unchecked(page)
    return {**source, file.path: page.text}


def _with(page: PageText, key: str, value: str) -> PageText:
    if key == "body":
        return page.with_body(value)
    if key == "aliases":
        return page.with_entries(key, typed.lines(value), after="button")
    if key == "related":
        return page.with_entries(key, typed.lines(value), after="aliases")
    if key in FLAGS:
        ticked = typed.is_yes(value)
        if key not in page.head.names():
            return page.with_value(key, ticked, after="related") if ticked else page
        return page.with_value(key, True if ticked else None)
    if not value and key == "source":
        return page.with_value(key, None)
    return page.with_value(key, value)


def unchecked(page: PageText) -> PageText:
    """The page as one that no editor has checked."""
    if page.head.said("reviewed") in ("", "never"):
        return page
    return page.with_value("reviewed", "never").with_value("reviewer", None)


def checked(page: PageText, reviewer: str, day: str, again: str) -> PageText:
    """The page as one that an editor has checked on a day, to be checked again by another."""
    page = page.with_value("reviewed", day, after="source")
    page = page.with_value("reviewer", reviewer, after="reviewed")
    return page.with_value("review_by", again, after="reviewer") if again else page
