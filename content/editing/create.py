"""New things by form: pages with their menu entry, closed days, danger words; the order of a menu."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from content.check_sizes import LONGEST_PAGE
from content.editing import check, places, targets, typed
from content.editing.check import FormFinding
from content.editing.errors import CannotEdit
from content.editing.fields import Field, Fields, Values
from content.editing.kinds import danger, hours, menu, page, yamlfile
from content.editing.pagetext import PageText
from content.editing.places import Source
from content.editing.target import Target
from content.editing.yamltext import YamlText
from content.editing.yamlwords import entry, scalar
from content.pages import LONGEST_LABEL
from content.source import LOCALE

KINDS = ("section", "faq", "term")
"""Pages that editors may add; the others are the program's own."""
_PREFIX = {"section": "", "faq": "faq-", "term": "term-"}
_LONGEST_ID = 32
CHECK_AGAIN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Created:
    """The new source and what was made in it."""

    source: Mapping[str, str]
    target: Target


def form(source: Source, kind: str) -> Fields:
    """The empty form of a new section, faq or term. Raises CannotEdit for another kind."""
    if kind not in KINDS:
        raise CannotEdit(f'No page of the kind "{kind}" can be added.')
    known = page.choices(source)
    fields = (
        Field("title", "Title", "", "line", "The first line of the screen.", 200),
        Field("button", "Button", "", "line", "What buttons that lead here say. Empty: the title.",
              LONGEST_LABEL),
        Field("body", "Text", "", "text", page.BODY_HELP, LONGEST_PAGE),
        Field("aliases", "Also asked as", "", "list", "Exact ways in which patients ask for this."),
        Field("related", "Related pages", "", "list", "Buttons on the last screen.", 0, known),
        Field("menu", "In the menu", _usual_menu(source, kind), "choice", "Where the button stands.", 0,
              (("", "none"), *((one, one) for one in menu.names(source)))),
        Field("source", "Source", _usual(source, kind, "source"), "line", "Where the words are from.", 400),
        Field("author", "Written by", _usual(source, kind, "author"), "line", "", 200),
    )  # fmt: skip
    return Fields(Target("page"), f"New {places.IN_WORDS[kind]}", places.IN_WORDS[kind], fields)


def _usual(source: Source, kind: str, key: str) -> str:
    """What most pages of a kind say under a key."""
    said: dict[str, int] = {}
    for file in places.page_files(source).values():
        if file.kind == kind:
            try:
                value = PageText(source[file.path]).head.said(key)
            except CannotEdit:
                continue
            said[value] = said.get(value, 0) + 1
    return max(said, key=lambda one: said[one], default="")


def _usual_menu(source: Source, kind: str) -> str:
    """The menu that holds most pages of a kind."""
    files = places.page_files(source)
    best, most = "", 0
    for name in menu.names(source):
        entries = yamlfile.read(source, menu.FILE).entries(name)
        count = sum(one in files and files[one].kind == kind for one in entries)
        if count > most:
            best, most = name, count
    return best


def new_id(source: Source, kind: str, title: str) -> str:
    """An id for a title: at most 32 of a-z, 0-9 and -, used by no page now or before."""
    folded = unicodedata.normalize("NFKD", typed.line(title)).casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in folded if not unicodedata.combining(c)))
    prefix = _PREFIX.get(kind, "")
    slug = slug.strip("-").removeprefix(prefix) if prefix else slug.strip("-")
    if not prefix:
        slug = re.sub(r"^(term-)+", "", slug)
    slug = _short(slug or (kind if not prefix else "new"), _LONGEST_ID - len(prefix))
    taken = {*places.page_files(source), *_moved(source), *menu.names(source)}
    found, number = prefix + slug, 2
    while found in taken:
        tail = f"-{number}"
        found, number = (
            prefix + _short(slug, _LONGEST_ID - len(prefix) - len(tail)) + tail,
            number + 1,
        )
    return found


def _short(slug: str, most: int) -> str:
    if len(slug) > most:
        cut = slug[: most + 1].rsplit("-", 1)[0] if "-" in slug[: most + 1] else slug[:most]
        slug = cut[:most]
    return slug.strip("-")


def _moved(source: Source) -> tuple[str, ...]:
    try:
        return yamlfile.read(source, "moved.yaml").names()
    except CannotEdit:
        return ()


