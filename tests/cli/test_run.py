"""The server: starts without any setting, keeps everything, refuses clearly, ends cleanly."""

import json
import re
import signal
import socket
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.cli.conftest import Desk, Running

Start = Callable[[], Running]


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/link/\S+", text)
    assert found, text
    return found.group()


def test_the_first_start_needs_nothing_and_the_link_opens(desk: Desk, start: Start) -> None:
    desk.from_nothing = True
    server = start().wait_until_started()
    said = server.text
    assert "on   local page" in said
    assert re.search(r"off  Telegram: .*TELEGRAM_BOT_TOKEN", said)
    assert re.search(r"off  Slack: .*SLACK_BOT_TOKEN", said)
    assert "samples" in said
    assert f"ssh -L {desk.port}:127.0.0.1:{desk.port}" in said
    jar = urllib.request.HTTPCookieProcessor(CookieJar())
    browser = urllib.request.build_opener(jar)
    link = link_in(said)
    # The link shows a page with one button, so that a preview of it does not use it up.
    page = browser.open(link, timeout=10)
    assert page.status == 200
    health = urllib.request.urlopen(f"http://127.0.0.1:{desk.port}/healthz", timeout=10)
    assert health.status == 200
    ready = urllib.request.urlopen(f"http://127.0.0.1:{desk.port}/readyz", timeout=10)
    assert json.load(ready)["checks"]["poller"] == "off"
    numbers = urllib.request.urlopen(f"http://127.0.0.1:{desk.port}/metrics", timeout=10).read()
    assert b"frontdesk_ready 1.0" in numbers
    assert b"process_resident_memory_bytes" in numbers
    assert server.stop() == 0
    assert "Traceback" not in server.text
    assert "Stopping." in server.text


def test_what_it_keeps_is_the_owners_only(desk: Desk, start: Start) -> None:
    start().wait_until_started().stop()
    var = desk.folder / "var"
    kept = [var, *var.iterdir()]
    assert {path.name for path in kept} >= {"var", "frontdesk.db", "master.key"}
    for path in kept:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_second_start_keeps_everything_and_is_quick(desk: Desk, start: Start) -> None:
    desk.from_nothing = True
    start().wait_until_started().stop(signal.SIGTERM)
    before = desk("content", "releases").out
    key = (desk.folder / "var/master.key").read_bytes()
    began = time.monotonic()
    server = start().wait_until_started()
    took = time.monotonic() - began
    assert server.stop() == 0
    assert "content published" not in server.text
    assert desk("content", "releases").out == before
    assert (desk.folder / "var/master.key").read_bytes() == key
    assert took < 15, f"{took:.1f} s"  # under 3 s alone on a machine; tests share theirs


def test_a_second_server_on_the_same_file_is_refused(desk: Desk, start: Start) -> None:
    start().wait_until_started()
    desk.settings["FRONTDESK_PORT"] = "0"
    desk.settings["FRONTDESK_PORT"] = str(desk.port + 1)
    ended = desk("run")
    assert ended.code == 1
    assert ended.err.count("\n") == 1
    assert "another server" in ended.err.lower()


def test_a_port_that_is_taken_is_said_with_the_setting(desk: Desk) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", desk.port))
        other.listen()
        ended = desk("run")
    assert ended.code == 1
    assert f"ort {desk.port} is taken" in ended.err
    assert "FRONTDESK_PORT" in ended.err
    assert "Traceback" not in ended.said


def test_the_command_line_works_beside_it(desk: Desk, start: Start) -> None:
    server = start().wait_until_started()
    link = link_in(desk("link").out)
    assert link != link_in(server.text)
    assert urllib.request.urlopen(link, timeout=10).status == 200  # noqa: S310
    assert desk("enquiries", "list").out == "No open enquiries.\n"
    assert "server: something answers" in desk("doctor").out


def test_a_wrong_link_opens_nothing(desk: Desk, start: Start) -> None:
    start().wait_until_started()
    for path in ("/", "/desk", "/link/wrong"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{desk.port}{path}", timeout=10)
        assert refused.value.code in (401, 403, 404), path


def test_changed_files_are_not_published_by_a_start(desk: Desk, start: Start) -> None:
    folder = own_content(desk)
    start().wait_until_started().stop()
    page = folder / "en/guide/start.md"
    page.write_text(page.read_text().replace("# ", "# ") + "\nOne more line.\n")
    server = start().wait_until_started()
    assert "differ" in server.text
    assert "frontdesk content publish" in server.text
    published = desk("content", "publish", "--why", "one more line")
    assert published.code == 0, published.err
    assert desk("content", "releases").out.count("\n") == 2
    server.stop()


def own_content(desk: Desk) -> Path:
    """A copy of the shipped content, as another organisation would keep it."""
    import shutil

    import content

    folder = desk.folder / "content"
    shutil.copytree(
        content.SHIPPED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "style*")
    )
    desk.settings["FRONTDESK_CONTENT"] = str(folder)
    return folder


def test_a_refused_token_does_not_stop_the_rest(desk: Desk, start: Start) -> None:
    desk.settings |= {
        "TELEGRAM_BOT_TOKEN": "1:secret-token-of-telegram",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "SLACK_BOT_TOKEN": "xoxb-secret-token-of-slack",
        "SLACK_APP_TOKEN": "xapp-secret-token-of-slack",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
    }
    server = start().wait_until_started()
    assert "Telegram: connecting" in server.text
    assert "Slack: connecting" in server.text
    assert "Not ready for patients" in server.text
    time.sleep(1)
    assert server.stop() == 0
    assert "secret-token" not in server.text
    assert "Traceback" not in server.text
