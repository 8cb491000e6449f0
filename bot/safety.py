"""The words of a safety text, in the patient's language and, until somebody checked that, in English too.

A wrong translation of "call an ambulance" may cost a life, and so may a text that somebody cannot read:
a translation that nobody checked, or whose source has changed since, goes out with the source below it.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.given import Phrases
from bot.release import Release, SafetyText
from bot.scene import facts_in
from bot.text import Heading, Span, Text, Value, fill


def words(release: Release, kind: str, standing: str, phrases: Phrases, channel: str) -> Text:
    """The safety text of a kind. standing: "sending", "sent" or "none", how far the alert has come."""
    own = release.safety.get(kind) or release.safety["emergency"]
    theirs = release.translated(phrases.tag).safety.get(own.kind)
    house = phrases.into(release.locale)
    below = _filled(own, standing, house, facts_in(release, release.locale, channel))
    if theirs is None:
        return below
    above = _filled(theirs, standing, phrases, facts_in(release, phrases.tag, channel))
    if theirs.checked:
        return above
    return (*above, Heading((Span(house.language(release.locale)),)), *below)


def _filled(
    safety: SafetyText, standing: str, phrases: Phrases, facts: Mapping[str, Value]
) -> Text:
    status = phrases.text(f"safety.alert.{standing}", **facts)
    return fill(safety.text, {**facts, "alert_status": status})
