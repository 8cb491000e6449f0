"""organisation.yaml: who runs this service, when, and who may act."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel import Locale

from bot.release import Organisation, Staff
from content import hours
from content.fields import Fields
from content.findings import Findings, quoted
from content.parts import Where
from content.yamltree import Tree

ROLES = ("facilitator", "lead", "editor", "admin")
ACCOUNT = re.compile(
    r"telegram:[1-9][0-9]{0,15}|slack:[UW][A-Z0-9]{2,20}|web:[a-z0-9][a-z0-9._-]{0,40}"
    r"|oidc:[\x21-\x7e]{1,255}"
)
"""The last: an e-mail address or ``sub`` of the OpenID Connect service (at most 255 ASCII characters)."""
SAMPLE = "SAMPLE"
FACTS = (
    "publication", "responsible", "privacy_contact", "institution", "khidi_registration",
    "team_languages", "desk_hours", "keep_months",
)  # fmt: skip
"""Names that every page and phrase may hold; ``organisation.yaml`` fills them."""

_STAFF_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
# Bot API, setMyName / setMyDescription / setMyShortDescription
_NAME, _DESCRIPTION, _SHORT = 64, 512, 120


@dataclass(frozen=True, slots=True)
class Found:
    """The organisation, where it was written, and the help lines that safety texts must name."""

    organisation: Organisation
    where: Where
    help_lines: dict[str, str]
    keep_months: int


def read(tree: Tree, path: str, findings: Findings, *, locale: str, now: datetime) -> Found:
    """Read the file; every key that is missing or wrong becomes a finding."""
    language = Locale.parse(locale, sep="-")
    fields = Fields(tree, path, findings, "organisation.yaml")
    samples: list[str] = []
    publication = fields.child("publication", required=True)
    desk, bot = fields.child("desk", required=True), fields.child("bot", required=True)
    week = hours.read(desk)
    keep_months = fields.number("keep_months", 12, lowest=1, highest=120)
    facts = {
        "publication": publication.text("name", required=True, longest=80),
        "desk_hours": hours.in_words(week, language),
        "keep_months": str(keep_months),
        "team_languages": _in_a_row(fields),
    }
    for name in ("responsible", "privacy_contact", "institution", "khidi_registration"):
        facts[name] = fields.text(name, required=True, longest=200)
    if not publication.flag("confirmed"):
        samples.append("publication")
    profile = {
        name: bot.text(name, required=True, longest=longest)
        for name, longest in (
            ("name", _NAME),
            ("description", _DESCRIPTION),
            ("short_description", _SHORT),
        )
    }
    lines = _help_lines(fields, samples)
    staff = _staff(fields)
    alerts = fields.child("alerts")
    mention = alerts.ids("mention")
    for one in mention:
        if one not in [member.id for member in staff]:
            alerts.add(alerts.at("mention"), f"{quoted(one)} is no id in the staff list.")
    promise = desk.number("promise_working_hours", 0, lowest=1, highest=200)
    samples += _samples(tree)
    organisation = Organisation(
        facts=dict(sorted(facts.items())),
        hours=hours.open_hours(week, now),
        promise_seconds=promise * 3600 or None,
        staff=staff,
        alert_mentions=mention,
        danger_words_before_consent=fields.flag("danger_words_before_consent"),
        bot_name=profile["name"],
        bot_description=profile["description"],
        bot_short_description=profile["short_description"],
        samples=tuple(dict.fromkeys(samples)),
    )
    for part in (publication, desk, bot, alerts, fields):
        part.done()
    where = Where(path, {name: fields.at(name) for name in fields.names()})
    return Found(organisation, where, lines, keep_months)


def facts_in(tree: Tree, locales: Mapping[str, Locale]) -> dict[str, dict[str, str]]:
    """The facts that the program itself puts into words, in other languages; no findings: those of the
    file were reported when it was read for the source."""
    if not locales:
        return {}
    fields = Fields(tree, "organisation.yaml", Findings(), "organisation.yaml")
    week = hours.read(fields.child("desk"))
    return {name: {"desk_hours": hours.in_words(week, one)} for name, one in locales.items()}


def _in_a_row(fields: Fields) -> str:
    names = [text for text, _ in fields.texts("team_languages") if text]
    if not names:
        fields.add(fields.at("team_languages"), '"team_languages" needs at least one language.')
    return ", ".join(names)


def _help_lines(fields: Fields, samples: list[str]) -> dict[str, str]:
    listed = fields.child("lines")
    out: dict[str, str] = {}
    for name in listed.names():
        line = listed.child(name)
        out[name] = line.text("number", required=True, longest=40)
        if not line.flag("confirmed"):
            samples.append(f"lines.{name}")
        line.done()
    listed.done()
    return out


def _staff(fields: Fields) -> tuple[Staff, ...]:
    found: list[Staff] = []
    owner: dict[str, str] = {}
    for entry in fields.children("staff"):
        name = entry.text("id", required=True)
        if name and not _STAFF_ID.fullmatch(name):
            entry.add(entry.at("id"), f"{quoted(name)}: a staff id is 1 to 32 of a-z, 0-9 and -.")
        if name in [one.id for one in found]:
            entry.add(entry.at("id"), f"The staff id {quoted(name)} stands here twice.")
        accounts: list[str] = []
        for account, line in entry.texts("accounts"):
            if not ACCOUNT.fullmatch(account):
                message = (
                    'must look like "telegram:123456789", "slack:U0123ABCD", "web:name" or '
                    '"oidc:name@example.org".'
                )
                entry.add(line, f"The account {quoted(account)} {message}")
            elif account in owner:
                entry.add(line, f"The account {account} belongs to {owner[account]} already.")
            else:
                owner[account] = name
                accounts.append(account)
        public = entry.text("name", required=True, longest=60)
        role = entry.one_of("role", ROLES, "facilitator")
        entry.done()
        found.append(Staff(name, public, role, tuple(accounts)))
    return tuple(found)


def _samples(tree: Tree) -> list[str]:
    """The settings whose value still begins with SAMPLE, by their names."""
    out: list[str] = []

    def visit(node: Tree, name: str) -> None:
        if isinstance(node.value, str) and node.value.lstrip().startswith(SAMPLE):
            out.append(name)
        for key, child in (node.mapping or {}).items():
            visit(child, f"{name}.{key}" if name else key)
        for number, child in enumerate(node.sequence or (), 1):
            known = (child.mapping or {}).get("id")
            visit(child, f"{name}.{known.value if known is not None else number}")

    visit(tree, "")
    return out
