"""The log: ids only, whatever libraries would like to write."""

import errno
import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from adapters import logs

SECRET = "123:token-and-words"


@pytest.fixture
def out() -> Iterator[StringIO]:
    stream = StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def fail(words: str) -> Exception:
    try:
        raise ValueError(words)
    except ValueError as problem:
        return problem


def test_a_line_is_a_sentence_with_ids(out: StringIO) -> None:
    logs.warn(logs.Line.RECORD_WAITS, delivery=7)
    assert logs.Line.RECORD_WAITS in out.getvalue()
    assert "delivery=7" in out.getvalue()


@pytest.mark.parametrize(
    "name", ["httpx", "slack_bolt.app", "slack_sdk", "telegram.ext", "asyncio"]
)
def test_of_a_librarys_record_only_its_place_is_kept(out: StringIO, name: str) -> None:
    logging.getLogger(name).propagate = True
    logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger(name).info("GET https://host/bot%s/getMe", SECRET)
    assert out.getvalue() == ""
    logging.getLogger(name).error("it failed: %s", SECRET, exc_info=fail(SECRET))
    said = out.getvalue()
    assert name in said
    assert "ValueError at test_logs.py" in said
    assert "token" not in said


def test_our_own_modules_are_heard_without_the_words_of_errors(out: StringIO) -> None:
    logging.getLogger("adapters.telegram.poller").warning("polling failed", exc_info=fail(SECRET))
    assert "polling failed" in out.getvalue()
    assert "token" not in out.getvalue()


def test_quiet_keeps_ordinary_lines_out(out: StringIO) -> None:
    logs.configure(out, quiet=True)
    logs.say(logs.Line.STARTED)
    assert out.getvalue() == ""


def test_as_json_a_line_is_an_object_with_the_same_ids(out: StringIO) -> None:
    logs.configure(out, as_json=True)
    logs.warn(logs.Line.RECORD_WAITS, delivery=7)
    logging.getLogger("httpx").error("GET %s", SECRET, exc_info=fail(SECRET))
    ours, foreign = (json.loads(line) for line in out.getvalue().splitlines())
    assert (ours["event"], ours["delivery"], ours["level"]) == (
        logs.Line.RECORD_WAITS,
        7,
        "warning",
    )
    assert foreign["logger"] == "httpx"
    assert SECRET not in out.getvalue()


def test_the_place_of_an_error_has_no_message() -> None:
    assert logs.place(fail(SECRET)).startswith("ValueError at test_logs.py:")
    assert logs.place(ValueError(SECRET)) == "ValueError"


def test_a_library_does_not_say_the_same_a_thousand_times(out: StringIO) -> None:
    """uvicorn warns of every request that is no HTTP."""
    for _ in range(1_000):
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
        logging.getLogger("adapters.telegram.poller").warning("ours are told")
    assert out.getvalue().count("uvicorn") == 1
    assert out.getvalue().count("ours are told") == 1_000
    logging.getLogger("uvicorn.error").error("it failed")
    assert out.getvalue().count("uvicorn") == 2


def test_a_full_disk_stops_nobody_from_going_on(out: StringIO) -> None:
    class Full(StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    logs.configure(Full())
    logs.warn(logs.Line.DATABASE_AWAY, key="k")
