"""Phrases and button labels as forms."""

from __future__ import annotations

from collections.abc import Mapping

from bot.phrases import PHRASES
from content.check_phrases import LONGEST_TOAST
from content.check_sizes import LONGEST_PHRASE
from content.editing import places, potext, typed
from content.editing.errors import CannotEdit
from content.editing.fields import Field, Fields, Values
from content.editing.lineends import LineEnds
from content.editing.places import Source
from content.editing.target import Target
from content.pages import LONGEST_LABEL


def names(source: Source) -> tuple[str, ...]:
    """The keys of all phrases."""
    return tuple(messages(source))


def messages(source: Source) -> dict[str, potext.Message]:
    """All phrases of the patients' language."""
    text = source.get(places.phrases_path(source), "")
    return potext.messages(LineEnds.split(text)[1])


def find(source: Source, key: str) -> potext.Message:
    """One phrase. Raises CannotEdit where there is none."""
    message = messages(source).get(key)
    if message is None or not message.strings:
        raise CannotEdit(f'There is no phrase "{key}".')
    return message


def read(source: Source, key: str) -> Fields:
    """The form of a phrase: one text, or one for each plural form."""
    message = find(source, key)
    note = PHRASES[key].note if key in PHRASES else ""
    return Fields(Target("phrase", key), note or key, sort(key), _fields(source, message))


def sort(key: str) -> str:
    """The sort of a phrase in plain words."""
    spec = PHRASES.get(key)
    if key.startswith("desk."):
        return "wording of the desk"
    if spec is not None and spec.label:
        return "button" if is_button(key) else "short line"
    return "phrase"


def is_button(key: str) -> bool:
    """Whether a phrase stands on a button."""
    spec = PHRASES.get(key)
    return spec is not None and spec.label and spec.note.startswith("button")


def field(source: Source, key: str, name: str, label: str, help: str, form: int = 0) -> Field:
    """One string of a phrase as an input."""
    said, first, last = find(source, key).strings[form]
    spec = PHRASES.get(key)
    if spec is None:
        on_button = key.startswith("form.") and not key.endswith((".title", ".ask"))
        most, one_line = (LONGEST_LABEL, True) if on_button else (LONGEST_PHRASE, False)
    elif spec.label:
        most, one_line = (LONGEST_LABEL if is_button(key) else LONGEST_TOAST), True
    else:
        most, one_line = LONGEST_PHRASE, False
    shown = "line" if one_line and "\n" not in said else "text"
    first = min(first, find(source, key).line)
    return Field(name, label, said, shown, help, most, (), places.phrases_path(source), first, last)


def _fields(source: Source, message: potext.Message) -> tuple[Field, ...]:
    spec = PHRASES.get(message.key)
    help = ""
    if spec is not None:
        filled = ", ".join(f"{{{name}}}" for name in spec.names)
        help = f"{spec.note[:1].upper()}{spec.note[1:]}." + (
            f" Filled in: {filled}." if filled else ""
        )
    count = len(message.strings)
    if count == 1:
        only = next(iter(message.strings))
        return (field(source, message.key, "text", "Words", help, only),)
    return tuple(
        field(source, message.key, f"text{n}", f"Words, form {n + 1} of {count}", help, n)
        for n in sorted(message.strings)
    )


def form_of(message: potext.Message, name: str) -> int:
    """Which string of a phrase an input is for."""
    given = name.removeprefix("text")
    return int(given) if given else next(iter(message.strings))


def write(source: Source, key: str, changed: Values) -> Mapping[str, str]:
    """The source with the changed strings of a phrase written."""
    for name, value in changed.items():
        source = with_string(source, key, form_of(find(source, key), name), value)
    return dict(source)


def with_string(source: Source, key: str, form: int, value: str) -> Mapping[str, str]:
    """The source with one string of a phrase written."""
    path = places.phrases_path(source)
    message = find(source, key)
    if path not in source or form not in message.strings:
        raise CannotEdit(f'There is no phrase "{key}".')
    ends, text = LineEnds.split(source[path])
    return {
        **source,
        path: ends.put_back(potext.with_string(text, message, form, typed.block(value))),
    }
