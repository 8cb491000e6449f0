"""People on the fake Slack: they write, tap what they can see, fill in modals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes import slack_blocks as rules
from tests.fakes.slack_api import described, event_of
from tests.fakes.slack_delivery import Delivery
from tests.fakes.slack_state import APP, TEAM, File, Json, Message, View

if TYPE_CHECKING:
    from tests.fakes.slack import FakeSlack

RESPONSE_USES = 5


def as_slack_writes(text: str) -> str:
    """Typed text as it stands in an event."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Person:
    """Somebody in the workspace."""

    def __init__(self, slack: FakeSlack, user: str, name: str) -> None:
        self.slack = slack
        self.user = user
        self.name = name

    # ---- what this person sees

    @property
    def direct(self) -> str:
        """The id of the direct messages with the bot."""
        return self.slack.world.direct(self.user).id

    def sees(self, channel: str | None = None, thread: str | None = None) -> list[Message]:
        """Messages in the direct messages (or a channel), oldest first."""
        return self.slack.world.seen_by(self.user, channel or self.direct, thread)

    def reads(self, channel: str | None = None) -> str:
        """Everything that is shown there, as text."""
        return "\n\n".join(shown(one) for one in self.sees(channel))

    @property
    def last(self) -> Message:
        """The bot's newest message to this person."""
        return [one for one in self.sees() if one.bot][-1]

    @property
    def modal(self) -> View | None:
        """The modal that is open for this person."""
        opened = [one for one in self.slack.world.views.values() if one.user == self.user]
        return next((one for one in reversed(opened) if one.open), None)

    @property
    def has_modal(self) -> bool:
        """Whether a modal is open."""
        return self.modal is not None

    # ---- writing

    async def dms(self, text: str, *, thread: str = "", **more: Any) -> Delivery:
        """Write to the bot."""
        return await self._says(self.direct, as_slack_writes(text), thread, **more)

    async def writes(self, channel: str, text: str, *, thread: str = "") -> Delivery:
        """Write in a channel or a thread."""
        return await self._says(channel, as_slack_writes(text), thread)

    async def _says(self, channel: str, text: str, thread: str, **more: Any) -> Delivery:
        world = self.slack.world
        message = Message(channel, world.next_ts(), self.user, text, thread_ts=thread)
        world.messages.append(message)
        event = {**event_of(message, world.channels[channel]), "client_msg_id": message.ts}
        return await self.slack.deliver_event(event, **more)

    async def edits(self, message: Message, text: str) -> Delivery:
        """Change an own message."""
        assert message.user == self.user
        world = self.slack.world
        before, message.text = message.text, as_slack_writes(text)
        channel = world.channels[message.channel]
        changed = event_of(message, channel) | {
            "edited": {"user": self.user, "ts": world.next_ts()}
        }
        return await self.slack.deliver_event(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": channel.id,
                "channel_type": "im" if channel.im else "group",
                "ts": world.next_ts(),
                "message": changed,
                "previous_message": {**changed, "text": before},
            }
        )

    async def sends_files(
        self, *files: tuple[str, bytes, str], text: str = "", channel: str | None = None
    ) -> Delivery:
        """Send files (name, bytes, media type) in one message."""
        world = self.slack.world
        kept = []
        for name, data, media_type in files:
            file = File(world.fresh("F0"), name, data, media_type)
            world.files[file.id] = file
            kept.append(file)
        where = world.channels[channel or self.direct]
        message = Message(
            where.id, world.next_ts(), self.user, as_slack_writes(text),
            files=[one.id for one in kept],
        )  # fmt: skip
        world.messages.append(message)
        event = event_of(message, where) | {
            "subtype": "file_share",
            "files": [described(one, self.slack.base) for one in kept],
        }
        return await self.slack.deliver_event(event)

    async def opens_app(self, tab: str = "messages") -> Delivery:
        """Open the app's messages or Home tab."""
        return await self.slack.deliver_event(
            {"type": "app_home_opened", "user": self.user, "channel": self.direct, "tab": tab}
        )

    async def commands(self, text: str = "", *, channel: str | None = None) -> Delivery:
        """Type /frontdesk and something."""
        world = self.slack.world
        return await self.slack.deliver(
            "slash_commands",
            {
                "command": "/frontdesk",
                "text": as_slack_writes(text),
                "user_id": self.user,
                "team_id": TEAM,
                "channel_id": channel or self.direct,
                "trigger_id": world.trigger(self.user),
                "response_url": self._response_url(channel or self.direct),
                "api_app_id": APP,
            },
        )

    # ---- buttons

    def button(self, label: str, channel: str | None = None) -> tuple[Message, Json]:
        """The newest button of that label that is on the screen; fails if there is none."""
        for message in reversed(self.sees(channel)):
            for element in message.buttons:
                if element["text"]["text"] == label:
                    return message, element
        shown_now = [
            element["text"]["text"] for one in self.sees(channel) for element in one.buttons
        ]
        raise AssertionError(f"no button {label!r}; there are {shown_now}")

    async def taps(
        self, label: str, channel: str | None = None, *, message: Message | None = None
    ) -> Delivery:
        """Press a button that is shown (the newest of that label, or on one message)."""
        found, element = self.button(label, channel)
        if message is not None:
            element = next(one for one in message.buttons if one["text"]["text"] == label)
            found = message
        return await self.presses(found, element)

    async def presses(self, message: Message, element: Json) -> Delivery:
        """The payload of a pressed button of a message."""
        return await self.slack.deliver("interactive", self.press_payload(message, element))

    def press_payload(self, message: Message, element: Json) -> Json:
        world = self.slack.world
        return {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": self.user, "team_id": TEAM},
            "api_app_id": APP,
            "trigger_id": world.trigger(self.user),
            "response_url": self._response_url(message.channel),
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": bool(message.to),
            },
            "channel": {"id": message.channel},
            "message": {"ts": message.ts, "text": message.text, "user": message.user},
            "actions": [{**element, "block_id": "x", "action_ts": world.next_ts()}],
        }

    async def taps_home(self, label: str) -> Delivery:
        """Press a button of the Home tab."""
        view = self.slack.world.homes[self.user]
        element = next(
            one
            for block in view["blocks"]
            if block["type"] == "actions"
            for one in block["elements"]
            if one["text"]["text"] == label
        )
        return await self._presses_in_view({**view, "id": "V0HOME"}, element)

    async def _presses_in_view(self, view: Json, element: Json) -> Delivery:
        world = self.slack.world
        return await self.slack.deliver(
            "interactive",
            {
                "type": "block_actions",
                "team": {"id": TEAM},
                "user": {"id": self.user, "team_id": TEAM},
                "api_app_id": APP,
                "trigger_id": world.trigger(self.user),
                "container": {"type": "view", "view_id": view["id"]},
                "view": view,
                "actions": [{**element, "block_id": "x", "action_ts": world.next_ts()}],
            },
        )

    # ---- modals

    async def taps_in_modal(self, label: str) -> Delivery:
        """Press a button inside the open modal."""
        view = self._opened().view
        element = next(
            one
            for block in view["blocks"]
            if block["type"] == "actions"
            for one in block["elements"]
            if one["text"]["text"] == label
        )
        return await self._presses_in_view(view, element)

    def written(self) -> str:
        """What stands in the modal's input when it opens."""
        box = next(one for one in self._opened().view["blocks"] if one["type"] == "input")
        return str(box["element"].get("initial_value", ""))

    async def submits(self, values: dict[str, str] | None = None) -> Delivery:
        """Press the modal's submit button; ``values`` by block id. The modal then does what the
        answer says; unacknowledged it stays as it is."""
        opened = self._opened()
        delivery = await self.slack.deliver(
            "interactive", self.submit_payload(values or {}), retries=0
        )
        if delivery.acked:
            self._answered(opened, delivery.answer)
        return delivery

    def submit_payload(self, values: dict[str, str]) -> Json:
        opened = self._opened()
        state: Json = {}
        for block in opened.view["blocks"]:
            if block["type"] != "input":
                continue
            element = block["element"]
            value = values.get(block["block_id"], element.get("initial_value"))
            assert value, "Slack itself refuses an empty required input"
            assert len(value) <= element.get("max_length", 3000), "Slack stops typing there"
            state[block["block_id"]] = {
                element["action_id"]: {"type": element["type"], "value": value}
            }
        return {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": self.user, "team_id": TEAM},
            "api_app_id": APP,
            "trigger_id": self.slack.world.trigger(self.user),
            "view": {**opened.view, "state": {"values": state}},
        }

    def closes(self) -> None:
        """Close the modal; the app is not told."""
        self._opened().open = False

    def _answered(self, opened: View, answer: Json) -> None:
        match answer.get("response_action"):
            case None | "clear":
                opened.open = False
            case "update":
                rules.check_view(answer["view"], "modal")
                self.slack.api.replace_view(opened, answer["view"])
            case "errors":
                inputs = {
                    one["block_id"] for one in opened.view["blocks"] if one["type"] == "input"
                }
                assert answer["errors"], "errors without one"
                assert set(answer["errors"]) <= inputs, "an error must name an input block"
            case other:
                raise AssertionError(f"response_action {other!r} is not expected")

    def _opened(self) -> View:
        opened = self.modal
        assert opened is not None, f"{self.name} has no modal open"
        return opened

    def _response_url(self, channel: str) -> str:
        ticket = self.slack.world.fresh("r")
        self.slack.world.response_urls[ticket] = {
            "left": RESPONSE_USES,
            "channel": channel,
            "user": self.user,
        }
        return f"{self.slack.base}/response/{ticket}"


def shown(message: Message) -> str:
    """What a reader sees of a message: its blocks, else its text."""
    return rules.shown_text(message.blocks) if message.blocks else message.text
