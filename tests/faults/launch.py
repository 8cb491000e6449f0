"""Starts the real program as a user would, less what only costs time here.

``frontdesk run`` itself is not touched. Left out: the pace towards destinations (10,000 enquiries at 18
desk posts a minute would take nine hours) and the answer engine, which would warm up after every kill;
both have tests of their own. And a dead replica's leases on PostgreSQL live for ``FAULTS_LEASE`` seconds
instead of a minute or more. ``FAULTS_PACE`` keeps the pace; ``FAULTS_SKEW`` puts the clock off by so many
seconds.

A thousand starts would spend most of their time importing. So this process imports everything once,
then forks for each line on its input: the child is a process of its own, with files, sockets, locks and
memory of its own, and dies alone. It says ``pid N`` for each start and ``end CODE`` for each end.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from bot.release import Release
from bot.understanding import Understanding
from tests.forks import MODULES


def settle() -> None:
    """Set what is left out."""
    import adapters.pace
    import adapters.telegram.poller
    import adapters.understanding
    import storage.outcomes

    async def plain(_: object, text: str, release: Release) -> Understanding:
        return adapters.understanding.plainly(text, release)

    adapters.understanding.Asking.ask = plain  # type: ignore[method-assign,assignment]
    if not os.environ.get("FAULTS_PACE"):
        adapters.pace._limits = lambda destination: []
    seconds = float(os.environ.get("FAULTS_LEASE", "0"))
    if seconds:
        storage.outcomes.LEASE = timedelta(seconds=seconds)  # type: ignore[misc]
        adapters.telegram.poller.LEASE_SECONDS = seconds
        adapters.telegram.poller.RENEW_SECONDS = seconds / 4


def main() -> None:
    """Fork once for each line, until the input ends."""
    for name in MODULES:
        importlib.import_module(name)
    settle()
    sys.argv = ["frontdesk", "run"]
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            _become_the_program()
        print(f"pid {child}", flush=True)
        _, status = os.waitpid(child, 0)
        print(f"end {os.waitstatus_to_exitcode(status)}", flush=True)


def _become_the_program() -> None:
    from adapters.cli import main as program

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log = os.open("program.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    if os.environ.get(
        "FAULTS_TEE"
    ):  # what is said while this process may write to no file counts too
        writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log)
        assert writer.stdin is not None
        log = writer.stdin.fileno()
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 0
    skew = float(os.environ.get("FAULTS_SKEW", "0"))
    if skew:
        import time_machine

        # the machine's clock as this process sees it; what only grows goes on as it does
        time_machine.travel(datetime.now(UTC) + timedelta(seconds=skew), tick=True).start()
    try:
        program()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
