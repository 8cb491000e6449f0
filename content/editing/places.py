"""Where things stand in a source: the language's folder, the files of pages, the kinds of pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from content.loader import SOURCE_LOCALE
from content.pages import KIND_OF_FOLDER
from content.source import LOCALE

Source = Mapping[str, str]

FOLDER_OF_KIND = {str(kind): folder for folder, kind in KIND_OF_FOLDER.items()}
IN_WORDS = {
    "section": "section of the guide",
    "faq": "common question",
    "term": "glossary card",
    "page": "page",
}
"""Kinds of pages as editors call them."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page's file. kind: section, faq, term or page."""

    id: str
    kind: str
    path: str


def locale(source: Source) -> str:
    """The language that patients read (the same choice as the loader's)."""
    return _locale(tuple(source))


@lru_cache(maxsize=64)
def _locale(paths: tuple[str, ...]) -> str:
    heads = {path.split("/")[0] for path in paths if path.endswith(".md") and "/" in path}
    found = sorted(head for head in heads if LOCALE.fullmatch(head))
    return SOURCE_LOCALE if SOURCE_LOCALE in found or not found else found[0]


def page_files(source: Source) -> Mapping[str, PageFile]:
    """All pages by id, in the order of their paths."""
    return _page_files(tuple(source))


@lru_cache(maxsize=64)
def _page_files(paths: tuple[str, ...]) -> Mapping[str, PageFile]:
    own = _locale(paths)
    found: dict[str, PageFile] = {}
    for path in sorted(paths):
        parts = path.split("/")
        if len(parts) == 3 and parts[0] == own and parts[1] in KIND_OF_FOLDER:
            name = parts[2].removesuffix(".md")
            if name != parts[2]:
                found.setdefault(name, PageFile(name, str(KIND_OF_FOLDER[parts[1]]), path))
    return MappingProxyType(found)


def new_page_path(source: Source, kind: str, name: str) -> str:
    """Where a new page of a kind goes."""
    return f"{locale(source)}/{FOLDER_OF_KIND[kind]}/{name}.md"


def phrases_path(source: Source) -> str:
    """The PO file."""
    return f"{locale(source)}/phrases.po"


def asks_path(source: Source, language: str = "") -> str:
    """The asks of a language, the patients' own by default."""
    return f"{language or locale(source)}/asks.yaml"


def safety_path(source: Source, kind: str) -> str:
    """A safety text's file."""
    return f"{locale(source)}/safety/{kind}.md"
