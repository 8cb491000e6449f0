"""Everything this program writes to its log: the sentences, and the one way they get out.

A log line is a sentence from ``Line`` with ids: never a text, a name, a token or an address with
one in it. Libraries do log such things (httpx whole URLs with the bot's token, Bolt whole request
bodies), so of a foreign record only the logger, the class of the error and its place are kept.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import structlog

_OURS = ("adapters", "bot", "content", "storage")


class Line(StrEnum):
    """What can be said, in one place."""

    STARTED = "started"
    STOPPING = "stopping"
    STOPPED = "stopped"
    CONTENT_PUBLISHED = "content published"
    UNDERSTANDING_LATE = "the answer engine was late; the plain answer was given"
    UNDERSTANDING_FAILED = "the answer engine failed; the plain answer was given"
    DATABASE_AWAY = "the database is away; nothing was acknowledged"
    WARNED_DIRECTLY = "the database is away; a safety text was sent directly"
    WARNING_FAILED = "the database is away and a safety text could not be sent"
    ALERTED_DIRECTLY = "the database is away; the team was alerted directly"
    ALERT_FAILED = "the database is away and the team could not be alerted"
    DELIVERY_RAISED = "a deliverer failed in a way that it should not; the delivery is tried again"
    DELIVERY_SLOW = "a delivery took too long; it may be out or not"
    DELIVERY_WITHOUT_CHANNEL = "a delivery waits for a channel that is off"
    RECORD_WAITS = "the outcome of a delivery could not be recorded yet; recording is tried again"
    RECORD_LOST = "stopped before the outcome of a delivery was recorded; it may be repeated"
    LOOP_FAILED = "a background task failed; it goes on"
    PART_ENDED = "a part of the program ended that should not; stopping"
    TELEGRAM_AWAY = "Telegram cannot be reached; trying again"
    TELEGRAM_REFUSED = "Telegram refuses the bot token; Telegram is off until the next start"
    UPDATE_PARKED = "an update failed and was parked"
    PURGED = "old rows were deleted"
    PURGE_WAITS = "old rows are kept until the clock is known to be right"
    FOREIGN = "a library reported a problem"


def say(line: Line, **ids: Any) -> None:
    """One line for the record."""
    structlog.get_logger().info(str(line), **ids)


def warn(line: Line, **ids: Any) -> None:
    """One line that somebody should look at."""
    structlog.get_logger().warning(str(line), **ids)


def place(problem: BaseException) -> str:
    """Class, file and line of the innermost place of an error, without its message: messages may
    carry what a person typed."""
    trace = problem.__traceback__
    where = ""
    while trace is not None:
        where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return type(problem).__name__ + where


AGAIN_SECONDS = 60.0
"""How often a library's warning from one place is told: a stranger who sends rubbish to the port must not
fill the disk with it."""


class _Reduced(logging.Handler):
    """Passes our own records on, and of a library's record only where it comes from."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name.partition(".")[0] in _OURS
        if not ours and (record.levelno < logging.WARNING or self._just_said(record)):
            return
        log = structlog.get_logger()
        ids: dict[str, Any] = {"logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            ids["error"] = place(record.exc_info[1])
        level = record.levelname.lower()
        say_it = getattr(log, level, log.warning)
        if ours:
            say_it(record.getMessage(), **ids)
        else:
            ids["line"] = f"{Path(record.pathname).name}:{record.lineno}"
            say_it(str(Line.FOREIGN), **ids)

    def _just_said(self, record: logging.LogRecord) -> bool:
        """Whether a library warned of the same within ``AGAIN_SECONDS``; errors are always told."""
        if record.levelno > logging.WARNING:
            return False
        place = f"{record.pathname}:{record.lineno}"
        said = self._said.get(place, float("-inf"))
        if record.created - said < AGAIN_SECONDS:
            return True
        self._said[place] = record.created
        return False


class _Lines:
    """Writes lines, and goes on where they cannot be written: a full disk must not keep a safety text
    from going out, only because it could not be noted."""

    def __init__(self, stream: TextIO, *_: object) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        with suppress(OSError):
            print(line, file=self._stream, flush=True)

    debug = info = warning = error = critical = exception = msg


def configure(stream: TextIO | None = None, *, quiet: bool = False, as_json: bool = False) -> None:
    """Set up logging for a process; ``quiet`` keeps everything below WARNING out (the terminal chat
    and short commands). ``as_json``: a JSON object a line, with the same ids."""
    level = logging.WARNING if quiet else logging.INFO
    plain = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    render = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else plain
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=partial(_Lines, stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Reduced()]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    # uvicorn and others bring their own handlers; take them off, so that one way out is left.
    for name in (
        "uvicorn",
        "uvicorn.error",
        "uvicorn.access",
        "slack_bolt",
        "slack_sdk",
        "telegram",
    ):
        log = logging.getLogger(name)
        log.handlers[:] = []
        log.propagate = True
        log.setLevel(logging.WARNING)
