"""Posting, editing and deleting messages: the few calls that both deliverers make."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from adapters.slack.client import Slack
from adapters.slack.errors import ALREADY, SEND_ANEW, code_of
from adapters.slack.outbound import Message


async def post(
    slack: Slack,
    channel: str,
    messages: Sequence[Message],
    *,
    thread: str | None = None,
    broadcast: bool = False,
) -> tuple[str, ...]:
    """Post messages in order; the ``ts`` of each. The last one carries the buttons."""
    slack.open()
    posted: list[str] = []
    for message in messages:
        answer = await slack.web.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=list(message.blocks),
            thread_ts=thread,
            reply_broadcast=True if broadcast and thread else None,
            unfurl_links=False,
            unfurl_media=False,
            mrkdwn=False,
            parse="none",
        )
        posted.append(str(answer["ts"]))
    return tuple(posted)


def receipts(
    name: str, posted: tuple[str, ...], owner: object, file_id: str = ""
) -> tuple[tuple[str, str], ...]:
    """Receipts of what was posted: the last message under its agreed name; the parts before it and a
    file under names of their own (``owner`` makes them unique), so that erasure finds them too."""
    kept = [(name, posted[-1])]
    kept.extend((f"part:{owner}:{at}", ts) for at, ts in enumerate(posted[:-1], 1))
    if file_id:
        kept.append((f"file:{owner}", file_id))
    return tuple(kept)


async def whisper(
    slack: Slack, channel: str, user: str, messages: Sequence[Message], thread: str | None = None
) -> bool:
    """Show messages to one person only; False where Slack cannot (not in the channel, not ours)."""
    slack.open()
    for message in messages:
        try:
            await slack.web.chat_postEphemeral(
                channel=channel,
                user=user,
                text=message.text,
                blocks=list(message.blocks),
                thread_ts=thread,
            )
        except SlackApiError as problem:
            if code_of(problem) in ("user_not_in_channel", "user_not_found", "channel_not_found"):
                return False
            raise
    return True


async def edit(slack: Slack, channel: str, ts: str, message: Message) -> bool:
    """Change a message of ours; False where that message can never be changed again."""
    slack.open()
    try:
        await slack.web.chat_update(
            channel=channel, ts=ts, text=message.text, blocks=list(message.blocks), parse="none"
        )
    except SlackApiError as problem:
        if code_of(problem) in SEND_ANEW:
            return False
        raise
    return True


async def delete(slack: Slack, channel: str, message_id: str) -> None:
    """Delete a message or a file ("F…") of ours; one that is gone already counts as deleted."""
    slack.open()
    try:
        if message_id.startswith("F"):
            await slack.web.files_delete(file=message_id)
        else:
            await slack.web.chat_delete(channel=channel, ts=message_id)
    except SlackApiError as problem:
        if code_of(problem) not in ALREADY | {"file_not_found"}:
            raise


async def react(slack: Slack, channel: str, ts: str, name: str) -> None:
    """Put a reaction under somebody's message; one that is there, or cannot be, is fine."""
    slack.open()
    try:
        await slack.web.reactions_add(channel=channel, timestamp=ts, name=name)
    except SlackApiError as problem:
        if code_of(problem) not in ALREADY | {
            "bad_timestamp",
            "message_not_found",
            "no_item_specified",
            "not_reactable",
            "too_many_emoji",
            "too_many_reactions",
        }:
            raise
