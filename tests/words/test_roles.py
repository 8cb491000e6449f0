"""Every route, every role, every kind of session: every cell is asserted."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.routing import Mount, Route

import content
from adapters.web.roles import MAY, Action
from tests.words.house import ROLES, House, Tab, client, fresh, session_of, staffed

OPEN = {
    "/link/{token:str}",
    "/static/{digest:str}/{name:str}",
    "/signin",
    "/signin/oidc",
    "/signin/oidc/back",
    "/signin/{token:str}",
}
"""Routes for whoever is not signed in; tests of their own say what they do."""

A = Action
TABLE: dict[str, set[Action]] = {
    "facilitator": {A.DESK_READ, A.DESK_ACT, A.SESSIONS_OWN},
    "lead": {A.DESK_READ, A.DESK_ACT, A.SESSIONS_OWN, A.WORDS_READ, A.COUNTS},
    "editor": {
        *(A.WORDS_READ, A.WORDS_EDIT, A.WORDS_PUBLISH, A.WORDS_ROLLBACK, A.DANGER),
        *(A.ORGANISATION, A.COUNTS, A.SESSIONS_OWN),
    },
    "admin": {
        *(A.DESK_READ, A.DESK_ACT, A.WORDS_READ, A.WORDS_EDIT, A.WORDS_PUBLISH, A.WORDS_ROLLBACK),
        *(A.DANGER, A.ORGANISATION, A.STAFF, A.COUNTS, A.SESSIONS_OWN, A.SESSIONS_ALL),
    },
}
"""The matrix once more, written by hand: a slip in the program's table does not pass."""

EXPECTED: dict[str, Action] = {
    "GET /": A.TRY_PATIENT,
    "GET /events": A.DESK_READ,
    "GET /patient/messages": A.TRY_PATIENT,
    "POST /patient/say": A.TRY_PATIENT,
    "POST /patient/file": A.TRY_PATIENT,
    "POST /patient/tap": A.TRY_PATIENT,
    "POST /patient/start": A.TRY_PATIENT,
    "POST /patient/new": A.TRY_PATIENT,
    "GET /patient/file/1": A.TRY_PATIENT,
    "GET /patient/export": A.TRY_PATIENT,
    "GET /desk": A.DESK_READ,
    "GET /desk/queue": A.DESK_READ,
    "GET /desk/FD-AAAA": A.DESK_READ,
    "GET /desk/FD-AAAA/pane": A.DESK_READ,
    "GET /desk/FD-AAAA/live": A.DESK_READ,
    "GET /desk/FD-AAAA/file/1": A.DESK_READ,
    **{
        f"POST /desk/FD-AAAA/{act}": A.DESK_ACT
        for act in (
            *("claim", "unclaim", "takeover", "reply", "change", "send", "discard", "close"),
            *("reopen", "block", "unblock", "note", "draft"),
        )
    },
    "GET /words": A.WORDS_READ,
    "GET /words/list/pages": A.WORDS_READ,
    "GET /words/counts": A.COUNTS,
    "GET /words/ask": A.WORDS_EDIT,
    "POST /words/ask": A.WORDS_EDIT,
    "GET /words/edit/page:home": A.WORDS_EDIT,
    "POST /words/edit/page:home": A.WORDS_EDIT,
    "POST /words/look/page:home": A.WORDS_EDIT,
    "POST /words/tick/page:home": A.WORDS_PUBLISH,
    "GET /words/choose/page:home": A.WORDS_EDIT,
    "POST /words/choose/page:home": A.WORDS_EDIT,
    "POST /words/undo": A.WORDS_PUBLISH,
    "GET /words/new/faq": A.WORDS_EDIT,
    "POST /words/new/faq": A.WORDS_EDIT,
    "POST /words/new/faq/look": A.WORDS_EDIT,
    "GET /words/menu/home": A.WORDS_EDIT,
    "POST /words/menu/home": A.WORDS_PUBLISH,
    "GET /words/hours": A.WORDS_EDIT,
    "POST /words/hours": A.WORDS_PUBLISH,
    "GET /words/danger": A.DANGER,
    "POST /words/danger": A.DANGER,
    "GET /words/remove/home": A.WORDS_EDIT,
    "POST /words/remove/home": A.WORDS_PUBLISH,
    "GET /words/history": A.WORDS_READ,
    "GET /words/history/1": A.WORDS_READ,
    "POST /words/history/1": A.WORDS_ROLLBACK,
    "GET /words/try": A.WORDS_EDIT,
    "POST /words/try": A.WORDS_EDIT,
    "GET /sessions": A.SESSIONS_OWN,
    "POST /sessions/end": A.SESSIONS_OWN,
    "POST /signout": A.SESSIONS_OWN,
}