def create_page(source: Source, kind: str, values: Values, *, today: date) -> Created:
    """The source with a new page and its menu entry. Raises CannotEdit for a kind that cannot be added.

    Faults in the words raise nothing: ``findings`` names them.
    """
    blank = form(source, kind)
    given = {
        one.name: targets.tidy(one, values.get(one.name, one.value if one.name != "menu" else ""))
        for one in blank.fields
    }
    if "menu" not in values:
        given["menu"] = blank.values["menu"]
    name = new_id(source, kind, given["title"])
    head = [
        f"id: {scalar(name)}",
        f"title: {scalar(given['title'])}",
        f"button: {scalar(given['button'] or given['title'])}",
        "aliases:" + ("" if given["aliases"] else " []"),
        *(f"  - {scalar(one)}" for one in typed.lines(given["aliases"])),
        "related: ["
        + ", ".join(entry(one, flow=True) for one in typed.lines(given["related"]))
        + "]",
        f"author: {scalar(given['author'])}",
        f"source: {scalar(given['source'])}",
        "reviewed: never",
        f"review_by: {(today + CHECK_AGAIN).isoformat()}",
    ]
    text = "---\n" + "\n".join(head) + "\n---\n" + given["body"] + "\n"
    made: Mapping[str, str] = {**source, places.new_page_path(source, kind, name): text}
    where = given["menu"]
    if where and where in menu.names(made):
        entries = (*yamlfile.read(made, menu.FILE).entries(where), name)
        made = targets.write(made, Target("menu", where), {"entries": "\n".join(entries)})
    return Created(made, Target("page", name))


def findings(
    source: Source, kind: str, values: Values, *, now: datetime | None = None
) -> tuple[FormFinding, ...]:
    """What is wrong with a new page that these values would make, while they are typed. Never raises."""
    now = now or datetime.now(UTC)
    try:
        blank = form(source, kind)
        made = create_page(source, kind, values, today=now.date())
        shown = targets.read(made.source, made.target)
    except CannotEdit as problem:
        return (FormFinding(problem.message),)
    menu_field = Field("menu", "In the menu", values.get("menu", ""), path=menu.FILE)
    kept = tuple(one for one in shown.fields if one.name in blank.values)
    whole = Fields(shown.target, shown.title, shown.kind, (*kept, menu_field))
    return check.compare(source, made.source, whole, blank, now=now)


def move_entry(source: Source, name: str, button: str, to: int) -> Mapping[str, str]:
    """The source with a menu's button put at a place (from 0). Raises CannotEdit where it is not there."""
    entries = list(yamlfile.read(source, menu.FILE).entries(name))
    if button not in entries:
        raise CannotEdit(f'The menu "{name}" has no button "{button}".')
    entries.remove(button)
    entries.insert(max(0, min(to, len(entries))), button)
    return targets.write(source, Target("menu", name), {"entries": "\n".join(entries)})


def close_desk(
    source: Source, first: date, last: date | None = None, why: str = ""
) -> Mapping[str, str]:
    """The source with the desk closed on a day, or from one to another. Raises CannotEdit on a wrong range."""
    last = last or first
    if last < first:
        raise CannotEdit("This closure ends before it begins.")
    days = first.isoformat() if last == first else f"{first.isoformat()} to {last.isoformat()}"
    line = f"{days}: {typed.line(why)}" if typed.line(why) else days
    before = hours.read_closures(source).values["closures"]
    if line in before.split("\n"):
        return dict(source)
    return targets.write(source, Target("closures"), {"closures": f"{before}\n{line}"})


def add_danger_word(source: Source, kind: str, language: str, word: str) -> Mapping[str, str]:
    """The source with one more saying of danger."""
    before = targets.read(source, Target("danger", kind)).values
    word = typed.line(word)
    if not word or word in before.get(language, "").split("\n"):
        return dict(source)
    if language in before and language != danger.REASON:
        more = f"{before[language]}\n{word}".strip("\n")
        return targets.write(source, Target("danger", kind), {language: more})
    if not LOCALE.fullmatch(language):
        raise CannotEdit(f'"{language}" is no language such as en.')

    def change(yaml: YamlText) -> YamlText:
        return yaml.with_entries((kind, language), [word])

    return yamlfile.edit(source, danger.FILE, change)


@dataclass(frozen=True, slots=True)
class WordRemoved:
    """The new source, and the line for the audit trail."""

    source: Mapping[str, str]
    audit: str


def remove_danger_word(
    source: Source, kind: str, language: str, word: str, *, why: str
) -> WordRemoved:
    """The source without a saying of danger; the reason stays beside the list.

    Raises CannotEdit without a reason, or where the saying does not stand there.
    """
    why = typed.line(why)
    if not why:
        raise CannotEdit("Danger words are not taken away without a reason. Do this: say why.")
    before = targets.read(source, Target("danger", kind)).values.get(language, "").split("\n")
    if word not in before or language == danger.REASON:
        raise CannotEdit(f'"{word}" does not stand under {kind} ({language}).')
    before.remove(word)
    values = {language: "\n".join(before), danger.REASON: why}
    made = targets.write(source, Target("danger", kind), values)
    return WordRemoved(made, f'danger word taken away: "{word}" ({kind}, {language}). Why: {why}')
