"""Whatever is in the files or in a message: a Release that round-trips or findings, never a crash."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

import content
from bot import codec
from bot.buttons import MAX_BYTES, parse, section
from bot.errors import BadContent
from bot.release import Release
from content.answers import LexicalEngine

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ENGINE = LexicalEngine()

ANY_TEXT = st.text(st.characters(), max_size=300)
YAML_LIKE = st.lists(
    st.sampled_from(
        [
            "a: ", "- ", "[", "]", "{", "}", "&x ", "*x", "!!str ", "? ", ": ", "|\n", ">\n", "'", '"',
            "home", "steps", "---\n", "\n", "  ", "# c\n", "%YAML 1.1\n", "\t", "1:30", "yes", "~", "é",
        ]
    ),
    max_size=40,
).map("".join)  # fmt: skip
MARKDOWN_LIKE = st.lists(
    st.sampled_from(
        [
            "# ", "- ", "1. ", "7) ", "> ", "**", "*", "_", "`", "```\n", "\n", "\n\n", "---\n", "    ",
            "[a](start)", "[a](", "![i](x)", "<b>", "&amp;", "{name}", "word ", "\\", "|a|b|\n", "***\n",
        ]
    ),
    max_size=60,
).map("".join)  # fmt: skip
PO_LIKE = st.lists(
    st.sampled_from(
        [
            'msgid "a.b"\n', 'msgid ""\n', 'msgstr "x"\n', 'msgstr[0] "x"\n', 'msgstr[9] "x"\n',
            'msgid_plural "y"\n', '"Plural-Forms: nplurals=9; plural=n/0;\\n"\n', "#~ ", "#, fuzzy\n",
            "#: a:b\n", "msgstr\n", '"\n', 'msgctxt "c"\n', '"\\x"\n', "\n",
            '"Content-Type: text/plain; charset=nonsense\\n"\n', '"POT-Creation-Date: today\\n"\n',
        ]
    ),
    max_size=20,
).map("".join)  # fmt: skip
ANYTHING = st.one_of(ANY_TEXT, YAML_LIKE, MARKDOWN_LIKE, PO_LIKE)
NAMES = st.sampled_from(
    [
        "menus.yaml", "form.yaml", "danger.yaml", "limits.yaml", "organisation.yaml", "moved.yaml",
        "style.yaml", "en/asks.yaml", "en/phrases.po", "en/guide/start.md", "en/pages/home.md",
        "en/safety/emergency.md", "en/terms/term-mfds.md", "ko/asks.yaml", "ko/guide/start.md", "x.yaml",
        "en/x.md", "zz-zz/pages/home.md", "en/guide/deep/start.md",
    ]
)  # fmt: skip


def settle(source: Mapping[str, str]) -> None:
    """Build it: either a Release that survives JSON, or findings that name a file."""
    try:
        release = content.build(source, now=NOW)
    except BadContent as problem:
        assert problem.findings
        for one in problem.findings:
            name = one.split(":")[0].split(", line ")[0]
            assert name in source or name.endswith((".yaml", ".md", ".po")) or "/" not in name, one
            assert "\n" not in one
        return
    assert codec.decode(Release, json.loads(json.dumps(codec.encode(release)))) == release
    for item in release.items.values():
        data = section(item.id, len(item.pages))
        assert parse(data) is not None
        assert len(data.encode()) <= MAX_BYTES


@given(source=st.dictionaries(NAMES, ANYTHING, max_size=6))
def test_any_files(source: dict[str, str]) -> None:
    settle(source)


@given(changed=st.dictionaries(NAMES, ANYTHING, min_size=1, max_size=2))
def test_a_good_source_with_any_file_in_place_of_another(
    small: Mapping[str, str], changed: dict[str, str]
) -> None:
    settle({**small, **changed})


@settings(max_examples=100)
@given(data=st.data())
def test_a_good_source_with_a_piece_cut_out_or_put_in(
    small: Mapping[str, str], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(small)))
    text = small[path]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    new = data.draw(st.one_of(st.just(""), ANYTHING))
    settle({**small, path: text[:start] + new + text[end:]})


@given(body=MARKDOWN_LIKE)
def test_any_markdown_in_a_page(small: Mapping[str, str], body: str) -> None:
    head = small["en/guide/start.md"].split("First page")[0]
    settle({**small, "en/guide/start.md": head + body})


@given(text=st.one_of(ANY_TEXT, st.text("korea mfds stem cells odds? "), ANYTHING))
def test_any_text_is_understood_somehow(shipped: content.Loaded, text: str) -> None:
    found = ENGINE.understand(text, shipped.release)
    assert found.release == shipped.release.id
    assert len(found.candidates) <= 3
    scores = [one.score for one in found.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert {one.content_id for one in found.candidates} <= set(shipped.release.items)
    assert len(found.places) <= 3
    assert ENGINE.understand(text, shipped.release) == found
