"""Formats the phrases of one Release: plural forms, placeholders, dates and times of a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from threading import Lock
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_skeleton, get_datetime_format

from bot.given import Phrases
from bot.release import Phrase, Release
from bot.text import Span, Text, Value, fill, fill_label, flat
from content.bidi import isolated

_PATTERNS = {"en": "EEE d MMM, HH:mm"}
"""Where CLDR's own order is odd for readers everywhere ("Tue, Nov 24" is American)."""


_MADE: dict[tuple[int, str], ReleasePhrases] = {}
"""Formatters by the Release itself and language. Each holds its Release, so that the id stays its own."""
_KEPT = 32
"""Nine languages of the live Release and of those that editors try."""


_LOCK = Lock()


def phrases_of(release: Release, locale: str) -> Phrases:
    """The formatter of a Release; a locale that it does not have falls back to the Release's own."""
    tag = release.language_of(locale) or release.locale
    known = _MADE.get((id(release), tag))
    if known is None or known.release is not release:
        known = ReleasePhrases(release, tag, _language(tag))
        with _LOCK:
            _MADE[id(release), tag] = known
            while len(_MADE) > _KEPT:
                _MADE.pop(next(iter(_MADE)))
    return known


@lru_cache(maxsize=64)
def _language(tag: str) -> Locale:
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@dataclass(frozen=True, slots=True)
class ReleasePhrases:
    """``bot.given.Phrases`` over a Release. A key that it lacks raises KeyError with its name; the
    linter keeps such a Release from being published. A phrase that is not translated comes in the
    Release's own language."""

    release: Release
    tag: str
    locale: Locale
    _rule: Callable[[int], str] = field(init=False, repr=False)
    _facts: Mapping[str, Value] = field(init=False, repr=False)
    _plain: dict[str, str] = field(init=False, repr=False, default_factory=dict)
    """Lines that nothing can be put into, made once: a screen has half a dozen of them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rule", self.locale.plural_form)
        facts = {
            **self.release.organisation.facts, **self.release.translated(self.tag).facts,
        }  # fmt: skip
        object.__setattr__(self, "_facts", self._isolated(facts))

    def into(self, language: str) -> Phrases:
        """The same Release's phrases in another language."""
        return self if language == self.tag else phrases_of(self.release, language)

    def text(self, key: str, /, **values: Value) -> Text:
        """A phrase as a text; ``n=`` chooses the plural form."""
        phrase = self._phrase(key)
        forms = phrase.forms
        text = forms.get(self._category(values), forms["other"])
        return fill(text, self._with_facts(values))

    def label(self, key: str, /, **values: Value) -> str:
        """A phrase as one line."""
        made = self._plain.get(key)
        if made is not None:
            return made
        phrase = self._phrase(key)
        line = phrase.labels.get(self._category(values), phrase.labels["other"])
        made = " ".join(fill_label(line, self._with_facts(values)).split())
        if len(phrase.labels) == 1 and "{" not in line:
            self._plain[key] = made
        return made

    def day_and_time(self, at: datetime, zone: str | int) -> str:
        """ "Tue 24 Nov, 14:00" in a zone."""
        local = at.astimezone(time_zone(zone))
        pattern = _PATTERNS.get(self.locale.language)
        if pattern is not None:
            return format_datetime(local, pattern, tzinfo=local.tzinfo, locale=self.locale)
        day = format_skeleton("MMMEd", local, tzinfo=local.tzinfo, locale=self.locale)
        joined = str(get_datetime_format("medium", locale=self.locale))
        return joined.replace("{1}", day).replace("{0}", self.clock(at, zone))

    def clock(self, at: datetime, zone: str | int) -> str:
        """ "19:40" in a zone; 24 hours in every language, so that no "am" is misread."""
        return f"{at.astimezone(time_zone(zone)):%H:%M}"

    def language(self, tag: str) -> str:
        """The name of a language: "ko-KR" → "Korean"; an unknown tag stays as it is."""
        try:
            named = Locale.parse(tag.replace("-", "_").split("_")[0])
        except (UnknownLocaleError, ValueError, TypeError):
            return tag
        return named.get_display_name(self.locale) or tag

    def _phrase(self, key: str) -> Phrase:
        own = self.release.translated(self.tag).phrases.get(key)
        if own is not None:
            return own
        try:
            return self.release.phrases[key]
        except KeyError:
            raise KeyError(f"no phrase {key!r} in release {self.release.id}") from None

    def _with_facts(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {**self._facts, **self._isolated(values)}

    def _isolated(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        if self.locale.text_direction != "rtl":
            return values
        return {name: isolated(value) for name, value in values.items()}

    def _category(self, values: Mapping[str, Value]) -> str:
        count = values.get("n")
        if count is None:
            return "other"
        match count:
            case Span():
                text = count.text
            case tuple():
                text = flat(count)
            case _:
                text = str(count)
        return self._rule(int(text)) if text.isascii() and text.isdigit() else "other"


@lru_cache(maxsize=512)
def time_zone(zone: str | int) -> tzinfo:
    """The tzinfo of an IANA name or of minutes east of UTC. Raises ``ZoneInfoNotFoundError``."""
    return timezone(timedelta(minutes=zone)) if isinstance(zone, int) else ZoneInfo(zone)
