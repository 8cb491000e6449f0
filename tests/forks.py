"""Runs the command line again and again without importing it again and again.

Two thirds of what a command costs is importing, and the tests run some hundred and fifty of them. So one
process imports the program and reads the shipped content once, then forks for each request: the child is a
process of its own, with files, environment, working folder, sockets, locks and memory of its own; it runs
``main`` and ends as any program does. A start from nothing is tested too: `FRONTDESK_TESTS_EXEC=1` runs every
command that way, and some tests always do.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVERY_ONE_FROM_NOTHING = os.environ.get("FRONTDESK_TESTS_EXEC") == "1"

MODULES = (
    "adapters.cli",
    "adapters.serve",
    "adapters.sides",
    "adapters.web.app",
    "adapters.web.deliverers",
    "adapters.web.files",
    "adapters.worker",
    "adapters.intake",
    "adapters.alarm",
    "adapters.previews",
    "adapters.telegram.cards",
    "adapters.telegram.desk",
    "adapters.telegram.inbox",
    "adapters.telegram.patients",
    "adapters.telegram.poller",
    "adapters.telegram.profile",
    "adapters.telegram.queue",
    "adapters.telegram.webhook",
    "adapters.slack.side",
    "content",
    "content.phrases",
    "content.answers",
    "storage.sqlbase",
    "storage.migrate",
    "storage.opening",
    "psycopg",
    "alembic.command",
    "uvicorn.protocols.http.auto",
    "uvicorn.loops.auto",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
)
"""What the program imports, some of it only when it is needed."""


class Child:
    """A forked program, with the part of ``subprocess.Popen`` that the tests use."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._status = status

    def poll(self) -> int | None:
        """The exit code (negative for a signal), None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, in the end. Raises ``subprocess.TimeoutExpired``."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing for one that has ended: its number may be somebody else's by now."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], seconds)[0]:
            told = os.read(self._status, 16)
            os.close(self._status)
            self.returncode = int(told or b"-9")
        return self.returncode


class Forks:
    """The process that forks; started at the first request, ended with this one."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self, words: Sequence[str], *, cwd: Path, env: Mapping[str, str], files: Sequence[int]
    ) -> Child:
        """`frontdesk` with these words; files: descriptors that become its input, output and errors."""
        if self._line is None:
            self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
                    cwd=ROOT, pass_fds=(theirs.fileno(),), start_new_session=True,
                )  # fmt: skip
        reading, writing = os.pipe()
        asked = json.dumps({"words": list(words), "cwd": str(cwd), "env": dict(env)})
        socket.send_fds(self._line, [asked.encode()], [*files, writing])
        os.close(writing)
        return Child(int(self._line.recv(32)), reading)

    def close(self) -> None:
        """End it, and whatever still runs of what it forked."""
        if self._line is not None and self._process is not None:
            self._line.close()
            self._process.wait(30)
            self._line = self._process = None


def serve(number: int) -> None:
    """Fork for each request. Returns in the child, which then is the program; ends the process at the
    end of the line."""
    import content

    for name in MODULES:
        importlib.import_module(name)
    content.load()
    gc.collect()
    gc.freeze()
    line = socket.socket(fileno=number)
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    running: dict[int, int] = {}
    while True:
        ready = select.select([line, waking], [], [])[0]
        if waking in ready:
            os.read(waking, 4096)
            _tell_of_the_ended(running)
        if line not in ready:
            continue
        asked, files, _, _ = socket.recv_fds(line, 1 << 20, 4)
        if not asked:
            os.killpg(0, signal.SIGKILL)  # those that still run, and this process
        child = os.fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for status in running.values():
                os.close(status)
            for one in (waking, woken, files[3]):
                os.close(one)
            line.close()
            _become(json.loads(asked), files[:3])
            return
        running[child] = files[3]
        for one in files[:3]:
            os.close(one)
        line.send(str(child).encode())


def _tell_of_the_ended(running: dict[int, int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            told = running.pop(pid)
            with contextlib.suppress(BrokenPipeError):
                os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(told)


def _become(asked: dict[str, object], files: Sequence[int]) -> None:
    for at, one in enumerate(files):
        os.dup2(one, at)
        os.close(one)
    words, env = asked["words"], asked["env"]
    assert isinstance(words, list)
    assert isinstance(env, dict)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(str(asked["cwd"]))
    sys.argv = ["frontdesk", *words]


if __name__ == "__main__":
    serve(int(sys.argv[1]))
    from adapters.cli import main

    main()
