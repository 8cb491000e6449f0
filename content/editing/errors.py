"""What editing raises: one error, with a sentence for the editor."""

from __future__ import annotations

from bot.errors import FrontdeskError


class CannotEdit(FrontdeskError):
    """The thing is not there, its file cannot be read, or the edit is refused.

    ``because``: one line each, where there is a list to show (the pages that link to a page).
    """

    def __init__(self, message: str, because: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.because = because
