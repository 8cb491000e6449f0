"""The house of ``tests.web`` with a staff list that has one person of every role."""

from __future__ import annotations

import functools

import content
from adapters.web.names import SIGNIN_KIND, STAFF_KIND
from tests.web.conftest import BASE, Tab, client, fresh
from tests.web.house import House, shipped

ROLES = ("facilitator", "lead", "editor", "admin")

__all__ = ["BASE", "ROLES", "House", "Tab", "client", "fresh", "session_of", "sign_in", "staffed"]


@functools.cache
def staffed() -> content.Loaded:
    """The shipped content with four more people: fac, lea, edi, adm; and mina, a second editor."""
    source = dict(shipped().source)
    rows = "".join(
        f'  - {{id: {role[:3]}, name: "{role.title()} Person", role: {role}, '
        f'accounts: ["telegram:{n}0", "oidc:{role}@example.org"]}}\n'
        for n, role in enumerate(ROLES, 1)
    )
    mina = '  - {id: mina, name: "Mina Editor", role: editor, accounts: ["slack:UMINA"]}\n'
    source["organisation.yaml"] = (
        source["organisation.yaml"]
        .replace("staff:\n", f"staff:\n{rows}{mina}", 1)
        .replace("promise_working_hours: null", "promise_working_hours: 4")
    )
    return content.Loaded(content.build(source), source)


async def sign_in(house: House, tab: Tab, staff: str) -> Tab:
    """Use a bot's link for a staff id in this browser."""
    import re

    token = await house.store.new_link(SIGNIN_KIND, staff, 600)
    page = (await tab.http.get(f"/signin/{token}")).text
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None, page
    answer = await tab.http.post(f"/signin/{token}", data={"csrf": found[1]})
    assert answer.status_code == 200, answer.text
    return tab


async def session_of(house: House, staff: str, seconds: int = 3600) -> str:
    """A session token, made directly."""
    return await house.store.new_session(STAFF_KIND, staff, seconds)
