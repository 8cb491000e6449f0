"""What changed, two editors at once, files and archives, search."""

import io
import os
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.editing import archive, changes, create, export, find, merge, remove, review, targets
from content.editing.errors import CannotEdit
from content.findings import Findings
from content.source import MAX_BYTES, read_folder
from tests.unit.editing.conftest import HEAVY, TODAY, target
from tests.unit.editing.test_targets import TYPED

Source = Mapping[str, str]


def edited(source: Source, where: str, **values: str) -> dict[str, str]:
    return dict(targets.write(source, target(where), values))


def test_changes_are_told_text_by_text(small: Source) -> None:
    new = edited(
        edited(small, "page:start", title="Begin"), "phrase:sent.done", text="Off. {reference}"
    )
    new = dict(review.tick(new, "about", by="Kim", today=TODAY))
    new["limits.yaml"] = "undo_close_minutes: 5\n"
    told = {(one.target, one.field): (one.before, one.after) for one in changes.diff(small, new)}
    assert told[("page:start", "Title")] == ("Page start", "Begin")
    assert told[("phrase:sent.done", "Words")][1] == "Off. {reference}"
    assert told[("page:about", "Checked by an editor")] == ("never", "2026-11-20, Kim")
    assert told[("", "Lines of the file")] == ("", "undo_close_minutes: 5")
    assert changes.diff(small, small) == ()


def test_what_no_form_shows_is_told_too(small: Source) -> None:
    new = edited(small, "organisation", responsible="Ms Lee")
    new["organisation.yaml"] = new["organisation.yaml"].replace("role: lead", "role: admin")
    told = changes.diff(small, new)
    assert [one.target for one in told] == ["organisation", ""]
    assert "role: admin" in told[1].after


def test_independent_edits_are_joined(small: Source) -> None:
    mine = edited(edited(small, "page:start", title="Begin"), "phrase:page.gone", text="Gone.")
    mine = dict(create.close_desk(mine, TODAY))
    theirs = edited(
        edited(small, "page:faq-cost", title="Price?"), "phrase:button.yes", text="Sure"
    )
    theirs = edited(theirs, "organisation", responsible="Ms Lee")
    found = merge.merge(small, mine, theirs)
    assert found.conflicts == ()
    for where, source in (
        *((one, mine) for one in ("page:start", "phrase:page.gone", "closures")),
        *((one, theirs) for one in ("page:faq-cost", "phrase:button.yes", "organisation")),
    ):
        assert (
            targets.read(found.source, target(where)).values
            == targets.read(source, target(where)).values
        )


def test_the_same_text_is_a_conflict_with_both(small: Source) -> None:
    mine, theirs = (
        edited(small, "page:start", title="Mine"),
        edited(small, "page:start", title="Theirs"),
    )
    found = merge.merge(small, mine, theirs)
    (conflict,) = found.conflicts
    assert conflict.target == target("page:start")
    assert conflict.mine is not None
    assert conflict.theirs is not None
    assert (conflict.mine["title"], conflict.theirs["title"]) == ("Mine", "Theirs")
    assert found.source == theirs
    ticked = dict(review.tick(small, "start", by="Kim", today=TODAY))
    assert merge.merge(small, ticked, theirs).conflicts


def test_both_remove_a_page(small: Source) -> None:
    source = create.create_page(
        small, "faq", {"title": "B", "body": "b", "menu": "home"}, today=TODAY
    ).source
    mine = remove.remove_page(source, "faq-b", to="start")
    theirs = remove.remove_page(source, "faq-cost", to="start")
    found = merge.merge(source, mine, theirs)
    assert "faq-b: start" in found.source["moved.yaml"]
    assert "faq-cost: start" in found.source["moved.yaml"]
    assert {one.target for one in found.conflicts} == {target("menu:home")}


@settings(max_examples=2000 if HEAVY else 25)
@given(data=st.data())
def test_nothing_of_mine_is_ever_lost(small: Source, data: st.DataObject) -> None:
    def edit(source: Source) -> Source:
        one = data.draw(st.sampled_from(targets.targets(small)))
        field = data.draw(st.sampled_from([f.name for f in targets.read(small, one).fields]))
        return targets.write(source, one, {field: data.draw(TYPED)})

    mine, theirs = edit(edit(small)), edit(edit(small))
    found = merge.merge(small, mine, theirs)
    argued = {one.target for one in found.conflicts}
    for one in targets.targets(small):
        was, own, now = (changes.values(source, one) for source in (small, mine, found.source))
        other = changes.values(theirs, one)
        if own != was and one not in argued and None not in argued:
            assert now == own or other != was
        if other != was and own == was:
            assert now == other
    assert merge.merge(small, mine, small).source == mine
    assert merge.merge(small, small, theirs).source == theirs


