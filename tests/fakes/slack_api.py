"""The Web API methods that we use, with Slack's rules and error codes.

Source of codes and rules: the method pages under docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.fakes import slack_blocks as rules
from tests.fakes.slack_state import (
    APP,
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    BOT_USER,
    TEAM,
    Channel,
    File,
    Json,
    Message,
    View,
    Workspace,
)

TRIGGER_SECONDS = 3.0
NEEDS: dict[str, frozenset[str]] = {
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "chat.delete": frozenset({"chat:write"}),
    "reactions.add": frozenset({"reactions:write"}),
    "users.info": frozenset({"users:read"}),
    "conversations.open": frozenset({"im:write"}),
    "conversations.info": frozenset({"groups:read"}),
    "conversations.members": frozenset({"groups:read"}),
    "conversations.leave": frozenset({"groups:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.delete": frozenset({"files:write"}),
    "files.info": frozenset({"files:read"}),
}
"""Scopes of the bot token that a method wants (for the kinds of channels that we use)."""
LISTING = {"private_channel": "groups:read", "public_channel": "channels:read"}
FILE_MAX = 1_000_000_000


class Refused(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class Api:
    """Methods by name. ``told``: called with an event that a change causes, for the app to hear."""

    def __init__(
        self,
        world: Workspace,
        told: Callable[[Json], None],
        base: Callable[[], str],
        ticket: Callable[[], str],
    ) -> None:
        self.world = world
        self._told = told
        self._base = base
        self._ticket = ticket

    def call(self, method: str, token: str, args: Json, scopes: frozenset[str]) -> Json:
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            raise Refused("invalid_auth" if token else "not_authed")
        wanted = NEEDS.get(method, frozenset())
        if method == "conversations.list":
            types = str(args.get("types", "public_channel")).split(",")
            wanted = frozenset(LISTING[one] for one in types)
        if missing := wanted - scopes:
            raise Refused("missing_scope", needed=",".join(sorted(missing)))
        handler = getattr(self, method.replace(".", "_"), None)
        if handler is None:
            raise Refused("unknown_method", req_method=method)
        try:
            answer: Json = handler(args)
        except rules.Invalid as problem:
            raise Refused("invalid_blocks", errors=[str(problem)]) from None
        return answer

    # ---- who

    def auth_test(self, args: Json) -> Json:
        return {
            "url": "https://home.slack.test/",
            "team": "Home",
            "user": "frontdesk",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
        }

    def apps_connections_open(self, args: Json) -> Json:
        return {"url": self._ticket()}

    def users_info(self, args: Json) -> Json:
        user = self.world.users.get(args.get("user", ""))
        if user is None:
            raise Refused("user_not_found")
        return {"user": user}

    # ---- channels

    def conversations_open(self, args: Json) -> Json:
        user = self.world.users.get(args.get("users", ""))
        if user is None:
            raise Refused("user_not_found")
        if user.get("deleted"):
            raise Refused("user_disabled")
        return {"channel": {"id": self.world.direct(user["id"]).id}}

    def conversations_info(self, args: Json) -> Json:
        return {"channel": self._described(self._channel(args.get("channel", "")))}

    def conversations_list(self, args: Json) -> Json:
        types = str(args.get("types", "public_channel")).split(",")
        shown = [
            one
            for one in self.world.channels.values()
            if not one.im
            and ("private_channel" if one.private else "public_channel") in types
            and (not one.private or BOT_USER in one.members)
        ]
        start = int(args.get("cursor") or 0)
        page = shown[start : start + 2]  # small pages, so that cursors are followed
        more = str(start + 2) if start + 2 < len(shown) else ""
        return {
            "channels": [self._described(one) for one in page],
            "response_metadata": {"next_cursor": more},
        }

    def conversations_members(self, args: Json) -> Json:
        channel = self._channel(args.get("channel", ""))
        return {"members": sorted(channel.members), "response_metadata": {"next_cursor": ""}}

    def conversations_leave(self, args: Json) -> Json:
        self._channel(args.get("channel", "")).members.discard(BOT_USER)
        return {}

    def _described(self, channel: Channel) -> Json:
        return {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.private,
            "is_im": bool(channel.im),
            "is_archived": channel.archived,
            "is_member": BOT_USER in channel.members,
        }

    def _channel(self, channel_id: str) -> Channel:
        channel = self.world.channels.get(channel_id)
        if channel is None or (channel.private and BOT_USER not in channel.members):
            raise Refused("channel_not_found")
        return channel

    # ---- messages

    def _postable(self, args: Json) -> Channel:
        channel = self._channel(args.get("channel", ""))
        if channel.refuses:
            raise Refused(channel.refuses)
        if channel.archived:
            raise Refused("is_archived")
        if BOT_USER not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def chat_postMessage(self, args: Json) -> Json:
        channel = self._postable(args)
        rules.check_message(args.get("text"), args.get("blocks"))
        rules.need(args.get("unfurl_links") is False, "links would unfurl")
        thread = args.get("thread_ts", "")
        if thread:
            parent = self.world.find(channel.id, thread)
            if parent is None:
                raise Refused("thread_not_found")
            rules.need(not parent.thread_ts or parent.thread_ts == parent.ts, "reply to a reply")
        rules.need(thread or not args.get("reply_broadcast"), "broadcast without a thread")
        message = Message(
            channel.id,
            self.world.next_ts(),
            BOT_USER,
            args["text"],
            args["blocks"],
            thread_ts=thread,
            bot=True,
            broadcast=bool(args.get("reply_broadcast")),
        )
        self.world.messages.append(message)
        self.world.history.setdefault(channel.id, []).append((True, message.text))
        self._told(event_of(message, channel))
        return {"channel": channel.id, "ts": message.ts, "message": {"text": message.text}}

    def chat_postEphemeral(self, args: Json) -> Json:
        channel = self._postable(args)
        rules.check_message(args.get("text"), args.get("blocks"))
        if args.get("user") not in channel.members:
            raise Refused("user_not_in_channel")
        ts = self.world.next_ts()
        self.world.messages.append(
            Message(
                channel.id, ts, BOT_USER, args["text"], args["blocks"], args.get("thread_ts", ""),
                bot=True, to=args["user"],
            )
        )  # fmt: skip
        return {"message_ts": ts}

    def chat_update(self, args: Json) -> Json:
        channel = self._postable(args)
        message = self.world.find(channel.id, args.get("ts", ""))
        if message is None:
            raise Refused("message_not_found")
        if not message.bot:
            raise Refused("cant_update_message")
        rules.check_message(args.get("text"), args.get("blocks"))
        before = event_of(message, channel)["text"]
        message.text, message.blocks = args["text"], args["blocks"]
        message.edits += 1
        self.world.history.setdefault(channel.id, []).append((False, message.text))
        self._told(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "channel": channel.id,
                "channel_type": "im" if channel.im else "group",
                "ts": self.world.next_ts(),
                "message": event_of(message, channel),
                "previous_message": {"text": before},
            }
        )
        return {"channel": channel.id, "ts": message.ts, "text": message.text}

    def chat_delete(self, args: Json) -> Json:
        channel = self._channel(args.get("channel", ""))
        message = self.world.find(channel.id, args.get("ts", ""))
        if message is None:
            raise Refused("message_not_found")
        if not message.bot:
            raise Refused("cant_delete_message")
        message.gone = True
        return {"channel": channel.id, "ts": message.ts}

    def reactions_add(self, args: Json) -> Json:
        message = self.world.find(args.get("channel", ""), args.get("timestamp", ""))
        if message is None:
            raise Refused("message_not_found")
        mark = (BOT_USER, args.get("name", ""))
        if mark in message.reactions:
            raise Refused("already_reacted")
        message.reactions.append(mark)
        return {}

    # ---- views

    def _use_trigger(self, trigger_id: str) -> str:
        trigger = self.world.triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if time.monotonic() - trigger.born > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def views_open(self, args: Json) -> Json:
        rules.check_view(args.get("view"), "modal")
        user = self._use_trigger(args.get("trigger_id", ""))
        return {"view": self.put_view(user, args["view"]).view}

    def views_update(self, args: Json) -> Json:
        known = self.world.views.get(args.get("view_id", ""))
        if known is None or not known.open:
            raise Refused("not_found")
        if args.get("hash") and args["hash"] != known.hash:
            raise Refused("hash_conflict")
        rules.check_view(args.get("view"), "modal")
        self.replace_view(known, args["view"])
        return {"view": known.view}

    def views_publish(self, args: Json) -> Json:
        if args.get("user_id") not in self.world.users:
            raise Refused("user_not_found")
        rules.check_view(args.get("view"), "home")
        self.world.homes[args["user_id"]] = args["view"]
        return {"view": args["view"]}

    def put_view(self, user: str, view: Json) -> View:
        known = View(self.world.fresh("V0"), user, {}, "")
        self.world.views[known.id] = known
        self.replace_view(known, view)
        return known

    def replace_view(self, known: View, view: Json) -> None:
        known.hash = f"{time.time()}.{self.world.fresh('h')}"
        blocks = [{"block_id": self.world.fresh("b"), **block} for block in view.get("blocks", ())]
        known.view = {
            **view,
            "blocks": blocks,
            "id": known.id,
            "hash": known.hash,
            "team_id": TEAM,
            "app_id": APP,
            "bot_id": BOT,
        }

    # ---- files

    def files_getUploadURLExternal(self, args: Json) -> Json:
        length = int(args.get("length", 0))
        rules.need(args.get("filename"), "filename")
        rules.need(0 < length <= FILE_MAX, "length")
        file = File(self.world.fresh("F0"), args["filename"])
        self.world.files[file.id] = file
        ticket = self.world.fresh("up")
        self.world.uploads[ticket] = f"{file.id}:{length}"
        return {"upload_url": f"{self._base()}/upload/{ticket}", "file_id": file.id}

    def files_completeUploadExternal(self, args: Json) -> Json:
        shown = []
        for one in args.get("files") or ():
            file = self.world.files.get(one.get("id", ""))
            if file is None or not file.data:
                raise Refused("file_not_found")
            channel = self._postable({"channel": args.get("channel_id", "")})
            file.channel, file.thread = channel.id, args.get("thread_ts", "")
            if file.thread and self.world.find(channel.id, file.thread) is None:
                raise Refused("thread_not_found")
            self.world.messages.append(
                Message(
                    channel.id, self.world.next_ts(), BOT_USER, "", thread_ts=file.thread,
                    bot=True, files=[file.id],
                )
            )  # fmt: skip
            shown.append({"id": file.id, "title": one.get("title")})
        return {"files": shown}

    def files_info(self, args: Json) -> Json:
        file = self.world.files.get(args.get("file", ""))
        if file is None or file.gone:
            raise Refused("file_not_found")
        return {"file": described(file, self._base())}

    def files_delete(self, args: Json) -> Json:
        file = self.world.files.get(args.get("file", ""))
        if file is None or file.gone:
            raise Refused("file_not_found")
        file.gone = True
        for message in self.world.messages:
            if file.id in message.files:
                message.gone = True
        return {}


def described(file: File, base: str) -> Json:
    """A file object as events and files.info show it."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.name,
        "mimetype": file.mimetype,
        "mode": file.mode,
        "size": len(file.data),
        "url_private": f"{base}/files/{file.id}",
        "url_private_download": f"{base}/files/{file.id}",
    }


def event_of(message: Message, channel: Channel) -> Json:
    """A message as its event."""
    made: Json = {
        "type": "message",
        "channel": channel.id,
        "channel_type": "im" if channel.im else ("group" if channel.private else "channel"),
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": TEAM,
    }
    if message.bot:
        made |= {"bot_id": BOT, "app_id": APP}
    if message.thread_ts:
        made["thread_ts"] = message.thread_ts
    return made
