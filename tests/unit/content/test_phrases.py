"""Phrases: placeholders, plural forms, dates and clocks in a patient's zone."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

import content
from bot.release import Release
from bot.text import Paragraph, Quote, Span, Style, flat, quote_typed, typed
from content.findings import Findings
from content.phrases import phrases_of
from content.po import read

AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def release(small: Mapping[str, str], key: str, words: str) -> Release:
    old = small["en/phrases.po"].split(f'msgid "{key}"\nmsgstr "')[1].split('"')[0]
    before = f'msgid "{key}"\nmsgstr "{old}"'
    po = small["en/phrases.po"].replace(before, f'msgid "{key}"\nmsgstr "{words}"')
    return content.build({**small, "en/phrases.po": po})


def test_values_are_filled_and_facts_need_not_be_given(small: Mapping[str, str]) -> None:
    made = release(small, "sent.done", "**Sent.** {reference} goes to {institution}.")
    said = phrases_of(made, "en").text("sent.done", reference="FD-7F3Q")
    assert flat(said) == "Sent. FD-7F3Q goes to Small Clinic Helpers."
    assert said[0] == Paragraph(
        (
            Span("Sent.", Style.BOLD),
            Span(" "), Span("FD-7F3Q"),
            Span(" goes to "), Span("Small Clinic Helpers"), Span("."),
        )
    )  # fmt: skip


def test_what_a_person_typed_is_never_read_as_markdown_or_placeholder(
    small: Mapping[str, str],
) -> None:
    made = release(small, "status.question", "You asked:\\n\\n{text}")
    phrases = phrases_of(made, "en")
    nasty = "**bold** [x](y) {institution} <b>"
    block = phrases.text("status.question", text=quote_typed(nasty))
    assert block[1] == Quote((typed(nasty),))
    inline = phrases.text("status.question", text=typed(nasty))
    assert inline[1] == Paragraph((typed(nasty),))


def test_a_new_line_in_a_phrase_is_a_new_line_and_a_label_has_none(
    small: Mapping[str, str],
) -> None:
    made = release(small, "sent.more", "One\\ntwo")
    assert flat(phrases_of(made, "en").text("sent.more")) == "One\ntwo"
    assert phrases_of(made, "en").label("sent.more") == "One two"


def test_a_missing_key_is_named(small: Mapping[str, str]) -> None:
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        phrases_of(content.build(small), "en").text("no.such.key")


@pytest.mark.parametrize(
    ("locale", "header", "forms", "expected"),
    [
        ("en", "nplurals=2; plural=(n != 1)", ["{n} day", "{n} days"], {"1": "1 day", "3": "3 days"}),
        (
            "ru",
            "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || "
            "n%100>=20) ? 1 : 2)",
            ["{n} день", "{n} дня", "{n} дней"],
            {"1": "1 день", "2": "2 дня", "5": "5 дней", "11": "11 дней", "21": "21 день"},
        ),
        ("ko", "nplurals=1; plural=0", ["{n}일"], {"1": "1일", "7": "7일"}),
    ],
)  # fmt: skip
def test_plural_forms(
    small: Mapping[str, str],
    locale: str,
    header: str,
    forms: list[str],
    expected: dict[str, str],
) -> None:
    lines = [f'msgid ""\nmsgstr ""\n"Plural-Forms: {header};\\n"\n', 'msgid "days"']
    lines += ['msgid_plural "days"', *(f'msgstr[{n}] "{one}"' for n, one in enumerate(forms))]
    findings = Findings()
    phrases, _ = read("\n".join(lines) + "\n", "x.po", locale, findings)
    assert not findings.sorted()
    base = content.build(small)
    fields = {name: getattr(base, name) for name in Release.__dataclass_fields__}
    made = Release(**{**fields, "locale": locale, "phrases": phrases})
    said = phrases_of(made, locale)
    assert {n: said.label("days", n=n) for n in expected} == expected


@pytest.mark.parametrize(
    ("zone", "day", "clock"),
    [
        ("Asia/Seoul", "Tue 24 Nov, 14:00", "14:00"),
        ("America/New_York", "Tue 24 Nov, 00:00", "00:00"),
        ("Pacific/Honolulu", "Mon 23 Nov, 19:00", "19:00"),
        (330, "Tue 24 Nov, 10:30", "10:30"),
        (-210, "Tue 24 Nov, 01:30", "01:30"),
        (0, "Tue 24 Nov, 05:00", "05:00"),
    ],
)
def test_days_and_clocks(small: Mapping[str, str], zone: str | int, day: str, clock: str) -> None:
    phrases = phrases_of(content.build(small), "en-GB")
    assert phrases.day_and_time(AT, zone) == day
    assert phrases.clock(AT, zone) == clock


def test_days_in_another_language_follow_its_order(small: Mapping[str, str]) -> None:
    base = content.build(small)
    fields = {name: getattr(base, name) for name in Release.__dataclass_fields__}
    korean = Release(**{**fields, "locale": "ko"})
    assert phrases_of(korean, "ko").day_and_time(AT, "Asia/Seoul") == "11월 24일 (화) 14:00"
