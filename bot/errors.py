"""The error tree, split by whose fault it is.

FrontdeskError
├── BadContent      the editors' files do not lint (carries the findings)
├── BadSettings     the operator's settings are wrong (raised by adapters.settings as SettingsError)
├── NotNow          the database or a lock is not there at this moment: do not acknowledge, come again
├── StaleRelease    the text was understood under another Release: understand it again
├── Overtaken       another Release went live than the one that this edit began from
├── KeyMissing      sealed rows exist and the master key does not open them
└── NotFound        no such enquiry, release, parked update
"""

from __future__ import annotations


class FrontdeskError(Exception):
    """Any failure that this program raises on purpose."""


class BadContent(FrontdeskError):
    """Content that does not lint; ``findings`` are ready to print, one a line."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class BadSettings(FrontdeskError):
    """A setting is wrong; the message names it, says what is wrong and gives an example."""


class NotNow(FrontdeskError):
    """The store cannot take it now; nothing was recorded."""


class StaleRelease(FrontdeskError):
    """The live Release is not the one that this Update was understood under."""


class Overtaken(FrontdeskError):
    """Another Release went live since the edit began; ``live_id`` names it ("" if there is none)."""

    def __init__(self, live_id: str) -> None:
        super().__init__(f"release {live_id} went live meanwhile")
        self.live_id = live_id


class KeyMissing(FrontdeskError):
    """The master key is missing or is not the one that sealed the rows."""


class NotFound(FrontdeskError):
    """What was asked for does not exist."""
