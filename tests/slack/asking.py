"""A patient's way to an open question, and what stands on the desk then."""

from __future__ import annotations

from tests.fakes.slack_people import Person
from tests.fakes.slack_state import Message
from tests.slack.house import House

QUESTION = "zebra & <!channel> blood *pressure* pills"


async def asks(house: House, dana: Person, question: str = QUESTION) -> None:
    """From the first hello to a sent question; Frontdesk and Slack settle after each step."""
    await dana.opens_app()
    await house.settle()
    await dana.dms(question)
    await house.settle()
    for label in ("Write to a person", "I agree", "Use this", *["Skip"] * 4, "English"):
        await dana.taps(label)
        await house.settle()
    await dana.dms("Dana")
    await house.settle()
    await dana.taps("Send to our team")
    await house.settle()


def card_of(house: House, staff: Person) -> Message:
    """The newest card in the desk channel."""
    return [one for one in staff.sees(house.desk) if not one.thread_ts and not one.to][-1]


def reference_of(card: Message) -> str:
    """The reference that a card's top-level text names."""
    return next(word for word in card.text.split() if word.startswith("FD-")).strip(".,:·")


def whispers(house: House, staff: Person) -> list[Message]:
    """What only this person sees in the desk channel."""
    return [one for one in staff.sees(house.desk) if one.to == staff.user]
