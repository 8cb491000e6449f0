"""OpenID Connect against a real provider on loopback: the right person gets in, every forgery does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from adapters.web.signin.oidc import OidcConfig
from tests.fakes.oidc import CLIENT, SECRET, Provider, provider
from tests.web.house import House, open_house
from tests.words.house import client, staffed


@pytest.fixture
async def issuer() -> AsyncIterator[Provider]:
    async with provider() as made:
        yield made


@pytest.fixture
async def house(tmp_path: Path, issuer: Provider) -> AsyncIterator[House]:
    config = OidcConfig(issuer.issuer, CLIENT, SECRET)
    async with open_house(tmp_path, loaded=staffed(), oidc=config) as house:
        yield house


async def sent(http: httpx.AsyncClient) -> str:
    """From the button to the issuer and back: the path that the browser comes back to."""
    away = await http.get("/signin/oidc")
    assert away.status_code == 303, away.text
    async with httpx.AsyncClient() as browser:
        back = await browser.get(away.headers["location"])
    parts = urlsplit(back.headers["location"])
    return f"{parts.path}?{parts.query}"


async def test_a_listed_editor_gets_in(house: House) -> None:
    async with client(house) as http:
        assert "Sign in with your organisation" in (await http.get("/signin")).text
        path = await sent(http)
        answer = await http.get(path)
        assert answer.status_code == 200, answer.text
        assert (await http.get("/words")).status_code == 200
        assert (await http.get("/desk")).status_code == 403
        assert (await http.get(path)).status_code == 403  # the code and the cookie are used up
    assert (await house.store.sessions("edi"))[0].kind == "staff"


async def test_whoever_is_not_signed_in_reads_how(house: House, tmp_path: Path) -> None:
    async with client(house) as http:
        page = await http.get("/words")
        assert page.status_code == 401
        assert "/signin to the bot" in page.text
        for path in ("/signin", "/signin/oidc"):
            assert f'href="{path}"' in page.text
        assert (await http.get("/words/edit/page:home", headers={"hx-request": "1"})).text[0] != "<"
    folder = tmp_path / "without"
    folder.mkdir()
    async with open_house(folder, loaded=staffed()) as other, client(other) as http:
        page = await http.get("/words")
        assert 'href="/signin"' in page.text
        assert "/signin/oidc" not in page.text


async def test_by_subject_when_the_address_is_not_verified(house: House, issuer: Provider) -> None:
    issuer.claims = {"email_verified": False}
    async with client(house) as http:
        answer = await http.get(await sent(http))
        assert answer.status_code == 403
        assert "not on the staff list" in answer.text
    issuer.claims, issuer.email, issuer.sub = {}, "", "editor@example.org"
    async with client(house) as http:
        assert (await http.get(await sent(http))).status_code == 200


async def test_a_stranger_does_not(house: House, issuer: Provider) -> None:
    issuer.email = "stranger@example.org"
    async with client(house) as http:
        answer = await http.get(await sent(http))
        assert answer.status_code == 403
        assert (await http.get("/words")).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"iat": "soon"},
    ],
)
async def test_forged_claims(house: House, issuer: Provider, claims: dict[str, object]) -> None:
    issuer.claims = claims
    async with client(house) as http:
        answer = await http.get(await sent(http))
        assert answer.status_code == 403, claims
        assert (await http.get("/words")).status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_forged_signatures(house: House, issuer: Provider, algorithm: str) -> None:
    issuer.algorithm = algorithm
    async with client(house) as http:
        assert (await http.get(await sent(http))).status_code == 403


async def test_another_key_of_the_same_name(house: House, issuer: Provider) -> None:
    issuer.published = RSAKey.generate_key(2048, {"kid": "k1"})
    async with client(house) as http:
        assert (await http.get(await sent(http))).status_code == 403


async def test_the_way_back_belongs_to_the_browser_that_began(house: House) -> None:
    async with client(house) as mine, client(house) as other:
        path = await sent(mine)
        assert (await other.get(path)).status_code == 403
        await other.get("/signin/oidc")
        assert (await other.get(path)).status_code == 403
        query = parse_qs(urlsplit(path).query)
        assert (await mine.get(f"/signin/oidc/back?code={query['code'][0]}")).status_code == 403
        refused = f"/signin/oidc/back?error=access_denied&state={query['state'][0]}"
        assert (await mine.get(refused)).status_code == 403
        assert (await mine.get(path)).status_code == 200


async def test_a_code_and_a_verifier_go_together(house: House, issuer: Provider) -> None:
    async with client(house) as http:
        path = await sent(http)
        for query in issuer.codes.values():
            query["code_challenge"] = "of-somebody-else"
        assert (await http.get(path)).status_code == 403


async def test_an_issuer_that_is_away(house: House, issuer: Provider) -> None:
    issuer.status = 500
    async with client(house) as http:
        answer = await http.get("/signin/oidc")
        assert answer.status_code == 502
        assert "send /signin to the bot" in answer.text


async def test_without_an_issuer_there_is_no_such_page(tmp_path: Path) -> None:
    async with open_house(tmp_path, loaded=staffed()) as plain, client(plain) as http:
        assert (await http.get("/signin/oidc")).status_code == 404
        assert (await http.get("/signin/oidc/back?code=x&state=y")).status_code == 404
        assert "organisation" not in (await http.get("/signin")).text
