"""The composition root: the one place that knows which parts there are and plugs them together.

Nothing is built when this is imported; heavy libraries are imported where they are needed, so that
short commands stay quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.settings import Settings
from bot.errors import BadSettings
from bot.given import Channel
from bot.ports import AnswerEngine, Store, World
from bot.release import Release

if TYPE_CHECKING:
    from adapters.intake import Intake
    from adapters.terminal.session import Session
    from adapters.web.signin.oidc import OidcConfig
    from adapters.web.words.studio import OpenTrial
    from content import Loaded

TELEGRAM = Channel("Telegram", commands=True, reactions=True)
SLACK = Channel("Slack", commands=False, reactions=True)
TERMINAL = Channel("this terminal", commands=True)


def world_of(config: Settings) -> World:
    """What is configured around the core: channels that are known, desks that are on."""
    from adapters.web.names import DESK, WEB_CHANNEL

    desks = [DESK]
    if config.telegram_bot_token and config.telegram_desk_chat:
        desks.append(f"desk:telegram:{config.telegram_desk_chat}")
    if config.slack_bot_token and config.slack_desk_channel:
        desks.append(f"desk:slack:{config.slack_desk_channel}")
    channels = {"telegram": TELEGRAM, "slack": SLACK, "web": WEB_CHANNEL}
    return World(desks=tuple(desks), channels=channels, public_url=config.public_url or "")


async def open_store(config: Settings, *, serve: bool = False) -> Store:
    """The database, migrated and ready. ``serve``: this process receives and sends.
    Raises ``KeyMissing``, ``NotNow``, ``BadSettings``."""
    from bot.turn import take_turn
    from content.phrases import phrases_of
    from storage import open_store as open_it

    store = open_it(
        config.database_url,
        key_file=config.key_file,
        world=world_of(config),
        take_turn=take_turn,
        phrases_of=phrases_of,
        serve=serve,
    )
    await store.start()
    return store


async def open_chat(loaded: Loaded, engine: AnswerEngine | None = None) -> Session:
    """The terminal chat: content, memory, no desk (so that what it says about one is true).
    Without an engine the model-free one answers."""
    from adapters.intake import Intake
    from adapters.terminal.board import Board
    from adapters.terminal.deliverer import BoardDeliverer
    from adapters.terminal.session import Session
    from adapters.worker import Worker
    from bot.turn import take_turn
    from content.answers import LexicalEngine
    from content.phrases import phrases_of
    from storage.memory import MemoryStore

    store = MemoryStore(
        world=World(desks=(), channels={"terminal": TERMINAL}),
        take_turn=take_turn,
        phrases_of=phrases_of,
    )
    await store.start()
    await store.publish(loaded.release, loaded.source, by="terminal", why="chat")
    intake = Intake(store, engine or LexicalEngine())
    board = Board()
    deliverers = {"terminal:": BoardDeliverer(board, store)}
    worker = Worker(store, intake, deliverers, holder="terminal")
    return Session(intake, worker, board)


@dataclass(frozen=True, slots=True)
class Trial:
    """A chat on a text that is not published: a store in memory and its intake."""

    store: Store
    intake: Intake


def trials(engine: AnswerEngine | None = None) -> OpenTrial:
    """What makes such chats, for the Words page. No desk, no worker: nothing leaves the memory."""
    from adapters.intake import Intake
    from adapters.web.names import WEB_CHANNEL
    from bot.turn import take_turn
    from content.answers import LexicalEngine
    from content.phrases import phrases_of
    from storage.memory import MemoryStore

    answers = engine or LexicalEngine()

    async def open_trial(release: Release, source: Mapping[str, str]) -> Trial:
        store = MemoryStore(
            world=World(desks=(), channels={"web": WEB_CHANNEL}),
            take_turn=take_turn,
            phrases_of=phrases_of,
        )
        await store.start()
        await store.publish(release, source, by="trial", why="trial")
        return Trial(store, Intake(store, answers, threads=1))

    return open_trial


def oidc_of(config: Settings) -> OidcConfig | None:
    """Where staff sign in besides the bot's links, if that is set up."""
    from adapters.web.signin.oidc import OidcConfig

    three = (config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret)
    if any(three) and not all(three):
        raise BadSettings(
            "FRONTDESK_OIDC_ISSUER, FRONTDESK_OIDC_CLIENT_ID and FRONTDESK_OIDC_CLIENT_SECRET go "
            "together: set all three, or none; for example https://login.example.org"
        )
    if config.oidc_issuer is None or config.oidc_client_id is None:
        return None
    secret = config.oidc_client_secret
    return OidcConfig(
        config.oidc_issuer, config.oidc_client_id, secret.get_secret_value() if secret else ""
    )
