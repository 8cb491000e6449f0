"""Phrases: all that the program asks for are there, with the placeholders that it fills."""

from __future__ import annotations

from collections.abc import Iterator

from bot.phrases import PHRASES
from bot.release import Item
from bot.text import PLACEHOLDER
from content.check_words import AT_RUN_TIME
from content.findings import Findings, did_you_mean
from content.memo import cleaned
from content.organisation import FACTS
from content.pages import LONGEST_LABEL
from content.parts import Parts

LONGEST_TOAST = 200
"""Characters of a line that answers a tap (Bot API, answerCallbackQuery)."""

MUST_HOLD = {
    "desk.alert": ("reference",),
    "desk.card.line": ("label", "value"),
    "desk.queue.due": ("reference", "due"),
    "desk.queue.late": ("reference", "due", "minutes"),
    "desk.queue.line": ("reference",),
    "form.away_offer": ("text",),
    "form.late_offer": ("text",),
    "form.question.offer": ("text",),
    "form.review.line": ("label", "value"),
    "human.label": ("name",),
    "page.counter": ("page", "pages"),
    "sent.done": ("reference",),
    "status.question": ("text",),
}
"""Phrases that would say nothing without what the program fills in."""


def check(parts: Parts, findings: Findings) -> None:
    """Missing and unknown keys, placeholders, lengths of labels."""
    if not parts.phrase_path:
        return
    needed = dict.fromkeys([*PHRASES, *form_keys(parts), *topic_keys(parts)])
    for key in needed:
        if key not in parts.phrases:
            note = PHRASES[key].note if key in PHRASES else _note(key)
            message = f'The phrase "{key}" is missing. Do this: write it. ({note})'
            findings.add(parts.phrase_path, 0, message)
    _replies(parts, findings)
    _known(parts, {*needed, *parts.asks.small_talk.values()}, findings)
    _same_label(parts, findings)


def translated(parts: Parts, findings: Findings) -> None:
    """The same for phrases in another language, where any may be missing."""
    known = {*PHRASES, *form_keys(parts), *topic_keys(parts), *parts.asks.small_talk.values()}
    _known(parts, known, findings)
    for step in parts.form:
        _once([f"form.{step.id}.{option}" for option in step.options], parts, findings)


def _known(parts: Parts, allowed: set[str], findings: Findings) -> None:
    labels = set(form_labels(parts))
    for key, phrase in parts.phrases.items():
        line = parts.phrase_where[key]
        if key not in allowed:
            hint = did_you_mean(key, allowed)
            findings.add(parts.phrase_path, line, f'The program has no use for "{key}".{hint}')
            continue
        for text in phrase.labels.values():
            _placeholders(key, text, len(phrase.labels) > 1, line, parts, findings)
            _length(key, text, key in labels, line, parts, findings)


def form_keys(parts: Parts) -> Iterator[str]:
    """The keys that the steps of the form need."""
    for step in parts.form:
        for part in ("title", "ask", "label", *step.options):
            yield f"form.{step.id}.{part}"


def topic_keys(parts: Parts) -> Iterator[str]:
    """The honest lines of the uncovered topics."""
    for topic in parts.not_covered:
        yield f"notcovered.{topic.id}"


def _note(key: str) -> str:
    if key.startswith("notcovered."):
        return "what is told about an uncovered topic (not-covered.yaml)"
    return "a word of the form (form.yaml)"


def form_labels(parts: Parts) -> Iterator[str]:
    """Those of them that stand on buttons."""
    for step in parts.form:
        for part in ("label", *step.options):
            yield f"form.{step.id}.{part}"


def _replies(parts: Parts, findings: Findings) -> None:
    asks = parts.asks
    for reply in sorted(set(asks.small_talk.values())):
        if reply not in parts.phrases:
            said = min(text for text, key in asks.small_talk.items() if key == reply)
            hint = did_you_mean(reply, [key for key in parts.phrases if key.startswith("small.")])
            message = f'There is no phrase "{reply}" to answer small talk with.{hint}'
            findings.add(parts.asks_where.path, parts.asks_where.line(said), message)


def _placeholders(
    key: str, text: str, plural: bool, line: int, parts: Parts, findings: Findings
) -> None:
    spec = PHRASES.get(key)
    names = (*(spec.names if spec else ()), *FACTS, *AT_RUN_TIME, *(("n",) if plural else ()))
    held = PLACEHOLDER.findall(text)
    for name in dict.fromkeys(held):
        if name not in names:
            hint = did_you_mean(name, names)
            findings.add(parts.phrase_path, line, f'Nothing fills {{{name}}} in "{key}".{hint}')
    for name in MUST_HOLD.get(key, ()):
        if name not in held:
            findings.add(parts.phrase_path, line, f'"{key}" must hold {{{name}}}.')


def _length(
    key: str, text: str, on_button: bool, line: int, parts: Parts, findings: Findings
) -> None:
    spec = PHRASES.get(key)
    if on_button or (spec is not None and spec.label and spec.note.startswith("button")):
        longest = LONGEST_LABEL
    elif spec is not None and spec.label:
        longest = LONGEST_TOAST
    else:
        return
    if len(text) > longest:
        message = f'"{key}" has {len(text)} characters, at most {longest} fit. Do this: shorten it.'
        findings.add(parts.phrase_path, line, message)


def _same_label(parts: Parts, findings: Findings) -> None:
    """Two buttons of one screen never say the same: one of them would be left out."""
    owner = {cleaned(item.button): item for item in parts.items.values()}
    for key, phrase in parts.phrases.items():
        spec = PHRASES.get(key)
        if spec is None or not key.startswith("button.") or not spec.label:
            continue
        for text in phrase.labels.values():
            item = owner.get(cleaned(text))
            if item is not None and cleaned(text) and not _same_place(key, item):
                message = f'The button "{text}" says the same as the button of {item.id}.'
                findings.add(parts.phrase_path, parts.phrase_where[key], message)
    for step in parts.form:
        _once([f"form.{step.id}.{option}" for option in step.options], parts, findings)
    _once([f"form.{step.id}.label" for step in parts.form], parts, findings)


def _same_place(key: str, item: Item) -> bool:
    return key == "button.menu" and item.id == "home"


def _once(keys: list[str], parts: Parts, findings: Findings) -> None:
    seen: dict[str, str] = {}
    for key in keys:
        phrase = parts.phrases.get(key)
        text = cleaned(phrase.labels["other"]) if phrase is not None else ""
        if text and (other := seen.setdefault(text, key)) != key:
            message = f'"{key}" and "{other}" stand on one screen and say the same.'
            findings.add(parts.phrase_path, parts.phrase_where[key], message)
