"""Reading a folder: only what is content, and nothing that is there can crash it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

import content
from bot.errors import BadContent


def write(folder: Path, source: Mapping[str, str]) -> Path:
    for name, text in source.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_folder_is_its_content_files(small: Mapping[str, str], tmp_path: Path) -> None:
    write(tmp_path, small)
    for name in (
        "README.md",
        "loader.py",
        ".hidden.yaml",
        "en/.swp.md",
        "en/notes.txt",
        "en/_old/x.md",
    ):
        write(tmp_path, {name: "not content"})
    loaded = content.load(tmp_path)
    assert loaded.source == dict(small)
    assert loaded.release == content.build(small)
    assert content.source_of(tmp_path) == dict(small)


def test_line_ends_and_a_byte_order_mark_do_no_harm(
    small: Mapping[str, str], tmp_path: Path
) -> None:
    write(tmp_path, small)
    for name, text in small.items():
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert content.check(tmp_path) == ()
    assert content.load(tmp_path).release.items == content.build(small).items


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"id: \xff\xfe", "UTF-8"), (b"x" * 600_000, "512 KB"), (b"a\0b", "null bytes")],
)
def test_a_broken_file_is_a_finding(
    small: Mapping[str, str], tmp_path: Path, data: bytes, words: str
) -> None:
    write(tmp_path, small)
    (tmp_path / "en/guide/start.md").write_bytes(data)
    found = [one for one in content.check(tmp_path) if one.path == "en/guide/start.md"]
    assert any(words in one.message for one in found)


def test_a_folder_that_is_not_there_or_empty(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(BadContent) as problem:
            content.load(folder)
        assert str(folder) in problem.value.findings[0] or "missing" in str(problem.value)


def test_a_loop_of_links_ends(small: Mapping[str, str], tmp_path: Path) -> None:
    write(tmp_path, small)
    (tmp_path / "en/guide/loop").symlink_to(tmp_path / "en", target_is_directory=True)
    assert content.check(tmp_path) == ()
