"""Each fault that editors can make is found, in the right file and line, and nothing else is."""

from collections.abc import Mapping

import pytest

import content
from bot.errors import BadContent

Source = dict[str, str]


def findings(source: Mapping[str, str]) -> list[str]:
    try:
        content.build(source)
    except BadContent as problem:
        return list(problem.findings)
    return []


def replaced(small: Mapping[str, str], path: str, old: str, new: str) -> Source:
    assert old in small[path], f"{old!r} is not in {path}"
    return {**small, path: small[path].replace(old, new, 1)}


def test_the_small_organisation_lints(small: Mapping[str, str]) -> None:
    assert findings(small) == []


MENU = 'msgid "button.menu"\nmsgstr "'

ONE_CHANGE = [
    # (file, what stands there, what an editor makes of it, file and line of the finding, words of it)
    ("en/guide/start.md", "aliases:", "aliasses:", "en/guide/start.md, line 5", 'mean "aliases"'),
    ("en/guide/start.md", "id: start", "id: Start Page", "en/guide/start.md, line 2", "a-z, 0-9"),
    ("en/guide/start.md", "id: start", "id: begin", "en/guide/start.md, line 2", "the file is start"),
    ("en/guide/start.md", "id: start", "id: home", "en/pages/home.md, line 2", "taken by"),
    ("en/guide/start.md", "(term-mfds)", "(term-mdfs)", "en/guide/start.md, line 12", '"term-mfds"'),
    ("en/guide/start.md", "(term-mfds)", "(https://x.org)", "en/guide/start.md, line 12", "page id"),
    ("en/guide/start.md", "[faq-cost]", "[faq-price]", "en/guide/start.md, line 6", "no page"),
    ("en/guide/start.md", "[faq-cost]", "[start]", "en/guide/start.md, line 6", "itself"),
    ("en/guide/start.md", "{publication}", "{publicaton}", "en/guide/start.md, line 12", "{publicaton}"),
    ("en/guide/start.md", "First page", "x" * 600, "en/guide/start.md, line 12", "600"),
    ("en/guide/start.md", "- one\n", "# one\n", "en/guide/start.md, line 16", "Headings"),
    ("en/guide/start.md", "term-mfds).\n\n---", "term-mfds).\n---", "en/guide/start.md, line 12", "empty line"),
    ("en/guide/start.md", "- two", "<b>two</b>", "en/guide/start.md, line 17", "HTML"),
    ("en/guide/start.md", "- two", "![two](x)", "en/guide/start.md, line", "Images"),
    ("en/guide/start.md", "- one\n- two", "", "en/guide/start.md, line", "no text"),
    ("en/guide/start.md", "button: Page start", "button: " + "b" * 31, "en/guide/start.md, line 4", "31"),
    ("en/guide/start.md", "button: Page start", "button: What does it cost?", "en/guide", "already"),
    ("en/guide/start.md", "where do i begin", "Prices", "en/guide/start.md, line 5", "already leads"),
    ("en/guide/start.md", "where do i begin", "Hello", "en/guide/start.md, line 5", "small talk"),
    ("en/guide/start.md", "2027-02-01", "soon", "en/guide/start.md, line 10", "date"),
    ("en/guide/start.md", "reviewed: never", "reviewed: 2026-13-01", "en/guide/start.md", "date"),
    ("en/guide/start.md", "reviewed: never", "reviewed: 2026-11-01", "en/guide/start.md", "reviewer"),
    ("en/guide/start.md", "related:", "not_mean: true\nrelated:", "en/guide/start.md", "not-mean"),
    ("en/guide/start.md", "---\nid", "id", "en/guide/start.md, line 1", "---"),
    ("en/terms/term-mfds.md", "id: term-mfds", "id: mfds", "en/terms/term-mfds.md", "term-"),
    ("en/pages/consent.md", "This is", "Great!", "en/pages/consent.md, line 11", "xclamation"),
    ("en/pages/consent.md", "This is", "One.\n\n---\n\nTwo", "en/pages/consent.md", "one page"),
    ("en/pages/home.md", "This is", "One.\n\n---\n\nTwo", "en/pages/home.md, line 15", "one page"),
    ("en/safety/violence.md", "Call", "🙂 Call", "en/safety/violence.md, line 7", "emoji"),
    ("en/safety/violence.md", "{alert_status}", "Bye.", "en/safety/violence.md", "{alert_status}"),
    ("en/safety/violence.md", "kind: violence", "kind: violent", "en/safety/violence.md, line 2", "violence"),
    ("menus.yaml", "start,", "", "en/guide/start.md, line 2", "not reachable"),
    ("menus.yaml", "about", "abuot", "menus.yaml, line 1", '"about"'),
    ("menus.yaml", "act:write", "act:wirte", "menus.yaml, line 1", "act:"),
    ("form.yaml", "kind: text", "kind: txt", "form.yaml, line 2", 'mean "text"'),
    ("form.yaml", "id: question", "id: name", "form.yaml", "question"),
    ("form.yaml", "required", "requird", "form.yaml, line 2", '"required"'),
    ("danger.yaml", "kill myself", "", "danger.yaml", "English"),
    ("danger.yaml", "kill myself", "'~ kill'", "danger.yaml, line 5", "pattern"),
    ("danger.yaml", "violence:", "violent:", "danger.yaml", "violen"),
    ("organisation.yaml", "18:00", "08:00", "organisation.yaml, line 12", "before it starts"),
    ("organisation.yaml", "13:00-18:00", "11:00-18:00", "organisation.yaml, line 12", "overlap"),
    ("organisation.yaml", "Asia/Seoul", "Asia/Soul", "organisation.yaml, line 10", "Asia/Seoul"),
    ("organisation.yaml", "role: lead", "role: boss", "organisation.yaml, line 20", "facilitator"),
    ("organisation.yaml", "telegram:12", "telegram:@kim", "organisation.yaml, line 20", "telegram:1234"),
    ("organisation.yaml", "mention: [kim]", "mention: [lee]", "organisation.yaml, line 21", "staff"),
    ("organisation.yaml", "keep_months: 12", "keep_months: 6", "organisation.yaml, line 22", "limits"),
    ("organisation.yaml", "to: 2026-12-29", "to: 2026-12-28", "organisation.yaml", "before it begins"),
    ("organisation.yaml", "holidays: KR", "holidays: Korea", "organisation.yaml", "country"),
    ("organisation.yaml", "responsible: Ms Kim\n", "", "organisation.yaml", '"responsible" is missing'),
    ("en/asks.yaml", "small.thanks", "small.danke", "en/asks.yaml", "small.danke"),
    ("en/asks.yaml", "[who reads my messages]", "[human]", "en/asks.yaml, line 6", "person"),
    ("en/asks.yaml", "person:", "persons:", "en/asks.yaml, line 2", '"person"'),
    ("en/phrases.po", 'msgid "button.menu"', 'msgid "button.manu"', "en/phrases.po", "button.menu"),
    ("en/phrases.po", "{reference}", "{refrence}", "en/phrases.po", "{refrence}"),
    ("en/phrases.po", MENU, MENU + "b" * 31, "en/phrases.po, line", "30"),
    ("en/phrases.po", MENU, "#, fuzzy\n" + MENU, "en/phrases.po, line", "fuzzy"),
    ("en/phrases.po", 'msgid "button.back"', 'msgid "button.menu"', "en/phrases.po", "twice"),
    ("en/phrases.po", 'msgid "button.menu"', "msgid button.menu", "en/phrases.po, line", "PO"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "where", "words"), ONE_CHANGE)