def test_out_to_files_and_back(guide: Source, tmp_path: Path) -> None:
    first = export.write_folder(guide, tmp_path / "out")
    assert first.written == tuple(sorted(guide))
    assert read_folder(tmp_path / "out", Findings()) == dict(guide)
    (tmp_path / "out" / "README.md").write_text("stays")
    (tmp_path / "out" / "en" / "faq" / "old.md").write_text("goes")
    again = export.write_folder(guide, tmp_path / "out")
    assert (again.written, again.removed) == ((), ("en/faq/old.md",))
    assert (tmp_path / "out" / "README.md").exists()


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    "a\r\n\ufeff", max_size=20
)


@settings(max_examples=30)
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_any_text_comes_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    source = {f"en/faq/faq-{n}.md": text for n, text in enumerate(texts)}
    folder = tmp_path_factory.mktemp("out")
    export.write_folder(source, folder)
    assert read_folder(folder, Findings()) == source
    assert archive.from_zip(archive.to_zip(source)).source == source


BAD_NAMES = ["../x.yaml", "/etc/x.yaml", "en/../x.md", "en\\x.md", "C:/x.yaml", "en/.hidden.md", "x.py", "en/x.sh",
             "en/con.md", "en//x.md", "", "en/x.md/", "en/a\0.md", "a/b/c/d/e.md"]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    with pytest.raises(CannotEdit):
        export.write_folder({"menus.yaml": "x", name: "x"}, folder)
    assert not folder.exists()
    with pytest.raises(CannotEdit):
        archive.to_zip({name: "x"})


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (tmp_path / "out").mkdir()
    os.symlink(away, tmp_path / "out" / "en")
    os.symlink(away / "x.yaml", tmp_path / "out" / "menus.yaml")
    for source in ({"en/faq/a.md": "x"}, {"menus.yaml": "x"}):
        with pytest.raises(CannotEdit):
            export.write_folder(source, tmp_path / "out")
    assert list(away.iterdir()) == []


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries:
            made.writestr(name, data)
    return out.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("en/faq/link.md")
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK", b"not a zip", packed(), packed(("../menus.yaml", b"x")), packed(("/menus.yaml", b"x")),
        packed(("en/../../x.md", b"x")), packed((link(), b"/etc/passwd")), packed(("menus.yaml", b"\xff")),
        packed(("menus.yaml", b"0" * (MAX_BYTES + 1))), packed(("menus.yaml", b"a"), ("Menus.yaml", b"b")),
        packed(*((f"en/faq/f{n}.md", b"x") for n in range(2001))), b"0" * (archive.MAX_ARCHIVE + 1),
        packed(*((f"en/faq/f{n}.md", b"0" * MAX_BYTES) for n in range(200))), packed(("readme.txt", b"x")),
    ],
    ids=range(15),
)  # fmt: skip
def test_bad_archives_are_explained(data: bytes) -> None:
    opened = archive.from_zip(data)
    assert opened.source == {}
    assert opened.findings


def test_an_archive_with_a_folder_around_it(small: Source) -> None:
    inside = packed(*((f"content/{name}", text.encode()) for name, text in small.items()),
                    ("content/README.md", b"x"), ("__MACOSX/content/._menus.yaml", b"x"))  # fmt: skip
    opened = archive.from_zip(inside)
    assert opened.source == dict(small)
    assert len(opened.skipped) == 2


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("does the policy garantee", "page:faq-guarantee"),
        ("help patients from abroad plan", "page:faq-facilitator"),
        ("suicide prevention", "safety:self-harm"),
        ("My question", "phrase:button.question"),
        ("Asia/Seoul", "hours"),
        ("khidi registration ask us", "organisation"),
        ("what may we call you", "step:name"),
        ("unable to breath", "danger:emergency"),
        ("talk to a reel human", "asks:person"),
    ],
)
def test_text_is_found_where_it_stands(guide: Source, query: str, where: str) -> None:
    hits = find.search(guide, query)
    assert where in [str(one.target) for one in hits[:8]]
    for hit in hits:
        value = targets.read(guide, hit.target).values[hit.field]
        assert 0 <= hit.start <= hit.end <= len(value)
        assert hit.snippet
        assert hit.kind
        assert hit.place


@given(query=TYPED)
def test_any_query(small: Source, query: str) -> None:
    assert len(find.search(small, query, most=5)) <= 5


def test_a_thousand_pages_are_searched_at_once(guide: Source) -> None:
    text = guide["en/guide/not-mean.md"]
    many = {
        **guide,
        **{f"en/guide/page-{n}.md": text.replace("minimum", f"minimum{n}") for n in range(1000)},
    }
    find.search(many, "clinic")
    began = time.perf_counter()
    hits = find.search(many, "minmum777 and a direction")
    assert time.perf_counter() - began < 0.5
    assert hits[0].target == target("page:page-777")
