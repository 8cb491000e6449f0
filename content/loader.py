"""Reads a source (path → text) into parts, and a checked source into a Release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from babel import Locale, UnknownLocaleError

from bot.release import Asks, Item, Page, Release
from bot.text import fill
from content import (
    also,
    asks,
    hazards,
    linter,
    organisation,
    pages,
    po,
    safety,
    structure,
    style,
    translations,
    yamltree,
)
from content.findings import Findings, did_you_mean
from content.memo import remembered
from content.parts import Parts, Translated, Where
from content.source import LOCALE, check_source, digest

SOURCE_LOCALE = "en"
_TOP = {
    "menus.yaml", "form.yaml", "danger.yaml", "limits.yaml", "organisation.yaml", "moved.yaml",
    "style.yaml", "not-covered.yaml", "danger-examples.yaml", "hazards.yaml",
}  # fmt: skip
_ANY_LANGUAGE = ("asks.yaml", "also.yaml", "not-covered.yaml")
"""Files that are read in every language, so that every language is understood."""
_MAY_BE_MISSING = {
    "moved.yaml", "limits.yaml", "style.yaml", "not-covered.yaml", "danger-examples.yaml",
    "hazards.yaml",
}  # fmt: skip

T = TypeVar("T")
Reader = Callable[[yamltree.Tree, str, Findings], T]

_READ_AGAIN = timedelta(minutes=15)
"""Opening hours depend on the day, and no zone's day begins at another minute than 0, 15, 30 or 45."""


def _read_structure(text: str, path: str, read: Reader[T], findings: Findings) -> T | None:
    tree = yamltree.parse(text, path, findings)
    return None if tree is None else read(tree, path, findings)


def _read_organisation(
    text: str, path: str, locale: str, now: datetime, findings: Findings
) -> organisation.Found | None:
    tree = yamltree.parse(text, path, findings)
    if tree is None:
        return None
    return organisation.read(tree, path, findings, locale=locale, now=now)


_tree_of = remembered(yamltree.parse, 16)
_structure_of = remembered(_read_structure, 48)
_organisation_of = remembered(_read_organisation, 16)
_read_page = remembered(pages.read, 4096)
_read_safety = remembered(safety.read, 64)
_read_safety_translation = remembered(safety.read_translation, 256)
_read_translation = remembered(translations.read, 4096)
_read_phrases = remembered(po.read, 64)


def compile_source(source: Mapping[str, str], findings: Findings, now: datetime) -> Release | None:
    """Read, check and assemble; None where there are findings."""
    parts = read_parts(source, findings, now)
    linter.check(parts, findings)
    if findings:
        return None
    return Release(
        id=digest(source),
        locale=parts.locale,
        items=parts.items,
        menus=parts.menus,
        phrases=parts.phrases,
        safety=parts.safety,
        form=parts.form,
        lexicon=parts.lexicon,
        asks=parts.asks,
        organisation=parts.organisation,
        limits=parts.limits,
        moved=parts.moved,
        also=parts.also,
        not_covered=parts.not_covered,
        danger_examples=parts.danger_examples,
        translations={name: one.release() for name, one in sorted(parts.translations.items())},
    )


def read_parts(source: Mapping[str, str], findings: Findings, now: datetime) -> Parts:
    """Everything in a source that could be read, before it is checked as a whole."""
    return _Loading(check_source(source, findings), findings, now).parts()


