"""Reading the guide: pages, menus, where a page is from, and questions typed in free text."""

from __future__ import annotations

from dataclasses import replace

from bot import buttons, helpful, languages
from bot import effects as fx
from bot.release import Item, Kind, Topic
from bot.scene import Scene, column, pairs, unique
from bot.screens import Choice, Rows, Screen
from bot.state import Place
from bot.text import Heading, Span, Text, fill, typed
from bot.understanding import Route, Tier, Understanding

HOME = "home"
UNTRANSLATED = "untranslated"
"""Counts pages that were shown in the Release's language to a reader of another one."""
TRAIL = 10
"""Pages remembered for the desk card."""


def tapped(scene: Scene, content_id: str, page: int) -> None:
    """Show the page of a button; noted where the last choices had offered it."""
    offered = scene.state.offered
    if content_id in offered and page > 0:
        scene.do(fx.Count("choice_taken", content_id))
        scene.update(offered=tuple(one for one in offered if one != content_id))
    show(scene, content_id, page)


def show(scene: Scene, content_id: str, page: int = 1) -> None:
    """Show a page of content; a gone id says so and shows Home."""
    item = scene.page(content_id)
    if item is None:
        scene.say("page.gone", column(*_menu(scene, HOME)))
        return
    if page == 0:
        _show_source(scene, item)
        return
    page = min(page, len(item.pages))
    came_from = scene.state.place.content_id
    turning = came_from == item.id and (page > 1 or scene.state.place.page > 1)
    if not turning:
        scene.do(fx.Count("read", item.id))
        if scene.in_own(item) and item.kind is not Kind.PAGE:
            scene.do(fx.Count(UNTRANSLATED, f"{scene.language}/{item.id}"))
    rows = (
        _menu_rows(scene, item, page) if item.id in scene.release.menus
        else _page_rows(scene, item, page, came_from)
    )  # fmt: skip
    text = _with_counter(scene, item, page)
    if item.id == HOME:
        text = (*_open_question(scene), *text)
    text = _in_whose_words(scene, item, _filled(scene, text), last=page == len(item.pages))
    written = scene.release.locale if scene.in_own(item) else scene.language
    scene.show(Screen(text, rows, content_id=item.id, language=written))
    form = scene.state.form
    if form is not None and not form.away:
        scene.update(form=replace(form, away=True))
    if item.kind is not Kind.TERM:
        scene.update(place=Place(item.id, page))
    if item.kind is not Kind.PAGE:
        trail = tuple(one for one in scene.state.trail if one != item.id)
        scene.update(trail=(*trail, item.id)[-TRAIL:])


def home(scene: Scene) -> None:
    """The first screen."""
    show(scene, HOME)


def _filled(scene: Scene, text: Text) -> Text:
    return fill(text, scene.facts)


def _with_counter(scene: Scene, item: Item, page: int) -> Text:
    text, count = item.pages[page - 1].text, len(item.pages)
    if count == 1 or not text or not isinstance(text[0], Heading):
        return text
    counter = scene.label("page.counter", page=str(page), pages=str(count))
    return (Heading((*text[0].spans, Span(f" · {counter}"))), *text[1:])


def _in_whose_words(scene: Scene, item: Item, text: Text, *, last: bool) -> Text:
    """Say what the patient has to know about the language of a page: that it is not hers, that nobody
    checked the translation, that the source is newer."""
    if scene.language == scene.release.locale:
        return text
    if scene.in_own(item):
        return (*scene.text("page.in_english"), *text)
    if item.stale:
        return (*text, *scene.text("page.newer"))
    if last and item.reviewed is None and item.kind is not Kind.PAGE:
        return (*text, *scene.text("page.unchecked"))
    return text


def _open_question(scene: Scene) -> Text:
    enquiry = scene.state.open_enquiry
    if enquiry is None or not enquiry.consented:
        return ()
    if enquiry.due_at is None:
        return scene.text("home.open_question", reference=enquiry.reference)
    key = "home.open_question_due" if scene.knows_zone else "home.open_question_due_seoul"
    due = scene.phrases.day_and_time(enquiry.due_at, scene.zone())
    return scene.text(key, reference=enquiry.reference, due=due)


