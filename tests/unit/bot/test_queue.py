"""The queue as a list: what stands on it, what never does, and who may read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import queue
from bot.events import Address
from bot.given import Phrases
from bot.release import Release
from bot.rows import EnquiryRow
from bot.state import Answer, Assignee, Enquiry, Status
from bot.text import Items, flat
from content.phrases import phrases_of

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@pytest.fixture
def phrases(shipped: Release) -> Phrases:
    return phrases_of(shipped, shipped.locale)


def row(reference: str, due: int | None = 60, **more: object) -> EnquiryRow:
    """An open enquiry whose reply is due in so many minutes."""
    enquiry = Enquiry(
        reference=reference,
        status=Status.NEW,
        created_at=NOW - timedelta(hours=3),
        consented=True,
        due_at=None if due is None else NOW + timedelta(minutes=due),
        answers=(Answer("question", text="zebra pills"),),
    )
    made = replace(enquiry, **more)  # type: ignore[arg-type]
    return EnquiryRow(made, Address("web", "local", "p"), "Aigul", "en", NOW)


def lines(made: queue.Queue) -> list[str]:
    (items,) = (block for block in made.text if isinstance(block, Items))
    return ["".join(span.text for span in spans) for spans in items.items]


def test_a_line_says_status_promise_and_lateness(shipped: Release, phrases: Phrases) -> None:
    mina = Assignee("mina", "Mina", "telegram:1")
    made = queue.queue(
        (
            row("FD-AAAA", -35, urgent=True),
            row("FD-BBBB", 60, status=Status.CLAIMED, assignee=mina),
            row("FD-CCCC", None),
            row("FD-DDDD", 0),
        ),
        shipped,
        phrases,
        NOW,
    )
    assert lines(made) == [
        "🔴 FD-AAAA · new · by Tue 24 Nov, 13:25 Seoul, 35 min late",
        "🔵 FD-BBBB · with Mina · by Tue 24 Nov, 15:00 Seoul",
        "🔵 FD-CCCC · new",
        "🔵 FD-DDDD · new · by Tue 24 Nov, 14:00 Seoul",
    ]
    assert made.references == ("FD-AAAA", "FD-BBBB", "FD-CCCC", "FD-DDDD")
    assert "4" in flat(made.text[:1])


def test_no_word_or_name_of_a_patient_is_on_it(shipped: Release, phrases: Phrases) -> None:
    said = flat(queue.queue((row("FD-AAAA"),), shipped, phrases, NOW).text)
    assert "zebra" not in said
    assert "Aigul" not in said


def test_a_long_queue_is_cut_and_says_so(shipped: Release, phrases: Phrases) -> None:
    rows = tuple(row(f"FD-{n:04}") for n in range(queue.MOST + 3))
    made = queue.queue(rows, shipped, phrases, NOW)
    assert len(lines(made)) == len(made.references) == queue.MOST
    assert "3 more" in flat(made.text)
    assert str(len(rows)) in flat(made.text)


def test_an_empty_queue(shipped: Release, phrases: Phrases) -> None:
    assert "No enquiry" in flat(queue.queue((), shipped, phrases, NOW).text)


def test_who_may_read_it(shipped: Release, phrases: Phrases) -> None:
    staff = replace(shipped.organisation.staff[0], accounts=("telegram:1",))
    release = replace(shipped, organisation=replace(shipped.organisation, staff=(staff,)))
    assert queue.refusal(release, phrases, "telegram:1", trusted=True) == ""
    assert "telegram:2" in queue.refusal(release, phrases, "telegram:2", trusted=True)
    assert "own account" in queue.refusal(release, phrases, "telegram:1", trusted=False)


def test_a_release_without_the_words_has_no_queue(shipped: Release) -> None:
    assert queue.known(shipped)
    old = {key: one for key, one in shipped.phrases.items() if not key.startswith("desk.queue.")}
    assert not queue.known(replace(shipped, phrases=old))
