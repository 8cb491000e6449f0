"""Is this ready for patients? Looks at everything, changes and posts nothing.

Works beside a running server: it reads rows, asks the platforms who we are, and listens nowhere.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from adapters.answering import folder_of
from adapters.operation.clocks import MOST_SECONDS
from adapters.settings import Settings
from bot.errors import BadContent, FrontdeskError, KeyMissing
from bot.release import Release

HOURS_LEFT = timedelta(days=30)
"""Opening hours are worked out years ahead when content is published; less than this is a fault."""

OLDEST_SECONDS = 300
"""A delivery that waits longer than this stands behind something: a rate limit lasts a minute."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at. ok False: must be mended before patients come; ``mend`` says how."""

    ok: bool
    what: str
    mend: str = ""


class Check(Protocol):
    """What the platforms' own checks return."""

    @property
    def ok(self) -> bool: ...
    @property
    def what(self) -> str: ...
    @property
    def mend(self) -> str: ...


async def examine(config: Settings) -> tuple[Found, ...]:
    """Everything, in the order in which one would mend it."""
    stored, release = await _store(config)
    return (
        *stored,
        *_content(config, release),
        *(_organisation(config, release) if release else ()),
        _answers(config, release),
        *_channels(config),
        *await _telegram(config),
        *await _slack(config),
        await _server(config),
    )


def verdict(found: Iterable[Found]) -> str:
    """The last line."""
    bad = [one.what for one in found if not one.ok]
    return f"not ready for patients: {'; '.join(bad)}" if bad else "ready for patients"


async def _store(config: Settings) -> tuple[list[Found], Release | None]:
    from sqlalchemy.engine import make_url

    from adapters.wiring import open_store

    url = make_url(config.database_url)
    if url.get_backend_name() == "sqlite" and not _there(url.database or ""):
        return [Found(False, "database: not begun yet", "start once: frontdesk run")], None
    try:
        store = await open_store(config)
    except KeyMissing as problem:
        mend = "put the key file of this database back (FRONTDESK_KEY_FILE); it is in your backup"
        return [Found(False, f"key: {problem}", mend)], None
    except FrontdeskError as problem:
        return [Found(False, f"database: {problem}", "see DATABASE_URL in the README")], None
    try:
        health = await store.health()
        release = await store.live_release()
    except FrontdeskError as problem:
        mend = "check that the database runs, then again"
        return [Found(False, f"database: {type(problem).__name__}", mend)], None
    finally:
        await store.close()
    found = [
        Found(True, f"database: {health.get('database', 'there')}, up to date"),
        Found(True, "key: opens this database"),
        *_clock(health),
        *_work(health),
    ]
    return found, release


def _there(path: str) -> bool:
    return Path(path).exists()


def _clock(health: Mapping[str, Any]) -> Iterator[Found]:
    """Against the database's own; the platforms' are asked with them."""
    skew = float(health.get("database_skew_seconds", 0.0))
    if abs(skew) > MOST_SECONDS:
        mend = "set the clock, and let the system keep it (timedatectl set-ntp true)"
        yield Found(False, f"this machine's clock is {skew:+.0f} s off the database's", mend)


def _work(health: Mapping[str, Any]) -> Iterator[Found]:
    parked = int(health.get("parked", 0))
    if parked:
        yield Found(
            False,
            f"parked: {parked} updates failed and wait",
            "frontdesk parked list, then frontdesk parked replay NUMBER",
        )
    waiting = int(health.get("outbox_waiting", 0))
    oldest = float(health.get("outbox_oldest_seconds", 0.0))
    if waiting and oldest > OLDEST_SECONDS:
        yield Found(
            False,
            f"deliveries: {waiting} wait, the oldest for {oldest / 60:.0f} minutes",
            "is the server running, and is the channel that they go to on?",
        )
    else:
        yield Found(True, f"deliveries: {waiting} waiting")
    dead = int(health.get("dead_letters", 0))
    if dead:
        yield Found(
            True,
            f"note: {dead} deliveries were refused or given up (frontdesk undelivered list)",
        )


def _content(config: Settings, release: Release | None) -> Iterator[Found]:
    import content

    try:
        files = content.load(config.content_folder).release
    except BadContent as problem:
        mend = "frontdesk content check lists them; patients go on seeing the live Release"
        yield Found(False, f"content files: {len(problem.findings)} findings", mend)
    else:
        yield Found(True, "content files: fine")
        if release is not None and files.id != release.id:
            yield Found(True, "note: content files and live Release differ (content publish)")
        release = release or files
    if release is None:
        return
    if release.organisation.hours.until < (datetime.now(UTC) + HOURS_LEFT).timestamp():
        mend = "change a file (a closure, for example) and run: frontdesk content publish"
        yield Found(False, "desk hours are known for less than a month", mend)
    unread = sum(1 for item in release.items.values() if not _date(item.reviewed))
    if unread:
        yield Found(True, f"note: {unread} pages were not yet checked by the editors")
    unproven = sorted(
        one.kind for one in release.safety.values() if "not yet" in one.clinical_review
    )
    if unproven:
        yield Found(True, f"note: safety texts not yet clinically reviewed: {', '.join(unproven)}")


