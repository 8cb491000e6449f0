"""What a failed call means for the delivery that made it.

Error codes: the "Errors" tables of the Web API methods (docs.slack.dev/reference/methods). A request
whose connection broke after it was written may have been carried out, and Slack knows no idempotency
key, so new messages end as ``Uncertain``; edits and reactions may simply be repeated (``Later``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import FrontdeskError
from bot.ports import DeliveryOutcome, Gone, Later, RateLimited, Rejected, Uncertain

SEND_ANEW = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "is_inactive",
        "thread_not_found",
    }
)
"""An edit that will never work; the same content as a new message will."""

ALREADY = frozenset({"already_reacted", "message_not_found", "no_reaction", "file_deleted"})

_GONE = frozenset(
    {
        "account_inactive_user",
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
    }
)
_OURS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
"""The operator has to mend the token; nothing is lost meanwhile."""
_OURS_SECONDS = 60.0
_MAYBE_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})
_NOT_DONE = frozenset({"service_unavailable", "team_added_to_org", "org_login_required"})
_RATE_SECONDS = 30.0
"""Where a 429 names no time: the SDK's own guess for its slowest tier."""


def code_of(error: SlackApiError) -> str:
    """Slack's error code, "" where the answer was none of Slack's."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, Mapping) else ""


def status_of(error: SlackApiError) -> int:
    """The HTTP status; an answer that was not JSON carries aiohttp's response instead of the SDK's."""
    response: Any = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", 0) or 0)


def classify(error: Exception, *, repeatable: bool, patient: bool) -> DeliveryOutcome:
    """The outcome of a delivery that ended in ``error``.

    repeatable: doing it again changes nothing (an edit, a reaction, a deletion).
    patient: whether the destination is a patient, who can be gone; a desk is misconfigured instead.
    Anything that is no network or Slack failure is raised again.
    """
    match error:
        case SlackApiError():
            return _api(error, repeatable=repeatable, patient=patient)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Later(type(error).__name__)
        case aiohttp.ClientError() | TimeoutError() | ConnectionError():
            return _maybe(type(error).__name__, repeatable)
        case SlackClientError():
            return Rejected(type(error).__name__)
        case FrontdeskError():
            return Rejected(type(error).__name__)
        case _:
            raise error


def _api(error: SlackApiError, *, repeatable: bool, patient: bool) -> DeliveryOutcome:
    status, code = status_of(error), code_of(error)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return RateLimited(_retry_after(error))
    if code in _OURS:
        return Later(code, _OURS_SECONDS, counted=False)
    if code in _NOT_DONE:
        return Later(code, 5.0)
    if code in _MAYBE_DONE or (not code and (status >= 500 or status == 200)):
        return _maybe(code or f"status {status}", repeatable)
    if code in _GONE and patient:
        return Gone(code)
    return Rejected(code or f"status {status}")


def _maybe(reason: str, repeatable: bool) -> DeliveryOutcome:
    return Later(reason) if repeatable else Uncertain(reason)


def _retry_after(error: SlackApiError) -> float:
    headers: Any = getattr(error.response, "headers", {}) or {}
    for name in headers:
        if str(name).lower() == "retry-after":
            try:
                return max(1.0, float(headers[name]))
            except (TypeError, ValueError):
                return _RATE_SECONDS
    return _RATE_SECONDS
