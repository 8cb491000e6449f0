"""Desk hours and closures as forms."""

from __future__ import annotations

import re
from collections.abc import Mapping

from content.editing import typed
from content.editing.fields import Field, Fields, Values
from content.editing.kinds import yamlfile
from content.editing.places import Source
from content.editing.target import Target
from content.editing.yamltext import YamlText
from content.hours import DAYS

FILE = "organisation.yaml"
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOSURE = re.compile(
    r"(?P<first>[^\s:,]+)(?: ?(?:-|–|—|to|until|,) ?(?P<last>[^\s:,]+))?(?: ?: ?(?P<why>.*))?"
)


def names(source: Source) -> tuple[str, ...]:
    """The one form of each kind, where the file is there."""
    return ("",) if FILE in source else ()


def read_hours(source: Source, _name: str = "") -> Fields:
    """The form of the weekly hours and of the promise."""
    yaml = yamlfile.read(source, FILE)
    fields = [
        yamlfile.line(yaml, FILE, ("desk", "zone"), "zone", "Time zone", "Such as Asia/Seoul.", 60)
    ]
    for day, label in zip(DAYS, _DAY_NAMES, strict=True):
        first, last = yaml.lines("desk", "hours", day)
        value = ", ".join(yaml.entries("desk", "hours", day))
        help = "Such as 09:00-12:00, 13:00-18:00. Empty: closed."
        fields.append(Field(day, label, value, "line", help, 0, (), FILE, first, last))
    fields.append(
        yamlfile.line(yaml, FILE, ("desk", "holidays"), "holidays", "Public holidays of",
                      "A country code such as KR; these days are closed.", 10)
    )  # fmt: skip
    fields.append(
        yamlfile.line(yaml, FILE, ("desk", "promise_working_hours"), "promise",
                      "Answer within (working hours)", "Empty: no time is promised.", 3)
    )  # fmt: skip
    return Fields(Target("hours"), "Desk hours", "hours", tuple(fields))


def write_hours(source: Source, _name: str, changed: Values) -> Mapping[str, str]:
    """The source with the changed hours written."""

    def change(yaml: YamlText) -> YamlText:
        for key, value in changed.items():
            if key in DAYS:
                spans = tuple(one for one in (part.strip() for part in value.split(",")) if one)
                at = ("desk", "hours", key)
                after = next(
                    (day for day in reversed(DAYS[: DAYS.index(key)]) if yaml.node(*at[:2], day)),
                    "",
                )
                yaml = (
                    yaml.with_entries(at, spans, after=after)
                    if spans
                    else yaml.with_value(at, None)
                )
            elif key == "promise":
                number = (
                    int(value) if value.isascii() and value.isdigit() and len(value) < 10 else value
                )
                yaml = yaml.with_value(("desk", "promise_working_hours"), number or None)
            else:
                yaml = yaml.with_value(("desk", key), value or None)
        return yaml

    return yamlfile.edit(source, FILE, change)


def read_closures(source: Source, _name: str = "") -> Fields:
    """The form of the further closed days, one a line."""
    yaml = yamlfile.read(source, FILE)
    first, last = yaml.lines("desk", "closures")
    value = "\n".join(_shown(yaml, n) for n in range(yaml.size("desk", "closures")))
    help = "One a line: 2026-12-24: Christmas Eve, or 2026-12-30 to 2026-12-31: year's end."
    field = Field("closures", "Closed days", value, "list", help, 0, (), FILE, first, last)
    return Fields(Target("closures"), "Closed days", "closed days", (field,))


def _shown(yaml: YamlText, n: int) -> str:
    first, last, why = (yaml.said("desk", "closures", n, key) for key in ("from", "to", "why"))
    days = first if last in (first, "") else f"{first} to {last}"
    return f"{days}: {why}" if why else days


def closure(line: str) -> dict[str, str]:
    """The entry that a line stands for; what is no date is kept for the linter to name."""
    found = _CLOSURE.fullmatch(line)
    if found is None:
        return {"from": line, "to": line}
    first = found["first"]
    made = {"from": first, "to": found["last"] or first}
    return {**made, "why": found["why"].strip()} if (found["why"] or "").strip() else made


def write_closures(source: Source, _name: str, changed: Values) -> Mapping[str, str]:
    """The source with the list of closed days written."""
    if "closures" not in changed:
        return dict(source)

    def change(yaml: YamlText) -> YamlText:
        kept = {_shown(yaml, n): n for n in range(yaml.size("desk", "closures"))}
        old = yaml.mappings("desk", "closures")
        wanted = [
            old[kept[one]] if one in kept else closure(one)
            for one in typed.lines(changed["closures"])
        ]
        return yaml.with_entries(("desk", "closures"), wanted)

    return yamlfile.edit(source, FILE, change)
