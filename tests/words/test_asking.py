"""Ask it: the page explains as ``frontdesk ask`` does, compares phrases, and refuses those in the wrong place."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest

from content.engine.engine import ModelEngine
from tests.answers.test_engine import VAR
from tests.web.house import House, open_house
from tests.words.conftest import Entering
from tests.words.house import Tab, staffed
from tests.words.test_pages import change, form_of

ASKED = "Which clinic is good <b>for</b> skin boosters"


@cache
def model() -> ModelEngine:
    made = ModelEngine(VAR)
    made.warm(staffed().release)
    assert made.state == "model"
    return made


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The house of these tests, with the model."""
    async with open_house(tmp_path, loaded=staffed(), engine=model()) as house:
        yield house


async def ask(tab: Tab, do: str = "ask", question: str = "") -> str:
    page = await tab.load("/words/ask")
    fields = dict(re.findall(r'name="(csrf|nonce)" value="([^"]+)"', page))
    answer = await tab.http.post("/words/ask", data={**fields, "do": do, "question": question})
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_question_is_explained(edi: Tab) -> None:
    page = await ask(edi, question=ASKED)
    assert "Nearest phrases" in page
    assert "not covered: which-clinic" in page
    assert "the bar is" in page
    assert "<b>for</b>" not in page
    assert "&lt;b&gt;for" in page


async def test_danger_is_told(edi: Tab) -> None:
    assert "The safety text comes first: emergency." in await ask(edi, question="I cannot breathe")


async def test_only_editors_ask(enter: Entering) -> None:
    tab = await enter("fac")
    assert (await tab.http.get("/words/ask")).status_code == 403


async def test_unfinished_phrases_are_compared(edi: Tab) -> None:
    assert "unfinished edits change" not in await ask(edi, question="is it legal")
    page = await edi.load("/words/edit/also:faq-guarantee")
    form = form_of(page)
    more = "\n".join(
        (form["f.phrases"], "will my cat like the new me", "is my cat going to like it")
    )
    code, _ = await change(edi, "also:faq-guarantee", do="look", phrases=more)
    assert code == 200
    page = await ask(edi, do="compare")
    assert "What your unfinished edits change" in page
    row = re.search(r"<tr><td>will my cat like the new me</td>.*?</tr>", page, re.S)
    assert row is not None
    assert row[0].count("the page faq-guarantee") == 2


async def test_a_phrase_closer_to_another_item_is_refused(edi: Tab) -> None:
    form = form_of(await edi.load("/words/edit/also:faq-guarantee"))
    wrong = f"{form['f.phrases']}\nis stem cell treatment legal in Korea then"
    code, page = await change(edi, "also:faq-guarantee", phrases=wrong)
    assert code == 422
    assert "A phrase is closer to something else" in page
    assert "says nearly the same as" in page
    assert "the page faq-bio-act" in page


async def test_a_good_phrase_goes_live(edi: Tab, house: House) -> None:
    form = form_of(await edi.load("/words/edit/also:faq-guarantee"))
    good = f"{form['f.phrases']}\ncan anybody swear that my wrinkles go away"
    code, _ = await change(edi, "also:faq-guarantee", phrases=good)
    assert code in (200, 303)
    release = await house.store.live_release()
    assert release is not None
    assert "can anybody swear that my wrinkles go away" in release.also["en"]["faq-guarantee"]
