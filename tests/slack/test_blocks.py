"""Any text tree, any buttons: within Slack's limits, word for word, and nothing in it is alive."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from adapters.slack import blocks as bk
from adapters.slack import modal, outbound
from adapters.slack.home import home_view
from bot.effects import OpenForm, RelayToDesk, RelayToPatient, ShowPreview
from bot.screens import Card, Choice, Screen
from bot.text import Heading, Items, Paragraph, Quote, Span, Style, Text, flat, plain, typed
from tests.fakes import slack_blocks as rules

NASTY = st.sampled_from(
    [
        "<!channel>", "<!here|here>", "<@U0DANA>", "<#C0DESK>", "<!subteam^S01>", "*bold* _it_ ~s~",
        "https://evil.example/x", "<https://evil.example|click>", "mailto:a@b.c", ":smile:", "@here",
        "`code`", "> quote", "&lt;!channel&gt;", "&amp;", "\u202eabc", "😀" * 40, "\u200b", "\x00",
        "{name}", "a\nb\n\nc",
    ]
)  # fmt: skip
WORDS = st.one_of(
    st.text(max_size=60), NASTY, st.text(min_size=1, max_size=5).map(lambda x: x * 900)
)
SPANS = st.lists(st.builds(Span, WORDS, st.sampled_from(list(Style))), max_size=4).map(tuple)
BLOCKS = st.one_of(
    st.builds(Heading, SPANS),
    st.builds(Paragraph, SPANS),
    st.builds(Quote, SPANS),
    st.builds(Items, st.lists(SPANS, max_size=5).map(tuple), st.booleans()),
)
TREES = st.lists(BLOCKS, max_size=8).map(tuple)
LABELS = st.one_of(st.text(max_size=100), NASTY)
ROWS = st.lists(
    st.lists(st.builds(Choice, LABELS, st.just("sec:home:1")), max_size=4).map(tuple), max_size=12
).map(tuple)


def words_of(text: Text) -> str:
    """The characters of a tree in order, as they can be sent."""
    said: list[str] = []
    for block in text:
        rows = block.items if isinstance(block, Items) else (block.spans,)
        said.extend(span.text for spans in rows for span in spans)
    return bk.sayable("".join(said))


def sent_words(messages: tuple[outbound.Message, ...]) -> str:
    """The same from what was sent, buttons left out."""
    shown = [
        block
        for one in messages
        for block in one.blocks
        if block["type"] in ("header", "rich_text")
    ]
    return "".join(rules.words(shown))


def check(messages: tuple[outbound.Message, ...]) -> None:
    assert messages
    for one in messages:
        rules.check_message(one.text, list(one.blocks))


@given(TREES, ROWS)
def test_any_text_and_buttons(text: Text, rows: tuple[tuple[Choice, ...], ...]) -> None:
    sent = outbound.screen(Screen(text, rows))
    check(sent)
    assert rules.live([one.blocks for one in sent]) == []
    if words_of(text):
        assert sent_words(sent) == words_of(text)
    buttons = [
        element
        for one in sent
        for block in one.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    assert len(buttons) == sum(map(len, rows))
    if buttons:
        assert sent[-1].blocks[-1]["type"] == "actions"


@given(st.text(max_size=50_000).filter(str.strip), TREES)
@settings(max_examples=25)
def test_a_reply_reaches_the_patient_word_for_word(words: str, label: Text) -> None:
    sent = outbound.relay_to_patient(
        RelayToPatient(1, "FD-7F3Q", "d1", label, words, footer=plain("You write with a person."))
    )
    check(sent)
    assert bk.sayable(words) in sent_words(sent)
    assert rules.live([one.blocks for one in sent]) == []


def test_the_longest_text_goes_on_in_further_messages() -> None:
    words = "".join(f"line {n} with words\n" for n in range(3_000))
    sent = outbound.screen(Screen((Paragraph((typed(words),)),), (((Choice("Menu", "x")),),)))
    check(sent)
    assert len(sent) > 3
    assert sent_words(sent) == words
    assert all(one.blocks[-1]["type"] != "actions" for one in sent[:-1])


@given(TREES, TREES, st.text(max_size=300), ROWS)
def test_a_card_says_nothing_of_health_in_its_top_text(
    full: Text, minimal: Text, typed_words: str, rows: tuple[tuple[Choice, ...], ...]
) -> None:
    card = Card("FD-7F3Q", "t", "Enquiry FD-7F3Q is new.", (*full, Quote((typed(typed_words),))),
                minimal, rows, False, "new")  # fmt: skip
    for whole in (True, False):
        sent = outbound.card(card, full=whole)
        check(sent)
        assert {one.text for one in sent} == {"Enquiry FD-7F3Q is new."}


@given(st.text(min_size=1, max_size=400), st.one_of(st.none(), st.text(max_size=400)))
def test_relays_keep_typed_words_out_of_notifications(words: str, was: str | None) -> None:
    label: Text = (Paragraph((Span("Wrote "), typed("zebra-name"))), Paragraph((Span("Edited:"),)))
    sent = outbound.relay_to_desk(
        RelayToDesk(
            "FD-7F3Q", label, words, was, mention=("slack:U0MIN", "telegram:5", "slack:S0X")
        )
    )
    check(sent)
    assert sent[0].text == "Edited:"
    assert rules.live([one.blocks for one in sent]) == ["user", "usergroup"]
    assert bk.sayable(words) in sent_words(sent)
    if was is not None:
        assert bk.sayable(was) in sent_words(sent)


def test_mentions_come_from_account_ids_only() -> None:
    assert bk.mention(("telegram:1", "web:local", "slack:", "slack:<!channel>", "slack:U 1")) == []
    [line] = bk.mention(("slack:U0A", "slack:U0B"))
    assert [one["type"] for one in line["elements"][0]["elements"]] == ["user", "text", "user"]


@given(st.text(max_size=20_000))
@settings(max_examples=40)
def test_top_text_is_escaped_and_short(words: str) -> None:
    text = outbound.top_text(words)
    rules.check_message(text, bk.text_blocks(plain("x")))
    assert bk.units(text) <= outbound.TEXT_MAX


@given(LABELS, LABELS, st.text(max_size=3_000), ROWS)
def test_modal_and_home_are_valid_views(
    title: str, hint: str, words: str, rows: tuple[tuple[Choice, ...], ...]
) -> None:
    form = OpenForm("FD-7F3Q", "d1", title, hint, words)
    view = modal.write_view(form, problem=hint)
    rules.check_view(view, "modal")
    subject = modal.about(view["private_metadata"])
    assert subject is not None
    assert (subject.reference, subject.draft) == ("FD-7F3Q", "d1")
    shown = ShowPreview("FD-7F3Q", "d1", plain("From Min"), words or "x")
    preview = modal.preview_view(shown, subject)
    rules.check_view(preview, "modal")
    assert rules.live(preview) == []
    assert modal.exact_text(preview) == bk.sayable(words or "x")
    rules.check_view(modal.with_banner(modal.with_banner(preview, "a"), "b"), "modal")
    home = home_view(Screen(plain(hint), rows), "T0", "A0")
    if home["blocks"]:
        rules.check_view(home, "home")


def test_a_heading_is_a_header_unless_somebody_typed_it() -> None:
    [header] = bk.text_blocks((Heading((Span("What it does not mean"),)),))
    assert header["type"] == "header"
    [typed_one] = bk.text_blocks((Heading((typed("What"),)),))
    assert typed_one["type"] == "rich_text"


def test_numbered_lists_go_on_counting_where_they_are_split() -> None:
    items = tuple((Span("x" * 700),) for _ in range(9))
    made = bk.text_blocks((Items(items, numbered=True),))
    starts = [one["elements"][0].get("offset", 0) for one in made]
    assert starts == [0, 4, 8]
    rules.check_blocks(made, surface="message")
    assert flat((Items(items, numbered=True),)).startswith("1. ")


@given(TREES, ROWS)
@settings(max_examples=30)
def test_slacks_own_models_agree(text: Text, rows: tuple[tuple[Choice, ...], ...]) -> None:
    for message in outbound.screen(Screen(text, rows)):
        parsed = Block.parse_all([dict(block) for block in message.blocks])
        assert len(parsed) == len(message.blocks)
        for block in parsed:
            block.validate_json()
