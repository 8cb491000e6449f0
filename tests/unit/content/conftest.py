"""A small organisation of its own: the least content that lints, as path → text."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest

import content
from bot.phrases import PHRASES
from content.check_phrases import MUST_HOLD

HEAD = """---
id: {id}
title: {title}
button: {button}
aliases: [{aliases}]
{more}author: A. Editor
source: Our own notes
reviewed: never
review_by: 2027-02-01
---
"""


def page(
    name: str, body: str, *, title: str = "", aliases: str = "", more: str = "", button: str = ""
) -> str:
    """A page file."""
    title = title or f"Page {name}"
    head = HEAD.format(
        id=name, title=title, button=button or title, aliases=aliases, more=more and f"{more}\n"
    )
    return f"{head}{body}\n"


def safety(kind: str) -> str:
    return (
        f"---\nkind: {kind}\nsource: our own\nreviewed: never\nclinical_review: not yet\n---\n"
        "Call your local emergency number now.\n\n{alert_status}\n"
    )


def po() -> str:
    """Every phrase that the program asks for; each label is a different one."""
    lines = ['msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=UTF-8\\n"', ""]
    keys = [*PHRASES, *(f"form.question.{part}" for part in ("title", "ask", "label"))]
    for number, key in enumerate(keys):
        held = "".join(f" {{{name}}}" for name in MUST_HOLD.get(key, ()))
        lines += [f'msgid "{key}"', f'msgstr "words {number}{held}"', ""]
    return "\n".join(lines)


ORGANISATION = """
publication: {name: Small Guide, confirmed: true}
responsible: Ms Kim
privacy_contact: privacy@example.org
institution: Small Clinic Helpers
khidi_registration: ask us
team_languages: [English, Korean]
bot: {name: Small guide, description: A guide., short_description: A guide.}
desk:
  zone: Asia/Seoul
  hours:
    mon: ["09:00-12:00", "13:00-18:00"]
    tue: ["09:00-12:00", "13:00-18:00"]
    fri: ["09:00-12:00"]
  holidays: KR
  closures:
    - {from: 2026-12-29, to: 2026-12-29, why: year's end}
  promise_working_hours: 4
staff:
  - {id: kim, name: Kim, role: lead, accounts: ["telegram:12", "slack:U0AB"]}
alerts: {mention: [kim]}
keep_months: 12
"""

ASKS = """
person: {phrases: [human, talk to a person, "상담원"]}
small_talk:
  - {reply: small.hello, phrases: [hello, hi]}
  - {reply: small.thanks, phrases: [thanks, thank you, "👍"]}
privacy: {phrases: [who reads my messages]}
yes: [yes, "y"]
no: [no]
commands:
  menu: [menu]
  skip: [skip]
"""


@pytest.fixture(scope="session")
def small() -> Mapping[str, str]:
    """The small organisation's source. Copy it to change it."""
    return small_source()


def small_source() -> Mapping[str, str]:
    """The same for those who are no test."""
    files = {
        "menus.yaml": 'home: [start, faq-cost, "act:write", about]\n',
        "form.yaml": "steps:\n  - {id: question, kind: text, required: true}\n",
        "danger.yaml": "".join(
            f"{kind}:\n  en: [{words}]\n  ko: [{korean}]\n"
            for kind, words, korean in (
                ("emergency", "can't ~ breath*", "숨"),
                ("self-harm", "kill myself", "자살"),
                ("violence", "hits me", "폭행"),
                ("not_danger", "dying to know", "궁금해 죽겠"),
            )
        ),
        "organisation.yaml": ORGANISATION,
        "en/asks.yaml": ASKS,
        "en/phrases.po": po(),
        "en/guide/start.md": page(
            "start",
            "First page of {publication}. See [MFDS](term-mfds).\n\n---\n\n- one\n- two",
            aliases="where do i begin, beginning of the guide",
            more="related: [faq-cost]",
        ),
        "en/faq/faq-cost.md": page(
            "faq-cost", "The guide names no prices.", title="What does it cost?", aliases="prices"
        ),
        "en/terms/term-mfds.md": page("term-mfds", "A ministry.", aliases="mfds"),
    }
    for name in ("home", "about", "privacy", "consent", "help"):
        files[f"en/pages/{name}.md"] = page(name, f"This is {name}.")
    for kind in ("emergency", "self-harm", "violence"):
        files[f"en/safety/{kind}.md"] = safety(kind)
    return MappingProxyType(files)


@pytest.fixture(scope="session")
def shipped() -> content.Loaded:
    """The content that ships with the program."""
    return content.load()
