"""Line ends and the byte order mark: files are edited with plain new lines and put back as they were."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineEnds:
    """How a file marks its beginning and its lines. A file that mixes line ends gets plain ones."""

    mark: str
    end: str

    @staticmethod
    def split(text: str) -> tuple[LineEnds, str]:
        """The file's habits, and its text without them."""
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        body = text.removeprefix("\ufeff")
        windows = body.count("\r\n")
        only = windows and windows == body.count("\n") == body.count("\r")
        plain = body.replace("\r\n", "\n").replace("\r", "\n")
        return LineEnds(mark, "\r\n" if only else "\n"), plain

    def put_back(self, text: str) -> str:
        """The text in the file's habits."""
        return self.mark + (text.replace("\n", self.end) if self.end != "\n" else text)
