"""What stands in the chat: messages with their buttons, edited in place as on the platforms."""

from __future__ import annotations

from dataclasses import dataclass

from bot.screens import Choice, Rows


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the patient sees it. seq 0: a passing notice without a number."""

    seq: int
    text: str
    rows: Rows = ()
    content_id: str | None = None


class Board:
    """The messages of one chat, oldest first.

    A button can be tapped as long as its message stands there with it: an edited message has the
    buttons of its newest version only, a message further up keeps its own, as on the platforms.
    """

    def __init__(self) -> None:
        self._standing: dict[int, Shown] = {}
        self._fresh: list[Shown] = []

    def show(self, shown: Shown, replaces: int | None = None) -> None:
        """Put up a message, in place of an earlier one if that still stands."""
        if replaces is not None and replaces in self._standing:
            self._standing = {
                (shown.seq if seq == replaces else seq): (shown if seq == replaces else one)
                for seq, one in self._standing.items()
            }
        else:
            self._standing[shown.seq] = shown
        self._fresh.append(shown)

    def notice(self, text: str) -> None:
        """A line that passes by, without buttons."""
        self._fresh.append(Shown(0, text))

    def remove(self, seq: int) -> None:
        """Take a message down."""
        self._standing.pop(seq, None)

    def fresh(self) -> tuple[Shown, ...]:
        """What was shown since the last call."""
        shown, self._fresh = tuple(self._fresh), []
        return shown

    def standing(self) -> tuple[Shown, ...]:
        """All messages that can be seen, oldest first."""
        return tuple(self._standing.values())

    def button(self, label: str, *, anyhow: bool = False) -> tuple[int, Choice] | None:
        """(seq, choice) of a button that stands in the chat, the newest message's first.

        anyhow: upper and lower case are the same (for people; programs say it exactly).
        """
        for shown in reversed(self.standing()):
            for row in shown.rows:
                for choice in row:
                    if choice.label == label or (
                        anyhow and choice.label.casefold() == label.casefold()
                    ):
                        return shown.seq, choice
        return None
