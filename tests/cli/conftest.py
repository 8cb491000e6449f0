"""Runs the real command in a folder of its own."""

import atexit
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryFile
from typing import IO

import pytest

from adapters.settings import SETTINGS
from tests.forks import EVERY_ONE_FROM_NOTHING, Child, Forks

PROGRAM = (sys.executable, "-c", "from adapters.cli import main; main()")
SECONDS = 120
FORKS = Forks()
atexit.register(FORKS.close)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


@dataclass
class Desk:
    """A folder with a database to be, and the settings that go with it."""

    folder: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    from_nothing: bool = EVERY_ONE_FROM_NOTHING
    """Start a new interpreter for each command, instead of forking one that has imported the program."""

    @property
    def environ(self) -> dict[str, str]:
        names = {setting.name for setting in SETTINGS}
        kept = {name: value for name, value in os.environ.items() if name not in names}
        # Reading the model takes a second of a start; the tests of it say "model" themselves.
        own = {"FRONTDESK_PORT": str(self.port), "FRONTDESK_ANSWERS": "plain"}
        return {**kept, **own, **self.settings}

    def __call__(self, *words: str, typed: str | bytes = b"") -> Ended:
        data = typed.encode() if isinstance(typed, str) else typed
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(data)
            given.seek(0)
            code = self.begin(words, (given, out, err)).wait(SECONDS)
            for one in (out, err):
                one.seek(0)
            return Ended(code, out.read().decode(), err.read().decode())

    def begin(self, words: Sequence[str], files: Sequence[IO[bytes]]) -> Child | Popen[bytes]:
        """Start a command; files: its input, output and errors."""
        if self.from_nothing:
            given, out, err = files
            return Popen(
                [*PROGRAM, *words], cwd=self.folder, env=self.environ,
                stdin=given, stdout=out, stderr=err,
            )  # fmt: skip
        numbers = [one.fileno() for one in files]
        return FORKS.start(words, cwd=self.folder, env=self.environ, files=numbers)


class Running:
    """A server that runs."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.lines: list[str] = []
        self.began = time.monotonic()
        reading, writing = os.pipe()
        self._output = os.fdopen(reading, encoding="utf-8")
        with open(os.devnull, "rb") as nothing, os.fdopen(writing, "wb") as out:
            self.process = desk.begin(["run"], (nothing, out, out))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + SECONDS
        while words not in self.text:
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"the server never said {words!r} but:\n{self.text}")
            time.sleep(0.02)

    def wait_until_started(self) -> "Running":
        self.wait_for("Ctrl-C ends.")
        self.wait_for("started")
        return self

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(by)
        code = self.process.wait(SECONDS)
        self._reader.join(5)
        return code

    def _read(self) -> None:
        with self._output:
            self.lines.extend(iter(self._output.readline, ""))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def start(desk: Desk) -> Iterator[Callable[[], Running]]:
    """Starts servers; whatever still runs at the end is ended."""
    running: list[Running] = []

    def begin() -> Running:
        running.append(Running(desk))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait(10)