def test_a_fault_is_found_where_it_is(
    small: Mapping[str, str], path: str, old: str, new: str, where: str, words: str
) -> None:
    found = findings(replaced(small, path, old, new))
    assert any(one.startswith(where) and words in one for one in found), found


def test_all_findings_come_at_once(small: Mapping[str, str]) -> None:
    source = replaced(small, "en/guide/start.md", "[faq-cost]", "[nowhere]")
    source["form.yaml"] = "steps: 3\n"
    source["en/faq/extra.txt.md"] = "no front matter"
    del source["en/pages/help.md"]
    files = {one.split(":")[0].split(",")[0] for one in findings(source)}
    assert {
        "en/guide/start.md",
        "form.yaml",
        "en/faq/extra.txt.md",
        "en/pages/help.md",
    } <= files


@pytest.mark.parametrize(
    "path",
    [
        "en/pages/home.md", "en/safety/emergency.md", "en/phrases.po", "en/asks.yaml", "menus.yaml",
        "form.yaml", "danger.yaml", "organisation.yaml",
    ],
)  # fmt: skip
def test_a_missing_file_is_named(small: Mapping[str, str], path: str) -> None:
    source = {name: text for name, text in small.items() if name != path}
    assert any(one.startswith(path) for one in findings(source))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x [1]\nb: *x\n", "Aliases"),
        ("a: &a [l,l]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "Aliases"),
        ("home: " + "[" * 5000, "YAML"),
        ("home: " + "[" * 100 + "]" * 100, "deep"),
        ("home: !!python/object/apply:os.system [ls]\n", "flat"),
        ("home: [a\n", "valid YAML"),
        ("home: [about]\nhome: [start]\n", "twice"),
        ("home: \x07\n", "control"),
        ("home: [about]\0", "null bytes"),
        ("home: [about] #" + "x" * 600_000, "512 KB"),
        ("- home\n", "key: value"),
        ("? [a]\n: b\n", "word"),
    ],
)
def test_hostile_yaml_is_a_finding(small: Mapping[str, str], text: str, words: str) -> None:
    found = findings({**small, "menus.yaml": text})
    about = [one for one in found if one.startswith("menus.yaml")]
    if words == "flat":  # a tag is not even looked at; the menu it leaves is empty
        assert about
    else:
        assert any(words in one for one in about), found


