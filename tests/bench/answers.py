"""Answering: a question by the model beside words alone, warm, on one thread; the memory of a whole bot.

The bot is the real program in a process of its own, with an SQLite file and the web desk, after the model is ready
and has answered.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

import content
from bot.ports import AnswerEngine
from bot.release import Release
from content.answers import LexicalEngine
from content.engine.engine import ModelEngine
from tests.answers.scoring import held_out
from tests.bench.rows import REPEATS, Row

QUESTIONS = 120
WARM = 20
READY_SECONDS = 60
RESTS_SECONDS = 3.0
IDLE = 0.1
"""Share of a core below which nothing is being read or learnt any more."""

Both = tuple[float, float]
"""Milliseconds by the clock, and of the core."""


def rows() -> Sequence[Row]:
    """Milliseconds a question, and resident megabytes."""
    release = content.load().release
    texts = [one.text for one in held_out(release)][:QUESTIONS]
    model, plain = ModelEngine(None), LexicalEngine()
    model.warm(release)
    plain.warm(release)
    for engine in (model, plain):
        for text in texts[:WARM]:
            engine.understand(f"{text} please", release)
    ours: list[Both] = []
    beside: list[Both] = []
    for number in range(REPEATS):
        ours.append(_median_ms(model, release, texts, number))
        beside.append(_median_ms(plain, release, texts, number))
    memory = {how: [_resident(how) for _ in range(min(REPEATS, 2))] for how in ("model", "plain")}
    return [
        _row("a question, model", ours, beside, 0),
        _row("a question, model, of one core", ours, beside, 1),
        Row(
            "whole bot with the model, resident", "MB",
            memory["model"], "words alone", memory["plain"],
        ),
    ]  # fmt: skip


def _row(name: str, ours: Sequence[Both], beside: Sequence[Both], which: int) -> Row:
    taken, others = ([one[which] for one in runs] for runs in (ours, beside))
    return Row(name, "ms", taken, "words alone", others)


def _median_ms(engine: AnswerEngine, release: Release, texts: Sequence[str], number: int) -> Both:
    """The medians by the clock and of the core, over texts that were not asked before (a repeated one costs
    nothing). On a machine that does something else beside, only the second says something."""
    clock, core = [], []
    for text in texts:
        fresh = f"{text} {number}"
        began, used = time.perf_counter(), time.thread_time()
        engine.understand(fresh, release)
        clock.append(time.perf_counter() - began)
        core.append(time.thread_time() - used)
    return 1000 * statistics.median(clock), 1000 * statistics.median(core)


def _resident(how: str) -> float:
    """Megabytes of ``frontdesk run`` after its start."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        root = str(Path(__file__).resolve().parents[2])
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FRONTDESK_", "TELEGRAM_", "SLACK_", "DATABASE_"))
        }
        env = {**kept, "FRONTDESK_PORT": port, "FRONTDESK_ANSWERS": how, "PYTHONPATH": root}
        program = subprocess.Popen(
            [sys.executable, "-m", "adapters.cli", "run"],
            cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            assert program.stdout is not None
            end = time.monotonic() + READY_SECONDS
            for line in program.stdout:
                if "'started'" in line:
                    break
                if time.monotonic() > end:
                    break
            else:
                raise RuntimeError("the bot did not start")
            return _at_rest(psutil.Process(program.pid))
        finally:
            program.terminate()
            program.wait(30)


def _at_rest(process: psutil.Process) -> float:
    """Its megabytes once it does nothing any more."""
    for _ in range(int(READY_SECONDS / RESTS_SECONDS)):
        used = sum(process.cpu_times()[:2])
        time.sleep(RESTS_SECONDS)
        if sum(process.cpu_times()[:2]) - used < IDLE * RESTS_SECONDS:
            break
    return process.memory_info().rss / 1_000_000
