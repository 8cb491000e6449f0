"""Who may do what: one table, role by action. Every route of the web face names its action.

A session belongs to a staff entry of the live Release; its role is looked up at every request, so that
a changed staff list counts at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Action(StrEnum):
    """What a route does."""

    TRY_PATIENT = "the local page's patient chat"
    DESK_READ = "read enquiries"
    DESK_ACT = "work on enquiries"
    WORDS_READ = "read all wording and its history"
    WORDS_EDIT = "write drafts, look at previews, try them"
    WORDS_PUBLISH = "make drafts live, tick pages as checked"
    WORDS_ROLLBACK = "make an earlier Release live"
    DANGER = "change the danger words"
    ORGANISATION = "change the facts about who runs the service"
    STAFF = "change the staff list (by going back to a Release with another one)"
    COUNTS = "see what is read and missed"
    SESSIONS_OWN = "list and end one's own sessions"
    SESSIONS_ALL = "list and end everybody's sessions"


FACILITATOR, LEAD, EDITOR, ADMIN = "facilitator", "lead", "editor", "admin"
LOCAL = "local"
"""Whoever opened the local link and is not on the staff list: they have the terminal, so they may look and
try. What they do on the desk is refused by the core, with the reason."""

NOBODY = ""
"""A session whose staff entry is gone, or has a role that this table does not know."""

_ALL = frozenset(Action)
_DESK = frozenset({Action.DESK_READ, Action.DESK_ACT, Action.SESSIONS_OWN})
_TRY = frozenset({Action.TRY_PATIENT})
_WORDS = frozenset(
    {
        Action.WORDS_READ,
        Action.WORDS_EDIT,
        Action.WORDS_PUBLISH,
        Action.WORDS_ROLLBACK,
        Action.DANGER,
        Action.ORGANISATION,
        Action.COUNTS,
        Action.SESSIONS_OWN,
    }
)

MAY: Mapping[str, frozenset[Action]] = {
    FACILITATOR: _DESK,
    LEAD: _DESK | {Action.WORDS_READ, Action.COUNTS},
    EDITOR: _WORDS,  # the words are theirs, what patients write is not
    ADMIN: _ALL - _TRY,
    LOCAL: frozenset({Action.DESK_READ, Action.DESK_ACT}),
    NOBODY: frozenset(),
}
"""Role → what it may do. The patient's chat belongs to the local link, whatever the role."""


def may(role: str, action: Action, *, local: bool = False) -> bool:
    """Whether a role may do something; ``local``: the session came from the local link."""
    if action is Action.TRY_PATIENT:
        return local
    return action in MAY.get(role, frozenset())
