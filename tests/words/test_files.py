"""Files and page in step: export is loss-free, and publishing files never undoes the page in silence."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

import content
from bot.ports import World
from bot.turn import take_turn
from content.editing import targets
from content.editing.target import Target
from content.phrases import phrases_of
from storage import open_store
from tests.cli.conftest import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def own_content(desk: Desk) -> Path:
    folder = desk.folder / "own"
    for path, text in content.source_of().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    desk.settings["FRONTDESK_CONTENT"] = str(folder)
    return folder


def edit_on_the_page(desk: Desk, name: str, **values: str) -> str:
    """What the Words page does when an editor publishes."""

    async def do() -> str:
        store = open_store(
            f"sqlite:///{desk.folder / 'var/frontdesk.db'}",
            key_file=desk.folder / "var/master.key",
            world=World((), {}),
            take_turn=take_turn,
            phrases_of=phrases_of,
            patience=20.0,  # a busy machine that runs the suite is no finding of these tests
        )
        await store.start()
        live = await store.live_release()
        assert live is not None
        source = await store.release_source(live.id)
        made = targets.write(source, Target("page", name), values)
        release = content.build(made)
        await store.publish(release, made, by="staff:edi", why="page", expected=live.id)
        await store.close()
        return release.id

    return asyncio.run(do())


def test_newer_edits_of_the_page_are_not_overwritten(desk: Desk) -> None:
    folder = own_content(desk)
    assert desk("content", "publish").code == 0
    edit_on_the_page(desk, "about", title="About, as the page has it")
    page = folder / "en/guide/start.md"
    page.write_text(page.read_text() + "\nOne more line.\n")
    looked = desk("content", "publish", "--look")
    assert looked.code == 1
    refused = desk("content", "publish")
    assert refused.code == 1
    assert "About, as the page has it" in refused.out
    assert "--overwrite" in refused.err
    assert len(desk("content", "releases").out.splitlines()) == 2
    done = desk("content", "publish", "--overwrite")
    assert done.code == 0, done.err
    assert len(desk("content", "releases").out.splitlines()) == 3


def test_export_is_loss_free_and_edits_go_on_from_it(desk: Desk) -> None:
    folder = own_content(desk)
    assert desk("content", "publish").code == 0
    live = edit_on_the_page(desk, "about", title="About, as the page has it")
    for _ in range(2):
        done = desk("content", "export", str(folder))
        assert done.code == 0, done.err
        assert content.digest(content.source_of(folder)) == live
    assert "live already" in desk("content", "publish").out
    # now the same text is changed in the files: that is no slip, it began from what is live
    page = folder / "en/pages/about.md"
    page.write_text(page.read_text().replace("About, as the page has it", "About, from the files"))
    looked = desk("content", "publish", "--look")
    assert looked.code == 0
    assert "About, from the files" in looked.out
    assert "Nothing was published" in looked.out
    done = desk("content", "publish", "--why", "files again")
    assert done.code == 0, done.err + done.out
    edit_on_the_page(desk, "about", title="About, on the page again")
    page.write_text(page.read_text().replace("About, from the files", "About, a third time"))
    assert desk("content", "publish").code == 1


def test_export_does_not_clear_a_foreign_folder(desk: Desk) -> None:
    own_content(desk)
    assert desk("content", "publish").code == 0
    foreign = desk.folder / "letters"
    foreign.mkdir()
    (foreign / "dear.md").write_text("keep me")
    ended = desk("content", "export", str(foreign))
    assert ended.code == 1
    assert (foreign / "dear.md").read_text() == "keep me"
    shutil.rmtree(foreign)
    assert desk("content", "export", str(foreign)).code == 0