# ---- rows


def _menu(scene: Scene, menu_id: str) -> list[Choice | None]:
    return [_entry(scene, entry) for entry in scene.release.menus.get(menu_id, ())]


def _entry(scene: Scene, entry: str) -> Choice | None:
    if not entry.startswith("act:"):
        return scene.page_button(entry)
    match entry.removeprefix("act:"):
        case "write":
            return scene.write_button
        case "question":
            enquiry = scene.state.open_enquiry
            return None if enquiry is None else scene.question_button(enquiry)
        case "language":
            return languages.menu_button(scene)
        case "mydata" | "forget" | "stop" as act:
            return scene.button(f"button.{act}", buttons.form("privacy", act, "ask"))
        case _:
            return None


def _menu_rows(scene: Scene, item: Item, page: int) -> Rows:
    choices = [choice for choice in _menu(scene, item.id) if choice is not None]
    enquiry = scene.state.open_enquiry
    if item.id == HOME and enquiry is not None and enquiry.consented:
        choices = [scene.question_button(enquiry), *choices]
    hinted = languages.hinted_button(scene) if item.id == HOME else None
    choices = [*([hinted] if hinted else []), *choices]
    # a long menu (the glossary) gets two buttons a row, a short one reads better one by one
    rows = pairs(choices) if len(choices) > 10 else tuple((choice,) for choice in choices)
    if item.id == HOME:
        return unique(rows)
    before = (item.id, page - 1) if page > 1 else (_parent(scene, item), 1)
    back = scene.button("button.back", buttons.section(*before))
    return (*unique((*_next_row(scene, item, page), *rows)), (back, scene.menu_button))


def _next_row(scene: Scene, item: Item, page: int) -> Rows:
    count = len(item.pages)
    if page >= count:
        return ()
    data = buttons.section(item.id, page + 1)
    return ((scene.button("button.next", data, page=str(page + 1), pages=str(count)),),)


def _page_rows(scene: Scene, item: Item, page: int, came_from: str) -> Rows:
    count, here = len(item.pages), item.pages[page - 1]
    # who cannot read the page is better served by a person than by its second screen
    rows: list[tuple[Choice, ...]] = [(scene.write_button,)] if scene.in_own(item) else []
    rows.extend(_next_row(scene, item, page))
    if page == count:
        rows.extend(_section_row(scene, item))
    links = [scene.page_button(one) for one in here.links]
    related = [scene.page_button(one) for one in item.related] if page == count else []
    if item.not_mean and item.id != "not-mean":
        related.append(scene.page_button("not-mean"))
    rows.extend(pairs([one for one in (*links, *related) if one is not None]))
    if item.kind is Kind.FAQ:
        rows.extend(helpful.rows(scene, item) if page == count else ())
        rows.append((scene.write_button,))
    if item.source:
        rows.append((scene.button("button.source", buttons.section(item.id, "src")),))
    if page > 1:
        back = buttons.section(item.id, page - 1)
    elif (
        item.kind is Kind.TERM
        and came_from not in (item.id, HOME)
        and scene.release.item(came_from)
    ):
        back = buttons.section(came_from, min(scene.state.place.page, 999))
    else:
        back = buttons.section(_parent(scene, item))
    # the way back is always called Back: a link to the same page, or to this one, is left out
    known = {back, buttons.section(item.id, page), scene.menu_button.data}
    kept = unique(tuple(tuple(one for one in row if one.data not in known) for row in rows))
    return (*kept, (scene.button("button.back", back), scene.menu_button))


def _section_row(scene: Scene, item: Item) -> Rows:
    """An FAQ or a card and its section are one answer: the way to the section stands right below. The
    section is the first of the related pages that is one."""
    if item.kind not in (Kind.FAQ, Kind.TERM) or "button.section" not in scene.release.phrases:
        return ()
    found = (scene.release.item(one) for one in item.related)
    section = next((one for one in found if one and one.kind is Kind.SECTION), None)
    if section is None:
        return ()
    return ((scene.button("button.section", buttons.section(section.id)),),)


def _parent(scene: Scene, item: Item) -> str:
    """The menu that lists a page; the menus themselves go back Home."""
    menus = scene.release.menus
    listed = (menu for menu, entries in menus.items() if item.id in entries and menu != item.id)
    return next((menu for menu in listed if menu != HOME), HOME)


