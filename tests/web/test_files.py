"""Files: kept only after consent, handed out as downloads that run nothing, under their cleaned names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.forms import file_name
from tests.web.conftest import Tab, fresh

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


async def send(
    tab: Tab, name: str, data: bytes, kind: str, *, text: str = "", path: str = "/patient/say"
) -> Any:
    """Attach a file to a message."""
    return await tab.http.post(
        path,
        data={"csrf": tab.csrf, "nonce": fresh(), "text": text},
        files={"file": (name, data, kind)},
        headers=tab.htmx,
    )


async def test_before_consent_nothing_is_kept(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bytes] = []

    async def put_file(data: bytes, media_type: str) -> str:
        kept.append(data)
        return "x"

    monkeypatch.setattr(tab.house.store, "put_file", put_file, raising=False)
    answer = await send(tab, "skin.png", PNG, "image/png")
    assert answer.status_code == 200
    assert kept == []
    assert 'class="msg bot' in answer.text


async def test_the_desk_downloads_what_the_patient_sent(tab: Tab) -> None:
    reference = await tab.ask()
    answer = await send(tab, "../../skin.png", PNG, "image/png", text="Look")
    assert answer.status_code == 200
    desk = await tab.load(f"/desk/{reference}/live")
    number = desk.split(f"/desk/{reference}/file/")[1].split('"')[0]
    file = await tab.http.get(f"/desk/{reference}/file/{number}")
    assert file.content == PNG
    assert file.headers["content-type"] == "image/png"
    assert file.headers["content-disposition"].startswith('attachment; filename="skin.png"')
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["cache-control"] == "no-store"
    assert (await tab.http.get(f"/desk/{reference}/file/99999")).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("x.html", b"<script>alert(1)</script>", "text/html"),
        ("x.svg", b"<svg onload=alert(1)>", "image/svg+xml"),
        ("x.png", b"<script>alert(1)</script>", "image/png"),
        ("x.bin", b"data", "no type at all\r\nx: y"),
    ],
)
async def test_nothing_that_was_sent_runs(tab: Tab, name: str, data: bytes, kind: str) -> None:
    reference = await tab.ask()
    assert (await send(tab, name, data, kind)).status_code == 200
    desk = await tab.load(f"/desk/{reference}/live")
    number = desk.split(f"/desk/{reference}/file/")[1].split('"')[0]
    file = await tab.http.get(f"/desk/{reference}/file/{number}")
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ['"><img src=x onerror=alert(1)>.png', "a\r\nset-cookie: x=1.png"])
async def test_a_file_name_is_never_markup_or_a_header(tab: Tab, name: str) -> None:
    reference = await tab.ask()
    await send(tab, name, PNG, "image/png")
    desk = await tab.load(f"/desk/{reference}/live")
    assert "<img src=x" not in desk
    number = desk.split(f"/desk/{reference}/file/")[1].split('"')[0]
    file = await tab.http.get(f"/desk/{reference}/file/{number}")
    assert "set-cookie" not in file.headers


async def test_too_large_a_file_is_refused_kindly(tab: Tab) -> None:
    await tab.ask()
    for size in (20_000_001, 21_000_000):
        answer = await send(tab, "film.mp4", b"x" * size, "video/mp4")
        assert answer.status_code == 413
        assert "20 MB" in answer.text
    answer = await send(tab, "film.mp4", b"x" * 20_000_000, "video/mp4")
    assert answer.status_code == 200


async def test_a_file_that_has_expired_is_gone(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = await tab.ask()
    await send(tab, "a.pdf", b"%PDF", "application/pdf")
    desk = await tab.load(f"/desk/{reference}/live")
    number = desk.split(f"/desk/{reference}/file/")[1].split('"')[0]

    async def get_file(file_id: str) -> None:
        return None

    monkeypatch.setattr(tab.house.store, "get_file", get_file, raising=False)
    assert (await tab.http.get(f"/desk/{reference}/file/{number}")).status_code == 404


async def test_a_patient_reads_only_their_own_files(tab: Tab) -> None:
    await tab.ask()
    page = (await send(tab, "mine.pdf", b"%PDF", "application/pdf")).text
    number = page.split("/patient/file/")[1].split('"')[0]
    assert (await tab.http.get(f"/patient/file/{number}")).content == b"%PDF"
    await tab.http.post("/patient/new", data={"csrf": tab.csrf, "nonce": fresh()})
    assert (await tab.http.get(f"/patient/file/{number}")).status_code == 404


@given(st.text(max_size=300))
def test_any_file_name_becomes_a_harmless_one(given_name: str) -> None:
    name = file_name(given_name)
    assert 0 < len(name) <= 120
    assert not set(name) & set('/\\<>:"|?*\r\n\x00')
    assert name not in (".", "..")
    assert file_name(name) == name
