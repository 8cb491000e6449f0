"""What was read before is remembered; nobody notices but by the time it takes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import content
from content.editing import check
from content.source import MAX_BYTES

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def test_the_same_findings_the_second_time(small: Mapping[str, str]) -> None:
    broken = {
        **small,
        "menus.yaml": small["menus.yaml"] + "\nhome: [nowhere]\n",
        "danger.yaml": "emergency: {en: ['~ x']}\n",
        "en/asks.yaml": small["en/asks.yaml"] + "\nnonsense: 1\n",
    }
    first = check.lint(broken, now=NOW)
    assert {one.path for one in first} >= {"menus.yaml", "danger.yaml", "en/asks.yaml"}
    assert check.lint(broken, now=NOW) == first
    assert check.lint(small, now=NOW) == ()
    assert check.lint(broken, now=NOW) == first


def test_a_renamed_file_is_another_file(small: Mapping[str, str]) -> None:
    """The text is the same, but findings must name the file that it stands in now."""
    text = "a: b\nunknown\n"
    for path in ("ko/also.yaml", "ja/also.yaml"):
        assert {one.path for one in check.lint({**small, path: text}, now=NOW)} == {path}


def test_the_hours_are_those_of_the_day(small: Mapping[str, str]) -> None:
    """Working them out is remembered for a quarter of an hour, in which no zone has a midnight."""
    zone = timedelta(hours=9)
    before = datetime(2026, 11, 19, 23, 59, tzinfo=UTC) - zone
    one, two = content.build(small, now=before), content.build(small, now=before + zone / 540)
    assert one.organisation.hours.until + 86_400 == two.organisation.hours.until


def test_what_cannot_be_read_is_told_apart(small: Mapping[str, str]) -> None:
    for text, words in (
        ("\ud800", "not UTF-8"),
        ("a\0b", "null bytes"),
        ("é" * MAX_BYTES, "larger than"),
    ):
        [found] = check.lint({**small, "ko/asks.yaml": text}, now=NOW)
        assert words in found.message
