"""The whole Slack side as one part to wire: start, stop, deliverers, files, the HTTP endpoint."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from adapters.slack.bolt import bolt_app
from adapters.slack.client import Slack
from adapters.slack.desk import SlackDesk
from adapters.slack.files import SlackFiles
from adapters.slack.home import Home
from adapters.slack.http import Asgi, slack_endpoint
from adapters.slack.identity import DeskChannel, Identity, who_are_we
from adapters.slack.inbox import Inbox
from adapters.slack.patients import SlackPatients
from adapters.slack.people import People
from adapters.slack.queue import DeskQueue
from adapters.slack.socket import PING_SECONDS, Socket
from adapters.slack.staff import Receives, StaffDesk
from adapters.slack.tasks import Tasks
from adapters.stopping import end
from bot.errors import NotNow
from bot.given import Channel, TakeTurn
from bot.ports import Deliverer, FileSource, Store
from bot.receive import PhrasesOf

_log = logging.getLogger(__name__)

CHANNEL = Channel("Slack", commands=False, reactions=True)
"""How the core sees this platform. Slash commands do not work everywhere on Slack (not in threads),
so texts name buttons and words."""
RETRY_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0)


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """What the operator set.

    desk_channel: the channel's name or id. full_cards: whether cards show the enquiry or only its
    reference.
    """

    bot_token: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    api_url: str = "https://slack.com/api/"
    desk_channel: str | None = None
    patients: bool = True
    full_cards: bool = True


class _Sources(Mapping[str, FileSource]):
    """Everybody's file sources, and ours."""

    def __init__(self, others: Mapping[str, FileSource], ours: FileSource) -> None:
        self._others = others
        self._ours = ours

    def __getitem__(self, channel: str) -> FileSource:
        return self._ours if channel == "slack" else self._others[channel]

    def __iter__(self) -> Iterator[str]:
        return iter({*self._others, "slack"})

    def __len__(self) -> int:
        return len({*self._others, "slack"})


class SlackSide:
    """Slack, whole. ``files`` holds the file sources of the other platforms by channel name; ours is
    added under "slack"."""

    def __init__(
        self,
        config: SlackConfig,
        *,
        intake: Receives,
        store: Store,
        take_turn: TakeTurn,
        phrases_of: PhrasesOf,
        files: Mapping[str, FileSource] | None = None,
        ping_seconds: float = PING_SECONDS,
        heard: Callable[[str | None], None] = lambda date: None,
    ) -> None:
        self.config = config
        self.slack = Slack(config.bot_token, config.api_url, heard)
        self.files = SlackFiles(self.slack)
        # A view, not a copy: the other platforms' sources may be added later.
        sources = _Sources(files or {}, self.files)
        self._patients = SlackPatients(self.slack, store, sources)
        self._channel = DeskChannel(config.desk_channel) if config.desk_channel else None
        self._desk = (
            SlackDesk(self.slack, self._channel, sources, full=config.full_cards)
            if self._channel
            else None
        )
        self._tasks = Tasks()
        people = People(self.slack.web)
        desk = home = queue = None
        if self._channel is not None:
            desk = StaffDesk(self.slack, intake, store, people, self._tasks, self._channel)
            queue = DeskQueue(self.slack, store, people, self._tasks, self._channel, phrases_of)
        if config.patients:
            home = Home(self.slack, store, take_turn, phrases_of, channel=CHANNEL)
        inbox = Inbox(
            self.slack, intake, store, people, self._tasks, desk=desk, home=home, queue=queue
        )
        self.app = bolt_app(self.slack, inbox, self._us)
        self._identity: Identity | None = None
        self._ready = asyncio.Event()
        self._begin: asyncio.Task[None] | None = None
        self._socket: Socket | None = None
        self._ping_seconds = ping_seconds

    # ---- for the wiring

    @property
    def deliverers(self) -> Mapping[str, Deliverer]:
        """Deliverers by destination prefix."""
        made: dict[str, Deliverer] = {"slack:": self._patients}
        if self._desk is not None:
            made["desk:slack:"] = self._desk
        return made

    @property
    def desks(self) -> tuple[str, ...]:
        """Our desk's destination, if there is a desk."""
        return (self._channel.destination,) if self._channel is not None else ()

    def endpoint(self) -> Asgi | None:
        """The ASGI endpoint for events, interactivity and commands; None without a secret."""
        if not self.config.signing_secret:
            return None
        return slack_endpoint(self.app, self.config.signing_secret)

    async def start(self) -> None:
        """Begin; connects in the background, so that a Slack that is away delays nothing else."""
        self.slack.open()
        self._begin = asyncio.create_task(self._connect(), name="slack")

    async def wait_ready(self, seconds: float) -> bool:
        """Whether Slack knew us, and the socket was open, within that time."""
        try:
            await asyncio.wait_for(self._ready.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def is_connected(self) -> bool:
        """Whether Slack can reach us now (over HTTP: whether it has told us who we are)."""
        if self._identity is None:
            return False
        return self.config.app_token is None or (
            self._socket is not None and await self._socket.is_connected()
        )

    async def stop_receiving(self) -> None:
        """Finish what was begun and take nothing more; what is to be sent still goes out. Doing it twice
        changes nothing. Over HTTP the web server decides what comes in."""
        begin, self._begin = self._begin, None
        if begin is not None:
            await end(begin)
        opened, self._socket = self._socket, None
        if opened is not None:
            await opened.stop()

    async def stop(self) -> None:
        """Finish what was begun and let go of all connections."""
        await self.stop_receiving()
        await self._tasks.finish(3.0)
        await self.slack.close()

    # ---- inside

    def _us(self) -> Identity:
        if self._identity is None:
            raise NotNow("Slack has not told us who we are yet")
        return self._identity

    async def _connect(self) -> None:
        tries = 0
        while self._identity is None:
            try:
                self._identity = await who_are_we(self.slack.web)
            except Exception as problem:
                _log.warning("Slack does not know us yet: %s", type(problem).__name__)
                await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
                tries += 1
        if self._channel is not None:
            self._tasks.start(self._find_desk(self._channel), "looking for the desk channel")
        if self.config.app_token:
            self._socket = Socket(self.app, self.config.app_token, self.slack, self._ping_seconds)
            await self._socket.connect()
        self._ready.set()
        _log.info("Slack is connected")

    async def _find_desk(self, channel: DeskChannel) -> None:
        tries = 0
        while True:
            try:
                await channel.look_up(self.slack.web)
                return
            except Exception as problem:
                _log.warning("the desk channel was not found yet: %s", type(problem).__name__)
                await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
                tries += 1
