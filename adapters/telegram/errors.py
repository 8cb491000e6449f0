"""What went wrong at Telegram, in our words: every ``TelegramError`` becomes one fault or outcome.

Telegram names most refusals only in the text of a 400. The texts below are those of the Bot API
server (tdlib/telegram-bot-api, ``Client.cpp``, and the server errors that it passes on).
"""

from __future__ import annotations

from enum import Enum, auto

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import FrontdeskError
from bot.ports import DeliveryOutcome, Gone, Later, RateLimited, Rejected, Uncertain


class TokenRefused(FrontdeskError):
    """Telegram does not know the bot token (401 or 404): nothing works until it is mended."""


class NotSent(NetworkError):
    """The request never left: no connection. Nothing can have happened."""

    __slots__ = ()


class MaybeSent(TimedOut):
    """The request was written and no answer came: it may have been carried out."""

    __slots__ = ()


class TooMany(NetworkError):
    """429: come back after ``seconds``."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many requests")
        self.seconds = seconds


class Fault(Enum):
    """The kinds of refusal that we act on."""

    NOT_MODIFIED = auto()
    EDIT_IMPOSSIBLE = auto()
    TOPIC_MISSING = auto()
    TOPIC_CLOSED = auto()
    UNREACHABLE = auto()
    TAP_TOO_OLD = auto()
    COPY_IMPOSSIBLE = auto()
    WRONG_FILE = auto()
    DELETE_IMPOSSIBLE = auto()
    MIGRATED = auto()
    TOKEN = auto()
    RATE = auto()
    NOT_SENT = auto()
    MAYBE_SENT = auto()
    SERVER = auto()
    OTHER = auto()


_TEXTS: tuple[tuple[Fault, tuple[str, ...]], ...] = (
    (Fault.NOT_MODIFIED, ("is not modified", "topic_not_modified")),
    (
        Fault.EDIT_IMPOSSIBLE,
        (
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "there is no text in the message to edit",
            "message identifier is not specified",
        ),
    ),
    (
        Fault.TOPIC_MISSING,
        ("thread not found", "topic_deleted", "topic_id_invalid", "topic not found"),
    ),
    (Fault.TOPIC_CLOSED, ("topic_closed",)),
    (Fault.TAP_TOO_OLD, ("query is too old", "query id is invalid")),
    (Fault.COPY_IMPOSSIBLE, ("message to copy not found", "message can't be copied")),
    (
        Fault.WRONG_FILE,
        ("wrong file identifier", "wrong remote file", "can't use file of type", "type of file"),
    ),
    (
        Fault.DELETE_IMPOSSIBLE,
        ("message to delete not found", "message can't be deleted", "message identifiers"),
    ),
    (
        Fault.UNREACHABLE,
        (
            "chat not found",
            "user not found",
            "user is deactivated",
            "user_deactivated",
            "peer_id_invalid",
            "bot was blocked",
            "bot was kicked",
            "not a member",
            "chat_write_forbidden",
            "not enough rights to send",
            "have no rights to send",
        ),
    ),
    (Fault.MIGRATED, ("upgraded to a supergroup",)),
)


def fault_of(error: TelegramError) -> Fault:
    """The kind of a refusal."""
    match error:
        case TooMany() | RetryAfter():
            return Fault.RATE
        case NotSent():
            return Fault.NOT_SENT
        case TimedOut():
            return Fault.MAYBE_SENT
        case ChatMigrated():
            return Fault.MIGRATED
        case InvalidToken():
            return Fault.TOKEN
        case Forbidden():
            return Fault.UNREACHABLE
        case BadRequest():
            text = error.message.casefold()
            return next(
                (fault for fault, parts in _TEXTS if any(part in text for part in parts)),
                Fault.OTHER,
            )
        case _:
            return Fault.SERVER


def outcome_of(error: TelegramError, *, repeatable: bool = False) -> DeliveryOutcome:
    """What the worker shall do. ``repeatable``: doing it twice is the same as once (edits,
    reactions, deletions), so that a lost answer is simply tried again."""
    match fault_of(error):
        case Fault.RATE:
            return RateLimited(error.seconds if isinstance(error, TooMany) else 5.0)
        case Fault.UNREACHABLE:
            return Gone(_short(error))
        case Fault.NOT_SENT:
            return Later("no connection to Telegram")
        case Fault.MAYBE_SENT:
            if repeatable:
                return Later("no answer from Telegram")
            return Uncertain("no answer from Telegram")
        case Fault.TOKEN:
            # Not this message's fault: it waits until the operator has mended the token.
            return Later("Telegram refuses the bot token", 60.0, counted=False)
        case Fault.SERVER:
            return Later("Telegram has trouble", 2.0)
        case Fault.NOT_MODIFIED | Fault.EDIT_IMPOSSIBLE | Fault.TOPIC_MISSING | Fault.TOPIC_CLOSED:
            return Rejected(_short(error))
        case Fault.TAP_TOO_OLD | Fault.COPY_IMPOSSIBLE | Fault.WRONG_FILE:
            return Rejected(_short(error))
        case Fault.DELETE_IMPOSSIBLE | Fault.MIGRATED | Fault.OTHER:
            return Rejected(_short(error))


def _short(error: TelegramError) -> str:
    """Telegram's own words, cut: they name the rule that was broken, never a person's text."""
    return error.message[:120]
