"""The platforms as parts that can be started and stopped: what is on, by the settings."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters import logs
from adapters.settings import Settings
from adapters.stopping import end
from bot.errors import BadSettings, NotNow
from bot.ports import Deliverer, FileSource, Store, World

if TYPE_CHECKING:
    from adapters.intake import Intake
    from adapters.slack.side import SlackSide
    from adapters.telegram.poller import Poller

SLACK_PATH = "/slack/events"
"""Where Slack posts to over HTTP; ``deploy/slack-manifest.yaml`` names the same."""

PROFILE_SECONDS = 60.0
"""How soon a published name or command list is on Telegram too."""

RETRY_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0)


class TelegramPart:
    """Telegram, whole: client, way in (polling or webhook), deliverers, files."""

    def __init__(
        self,
        config: Settings,
        token: str,
        *,
        intake: Intake,
        store: Store,
        world: World,
        files: Mapping[str, FileSource],
        heard: Callable[[str | None], None] = lambda date: None,
    ) -> None:
        from adapters.telegram.cards import StoreCards
        from adapters.telegram.client import open_client
        from adapters.telegram.desk import TelegramDesk
        from adapters.telegram.files import TelegramFiles
        from adapters.telegram.inbox import Inbox
        from adapters.telegram.patients import TelegramPatients
        from adapters.telegram.queue import DeskQueue
        from adapters.telegram.webhook import Webhook
        from content.phrases import phrases_of

        self._config = config
        self._store = store
        self.client = open_client(token, config.telegram_api_url, heard)
        self.files = TelegramFiles(self.client)
        queue = None
        if config.telegram_desk_chat is not None:
            queue = DeskQueue(self.client, store, config.telegram_desk_chat, phrases_of)
        self.inbox = Inbox(self.client, intake, store, config.telegram_desk_chat, queue)
        self.deliverers: dict[str, Deliverer] = {
            "telegram:": TelegramPatients(self.client, store, files)
        }
        if config.telegram_desk_chat is not None:
            cards = StoreCards(store, world.channels, phrases_of)
            full = config.desk_card == "full"
            self.deliverers["desk:telegram:"] = TelegramDesk(
                self.client, store, cards, files, full=full
            )
        self._webhook: Webhook | None = None
        self._secret = ""
        if config.telegram_webhook_url is not None:
            if config.telegram_webhook_secret is None:
                raise BadSettings(
                    "TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET, so that nobody else can "
                    "speak for patients; for example TELEGRAM_WEBHOOK_SECRET=long-random-text"
                )
            self._secret = config.telegram_webhook_secret.get_secret_value()
            self._webhook = Webhook(self.inbox, self._secret)
        self.ready = asyncio.Event()
        self.refused = False
        self._poller: Poller | None = None

    @property
    def routes(self) -> tuple[Route, ...]:
        """The webhook's place in the web app, at the path of its public address."""
        if self._webhook is None or self._config.telegram_webhook_url is None:
            return ()
        path = urlsplit(self._config.telegram_webhook_url).path or "/"
        return (Route(path, self._webhook.handle, methods=["POST"]),)

    @property
    def lease(self) -> str:
        """The name of the poller's lease; "" by webhook."""
        from adapters.telegram.poller import lease_name

        if self._webhook is not None or self._config.telegram_bot_token is None:
            return ""
        token = self._config.telegram_bot_token.get_secret_value()
        return lease_name(int(token.partition(":")[0]))

    @property
    def silence(self) -> float | None:
        """Seconds since Telegram last answered our poll; None where we do not poll."""
        return None if self._poller is None else self._poller.silence

    async def run(self) -> None:
        """Connect, however long it takes, then receive until cancelled; what is to be sent still goes
        out until ``close``. Ends by itself only when Telegram refuses the token: the rest of the house
        goes on without it."""
        from telegram.error import InvalidToken

        from adapters.telegram.errors import TokenRefused

        tries = 0
        profile = asyncio.create_task(self._keep_profile(), name="telegram profile")
        try:
            while True:
                try:
                    await self._receive()
                except (TokenRefused, InvalidToken):
                    self.refused = True
                    logs.warn(logs.Line.TELEGRAM_REFUSED)
                    return
                except Exception as problem:
                    logs.warn(logs.Line.TELEGRAM_AWAY, error=logs.place(problem))
                await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
                tries += 1
        finally:
            self.ready.set()
            await end(profile)

    async def close(self) -> None:
        """Let go of all connections: the last thing, when nothing is to be sent any more."""
        with contextlib.suppress(Exception):
            await self.client.shutdown()

    async def _receive(self) -> None:
        from adapters.telegram.poller import Poller
        from adapters.telegram.profile import receive_by_polling, receive_by_webhook

        await self.client.initialize()
        if self._webhook is not None and self._config.telegram_webhook_url is not None:
            url = self._config.telegram_webhook_url
            await receive_by_webhook(self.client, url, self._secret)
            self.ready.set()
            await asyncio.Event().wait()  # the web app receives
        await receive_by_polling(self.client)
        self.ready.set()
        self._poller = Poller(self.client, self.inbox, self._store)
        await self._poller.run()

    async def _keep_profile(self) -> None:
        """Name, descriptions and commands are content: set them, and again after a publication."""
        from adapters.telegram.profile import publish_profile

        await self.ready.wait()
        shown = ""
        while True:
            with contextlib.suppress(NotNow):
                release = await self._store.live_release()
                if release is not None and release.id != shown:
                    await publish_profile(self.client, release)
                    shown = release.id
            await asyncio.sleep(PROFILE_SECONDS)


class _Endpoint:
    """An ASGI application as a route's endpoint (a plain function would get a Request)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def open_slack(
    config: Settings,
    *,
    intake: Intake,
    store: Store,
    files: Mapping[str, FileSource],
    heard: Callable[[str | None], None] = lambda date: None,
) -> SlackSide | None:
    """Slack, if it is set up."""
    if config.slack_bot_token is None:
        return None
    from adapters.slack.side import SlackConfig, SlackSide
    from bot.turn import take_turn
    from content.phrases import phrases_of

    app, signing = config.slack_app_token, config.slack_signing_secret
    return SlackSide(
        SlackConfig(
            bot_token=config.slack_bot_token.get_secret_value(),
            app_token=app.get_secret_value() if app else None,
            signing_secret=signing.get_secret_value() if signing else None,
            api_url=config.slack_api_url,
            desk_channel=config.slack_desk_channel,
            patients=config.slack_patients,
            full_cards=config.desk_card == "full",
        ),
        intake=intake,
        store=store,
        take_turn=take_turn,
        phrases_of=phrases_of,
        files=files,
        heard=heard,
    )


def slack_routes(side: SlackSide | None) -> tuple[Route, ...]:
    """Where Slack posts to: only over HTTP, that is without an app token for Socket Mode."""
    endpoint = None if side is None or side.config.app_token else side.endpoint()
    if endpoint is None:
        return ()
    return (Route(SLACK_PATH, _Endpoint(endpoint), methods=["POST"]),)
