"""The worker's hands on the web side. A page reads the Transcript, so what is stored is delivered."""

from __future__ import annotations

from adapters.web.live import Alert, Live
from bot import effects as fx
from bot.ports import Delivered, Delivery, DeliveryOutcome, Receipts, Rejected
from bot.text import flat


class WebPatients:
    """Destinations "web:…": the patient's pane shows the Transcript, whenever it is opened."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """Delivered at once; our own number is the message's id on this platform."""
        match delivery.effect:
            case fx.ShowScreen(seq=seq, screen=screen):
                self._live.hold(delivery.destination, seq, screen)
                return Delivered(((f"seq:{seq}", str(seq)),))
            case fx.SendSignIn():
                return Rejected("a sign-in link goes to a chat that proves who reads it")
            case fx.RelayToPatient(seq=seq) | fx.SendExport(seq=seq):
                return Delivered(((f"seq:{seq}", str(seq)),))
            case fx.AcknowledgeMessage() | fx.DeleteMessages():
                return Delivered()
            case other:
                return Rejected(f"{type(other).__name__} is not for a patient")


class WebDesk:
    """Destination "desk:web": everything is there to read; an alert counts only if somebody looks."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """Delivered at once, but an alert is pushed to the open desk pages, and rejected while there is
        none: the patient is told the truth about whether it reached anybody."""
        match delivery.effect:
            case fx.AlertTeam(reference=reference, text=text):
                if self._live.alert(Alert(reference, flat(text))):
                    return Delivered()
                return Rejected("no desk page is open")
            case fx.ShowCard(reference=reference):
                return Delivered(((f"card:{reference}", reference),))
            case _:
                return Delivered()
