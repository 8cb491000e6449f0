"""The program under test, in a process of its own that can be killed from outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from adapters.settings import SETTINGS

ROOT = Path(__file__).parents[2]


@dataclass
class Program:
    """``frontdesk run`` in a folder; ``settings`` as an operator would set them. ``lease``: see
    ``tests.faults.launch``. Every start is a new process; ``close`` ends the one that makes them."""

    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    lease: float = 0.0
    before: tuple[str, ...] = ()
    """A command that runs it, to watch it from outside."""
    more: dict[str, str] = field(default_factory=dict)
    """Environment variables for ``tests.faults.launch``."""
    starts: int = 0
    _maker: asyncio.subprocess.Process | None = None
    _pid: int = 0

    @property
    def log(self) -> Path:
        """What it wrote, all lives together."""
        return self.folder / "program.log"

    def environ(self) -> dict[str, str]:
        """The settings and nothing of ours from outside."""
        names = {one.name for one in SETTINGS}
        kept = {name: value for name, value in os.environ.items() if name not in names}
        more = {
            "FRONTDESK_PORT": str(self.port),
            "FRONTDESK_ANSWERS": "plain",
            "PYTHONPATH": str(ROOT),
        }
        if self.lease:
            more["FAULTS_LEASE"] = str(self.lease)
        return {**kept, **more, **self.more, **self.settings}

    async def start(self) -> None:
        """Start; what it does from its first moment on may already be cut short."""
        assert not self.runs, "it runs already"
        if self._maker is None:
            self._maker = await asyncio.create_subprocess_exec(
                *self.before, sys.executable, "-m", "tests.faults.launch", cwd=self.folder, env=self.environ(),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        assert self._maker.stdin is not None
        self._maker.stdin.write(b"\n")
        self._pid = await self._told("pid")
        self.starts += 1

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        code = await self._told("end")
        self._pid = 0
        return code

    async def _told(self, what: str) -> int:
        assert self._maker is not None
        assert self._maker.stdout is not None
        line = (await self._maker.stdout.readline()).decode().split()
        assert line[:1] == [what], f"{line} instead of {what}"
        return int(line[1])

    @property
    def runs(self) -> bool:
        """Whether there is a process that was not waited for."""
        return self._pid != 0

    def kill(self) -> None:
        """SIGKILL, now. Nothing in the program can notice."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Send any signal."""
        if self.runs:
            os.kill(self._pid, number)

    async def close(self) -> None:
        """End everything."""
        with contextlib.suppress(ProcessLookupError):  # it ended by itself, and nobody asked
            self.kill()
        if self._maker is not None and self._maker.stdin is not None:
            self._maker.stdin.close()
            await self._maker.wait()