def test_moved_pages_must_arrive(small: Mapping[str, str]) -> None:
    assert findings({**small, "moved.yaml": "old: middle\nmiddle: start\n"}) == []
    lost = findings({**small, "moved.yaml": "old: nowhere\n"})
    circle = findings({**small, "moved.yaml": "a: b\nb: a\n"})
    alive = findings({**small, "moved.yaml": "start: about\n"})
    assert "nowhere" in lost[0]
    assert "circle" in circle[0]
    assert "still a page" in alive[0]


def test_two_buttons_of_one_screen_never_say_the_same(small: Mapping[str, str]) -> None:
    label = "Page about"
    old = small["en/phrases.po"].split('msgid "button.write"\nmsgstr "')[1].split('"')[0]
    source = replaced(
        small,
        "en/phrases.po",
        f'"button.write"\nmsgstr "{old}"',
        f'"button.write"\nmsgstr "{label}"',
    )
    assert any("the same as the button of about" in one for one in findings(source))


def test_one_account_belongs_to_one_person(small: Mapping[str, str]) -> None:
    second = '  - {id: lee, name: Lee, role: editor, accounts: ["telegram:12"]}\nalerts'
    found = findings(replaced(small, "organisation.yaml", "alerts", second))
    assert any("belongs to kim already" in one for one in found)


def test_style_rules_are_the_editors_own(small: Mapping[str, str]) -> None:
    rules = (
        "forbidden:\n  - {words: [names no prices], in: [faq], instead: something}\n"
        'position_words: ["this directory\'s view"]\n'
        "not_mean: [start]\n"
        'safety_must_say: {emergency: ["119"]}\n'
    )
    source = replaced(small, "en/faq/faq-cost.md", "author:", "position: true\nauthor:")
    found = findings({**source, "style.yaml": rules})
    assert len(found) == 4
    assert any("style.yaml forbids" in one for one in found)
    assert any("whose view" in one for one in found)
    assert any("not_mean: true" in one for one in found)
    assert any('must name "119"' in one for one in found)


def test_a_help_line_that_no_safety_text_names_is_found(small: Mapping[str, str]) -> None:
    lines = 'lines: {help: {number: "109", confirmed: true}}\nstaff'
    found = findings(replaced(small, "organisation.yaml", "staff", lines))
    assert any("lines.help" in one for one in found)


def test_other_languages_lend_their_asks_only(small: Mapping[str, str]) -> None:
    asks = "person: {phrases: [사람]}\n"
    release = content.build({**small, "ko/asks.yaml": asks})
    assert {"사람", "human"} <= release.asks.person
    assert any("ko/guide/x.md" in one for one in findings({**small, "ko/guide/x.md": "x"}))
