"""The documents say what the program does: settings, commands, files that they point at."""

import re
from pathlib import Path

import pytest
import typer.main

from adapters.cli import app
from adapters.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPLOY = (ROOT / "deploy/README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path for path in ROOT.glob("**/*.md")
    if not {".venv", "node_modules", "var"} & set(path.relative_to(ROOT).parts)
    and "en" not in path.relative_to(ROOT).parts
)  # fmt: skip


def commands() -> list[str]:
    """Every command that the program has, as it is typed."""
    found: list[str] = []

    def walk(command: object, name: str) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found.append(name)
            return
        for word, one in inner.items():
            walk(one, f"{name} {word}")

    walk(typer.main.get_command(app), "frontdesk")
    return found


def test_the_readme_lists_every_command_and_no_other() -> None:
    table = README.partition("## Commands")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `(frontdesk [a-z ]+)`", table, re.M)) == sorted(commands())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_names_a_command_that_does_not_exist(document: Path) -> None:
    known = {name.split(" ")[1] for name in commands()}
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"(?:`|bin/|^ +)frontdesk ([a-z]+)", text, re.M)
    assert set(named) <= known


def test_the_readme_lists_every_setting_as_it_is() -> None:
    rows = [
        f"| `{one.name}` | {one.purpose} | {f'`{one.default}`' if one.default else ''} "
        f"| `{one.example}` |"
        for one in SETTINGS
    ]
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    listed = [line for line in table.splitlines() if line.startswith("| `")]
    assert listed == rows


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    known = {one.name for one in SETTINGS}
    pattern = re.compile(r"\b(?:DATABASE_URL|(?:FRONTDESK|TELEGRAM|SLACK)_[A-Z_]+)\b")
    texts = [README, DEPLOY, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "deploy").rglob("*.*")]
    for text in texts:
        assert set(pattern.findall(text)) <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_documents_point_at_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not re.match(r"[a-z]+:|term-", target):
            assert (document.parent / target).exists(), target


def test_the_unit_runs_the_command_and_keeps_database_and_key_apart() -> None:
    unit = (ROOT / "deploy/systemd/frontdesk.service").read_text(encoding="utf-8")
    assert "ExecStart=/opt/frontdesk/.venv/bin/frontdesk run" in unit
    folders = re.findall(r"^StateDirectory=(.*)$", unit, re.M)[0].split()
    assert len(folders) == 2
    for folder in folders:
        assert f"/var/lib/{folder}/" in DEPLOY
    for wall in ("NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"):
        assert wall in unit


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    def walk(command: object, name: str) -> None:
        for word, one in getattr(command, "commands", {}).items():
            assert one.help, f"{name} {word}"
            walk(one, f"{name} {word}")

    walk(typer.main.get_command(app), "frontdesk")
