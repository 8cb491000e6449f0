"""The safety lexicon as forms: the words of one kind of danger, by language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from content.editing import typed
from content.editing.errors import CannotEdit
from content.editing.fields import Field, Fields, Values
from content.editing.kinds import yamlfile
from content.editing.places import Source
from content.editing.target import Target
from content.editing.yamltext import YamlText

FILE = "danger.yaml"
REASON = "reason"
"""The input that says why; no language is named so."""
_HELP = (
    "One saying a line. * at a word's end matches any ending; ~ between two words allows up to three words "
    "between them. ! after a saying finds it misspelt, too. When in doubt, add."
)
_TITLES = {
    "not_danger": "Harmless sayings",
    "aside": "Old stories and general questions",
    "now": "Words that say it is now",
    "about_self_harm": "Words that name self-harm as a subject",
}


def names(source: Source) -> tuple[str, ...]:
    """The kinds in the lexicon, harmless sayings too."""
    try:
        return tuple(dict.fromkeys(yamlfile.read(source, FILE).names()))
    except CannotEdit:
        return ()


def read(source: Source, kind: str) -> Fields:
    """The form of one kind."""
    yaml = yamlfile.read(source, FILE)
    if kind not in yaml.names():
        raise CannotEdit(f'There are no danger words "{kind}".')
    languages = dict.fromkeys(("en", *yaml.names(kind)))
    fields = tuple(
        yamlfile.listed(yaml, FILE, (kind, one), one, f"Words ({one})", _HELP, 200)
        for one in languages
    )
    reason = Field(
        REASON,
        "Why words are taken away",
        "",
        "line",
        "Kept beside the list and in the history.",
        300,
    )
    said = _TITLES.get(kind, f"Danger words: {kind}")
    return Fields(Target("danger", kind), said, "danger words", (*fields, reason))


def write(source: Source, kind: str, changed: Values) -> Mapping[str, str]:
    """The source with the changed lists written; a word that goes leaves a line with the reason."""
    reason = typed.line(changed.get(REASON, ""))

    def change(yaml: YamlText) -> YamlText:
        for language, value in changed.items():
            if language == REASON:
                continue
            wanted = typed.lines(value)
            if reason:
                gone = _gone(yaml.entries(kind, language), wanted)
                notes = {at: f'taken away: "{word}" ({reason})' for at, word in gone.items()}
                yaml = yaml.without_entries((kind, language), notes)
            yaml = yaml.with_entries((kind, language), wanted)
        return yaml

    return yamlfile.edit(source, FILE, change)


def _gone(old: tuple[str, ...], new: tuple[str, ...]) -> dict[int, str]:
    """The words that go, by their place in the list; of twins the first goes."""
    left = Counter(_missing(old, new))
    out: dict[int, str] = {}
    for at, word in enumerate(old):
        if left[word] > 0:
            left[word] -= 1
            out[at] = word
    return out


def _missing(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """What stood there more often than it does now."""
    left = Counter(old)
    left.subtract(new)
    return [word for word, count in left.items() for _ in range(count)]


def removed(old: Source, new: Source) -> tuple[tuple[str, str, str], ...]:
    """(kind, language, word) of every danger word that a new source has no more, for finding and audit."""
    out: list[tuple[str, str, str]] = []
    if old.get(FILE) == new.get(FILE):
        return ()
    before, after = _yaml(old), _yaml(new)
    for kind in before.names() if before else ():
        for language in before.names(kind) if before else ():
            now = after.entries(kind, language) if after else ()
            was = before.entries(kind, language) if before else ()
            out += [(kind, language, word) for word in _missing(was, now)]
    return tuple(out)


def _yaml(source: Source) -> YamlText | None:
    try:
        return yamlfile.read(source, FILE)
    except CannotEdit:
        return None
