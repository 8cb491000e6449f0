"""Places: what patients type where they are asked for the time."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from content import places as module
from content.gazetteer import Entry, Gazetteer
from content.places import places


@pytest.mark.parametrize(
    ("text", "name", "zone"),
    [
        ("Almaty", "Almaty", "Asia/Almaty"),
        ("almaty, kazakhstan", "Almaty", "Asia/Almaty"),
        ("Алматы", "Almaty", "Asia/Almaty"),
        ("서울", "Seoul", "Asia/Seoul"),
        ("KÖLN", "Köln", "Europe/Berlin"),
        ("sao paulo", "São Paulo", "America/Sao_Paulo"),
        ("São Paulo", "São Paulo", "America/Sao_Paulo"),
        ("new york", "New York City", "America/New_York"),
        ("I live in Dubai", "Dubai", "Asia/Dubai"),
        ("Asia/Tokyo", "Tokyo", "Asia/Tokyo"),
        ("singapore", "Singapore", "Asia/Singapore"),
        ("Kazakhstan", "Kazakhstan", "Asia/Almaty"),
        ("UK", "United Kingdom", "Europe/London"),
        ("UTC+5", "UTC+5", "Etc/GMT-5"),
        ("gmt -3", "UTC-3", "Etc/GMT+3"),
    ],
)
def test_a_place_is_found(text: str, name: str, zone: str) -> None:
    found = places(text)
    assert (found[0].name, found[0].zone) == (name, zone)


def test_the_largest_comes_first_and_no_more_than_three() -> None:
    found = places("Springfield")
    assert len(found) == 3
    assert places("London")[0].zone == "Europe/London"
    assert len({(one.name, one.zone) for one in found}) == 3


@pytest.mark.parametrize(
    "text",
    ["", "usa", "I do not know where that is", "qqqq", "15:40", "UTC+99", "x" * 5000, "in", "\0"],
)
def test_no_place_no_guess(text: str) -> None:
    assert places(text) == ()


def test_every_name_is_found_again_and_no_other() -> None:
    entries = {
        name: [(number, name.title(), "Asia/Seoul", "KR")]
        for number, name in enumerate(["", "a", "aa", "ab", "köln", "서울", "z" * 300])
    }
    entries["two"] = [(9, "Two", "UTC", ""), (1, "Two", "Asia/Tokyo", "JP")]
    book = Gazetteer(entries)
    assert len(book) == len(entries)
    assert {name: book.get(name) for name in entries} == entries
    assert [book.get(name) for name in ("b", "kö", "서", "\ud800", "zz", "tw", "two ")] == [[]] * 7
    assert Gazetteer({}).get("a") == []


def test_the_list_of_cities_is_read_once_though_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def slowly() -> dict[str, list[Entry]]:
        read.append(1)
        time.sleep(0.05)
        return {"seoul": [(1, "Seoul", "Asia/Seoul", "KR")]}

    monkeypatch.setattr(module, "_made_book", slowly)
    module._read_book.cache_clear()
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(places, ["seoul"] * 8))
    finally:
        module._read_book.cache_clear()
    assert read == [1]
    assert all(one[0].zone == "Asia/Seoul" for one in found)
