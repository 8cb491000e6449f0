"""Button data: written and read are one; any string is read without an exception; 64 bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import buttons
from bot.buttons import MAX_BYTES, Button, EnquiryButton, FormButton, SectionButton, parse
from bot.desk_acts import STAFF_ACTS, staff_event
from bot.events import Actor
from bot.release import Release

CONTENT_IDS = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)
FORM_IDS = st.from_regex(r"[a-z0-9-]{1,16}", fullmatch=True)
STEPS = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)
ACTS = st.from_regex(r"[A-Za-z0-9+-]{1,20}", fullmatch=True)
REFERENCES = st.from_regex(r"FD-[A-Z0-9]{4,10}", fullmatch=True)
STAFF = st.sampled_from(sorted(STAFF_ACTS)) | st.from_regex(r"[a-z0-9-]{1,16}", fullmatch=True)
DRAFTS = st.none() | st.from_regex(r"[a-z0-9]{1,16}", fullmatch=True)
BUTTONS: st.SearchStrategy[Button] = st.one_of(
    st.builds(SectionButton, CONTENT_IDS, st.integers(0, 999)),
    st.builds(FormButton, FORM_IDS, STEPS, ACTS),
    st.builds(EnquiryButton, REFERENCES, STAFF, DRAFTS),
)


def written(button: Button) -> str:
    match button:
        case SectionButton(content_id=content_id, page=page):
            return buttons.section(content_id, page or "src")
        case FormButton(form_id=form_id, step=step, act=act):
            return buttons.form(form_id, step, act)
        case EnquiryButton(reference=reference, act=act, draft=draft):
            return buttons.enquiry(reference, act, draft)


@given(button=BUTTONS)
def test_what_is_written_is_read_back_and_fits(button: Button) -> None:
    data = written(button)
    assert len(data.encode()) <= MAX_BYTES
    assert parse(data) == button


@given(data=st.text() | st.text(st.characters(categories=["Cs", "L", "P"])))
def test_any_string_is_read_without_an_exception(data: str) -> None:
    found = parse(data)
    assert found is None or written(found) == data


@pytest.mark.parametrize(
    "data",
    ["", "sec", "sec::1", "sec:home:0", "sec:home:01", "sec:home:1000", "sec:Home:1", "sec:home:1 ",
     "sec:home:1\n", "form:a:b", "form::b:c", "form:a:b:c:d", "enq:FD-1:claim", "enq:fd-1234:claim",
     "enq:FD-1234:", "enq:FD-1234:send:", "enq:FD-1234:send:../x", "sec:" + "a" * 33 + ":1",
     "sec:ｈome:1", "sec:home:１"],
)  # fmt: skip
def test_mangled_data_is_nobodys(data: str) -> None:
    assert parse(data) is None


def test_every_content_id_that_ships_fits_a_button(shipped: Release) -> None:
    for content_id in shipped.items:
        for page in (1, 999, "src"):
            assert parse(buttons.section(content_id, page)) is not None
    for step in shipped.form:
        for act in (*step.options, "o+840", "p2", "again", "cancel"):
            assert parse(buttons.form("t0000001", step.id, act)) is not None


def test_every_staff_act_is_an_event_and_nothing_else_is() -> None:
    actor = Actor("web:local", "desk:web")
    for act in STAFF_ACTS:
        event = staff_event(EnquiryButton("FD-7F3Q", act, "d1"), actor)
        assert event is not None
        assert (event.reference, event.actor) == ("FD-7F3Q", actor)
        if act in ("send", "discard", "change"):
            assert getattr(event, "draft", None) == "d1"
    for act in ("status", "withdraw", "safe", "card", "erase", "claim2"):
        assert staff_event(EnquiryButton("FD-7F3Q", act), actor) is None