FILLED = {
    "{reference:str}": "FD-AAAA",
    "{number:int}": "1",
    "{target:path}": "page:home",
    "{kind:str}": "faq",
}


def routes(house: House) -> Iterator[tuple[str, Route]]:
    """Every guarded route as "GET /path", with something in its placeholders."""
    mount = next(one for one in house.app.routes if isinstance(one, Mount))
    for one in mount.routes:
        assert isinstance(one, Route)
        if one.path in OPEN:
            continue
        path = one.path.replace("{name:str}", "pages" if "list" in one.path else "home")
        for mark, word in FILLED.items():
            path = path.replace(mark, word)
        assert "{" not in path, path
        for method in sorted((one.methods or set()) - {"HEAD"}):
            yield f"{method} {path}", one


def test_every_route_is_in_the_table_and_names_its_action(house: House) -> None:
    named = {cell: one.endpoint.action for cell, one in routes(house)}
    assert named == EXPECTED
    # whatever stands beside the guarded pages has walls of its own: health checks, and numbers without names
    beside = {one.path for one in house.app.routes if isinstance(one, Route)}
    assert beside == {"/healthz", "/readyz", "/metrics"}
    for role in ROLES:
        assert MAY[role] == TABLE[role], role


async def ask(http: httpx.AsyncClient, cell: str, token: str, csrf: str = "") -> httpx.Response:
    """One request with a session cookie."""
    method, path = cell.split(" ")
    headers = {"cookie": f"frontdesk-desk-8710={token}"} if token else {}
    if path == "/events":
        # An endless answer: only its head is wanted.
        return await http.head(path, headers=headers)
    if method == "GET":
        return await http.get(path, headers=headers)
    return await http.post(path, data={"csrf": csrf, "nonce": fresh()}, headers=headers)


@pytest.mark.parametrize("role", ROLES)
async def test_role_by_route(house: House, role: str) -> None:
    token = await session_of(house, role[:3])
    async with client(house) as http:
        for cell, action in EXPECTED.items():
            if cell == "GET /events" and action in TABLE[role]:
                continue  # an endless stream; the browser tests read it
            answer = await ask(http, cell, token)
            seen = (cell, answer.status_code)
            if cell == "GET /":
                assert seen == (cell, 303)
            elif action not in TABLE[role]:
                assert seen == (cell, 403)
                assert cell == "GET /events" or "not yours to open" in answer.text
            elif cell.startswith("POST"):
                # Allowed, and stopped only because the form carries no token (or names nothing).
                assert answer.status_code in (403, 404), seen
                assert "not yours to open" not in answer.text, cell
            else:
                assert answer.status_code in (200, 303, 404), seen
    # what was refused changed nothing
    assert len(await house.store.releases()) == 1


