"""What every command shares: settings, a store to look into, and sentences for what goes wrong."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from getpass import getuser
from typing import Any, NoReturn, TypeVar

import typer

from adapters import logs
from adapters.settings import Settings, SettingsError, load_settings
from adapters.terminal.plain import safe
from bot.errors import BadContent, FrontdeskError, KeyMissing, NotNow
from bot.ports import Store

T = TypeVar("T")


def tell(text: str = "") -> None:
    """A line for the person at the terminal; whatever is in it, it stays text."""
    typer.echo(safe(text))


def complain(text: str) -> None:
    """The same to standard error."""
    typer.echo(safe(text), err=True)


def fail(text: str) -> NoReturn:
    """End the command with a sentence and exit code 1."""
    complain(text)
    raise typer.Exit(1)


def settings() -> Settings:
    """The settings in force. Raises ``SettingsError``, which ``main`` says."""
    logs.configure(quiet=True)
    return load_settings()


def do(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end."""
    return asyncio.run(work)


def serve(work: Coroutine[Any, Any, T]) -> T:
    """Run the server to its end, on uvloop where there is one: half of what a turn costs is sockets."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)


@asynccontextmanager
async def opened(config: Settings) -> AsyncIterator[Store]:
    """The store, for a command that only reads or writes rows beside a running server."""
    from adapters.wiring import open_store

    store = await open_store(config)
    try:
        yield store
    finally:
        await store.close()


def who() -> str:
    """Who acts, for the audit: the login name on this computer."""
    try:
        return f"cli:{getuser()}"
    except (KeyError, OSError):
        return f"cli:{socket.gethostname()}"


def sentence_of(problem: BaseException) -> str | None:
    """What to say about an error that is nobody's bug; None for one that is ours."""
    match problem:
        case SettingsError():
            return str(problem)
        case BadContent(findings=findings):
            listed = "\n".join(f"  {one}" for one in findings)
            return f"The content does not lint, so it cannot be used:\n{listed}"
        case NotNow():
            return (
                "The database cannot be reached now (DATABASE_URL). Nothing was changed; "
                "check that it runs and try again."
            )
        case KeyMissing():
            return (
                f"{_sentence(problem)} FRONTDESK_KEY_FILE must name the key that sealed this "
                "database; restore it from your backup. Nothing was changed."
            )
        case FrontdeskError():
            return _sentence(problem)
        case PermissionError() | FileNotFoundError() | NotADirectoryError() | IsADirectoryError():
            return f"{problem.filename or 'A file'}: {problem.strerror or 'cannot be used'}."
        case _:
            return None


def _sentence(problem: BaseException) -> str:
    text = safe(str(problem)).strip() or type(problem).__name__
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:" else text + "."
