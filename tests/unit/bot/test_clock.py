"""Reading a clock time: many written forms, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import read_clock

FORMS = {
    (15, 40): ("15:40", "15.40", "15h40", "1540", "15 40", "15-40", "3:40 pm", "3.40 PM", "3:40p.m.",
               "it is 15:40", "It's 15:40 now", "about 15:40", "around 3:40pm", "15:40 here.",
               "15：40", "１５：４０", "١٥:٤٠", "15:40:12", "3:40 in the afternoon"),
    (15, 0): ("15", "15h", "15:00", "3pm", "3 pm", "3 p. m.", "now 3 pm", "15 hours", "3 PM!"),
    (9, 0): ("9", "09", "9 o'clock", "9 o’clock", "9 oclock", "9am", "9 in the morning"),
    (0, 0): ("0:00", "00:00", "24:00", "12am", "12 am", "midnight", "12 at night"),
    (12, 0): ("12", "12:00", "12 pm", "noon", "Midday"),
    (21, 30): ("21:30", "9:30 in the evening", "9:30 at night"),
    (2, 0): ("2 at night", "2 am", "at about 2"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "time"), [(text, time) for time, texts in FORMS.items() for text in texts]
)
def test_written_forms(text: str, time: tuple[int, int]) -> None:
    assert read_clock(text) == time


@pytest.mark.parametrize(
    "text",
    ["", " ", "25:00", "12:60", "15 am", "13pm", "0 pm", "tomorrow", "Berlin", "3 cats", "15:4",
     "the 15", "1-2 weeks", "5 months", "2 15 3", "-3", "3.5.2026", "15:40 or 16:40", "x" * 5000,
     "UTC+9", "half past three"],
)  # fmt: skip
def test_what_is_no_clock_time(text: str) -> None:
    assert read_clock(text) is None


@given(text=st.text() | st.text("0123456789:.,hapmo' -~nowit"))
def test_any_string_is_a_time_of_day_or_none(text: str) -> None:
    found = read_clock(text)
    assert found is None or (0 <= found[0] <= 23 and 0 <= found[1] <= 59)


@given(hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_every_minute_of_the_day(hour: int, minute: int) -> None:
    assert read_clock(f"{hour:02}:{minute:02}") == (hour, minute)
    half = "am" if hour < 12 else "pm"
    assert read_clock(f"{hour % 12 or 12}:{minute:02} {half}") == (hour, minute)