class _Loading:
    def __init__(self, source: Mapping[str, str], findings: Findings, now: datetime) -> None:
        self._source, self._findings, self._now = source, findings, now
        self._keep_months = 0

    def parts(self) -> Parts:
        """Everything in the source that could be read."""
        parts = Parts(locale=self._locale())
        self._structure(parts)
        for path in sorted(self._source):
            head, _, rest = path.partition("/")
            if not rest:
                self._top_level(path)
            elif head == parts.locale:
                self._local(path, rest, parts)
        self._translations(parts)
        self._asks(parts)
        self._asked_as(parts)
        self._fill(parts)
        return parts

    def _locale(self) -> str:
        """English where it is there; else the one language that has pages."""
        heads = {
            path.split("/")[0] for path in self._source if path.endswith(".md") and "/" in path
        }
        found = sorted(head for head in heads if LOCALE.fullmatch(head))
        locale = SOURCE_LOCALE if SOURCE_LOCALE in found or not found else found[0]
        try:
            Locale.parse(locale, sep="-")
        except (UnknownLocaleError, ValueError):
            self._findings.add(
                locale, 0, f'"{locale}" is no language. Do this: name the folder en.'
            )
            return SOURCE_LOCALE
        return locale

    def _there(self, path: str) -> bool:
        if path not in self._source and path not in _MAY_BE_MISSING:
            self._findings.add(path, 0, "This file is missing. Do this: see content/README.md.")
        return path in self._source

    def _yaml(self, path: str, read: Reader[T]) -> T | None:
        """What a file says, None where it is missing or no YAML. Shared: not to be changed."""
        if not self._there(path):
            return None
        found: T | None = _structure_of(self._source[path], path, read, self._findings)
        return found

    def _structure(self, parts: Parts) -> None:
        if found := self._yaml("menus.yaml", structure.menus):
            parts.menus, parts.menu_where = found
        if moved := self._yaml("moved.yaml", structure.moved):
            parts.moved, parts.moved_where = moved
        if form := self._yaml("form.yaml", structure.form):
            parts.form, parts.form_where = form
        if limits := self._yaml("limits.yaml", structure.limits):
            parts.limits, parts.limits_where = limits
        if lexicon := self._yaml("danger.yaml", asks.lexicon):
            parts.lexicon, parts.lexicon_where = lexicon
        if examples := self._yaml("danger-examples.yaml", also.examples):
            parts.danger_examples = examples
        self._yaml("hazards.yaml", hazards.read)
        if rules := self._yaml("style.yaml", style.read):
            parts.style, parts.style_path = rules, "style.yaml"
        if who := self._organisation(parts.locale):
            parts.organisation, parts.organisation_where = who.organisation, who.where
            parts.help_lines = who.help_lines
            self._keep_months = who.keep_months
            if self._keep_months != parts.limits.enquiry_months:
                self._findings.add(
                    who.where.path, who.where.line("keep_months"),
                    f'"keep_months" is {who.keep_months}, but retention.enquiry_months in limits.yaml '
                    f"is {parts.limits.enquiry_months}. Do this: make both the same number.",
                )  # fmt: skip

    def _organisation(self, locale: str) -> organisation.Found | None:
        path = "organisation.yaml"
        if not self._there(path):
            return None
        begun = self._now - (self._now - datetime.min.replace(tzinfo=UTC)) % _READ_AGAIN
        found: organisation.Found | None = _organisation_of(
            self._source[path], path, locale, begun, self._findings
        )
        return found

    def _top_level(self, path: str) -> None:
        if path not in _TOP:
            hint = did_you_mean(path, _TOP)
            self._findings.add(path, 0, f"No such file belongs here.{hint}")

    def _local(self, path: str, rest: str, parts: Parts) -> None:
        folder, _, name = rest.rpartition("/")
        if folder in pages.KIND_OF_FOLDER and name.endswith(".md"):
            found = _read_page(
                self._source[path], path, pages.KIND_OF_FOLDER[folder], self._findings
            )
            if found is not None:
                self._add_item(*found, parts)
        elif folder == "safety" and name.endswith(".md"):
            text = _read_safety(self._source[path], path, self._findings)
            if text is not None:
                parts.safety[text[0].kind], parts.safety_where[text[0].kind] = text
        elif rest == "phrases.po":
            parts.phrase_path = path
            parts.phrases, parts.phrase_where = _read_phrases(
                self._source[path], path, parts.locale, self._findings
            )
        elif rest not in _ANY_LANGUAGE:
            self._no_place(path, rest)

    def _translations(self, parts: Parts) -> None:
        """Whatever stands in other languages; it is compared with the source, so it is read after it."""
        for path in sorted(self._source):
            language, _, rest = path.partition("/")
            folder, _, name = rest.rpartition("/")
            if not rest or language == parts.locale or rest in _ANY_LANGUAGE:
                continue
            found = parts.translations.setdefault(language, Translated())
            if folder in pages.KIND_OF_FOLDER and name.endswith(".md"):
                words = _read_translation(self._source[path], path, self._findings)
                if words is None:
                    continue
                page = translations.page(words, folder, parts.items, self._findings)
                if page is not None:
                    found.items[page.id], found.item_where[page.id] = page, words.where
            elif folder == "safety" and name.endswith(".md"):
                text = _read_safety_translation(self._source[path], path, self._findings)
                source = parts.safety.get(text[0].kind) if text is not None else None
                if text is not None and source is not None:
                    kind = source.kind
                    found.safety[kind] = translations.fitted(text[0], source)
                    found.safety_where[kind] = text[1]
            elif rest == "phrases.po":
                found.phrase_path = path
                found.phrases, found.phrase_where = _read_phrases(
                    self._source[path], path, language, self._findings
                )
            else:
                self._no_place(path, rest)
        locales: dict[str, Locale] = {}
        for language in list(parts.translations):
            try:
                locales[language] = Locale.parse(language, sep="-")
            except (UnknownLocaleError, ValueError):
                self._findings.add(language, 0, f'"{language}" is no language.')
                del parts.translations[language]
        hashes = {name: translations.hash_of(item) for name, item in parts.items.items()}
        hashes |= {kind: translations.hash_of(one) for kind, one in parts.safety.items()}
        for found in parts.translations.values():
            found.hashes = hashes
        path = "organisation.yaml"  # what is wrong with it was said when it was read
        if path in self._source and (tree := _tree_of(self._source[path], path, Findings())):
            for language, facts in organisation.facts_in(tree, locales).items():
                parts.translations[language].facts = facts

    def _no_place(self, path: str, rest: str) -> None:
        name = rest.rpartition("/")[2]
        known = [
            *(f"{one}/{name}" for one in pages.KIND_OF_FOLDER), "phrases.po", *_ANY_LANGUAGE
        ]  # fmt: skip
        self._findings.add(path, 0, f"No such file belongs here.{did_you_mean(rest, known)}")

    def _add_item(self, item: Item, where: Where, parts: Parts) -> None:
        if item.id in parts.items:
            other = parts.item_where[item.id].path
            message = f'The id "{item.id}" is taken by {other}. Do this: choose another.'
            self._findings.add(where.path, where.line("id"), message)
            return
        parts.items[item.id] = item
        parts.item_where[item.id] = where

    def _asks(self, parts: Parts) -> None:
        for name in ("phrases.po", "asks.yaml"):
            path = f"{parts.locale}/{name}"
            if path not in self._source:
                self._findings.add(path, 0, "This file is missing. Do this: see content/README.md.")
        found: list[tuple[Asks, Where]] = []
        own = f"{parts.locale}/asks.yaml"
        others = sorted(p for p in self._source if p.endswith("/asks.yaml") and p != own)
        for path in (own, *others):
            if path in self._source and path.count("/") == 1:
                one = self._yaml(path, asks.asks)
                if one is not None:
                    found.append(one)
        for said, where in found:
            parts.asks = asks.merged(parts.asks, said)
            if parts.asks_where.path == "":
                parts.asks_where = where

    def _asked_as(self, parts: Parts) -> None:
        """How pages and uncovered topics are asked for, in every language."""
        if found := self._yaml("not-covered.yaml", also.topics):
            parts.not_covered, parts.not_covered_where = found
        for path in sorted(self._source):
            language, _, name = path.partition("/")
            if name not in ("also.yaml", "not-covered.yaml"):
                continue
            read = self._yaml(path, also.phrases)
            if read is None:
                continue
            phrases, where = read
            if name == "also.yaml":
                parts.also[language], parts.also_where[language] = phrases, where
            else:
                parts.not_covered = also.with_phrases(
                    parts.not_covered, language, phrases, where, self._findings
                )

    def _fill(self, parts: Parts) -> None:
        """Put the organisation's facts into pages and safety texts; run-time names stay."""
        facts = parts.organisation.facts
        parts.items = {name: _filled(item, facts) for name, item in parts.items.items()}
        parts.safety = {
            name: replace(one, text=fill(one.text, facts)) for name, one in parts.safety.items()
        }
        for language, found in parts.translations.items():
            rtl = Locale.parse(language, sep="-").text_direction == "rtl"
            translations.filled(found, facts, rtl=rtl)


def _filled(item: Item, facts: Mapping[str, str]) -> Item:
    pages_ = tuple(Page(fill(page.text, facts), page.links) for page in item.pages)
    return replace(item, pages=pages_)
