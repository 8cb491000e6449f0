"""The answer engine: routes, exact names, choices, typos, what is not understood, speed, threads."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

import content
from bot.release import Release
from bot.understanding import Route, Understanding
from content.answers import LexicalEngine

ENGINE = LexicalEngine()


def understand(shipped: content.Loaded, text: str) -> Understanding:
    return ENGINE.understand(text, shipped.release)


@pytest.mark.parametrize(
    ("text", "route", "reply"),
    [
        ("Human!", Route.PERSON, None),
        ("hi, can i talk to a person please", Route.PERSON, None),
        ("Who reads my messages?", Route.PRIVACY, None),
        ("HELLO", Route.SMALL_TALK, "small.hello"),
        ("hello, thank you so much", Route.SMALL_TALK, "small.thanks"),
        ("thanks 🙏🏽", Route.SMALL_TALK, "small.thanks"),
        ("👍🏽", Route.SMALL_TALK, "small.ok"),
        ("menu", Route.COMMAND, "menu"),
        ("my data", Route.COMMAND, "mydata"),
        ("what is mfds", Route.GUIDE, None),
    ],
)
def test_routes(shipped: content.Loaded, text: str, route: Route, reply: str | None) -> None:
    found = understand(shipped, text)
    assert (found.route, found.reply) == (route, reply)
    assert found.understood


def test_a_wish_inside_a_long_text_is_no_wish(shipped: content.Loaded) -> None:
    text = "does the law say who may talk to a person about treatments and supply papers in korea"
    assert understand(shipped, text).route is Route.GUIDE


@pytest.mark.parametrize(
    ("text", "answer"),
    [("Yes!", "yes"), ("no thanks", "no"), ("skip", "skip"), ("back", "back"), ("cancel", "cancel"),
     ("ok", "yes"), ("what is mfds", None)],
)  # fmt: skip
def test_answer_words(shipped: content.Loaded, text: str, answer: str | None) -> None:
    assert understand(shipped, text).answer == answer


@pytest.mark.parametrize(
    ("text", "content_id"),
    [
        ("does the goverment promise that my treatment will work", "faq-guarantee"),
        ("is it ok to book with the clinic directly, no facilitator", "faq-facilitator"),
        ("population getting old in korea", "faq-how-aged"),
        ("explain the regenrative bio act", "faq-bio-act"),
        ("exosom", "term-exosome"),
    ],
)
def test_choices_hold_the_right_page(shipped: content.Loaded, text: str, content_id: str) -> None:
    found = understand(shipped, text)
    assert content_id in [one.content_id for one in found.candidates]
    assert found.exact is None


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("xkcd qwrt zzzp", False),
        ("¿cuánto dura el vuelo?", False),
        ("сколько это стоит", False),
        ("이거 얼마예요", False),
        ("", False),
        ("???", False),
        ("my husband likes football on sundays", True),
        ("can I get a cheap flight next week", True),
    ],
)
def test_what_is_understood(shipped: content.Loaded, text: str, understood: bool) -> None:
    found = understand(shipped, text)
    assert found.understood is understood
    assert found.exact is None
    if not understood:
        assert found.candidates == ()


def test_an_understanding_belongs_to_its_release(
    shipped: content.Loaded, small: Mapping[str, str]
) -> None:
    other = content.build(small)
    assert ENGINE.understand("prices", other).exact == "faq-cost"
    assert ENGINE.understand("prices", shipped.release).exact is None
    assert ENGINE.understand("prices", other).release == other.id


def test_threads_agree(shipped: content.Loaded) -> None:
    texts = [alias for item in shipped.release.items.values() for alias in item.aliases][:200]
    fresh = LexicalEngine()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: fresh.understand(text, shipped.release), texts))
    assert found == [ENGINE.understand(text, shipped.release) for text in texts]


def test_only_the_first_4096_characters_are_looked_at(shipped: content.Loaded) -> None:
    """What bounds the work of a text, however long (bot.words.MAX)."""
    usual = "how does the bio act shape exosome preparatons at a clinic in korea? " * 4
    for text in ("zqxw vvkk " * 5000, usual * 500):
        whole = ENGINE.understand(text, shipped.release)
        assert whole == ENGINE.understand(text[:4096], shipped.release)


def test_an_equal_release_is_compared_once(
    shipped: content.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start warms the files' Release, the database then gives an equal one: to compare the two takes
    longer than to answer."""
    engine = LexicalEngine()
    engine.warm(shipped.release)
    again = replace(shipped.release)
    compared = 0
    equal = Release.__eq__

    def count(one: Release, other: object) -> bool:
        nonlocal compared
        compared += 1
        return equal(one, other)

    monkeypatch.setattr(Release, "__eq__", count)
    for _ in range(3):
        engine.understand("what is mfds", again)
    assert compared == 1