def _date(reviewed: str | None) -> bool:
    return reviewed not in (None, "", "never")


def _organisation(config: Settings, release: Release) -> Iterator[Found]:
    who = release.organisation
    if who.samples:
        yield Found(
            False,
            f"samples in organisation.yaml: {', '.join(who.samples)}",
            "fill them in, then: frontdesk content publish",
        )
    else:
        yield Found(True, "organisation.yaml: filled in")
    accounts = [account for one in who.staff for account in one.accounts]
    if not accounts:
        yield Found(
            False,
            "staff list: empty, so nobody can act on an enquiry",
            "list the team under staff in organisation.yaml, then: frontdesk content publish",
        )
    for platform, on in (
        ("telegram", bool(config.telegram_bot_token and config.telegram_desk_chat)),
        ("slack", bool(config.slack_bot_token and config.slack_desk_channel)),
    ):
        if on and accounts and not any(one.startswith(f"{platform}:") for one in accounts):
            yield Found(
                False,
                f"staff list: nobody can act on the {platform.title()} desk",
                f'add accounts such as "{platform}:…" in organisation.yaml, then publish',
            )
    if accounts:
        yield Found(True, f"staff list: {len(who.staff)}")
    if not who.alert_mentions:
        yield Found(True, "note: alerts for danger mention nobody by name (alerts.mention)")


def _answers(config: Settings, release: Release | None) -> Found:
    """Which answer engine a start would use. That of a running server stands in its metrics."""
    if config.answers == "plain":
        return Found(True, "answers: by words alone (FRONTDESK_ANSWERS=plain)")
    from content.engine.learnt import is_known
    from content.engine.shelf import Shelf
    from content.engine.weights import NoWeights, check, find

    try:
        check(find())
    except (NoWeights, OSError) as problem:
        mend = "install requirements.lock again, or set FRONTDESK_ANSWERS=plain to do without"
        return Found(False, f"answers: no model ({problem}), by words alone", mend)
    learnt = release is not None and is_known(release, Shelf(folder_of(config)))
    when = "phrases learnt" if learnt else "phrases will be learnt at the next start, in seconds"
    return Found(True, f"answers: by the model; {when}")


def _channels(config: Settings) -> Iterator[Found]:
    slack = bool(config.slack_bot_token and config.slack_patients)
    if not config.telegram_bot_token and not slack:
        yield Found(
            False,
            "no channel for patients is on",
            "set TELEGRAM_BOT_TOKEN, or SLACK_BOT_TOKEN and SLACK_APP_TOKEN, in .env",
        )


async def _telegram(config: Settings) -> list[Found]:
    if config.telegram_bot_token is None:
        return []
    from adapters.telegram.checks import check
    from adapters.telegram.client import open_client

    if config.telegram_webhook_url and config.telegram_webhook_secret is None:
        mend = "set it to a long random text"
        return [Found(False, "TELEGRAM_WEBHOOK_URL without TELEGRAM_WEBHOOK_SECRET", mend)]
    client = open_client(config.telegram_bot_token.get_secret_value(), config.telegram_api_url)
    try:
        return _as_found(
            await check(
                client,
                api_url=config.telegram_api_url,
                webhook_url=config.telegram_webhook_url,
                desk=config.telegram_desk_chat,
            )
        )
    finally:
        await client.shutdown()


async def _slack(config: Settings) -> list[Found]:
    if config.slack_bot_token is None:
        return []
    from adapters.slack.checks import check

    app, signing = config.slack_app_token, config.slack_signing_secret
    return _as_found(
        await check(
            bot_token=config.slack_bot_token.get_secret_value(),
            app_token=app.get_secret_value() if app else None,
            signing_secret=signing.get_secret_value() if signing else None,
            api_url=config.slack_api_url,
            desk_channel=config.slack_desk_channel,
            patients=config.slack_patients,
        )
    )


def _as_found(checks: Iterable[Check]) -> list[Found]:
    return [Found(one.ok, one.what, one.mend) for one in checks]


async def _server(config: Settings) -> Found:
    """Whether something listens on our port; doctor is also run before the first start."""
    try:
        _, writer = await asyncio.wait_for(
            asyncio.open_connection(config.own_host, config.port), 1.0
        )
    except (OSError, TimeoutError, socket.gaierror):
        return Found(True, "note: the server is not running now (frontdesk run)")
    writer.close()
    return Found(True, f"server: something answers on port {config.port}")
