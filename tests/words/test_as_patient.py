"""What an editor does on the Words page, as a patient meets it: no look into the store."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator

import pytest

from tests.words.house import House, Tab, client, fresh
from tests.words.test_pages import change, form_of


@pytest.fixture
async def patient(house: House) -> AsyncIterator[Tab]:
    """Somebody on the local page, who waits for the answer engine however busy the machine is."""
    house.intake._deadline = 60.0
    async with client(house) as http:
        await http.get(await house.link())
        tab = Tab(house, http)
        await tab.load()
        yield tab


async def opened(patient: Tab, name: str, page: int = 1) -> str:
    """Press an old button that leads to a page; what is shown then."""
    await patient.post("/patient/tap", tap=f"1|sec:{name}:{page}")
    return newest(patient)


async def source_of(patient: Tab, name: str) -> str:
    """Where a page says that it is from."""
    await opened(patient, name)
    await patient.press("Where is this from?")
    return newest(patient)


def newest(patient: Tab) -> str:
    """The words of the newest message with buttons."""
    item = patient.page.rpartition('<li id="')[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", item)).split())


async def test_the_tick_changes_where_a_page_is_from(house: House, edi: Tab, patient: Tab) -> None:
    before = await source_of(patient, "not-mean")
    assert "Editor Person" not in before
    await edi.load("/words/edit/page:not-mean")
    tick = {"csrf": edi.csrf, "nonce": fresh()}
    assert (await edi.http.post("/words/tick/page:not-mean", data=tick)).status_code == 303
    after = await source_of(patient, "not-mean")
    release = await house.store.live_release()
    assert release is not None
    assert "Editor Person" in after
    assert str(release.items["not-mean"].reviewed) in after
    assert "not-mean" not in await edi.load("/words/list/review")
    # other words: nobody has checked these
    await change(edi, "page:not-mean", title="What this does not say")
    assert "Editor Person" not in await source_of(patient, "not-mean")
    assert "not-mean" in await edi.load("/words/list/review")


async def written_anew(edi: Tab, kind: str, **values: str) -> str:
    """Fill the form of a new page, publish; the page that comes then."""
    page = await edi.load(f"/words/new/{kind}")
    data = form_of(page) | {f"f.{name}": value for name, value in values.items()}
    answer = await edi.http.post(f"/words/new/{kind}", data=data | {"do": "publish"})
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)
    return await edi.load(answer.headers["location"])


async def test_a_new_section_stands_on_its_menu(edi: Tab, patient: Tab) -> None:
    title = "After you are home again"
    page = await written_anew(
        edi, "section", title=title, button="Home again", aliases="when i am back home",
        body="Keep the papers of the clinic.\n\n---\n\nShow them to your own doctor.",
    )  # fmt: skip
    assert "Live since" in page
    await patient.say("/guide")
    assert "Home again" in patient.buttons(), patient.buttons()
    await patient.press("Home again")
    assert "Keep the papers of the clinic." in newest(patient)
    assert "Next 2/2" in patient.buttons()
    await patient.say("when i am back home")
    assert title in newest(patient)


async def test_a_new_glossary_card_is_found_and_linked(edi: Tab, patient: Tab) -> None:
    await written_anew(
        edi, "term", title="Cryostorage", aliases="frozen storage of cells",
        body="Keeping cells at a very low temperature.",
    )  # fmt: skip
    await patient.say("frozen storage of cells")
    assert "Keeping cells at a very low temperature." in newest(patient)
    text = form_of(await edi.load("/words/edit/page:faq-guarantee"))["f.body"]
    linked = f"{text}\n\nSee [cryostorage](term-cryostorage)."
    assert (await change(edi, "page:faq-guarantee", body=linked))[0] == 303
    await opened(patient, "faq-guarantee")
    await patient.press("Cryostorage")
    assert "Keeping cells at a very low temperature." in newest(patient)


def table(page: str) -> dict[str, tuple[int, ...]]:
    """Page → read now, read in all, offered and not opened, helpful, not helpful."""
    rows = re.findall(r'<tr><th scope="row">.*?page:([a-z0-9-]+)".*?</th>(.*?)</tr>', page, re.S)
    return {name: tuple(map(int, re.findall(r"<td>(\d+)</td>", cells))) for name, cells in rows}


async def test_a_conversation_stands_in_the_counts(edi: Tab, patient: Tab) -> None:
    await opened(patient, "not-mean")
    await opened(patient, "faq-guarantee")
    await patient.press("This helped")
    await opened(patient, "not-mean")
    await opened(patient, "faq-bio-act")
    await patient.press("This did not help")
    await patient.say("how do i choose a clinic and what papers do i bring, Aigerim Bekova asks")
    offered = choices(patient)
    assert offered
    await patient.say("what do i ask and what papers do i take, Aigerim Bekova asks once more")
    again = choices(patient)
    taken = again[0]
    await patient.post("/patient/tap", tap=f"2|sec:{taken}:1")
    await patient.say("what does it cost in the clinic on Zebra Street")
    await patient.say("xqzv wvut zzebra")
    assert (await change(edi, "page:about", title="Who made this guide"))[0] == 303
    await opened(patient, "not-mean")

    page = await edi.load("/words/counts")
    counted = table(page)
    assert counted["not-mean"] == (1, 3, 0, 0, 0)
    assert counted["faq-guarantee"] == (0, 1, 0, 1, 0)
    assert counted["faq-bio-act"] == (0, 1, 0, 0, 1)
    for one in {*offered, *again}:
        assert counted[one][2] == (one in offered) + (one in again) - (one == taken), one
    first = re.findall(r'<option value="([0-9a-f]+)"', page)[-1]
    under = table(await edi.load(f"/words/counts?release={first}"))
    assert under["not-mean"] == (0, 2, 0, 0, 0)
    assert table(await edi.load("/words/counts?release=none")) == counted
    missed = re.search(r"did not answer: (\d+); that were not understood: (\d+)", page)
    assert missed is not None
    assert int(missed[1]) + int(missed[2]) == 2
    for word in ("Aigerim", "Bekova", "papers", "Zebra", "xqzv"):
        assert word not in page, word


def choices(patient: Tab) -> tuple[str, ...]:
    """The pages that the newest message offers as answers."""
    ids = (value.split(":")[1] for value in patient.buttons().values() if "|sec:" in value)
    return tuple(one for one in ids if one != "home")