@pytest.mark.parametrize("role", ROLES)
async def test_no_page_leads_to_what_is_not_theirs(house: House, role: str) -> None:
    """Every link on every page that a role may open opens for it: one of each kind is followed."""
    headers = {"cookie": f"frontdesk-desk-8710={await session_of(house, role[:3])}"}
    more = ["/words?q=emergency", "/words/list/review", "/words/list/safety", "/words/history/2"]
    source = dict(staffed().source)
    source["organisation.yaml"] = source["organisation.yaml"].replace("ask us", "not given")
    await house.store.publish(content.build(source), source, by="test", why="facts")
    links: dict[str, str] = {}
    async with client(house) as http:
        reader = Tab(house, http)
        await http.get(await house.link())
        await reader.load()
        await reader.post("/patient/tap", tap="1|sec:not-mean:1")  # the counts name this page
        http.cookies.clear()
        for cell, action in EXPECTED.items():
            if cell.startswith("GET /") and action in TABLE[role] and cell != "GET /events":
                more.append(cell.removeprefix("GET "))
        for path in more:
            page = await http.get(path, headers=headers)
            for found in re.findall(r'<a [^>]*href="(/[^"]*)"', page.text):
                links.setdefault(re.sub(r"(/words/(?:edit|list)/[a-z]+:?).*", r"\1", found), found)
        for path in links.values():
            answer = await http.get(html.unescape(path), headers=headers)
            assert answer.status_code in (200, 303), (path, answer.status_code)
    edits = {one for one in links if one.startswith("/words/edit/")}
    assert bool(edits) == (A.WORDS_EDIT in TABLE[role])


async def test_no_session_expired_revoked_forged_and_gone(house: House) -> None:
    expired = await session_of(house, "adm", seconds=-1)
    revoked = await session_of(house, "adm")
    row = await house.store.session_row(revoked)
    assert row is not None
    await house.store.revoke_session(row.id)
    patient = await house.store.new_session("patient", "adm", 600)
    tokens = {
        "none": "",
        "expired": expired,
        "revoked": revoked,
        "patient": patient,
        "forged": "x" * 43,
    }
    async with client(house) as http:
        for name, token in tokens.items():
            for cell in EXPECTED:
                answer = await ask(http, cell, token)
                assert answer.status_code == 401, (name, cell)


async def test_a_staff_entry_that_is_gone_opens_nothing(house: House) -> None:
    token = await session_of(house, "nobody-of-this-name")
    async with client(house) as http:
        for cell in EXPECTED:
            assert (await ask(http, cell, token)).status_code == 403, cell


async def test_anothers_token_writes_nothing(house: House) -> None:
    """An editor's page token, sent with an admin's cookie, and the other way round."""
    mine, other = await session_of(house, "adm"), await session_of(house, "edi")
    async with client(house) as http:
        page = (
            await http.get("/words/danger", headers={"cookie": f"frontdesk-desk-8710={other}"})
        ).text
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        assert found is not None
        for cell, action in EXPECTED.items():
            if cell.startswith("POST") and action is not A.TRY_PATIENT:
                answer = await ask(http, cell, mine, csrf=found[1])
                assert answer.status_code in (403, 404), cell
        assert (await ask(http, "POST /words/hours", mine, csrf=found[1])).status_code == 403
    assert len(await house.store.releases()) == 1


async def test_the_terminals_link_has_the_role_of_its_entry(house: House) -> None:
    """The shipped list makes the local link an admin; every page of the table opens for it."""
    async with client(house) as http:
        await http.get(await house.link())
        for cell in EXPECTED:
            if cell.startswith("GET") and cell != "GET /events":
                answer = await http.get(cell.split(" ")[1])
                assert answer.status_code in (200, 303, 404), (cell, answer.status_code)


async def test_an_editor_cannot_bring_an_old_staff_list_back(house: House, edi: object) -> None:
    assert isinstance(edi, Tab)
    source = dict(staffed().source)
    source["organisation.yaml"] = source["organisation.yaml"].replace("role: lead", "role: editor")
    await house.store.publish(content.build(source), source, by="test", why="another list")
    page = await edi.load("/words/history/1")
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None
    data = {"csrf": found[1], "nonce": fresh(), "why": "back"}
    answer = await edi.http.post("/words/history/1", data=data)
    assert answer.status_code == 422
    assert "for admins" in answer.text
    assert len(await house.store.releases()) == 2
