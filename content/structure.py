"""menus.yaml, form.yaml, moved.yaml and limits.yaml: what is the same in every language."""

from __future__ import annotations

import re

from bot.release import FormStep, Limits
from content.fields import ID, Fields
from content.findings import Findings, quoted
from content.parts import Where
from content.yamltree import Tree

ACTS = ("write", "question", "mydata", "forget", "stop", "language")
"""What a menu may offer besides pages."""

MOST_BUTTONS = 40
"""Buttons of one menu; Telegram takes 100, Slack 25 a row of blocks, a patient far fewer."""

_STEP = re.compile(r"[a-z0-9-]{1,20}")
_RESERVED = {"consent", "review", "new"}


def menus(tree: Tree, path: str, findings: Findings) -> tuple[dict[str, tuple[str, ...]], Where]:
    """Which buttons a menu page shows."""
    fields = Fields(tree, path, findings, "menus.yaml")
    found: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for name in fields.names():
        entries = fields.ids(name)
        lines[name] = fields.at(name)
        for entry, line in fields.texts(name):
            lines.setdefault(f"{name}:{entry}", line)
            if entry.startswith("act:") and entry.removeprefix("act:") not in ACTS:
                fields.add(line, f"{quoted(entry)}: after act: comes one of {', '.join(ACTS)}.")
        if not entries:
            fields.add(fields.at(name), f'The menu "{name}" has no buttons.')
        if len(entries) > MOST_BUTTONS:
            fields.add(fields.at(name), f'The menu "{name}" has over {MOST_BUTTONS} buttons.')
        found[name] = entries
    return found, Where(path, lines)


REMOVED = "(removed)"
"""What moved.yaml says of a page that went and left nothing in its place; no page can have this id."""


def moved(tree: Tree, path: str, findings: Findings) -> tuple[dict[str, str], Where]:
    """Old page id → new page id; "" where the page was removed and nothing took its place."""
    fields = Fields(tree, path, findings, "moved.yaml")
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    for name in fields.names():
        target = fields.text(name, required=True)
        lines[name] = fields.at(name)
        if not ID.fullmatch(name):
            fields.add(fields.at(name), f"{quoted(name)} is no page id.")
        elif target:
            found[name] = "" if target == REMOVED else target
    return found, Where(path, lines)


def form(tree: Tree, path: str, findings: Findings) -> tuple[tuple[FormStep, ...], Where]:
    """The steps of "Write to a person"."""
    fields = Fields(tree, path, findings, "form.yaml")
    steps: list[FormStep] = []
    lines: dict[str, int] = {}
    for entry in fields.children("steps"):
        step = _step(entry)
        if step.id in lines:
            entry.add(entry.line, f'The step "{step.id}" stands here twice. Do this: keep one.')
        elif step.id:
            lines[step.id] = entry.line
            steps.append(step)
    fields.done()
    first = steps[0] if steps else None
    if first is None or (first.id, first.kind, first.required) != ("question", "text", True):
        message = "The first step must be {id: question, kind: text, required: true}."
        fields.add(fields.line, message)
    if sum(one.kind == "time" for one in steps) > 1:
        fields.add(fields.line, "The form may ask for the time once only.")
    return tuple(steps), Where(path, lines)


def _step(entry: Fields) -> FormStep:
    name = entry.text("id", required=True)
    if name and (not _STEP.fullmatch(name) or name in _RESERVED):
        entry.add(entry.at("id"), f"{quoted(name)}: a step's id is 1 to 20 of a-z, 0-9 and -.")
        name = ""
    kind = entry.one_of("kind", ("text", "choice", "time"), "text")
    options = entry.ids("options")
    for option in options:
        if not _STEP.fullmatch(option):
            entry.add(
                entry.at("options"), f"{quoted(option)}: an option is 1 to 20 of a-z, 0-9, -."
            )
        if option in ("title", "ask", "label"):
            entry.add(entry.at("options"), f'"{option}" is a word of the form. Choose another.')
    if kind == "choice" and not options:
        entry.add(entry.line, "A choice needs options, such as `options: [one, two]`.")
    if kind != "choice" and options:
        entry.add(entry.at("options"), "Only a step of kind choice has options.")
    step = FormStep(
        id=name,
        kind=kind,
        required=entry.flag("required"),
        max=entry.number("max", 3000, lowest=1, highest=4000),
        options=options,
        typed=entry.flag("typed"),
    )
    entry.done()
    return step


def limits(tree: Tree, path: str, findings: Findings) -> tuple[Limits, Where]:
    """limits.yaml; what it leaves out takes the defaults of ``bot.release.Limits``."""
    usual = Limits()
    fields = Fields(tree, path, findings, "limits.yaml")
    flood, kept = fields.child("flood"), fields.child("retention")
    reminders = fields.child("reminders")
    repeats = tuple(
        int(text)
        for text, line in fields.texts("alert_repeat_minutes")
        if _is_minutes(text, line, fields)
    )
    found = Limits(
        flood_messages=flood.number("messages", usual.flood_messages, lowest=3),
        flood_seconds=flood.number("seconds", usual.flood_seconds, lowest=1, highest=3600),
        flood_calm_seconds=flood.number(
            "calm_seconds", usual.flood_calm_seconds, lowest=1, highest=86400
        ),
        file_max_bytes=fields.number("file_max_mb", 20, lowest=1, highest=20) * 1_000_000,
        misses_before_person=fields.number(
            "miss_before_person", usual.misses_before_person, lowest=1, highest=10
        ),
        late_promise_minutes_before=reminders.number(
            "late_promise_minutes_before", usual.late_promise_minutes_before, highest=1440
        ),
        alert_repeat_minutes=repeats
        if fields.has("alert_repeat_minutes")
        else usual.alert_repeat_minutes,
        undo_close_minutes=fields.number(
            "undo_close_minutes", usual.undo_close_minutes, highest=1440
        ),
        form_resume_days=fields.number(
            "form_resume_days", usual.form_resume_days, lowest=1, highest=365
        ),
        pre_consent_hours=kept.number(
            "pre_consent_hours", usual.pre_consent_hours, lowest=1, highest=168
        ),
        conversation_days=kept.number(
            "conversation_days", usual.conversation_days, lowest=1, highest=3650
        ),
        enquiry_months=kept.number("enquiry_months", usual.enquiry_months, lowest=1, highest=120),
        parked_days=kept.number("parked_days", usual.parked_days, lowest=1, highest=365),
        update_keys_days=kept.number(
            "update_keys_days", usual.update_keys_days, lowest=2, highest=365
        ),
        file_spool_hours=kept.number(
            "file_spool_hours", usual.file_spool_hours, lowest=1, highest=168
        ),
        audit_months=kept.number("audit_months", usual.audit_months, lowest=1, highest=120),
    )
    lines = {"enquiry_months": kept.at("enquiry_months")}
    for part in (flood, kept, reminders, fields):
        part.done()
    return found, Where(path, lines)


def _is_minutes(text: str, line: int, fields: Fields) -> bool:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 1440:
        return True
    fields.add(line, '"alert_repeat_minutes" holds whole numbers from 1 to 1440.')
    return False
