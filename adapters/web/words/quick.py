"""Small changes that are published at once, each with its own short form: the order of a menu, a day on
which the desk is closed, a danger word, a page that goes or gets another name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.forms import TEXT_FIELDS, read_form
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, check_form, parts_of, text_field
from adapters.web.words import publishing
from adapters.web.words.edit import read_fields
from adapters.web.words.looks import looks, screens_of
from adapters.web.words.publishing import Change
from adapters.web.words.studio import Edition, clock, go, live, page, studio_of
from adapters.web.words.told import NOTHING_YET, Told, just_published, refusal
from bot.hours import due
from content.editing import create, places, remove, targets
from content.editing.errors import CannotEdit
from content.editing.kinds import danger, hours
from content.editing.kinds import page as pages
from content.editing.target import Target

LONGEST_LINE = 300


class _Refused(Exception):
    """What the editor reads instead of success: a sentence, and the list that goes with it."""

    def __init__(self, sentence: tuple[str, tuple[str, ...]]) -> None:
        super().__init__(sentence[0])
        self.sentence = sentence


async def _do(request: Request, visitor: Visitor, change: Change, *, why: str, to: str) -> Response:
    """Publish a change and go back to its page. Raises ``_Refused``."""
    try:
        done = await publishing.publish(request, visitor, change, why=why)
    except publishing.REFUSED as problem:
        raise _Refused(publishing.sentence(problem)) from None
    return go(f"{to}?live={done.id}&was={done.before}")


async def _shown(
    request: Request, visitor: Visitor, template: str, told: Told, **more: object
) -> Response:
    """One of these pages, with what was refused, or what was just published and its Undo."""
    now = await live(request)
    done = await just_published(request, now)
    more = {"refused": told.refused, "typed": told.typed, **done, **more}
    return page(request, visitor, now, template, status=told.status, **more)


# ---- menus


@allowed(Action.WORDS_EDIT)
async def menu(request: Request, visitor: Visitor) -> Response:
    """A menu's buttons, each with up, down and away."""
    return await _menu(request, visitor)


async def _menu(request: Request, visitor: Visitor, told: Told = NOTHING_YET) -> Response:
    now, target = await live(request), Target("menu", request.path_params["name"])
    form = await read_fields(request, now, target)
    entries = form.values["entries"].split("\n")
    names = dict(form.fields[0].choices)
    known = [(one, words) for one, words in form.fields[0].choices if one not in entries]
    screens = await studio_of(request).run(
        screens_of, now.release, target, parts_of(request).phrases_of
    )
    return await _shown(
        request, visitor, "menu", told, title=form.title, target=target,
        entries=[(one, names.get(one, one)) for one in entries if one], known=known, section="menus",
        looks=looks(screens, studio_of(request).previews), moved=request.query_params.get("moved", ""),
    )  # fmt: skip


@allowed(Action.WORDS_PUBLISH)
async def change_menu(request: Request, visitor: Visitor) -> Response:
    """Move a button, take it off the menu, or add one."""
    name = request.path_params["name"]
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    how, _, entry = text_field(form, "do").partition(":")
    entry = entry or text_field(form, "entry")
    await read_fields(request, await live(request), Target("menu", name))

    def change(source: Mapping[str, str]) -> Mapping[str, str]:
        target = Target("menu", name)
        entries = [one for one in targets.read(source, target).values["entries"].split("\n") if one]
        if how == "add":
            if not entry or entry in entries:
                raise CannotEdit("Choose a page that is not on this menu yet.")
            return targets.write(source, target, {"entries": "\n".join((*entries, entry))})
        if entry not in entries:
            raise CannotEdit("This button is not on the menu any more.")
        at = entries.index(entry)
        if how == "away":
            entries.remove(entry)
            return targets.write(source, target, {"entries": "\n".join(entries)})
        if how not in ("up", "down"):
            raise CannotEdit("Choose what to do with the button.")
        return create.move_entry(source, name, entry, at - 1 if how == "up" else at + 1)

    words = {"up": "moved up", "down": "moved down", "away": "taken off", "add": "added"}
    why = f"Menu {name}: {entry[:60]} {words.get(how, '')}"
    try:
        answer = await _do(request, visitor, change, why=why, to=f"/words/menu/{name}")
    except _Refused as problem:
        return await _menu(request, visitor, refusal(problem.sentence))
    if how in ("up", "down"):
        answer.headers["location"] += f"&moved={entry}.{how}"
    return answer


