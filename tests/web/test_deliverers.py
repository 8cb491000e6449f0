"""What counts as delivered on the web, and the truth about an alert."""

from __future__ import annotations

import pytest

from adapters.web.deliverers import WebDesk, WebPatients
from adapters.web.live import Live
from bot import effects as fx
from bot.events import Address
from bot.ports import Delivered, Delivery, Rejected
from bot.screens import Screen
from bot.text import plain
from tests.web.conftest import Tab
from tests.web.test_live import Changes

ADDRESS = Address("web", "local", "abc")


def delivery(effect: object, destination: str = "web:local:abc") -> Delivery:
    return Delivery(1, destination, ADDRESS, "c", effect, 1, 1, False)  # type: ignore[arg-type]


class NoReceipts:
    async def receipt(self, destination: str, name: str) -> str | None:
        return None


@pytest.mark.parametrize(
    ("effect", "receipts"),
    [
        (fx.ShowScreen(7, Screen(plain("hi"))), (("seq:7", "7"),)),
        (fx.RelayToPatient(8, "FD-AAAA", "d", plain("me"), "hi"), (("seq:8", "8"),)),
        (fx.SendExport(9, plain("yours")), (("seq:9", "9"),)),
        (fx.AcknowledgeMessage("m"), ()),
        (fx.DeleteMessages(("7",)), ()),
    ],
)
async def test_patients(effect: object, receipts: object) -> None:
    outcome = await WebPatients(Live(Changes())).deliver(delivery(effect), NoReceipts())
    assert outcome == Delivered(receipts)  # type: ignore[arg-type]


async def test_an_alert_needs_somebody_who_looks() -> None:
    live = Live(Changes())
    desk = WebDesk(live)
    alert = delivery(fx.AlertTeam("FD-AAAA", plain("danger"), 1), "desk:web")
    assert await desk.deliver(alert, NoReceipts()) == Rejected("no desk page is open")
    async with live.watch(desk=False):
        assert isinstance(await desk.deliver(alert, NoReceipts()), Rejected)
    async with live.watch(desk=True):
        assert await desk.deliver(alert, NoReceipts()) == Delivered()
    told = delivery(fx.TellDesk("FD-AAAA", plain("note")), "desk:web")
    assert await desk.deliver(told, NoReceipts()) == Delivered()


async def test_the_patient_reads_the_truth_about_the_alert(tab: Tab) -> None:
    """No page is connected to the event stream, so the alert reached nobody; then somebody looks."""
    await tab.say("I cannot breathe")
    await tab.load("/patient/messages")
    alone = tab.text()
    async with tab.house.live.watch(desk=True) as news:
        await tab.http.post("/patient/new", data={"csrf": tab.csrf, "nonce": "n" * 20})
        await tab.load()
        await tab.say("I cannot breathe")
        await tab.load("/patient/messages")
        watched = tab.text()
        alert = await anext(one async for one in news if one.alerts)
    failed = "The alert did not reach our team"
    assert failed in alone
    assert failed not in watched
    assert "breathe" not in alert.alerts[0].text
