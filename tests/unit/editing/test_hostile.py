"""Hostile and half-written files, forms and archives: never an exception, each one explained.

``HYPOTHESIS_PROFILE=heavy`` makes 10,000 of them, a plain run a few hundred.
"""

import io
import zipfile
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

import content
from bot.errors import BadContent
from content.editing import archive, changes, check, create, find, merge, remove, review, targets
from content.editing.errors import CannotEdit
from content.editing.target import KINDS, Target
from tests.unit.content.test_properties import ANYTHING, NAMES
from tests.unit.editing.conftest import HEAVY, NOW, TODAY

Source = Mapping[str, str]


def lints(source: Source) -> bool:
    """Whether it can be built; where it cannot, findings say why, and the linter says the same."""
    found = check.lint(source, now=NOW)
    try:
        content.build(source, now=NOW)
    except BadContent as problem:
        assert problem.findings == tuple(map(str, found))
        assert found
        return False
    assert found == ()
    return True


@settings(max_examples=4000 if HEAVY else 80)
@given(data=st.data())
def test_half_written_files(small: Source, data: st.DataObject) -> None:
    source = dict(small)
    for path in data.draw(st.lists(st.sampled_from(sorted(small)), min_size=1, max_size=2)):
        text = source[path]
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 60)))
        source[path] = text[:start] + data.draw(st.just("") | ANYTHING) + text[end:]
    source |= data.draw(st.dictionaries(NAMES, ANYTHING, max_size=1))
    lints(source)
    every = targets.targets(source)
    for one in data.draw(st.lists(st.sampled_from(every), max_size=3)) if every else ():
        try:
            form = targets.read(source, one)
        except CannotEdit as problem:
            assert problem.message
            continue
        assert targets.write(source, one, form.values) == source
    find.search(source, "guide begin")
    review.review_list(source, TODAY)
    changes.diff(small, source)
    merge.merge(small, source, {**small, "menus.yaml": small["menus.yaml"] + "# more\n"})
    remove.links_to(source, "start")
    for act in (
        lambda: remove.remove_page(source, "faq-cost", to="start"),
        lambda: remove.rename_page(source, "start"),
        lambda: create.close_desk(source, TODAY),
        lambda: create.create_page(source, "faq", {"title": "x"}, today=TODAY),
        lambda: create.add_danger_word(source, "violence", "en", "x y z"),
        lambda: review.tick(source, "start", by="Kim", today=TODAY),
    ):
        try:
            act()
        except CannotEdit as problem:
            assert problem.message


@settings(max_examples=4000 if HEAVY else 80)
@given(data=st.data())
def test_hostile_forms(small: Source, data: st.DataObject) -> None:
    known = st.sampled_from(targets.targets(small))
    one = data.draw(known | st.builds(Target, st.sampled_from(KINDS), st.text(max_size=20)))
    try:
        names = list(targets.read(small, one).values)
    except CannotEdit:
        assert check.findings(small, one, {"body": "x"}, now=NOW)
        return
    keys = st.sampled_from(names) | st.text(max_size=5)
    values = data.draw(st.dictionaries(keys, ANYTHING, min_size=1, max_size=4))
    made = targets.write(small, one, values)
    found = check.findings(small, one, values, now=NOW)
    fine = lints(made)
    assert fine == (not [each for each in found if each.blocks and each.field != "reason"])
    assert all(each.message and "\n" not in each.message for each in found)
    kind = data.draw(st.sampled_from(create.KINDS))
    form = {name: data.draw(ANYTHING) for name in ("title", "body", "aliases", "related", "menu")}
    page = create.create_page(small, kind, form, today=TODAY)
    blocking = [each for each in create.findings(small, kind, form, now=NOW) if each.blocks]
    assert lints(page.source) == (not blocking)


@settings(max_examples=2000 if HEAVY else 100)
@given(data=st.data())
def test_hostile_archives(small: Source, data: st.DataObject) -> None:
    out = io.BytesIO()
    names = (
        NAMES
        | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
        | st.sampled_from(["../a.yaml", "/x"])
    )
    with zipfile.ZipFile(
        out, "w", data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    ) as made:
        for name, text in data.draw(st.dictionaries(names, ANYTHING, max_size=4)).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = data.draw(st.sampled_from([0, 0o100644, 0o120777, 0o040755])) << 16
            made.writestr(info, text.encode("utf-8", "surrogatepass"))
    packed = bytearray(out.getvalue())
    for at in data.draw(st.lists(st.integers(0, len(packed) - 1), max_size=3)):
        packed[at] = data.draw(st.integers(0, 255))
    opened = archive.from_zip(
        bytes(packed[: data.draw(st.sampled_from([None, 30, len(packed) // 2]))])
    )
    assert opened.source or opened.findings
    assert not (opened.source and opened.findings)
    lints({**small, **opened.source})