# ---- the desk's hours


@allowed(Action.WORDS_EDIT)
async def hours_page(request: Request, visitor: Visitor) -> Response:
    """The week, the closed days, and a form for one more."""
    return await _hours(request, visitor)


async def _hours(request: Request, visitor: Visitor, told: Told = NOTHING_YET) -> Response:
    now = await live(request)
    week = await read_fields(request, now, Target("hours"))
    closures = (await read_fields(request, now, Target("closures"))).values["closures"]
    screens = screens_of(now.release, Target("hours"), parts_of(request).phrases_of)
    return await _shown(
        request, visitor, "hours", told, section="hours", week=week,
        days=_days(now), closures=[one for one in closures.split("\n") if one],
        looks=looks(screens, studio_of(request).previews), today=now.today.isoformat(),
    )  # fmt: skip


DAYS = 10
"""Days to come that the page shows."""

ASKED_AT = 16
"""The hour at the desk for which the page shows what would be promised: late enough to reach the next day."""


def _days(now: Edition) -> list[tuple[str, str, str]]:
    """The days to come: their name, when the desk is open, by when a question of that afternoon is answered."""
    opening, zone = now.release.organisation.hours, clock(now).zone
    midnight = datetime.combine(now.today, time(), zone)
    found = []
    for number in range(DAYS):
        day = midnight + timedelta(days=number)
        end = day + timedelta(days=1)
        spans = [
            f"{datetime.fromtimestamp(a, zone):%H:%M}-{datetime.fromtimestamp(b, zone):%H:%M}"
            for a, b in opening.open
            if day.timestamp() <= a < end.timestamp()
        ]
        asked = day + timedelta(hours=ASKED_AT)
        promised = due(opening, asked, now.release.organisation.promise_seconds)
        told = f"{promised.astimezone(zone):%a %d %b, %H:%M}" if promised is not None else ""
        found.append((f"{day:%a %d %b}", ", ".join(spans) or "closed", told))
    return found


@allowed(Action.WORDS_PUBLISH)
async def close_day(request: Request, visitor: Visitor) -> Response:
    """Close the desk on a day or some days, or open it again on days that were closed."""
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    typed = {name: text_field(form, name)[:LONGEST_LINE] for name in ("first", "last", "why")}
    again = text_field(form, "open")
    try:
        if again:
            change, why = _opened(again), f"Desk open again: {again[:100]}"
        else:
            change, why = _closed(typed), f"Desk closed: {typed['why'] or typed['first']}"
        return await _do(request, visitor, change, why=why, to="/words/hours")
    except _Refused as problem:
        return await _hours(request, visitor, refusal(problem.sentence, typed=typed))


def _closed(typed: Mapping[str, str]) -> Change:
    try:
        first = date.fromisoformat(typed["first"])
        last = date.fromisoformat(typed["last"]) if typed["last"] else None
    except ValueError:
        raise _Refused(("Give the day as a date, such as 2026-12-24.", ())) from None

    def change(source: Mapping[str, str]) -> Mapping[str, str]:
        return create.close_desk(source, first, last, typed["why"])

    return change


def _opened(line: str) -> Change:
    def change(source: Mapping[str, str]) -> Mapping[str, str]:
        kept = hours.read_closures(source).values["closures"].split("\n")
        if line not in kept:
            raise CannotEdit("These days are not closed any more.")
        kept.remove(line)
        return targets.write(source, Target("closures"), {"closures": "\n".join(kept)})

    return change


