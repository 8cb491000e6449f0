"""Short commands: what they say, their exit codes, and errors as one clear sentence."""

import pytest

from tests.cli.conftest import Desk
from tests.cli.test_run import own_content


def test_content_check_names_every_finding_with_file_and_line(desk: Desk) -> None:
    assert desk("content", "check").code == 0
    folder = own_content(desk)
    (folder / "moved.yaml").write_text("old: nowhere\n")
    (folder / "en/guide/start.md").unlink()
    ended = desk("content", "check")
    assert ended.code == 1
    assert "moved.yaml" in ended.out
    assert "line" in ended.out
    assert "finding" in ended.err


def test_content_publish_history_and_way_back(desk: Desk) -> None:
    folder = own_content(desk)
    first = desk("content", "publish", "--why", "the first one")
    assert first.code == 0, first.err
    again = desk("content", "publish")
    assert "live already" in again.out
    page = folder / "en/guide/start.md"
    page.write_text(page.read_text() + "\nOne more line.\n")
    second = desk("content", "publish", "--why", "one more line")
    assert second.code == 0, second.err
    rows = desk("content", "releases").out.splitlines()
    assert len(rows) == 2
    live, old = (next(word for word in row.split() if len(word) == 16) for row in rows)
    assert rows[0].startswith("live")
    assert "one more line" in rows[0]
    assert desk("content", "rollback", old[:6], "--why", "back").code == 0
    rows = desk("content", "releases").out.splitlines()
    assert [row.startswith("live") for row in rows] == [True, False, False]
    assert old in rows[0]
    assert live in rows[1]


def test_content_that_does_not_lint_cannot_be_published(desk: Desk) -> None:
    folder = own_content(desk)
    assert desk("content", "publish").code == 0
    (folder / "en/guide/start.md").unlink()
    ended = desk("content", "publish")
    assert ended.code == 1
    assert "does not lint" in ended.err
    assert desk("content", "releases").out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("enquiries", "show", "FD-ZZZZ"), "no enquiry FD-ZZZZ"),
        (("content", "rollback", "abc"), "no Release abc"),
        (("parked", "replay", "5"), "5"),
    ],
)
def test_what_does_not_exist_is_said(desk: Desk, words: tuple[str, ...], says: str) -> None:
    ended = desk(*words)
    assert ended.code == 1
    assert says in ended.err
    assert ended.err.count("\n") == 1


def test_wrong_settings_are_named_all_at_once_without_their_values(desk: Desk) -> None:
    desk.settings |= {"FRONTDESK_PORT": "eighty", "SLACK_BOT_TOKEN": "xapp-a-secret"}
    for words in (("run",), ("doctor",), ("link",), ("chat", "--json")):
        ended = desk(*words)
        assert ended.code == 1
        assert "FRONTDESK_PORT" in ended.err
        assert "SLACK_BOT_TOKEN" in ended.err
        assert "secret" not in ended.said
        assert "Traceback" not in ended.said


def test_the_env_file_is_read(desk: Desk) -> None:
    (desk.folder / ".env").write_text("SLACK_PATIENTS=perhaps\n")
    assert "SLACK_PATIENTS" in desk("link").err


def test_a_missing_key_is_refused_and_nothing_is_made_instead(desk: Desk) -> None:
    assert desk("db", "upgrade").code == 0
    key = desk.folder / "var/master.key"
    key.rename(desk.folder / "elsewhere.key")
    ended = desk("enquiries", "list")
    assert ended.code == 1
    assert "FRONTDESK_KEY_FILE" in ended.err
    assert not key.exists()
    (desk.folder / "elsewhere.key").rename(key)
    assert desk("enquiries", "list").code == 0


def test_a_database_that_is_away_is_one_sentence(desk: Desk) -> None:
    desk.settings["DATABASE_URL"] = "postgresql://u:secret@127.0.0.1:9/frontdesk"
    for words in (("link",), ("run",), ("enquiries", "list")):
        ended = desk(*words)
        assert ended.code == 1
        assert "DATABASE_URL" in ended.err
        assert "secret" not in ended.said
        assert "Traceback" not in ended.said


def test_wrong_usage_is_code_two(desk: Desk) -> None:
    assert desk("nonsense").code == 2
    assert desk("parked", "replay", "x").code == 2


def test_version(desk: Desk) -> None:
    assert desk("version").out.startswith("frontdesk ")


def test_doctor_without_tokens(desk: Desk) -> None:
    ended = desk("doctor")
    assert ended.code == 1
    assert "not begun yet" in ended.out
    assert not (desk.folder / "var").exists()
    assert desk("content", "publish").code == 0
    ended = desk("doctor")
    assert ended.code == 1
    last = ended.out.splitlines()[-1]
    assert last.startswith("not ready for patients: ")
    assert "samples" in last
    assert "no channel for patients is on" in last
    for part in ("database", "key", "content files", "staff list"):
        assert part in ended.out


def test_doctor_names_an_empty_staff_list(desk: Desk) -> None:
    folder = own_content(desk)
    path = folder / "organisation.yaml"
    before, _, _ = path.read_text().partition("staff:\n")
    after = path.read_text().partition("\n# Staff ids")[2]
    path.write_text(f"{before}staff: []\n\n# Staff ids{after}")
    published = desk("content", "publish")
    assert published.code == 0, published.err
    assert "nobody can act" in desk("doctor").out
