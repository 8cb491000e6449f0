"""What patients do, and what they typed: the side of the bargain that the database must match."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.faults.phones import Phone
from tests.faults.staff import Facilitator

PERSON = "can i talk to a person"
"""Understood without an answer engine."""
STEPS = 7
LATER = 2
"""Messages that a patient writes after the question was sent."""


@dataclass
class Patient:
    """One patient's whole story. ``danger``: words of danger instead of the form."""

    number: int
    phone: Phone
    danger: bool = False
    typed: list[str] = field(default_factory=list)
    relayed: list[str] = field(default_factory=list)
    """What of it must stand on the desk."""
    replied: list[str] = field(default_factory=list)
    """What a facilitator sent, from the moment when Send was accepted."""

    async def lives(self, facilitator: Facilitator | None = None) -> None:
        """From the first word to the last. Raises ``Lost`` where an answer never came."""
        if self.danger:
            text = f"I cannot breathe zd{self.number:06}"
            self.typed.append(text)
            await self.phone.types(text)
            await self.phone.sees("This could be an emergency")
            return
        await self.phone.types(PERSON)
        await self.phone.sees("Before you write")
        await self.phone.taps("I agree", f"1 of {STEPS}")
        text = f"what about zq{self.number:06}"
        self._typed(text)
        await self.phone.types(text)
        await self.phone.sees(f"2 of {STEPS}")
        for step in range(3, STEPS + 1):
            await self.phone.taps("Skip", f"{step} of {STEPS}")
        await self.phone.taps("Skip", "Please check")
        await self.phone.taps("Send to our team", "Your reference is")
        for number in range(1, LATER + 1):
            text = f"later {number} zm{self.number:06}x{number}"
            self._typed(text)
            await self.phone.types(text, reacted=True)
        if facilitator is not None:
            words = f"Dear patient zr{self.number:06}"
            await facilitator.answers(self.phone.reference, words)
            self.replied.append(words)
            await self.phone.sees(words)

    def _typed(self, text: str) -> None:
        self.typed.append(text)
        self.relayed.append(text.split()[-1])
