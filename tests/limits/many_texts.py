"""A million texts, names and content fragments through the renderers: 100 rounds (``rounds``)."""

from __future__ import annotations

from collections import Counter

from tests.limits import rounds
from tests.limits.rendering import Rendering

THINGS = 10_000
"""In a round: ten seconds on a free core."""


def judged(seed: str, things: int = THINGS) -> Counter[str]:
    """Make and judge so many things; what was seen. Raises with the number of the one that failed."""
    rendering = Rendering(seed)
    for number in range(things):
        try:
            rendering.one()
        except Exception as problem:
            problem.add_note(f"thing {number} of seed {seed!r}")
            raise
    seen = Counter({"things": things}) + Counter(rendering.counts)
    seen["Telegram messages"] = rendering.referees.telegram_messages
    seen["Slack messages"] = rendering.referees.slack_messages
    return seen


if __name__ == "__main__":
    rounds.main(judged)
