"""What no machine of ours runs is read instead: image, compose files, proxy. What can run is run: the
installation that the image makes."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters import serve, worker
from adapters.settings import SETTINGS, load_settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = ("compose.yaml", "compose.postgresql.yaml")
NEED_OF_COMPOSE = {"DATABASE_PASSWORD", "DESK_NAME"}
"""What the compose files themselves read of .env."""


def lines() -> list[tuple[str, str]]:
    """(instruction, rest) of the Containerfile, continued lines joined."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    rows = [row.partition(" ") for row in joined.splitlines() if row.strip()]
    return [(word, rest.strip()) for word, _, rest in rows]


def services(name: str) -> dict[str, dict[str, Any]]:
    """The services of a compose file."""
    loaded = yaml.safe_load((DEPLOY / name).read_text("utf-8"))
    found: dict[str, dict[str, Any]] = loaded["services"]
    return found


def ours(name: str) -> dict[str, dict[str, Any]]:
    """Those that run Frontdesk."""
    return {
        key: one for key, one in services(name).items() if one["image"].startswith("frontdesk:")
    }


def seconds(text: str) -> int:
    assert text.endswith("s")
    return int(text[:-1])


def test_the_image_is_built_in_two_stages_from_the_lock_and_runs_as_nobody_special() -> None:
    rows = lines()
    words = [word for word, _ in rows]
    froms = [rest for word, rest in rows if word == "FROM"]
    assert len(froms) == 2
    assert froms[0].endswith(" AS build")
    assert all(re.match(r"python:\$\{PYTHON\}-slim", one) for one in froms)
    assert ("ARG", "PYTHON=3.13") in rows
    second = rows[len(words) - words[::-1].index("FROM") :]
    assert [rest for word, rest in second if word == "COPY"] == [
        "--from=build /opt/frontdesk /opt/frontdesk"
    ], "only what was installed goes into the image"
    assert [rest for word, rest in second if word == "USER"] == ["10001:10001"]
    assert second[[word for word, _ in second].index("USER") + 1 :]
    assert "ADD" not in words
    runs = " ".join(rest for word, rest in rows if word == "RUN")
    assert "--require-hashes -r requirements.lock" in runs
    assert not re.search(r"\b(sudo|curl|wget|apt|apt-get|chmod 777)\b", runs)
    for word in ("CMD", "ENTRYPOINT", "VOLUME"):
        assert dict(rows)[word].startswith("["), f"{word} in its exec form: signals must arrive"
    assert dict(rows)["STOPSIGNAL"] == "SIGTERM"


def test_what_the_image_copies_is_there_and_let_through() -> None:
    let = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }  # fmt: skip
    copied: set[str] = set()
    for word, rest in lines():
        if word == "COPY" and not rest.startswith("--from"):
            copied.update(rest.split()[:-1])
    assert copied == let
    for name in copied:
        assert (ROOT / name).exists(), name
    assert ".env" not in let


def test_settings_in_the_image_and_in_compose_exist_and_are_valid() -> None:
    names = {one.name for one in SETTINGS}
    image = re.findall(r"([A-Z_]+)=(\S+)", dict(lines())["ENV"])
    load_settings(None, {key: value for key, value in image if key in names})
    known = names | NEED_OF_COMPOSE
    for file in COMPOSE:
        for service in ours(file).values():
            given = service["environment"]
            assert set(given) <= names, file
            filled = {key: re.sub(r"\$\{[^}]*\}", "word", value) for key, value in given.items()}
            settings = load_settings(None, filled)
            assert settings.log == "json"
            port = dict(lines())["EXPOSE"]
            assert str(settings.port) == port
        text = (DEPLOY / file).read_text("utf-8")
        assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= known


@pytest.mark.parametrize("file", COMPOSE)
def test_containers_are_read_only_and_without_rights(file: str) -> None:
    for name, service in services(file).items():
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service
        assert not re.search(r":latest$|^[^:]+$", service["image"]), (
            "a version, not whatever is newest"
        )
    for service in ours(file).values():
        assert service["user"] == "10001:10001"
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
        assert "ports" not in service, "only the proxy is reached from outside"
        places = [one.split(":")[1] for one in service["volumes"]]
        database = service["environment"]["DATABASE_URL"]
        written = [service["environment"]["FRONTDESK_KEY_FILE"]]
        if database.startswith("sqlite"):
            written.append(database.removeprefix("sqlite:///"))
        for path in written:
            assert any(path.startswith(f"{place}/") for place in places), path


@pytest.mark.parametrize("file", COMPOSE)
def test_a_stop_has_the_time_that_it_needs(file: str) -> None:
    needs = serve.GRACE_SECONDS + serve.EMPTY_SECONDS + worker.DRAIN_SECONDS
    for service in ours(file).values():
        assert seconds(service["stop_grace_period"]) >= 1.5 * needs
    unit = (DEPLOY / "systemd/frontdesk.service").read_text("utf-8")
    (stop,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert int(stop) >= 1.5 * needs


def test_sqlite_has_one_server_and_postgresql_two() -> None:
    (one,) = ours(COMPOSE[0]).values()
    assert one.get("deploy", {}).get("replicas", 1) == 1
    both = ours(COMPOSE[1])
    assert len(both) == 2
    assert all("database" in service["depends_on"] for service in both.values())


@pytest.mark.parametrize("file", COMPOSE)
def test_the_proxy_knows_every_replica_and_keeps_numbers_inside(file: str) -> None:
    upstreams = services(file)["proxy"]["environment"]["UPSTREAMS"].split()
    assert upstreams == [f"{name}:8000" for name in ours(file)]
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "reverse_proxy {$UPSTREAMS}" in caddy
    assert "@inside path /metrics /readyz /healthz" in caddy
    assert caddy.count("{") == caddy.count("}")


def test_the_installation_of_the_image_brings_content_and_pages_along(tmp_path: Path) -> None:
    """The last step of the build, with what the lock already installed: no network."""
    source = tmp_path / "src"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "adapters", "bot", "content", "storage"):
        (source / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", tmp_path, source], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("frontdesk-*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "adapters", "bot", "content", "storage"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    missing = set(tracked) - inside
    assert missing <= {name for name in missing if Path(name).name in ("py.typed", ".gitkeep")}