# ---- danger words


@allowed(Action.DANGER)
async def danger_page(request: Request, visitor: Visitor) -> Response:
    """The lexicon by kind and language."""
    return await _danger(request, visitor)


async def _danger(request: Request, visitor: Visitor, told: Told = NOTHING_YET) -> Response:
    now = await live(request)
    kinds = []
    for name in danger.names(now.source):
        form = await read_fields(request, now, Target("danger", name))
        lists = [
            (one.name, one.value.split("\n") if one.value else [])
            for one in form.fields
            if one.name != danger.REASON
        ]
        kinds.append((name, form.title, lists))
    return await _shown(request, visitor, "danger", told, section="danger", kinds=kinds)


@allowed(Action.DANGER)
async def change_danger(request: Request, visitor: Visitor) -> Response:
    """Add a saying, or take one away with a reason."""
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    names = ("kind", "language", "word", "why")
    typed = {name: text_field(form, name)[:LONGEST_LINE] for name in names}
    kind, language, word, why = (typed[name] for name in names)
    await read_fields(request, await live(request), Target("danger", kind))
    away = text_field(form, "do") == "remove"

    def change(source: Mapping[str, str]) -> Mapping[str, str]:
        if not away:
            return create.add_danger_word(source, kind, language, word)
        return create.remove_danger_word(source, kind, language, word, why=why).source

    said = f"Danger word {'taken away' if away else 'added'}: “{word}” ({kind}, {language})"
    try:
        answer = await _do(
            request, visitor, change, why=f"{said}. {why}".strip(), to="/words/danger"
        )
    except _Refused as problem:
        return await _danger(request, visitor, refusal(problem.sentence, typed=typed))
    await parts_of(request).store.note_audit(visitor.account, said[:200], why[:LONGEST_LINE])
    return answer


# ---- pages that go or get another name


@allowed(Action.WORDS_EDIT)
async def remove_page(request: Request, visitor: Visitor) -> Response:
    """What links to a page, and the forms to rename or remove it."""
    return await _remove(request, visitor)


def _page_name(request: Request, now: Edition) -> str:
    name = str(request.path_params["name"])
    if name not in places.page_files(now.source):
        raise HTTPException(404)
    return name


async def _remove(request: Request, visitor: Visitor, told: Told = NOTHING_YET) -> Response:
    now = await live(request)
    name = _page_name(request, now)
    links = await studio_of(request).run(remove.links_to, now.source, name)
    others = [one for one in pages.choices(now.source) if one[0] != name]
    return await _shown(
        request, visitor, "remove", told, name=name, links=links,
        targets=[str(remove.target_of(one) or "") for one in links], others=others,
        title=dict(pages.choices(now.source))[name], section="pages",
    )  # fmt: skip


@allowed(Action.WORDS_PUBLISH)
async def do_remove(request: Request, visitor: Visitor) -> Response:
    """Rename a page, or remove it and say what takes its place."""
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    name = _page_name(request, await live(request))
    why, new = text_field(form, "why"), text_field(form, "new").strip()[:100]
    renamed = text_field(form, "do") == "rename"
    made: list[str] = []

    def change(source: Mapping[str, str]) -> Mapping[str, str]:
        if renamed:
            result, called = remove.rename_page(source, name, new)
            made[:] = [called]
            return result
        return remove.remove_page(source, name, to=text_field(form, "to"))

    try:
        said = why or (f"Page {name} renamed" if renamed else f"Page {name} removed")
        answer = await _do(request, visitor, change, why=said, to="/words/history")
    except _Refused as problem:
        return await _remove(request, visitor, refusal(problem.sentence))
    if made:
        query = answer.headers["location"].partition("?")[2]
        return go(f"/words/edit/page:{made[0]}?{query}")
    return answer