def _show_source(scene: Scene, item: Item) -> None:
    values: dict[str, str] = {
        "title": item.title, "source": item.source, "author": item.author,
        "reviewer": item.reviewer, "date": item.reviewed or "",
    }  # fmt: skip
    key = "source.reviewed" if item.reviewed else "source.unreviewed"
    text = (*scene.text(key, **values), *(scene.text("source.position") if item.position else ()))
    back = scene.button("button.back", buttons.section(item.id))
    scene.show(Screen(text, ((back, scene.menu_button),), content_id=item.id))


# ---- free text


def asked(scene: Scene, text: str, understood: Understanding) -> bool:
    """Answer a typed question from the guide. False where there is nothing to show."""
    if understood.exact is not None and scene.release.item(understood.exact) is not None:
        scene.update(last_text=text, misses=0, bot_said=understood.exact)
        show(scene, understood.exact)
        return True
    best = understood.candidates[0].content_id if understood.candidates else ""
    if understood.tier is Tier.ANSWER and scene.release.item(best) is not None:
        scene.update(last_text=text, misses=0, bot_said=best)
        show(scene, best)
        return True
    found = choices(scene, understood)
    if not found:
        return False
    scene.update(last_text=text, misses=0, bot_said="choices")
    rows = (*column(*found), (scene.write_button,), (scene.menu_button,))
    scene.show(Screen(scene.text("ask.choices", text=typed(text[:200])), unique(rows)))
    return True


def choices(scene: Scene, understood: Understanding) -> list[Choice]:
    """Buttons to the pages that may answer a text, best first; noted as offered."""
    if understood.tier is Tier.NONE:
        return []
    found = (scene.page(one.content_id) for one in understood.candidates[:3])
    items = [item for item in found if item is not None]
    for item in items:
        scene.do(fx.Count("choice_offered", item.id))
    scene.update(offered=tuple(item.id for item in items))
    return [Choice(item.button, buttons.section(item.id)) for item in items]


def free_text(scene: Scene, text: str, understood: Understanding) -> None:
    """Everything typed while nothing else waits for it."""
    match understood.route:
        case Route.SMALL_TALK if understood.reply:
            scene.say(understood.reply, column(scene.page_button("menu-guide"), scene.write_button))
        case Route.PRIVACY:
            show(scene, "privacy")
        case _:
            if not asked(scene, text, understood):
                _missed(scene, text, understood)


def _missed(scene: Scene, text: str, understood: Understanding) -> None:
    misses = scene.state.misses + 1
    said = "not_covered" if understood.understood else "not_understood"
    scene.update(misses=misses, last_text=text, bot_said=said)
    scene.do(fx.Count("miss", said))
    send = scene.button("ask.send", buttons.form("new", "start", "open"))
    guide, faq = scene.page_button("menu-guide"), scene.page_button("menu-faq")
    topic = scene.release.topic(understood.topic) if understood.understood else None
    if topic is None and misses >= scene.release.limits.misses_before_person:
        scene.say("ask.second_miss", column(send, guide, faq))
        return
    if not understood.understood:
        scene.say("ask.not_understood", column(guide, faq, send))
        return
    nearest = _nearest(scene, topic, understood)
    # what exactly the guide does not have, and the page that comes closest
    line = scene.text(f"notcovered.{topic.id}" if topic is not None else "ask.not_covered")
    if nearest is not None and "ask.nearest" in scene.release.phrases:
        line = (*line, *scene.text("ask.nearest", title=nearest.title))
    there = scene.page_button(nearest.id) if nearest is not None else None
    scene.tell(line, unique(column(send, there, guide, faq)))


def _nearest(scene: Scene, topic: Topic | None, understood: Understanding) -> Item | None:
    """The page that comes closest to a question without an answer: the topic's own, else the engine's
    best guess, however weak."""
    guesses = (one.content_id for one in understood.candidates[:1])
    wanted = (topic.nearest if topic is not None else "", *guesses)
    found = (scene.page(one) for one in wanted if one)
    return next((item for item in found if item is not None), None)
