"""Only Slack gets in, and only now."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.signature import is_genuine, sign

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGl"
    b"gcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
STAMP = "1531420618"


def test_slacks_own_example() -> None:
    # docs.slack.dev/authentication/verifying-requests-from-slack
    wanted = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign(SECRET, STAMP, BODY) == wanted
    assert is_genuine(SECRET, STAMP, wanted, BODY, 1531420618)


@pytest.mark.parametrize(
    ("seconds", "ok"), [(300, True), (-300, True), (301, False), (-301, False)]
)
def test_five_minutes(seconds: int, ok: bool) -> None:
    signature = sign(SECRET, STAMP, BODY)
    assert is_genuine(SECRET, STAMP, signature, BODY, 1531420618 + seconds) is ok


@given(st.text(), st.text(), st.binary())
def test_nothing_else_gets_in(stamp: str, signature: str, body: bytes) -> None:
    assert not is_genuine(SECRET, stamp, signature, body, 1531420618.0)
    assert not is_genuine("", STAMP, sign("", STAMP, body), body, 1531420618.0)
