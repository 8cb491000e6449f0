"""Delivers a patient's messages to the board of the terminal chat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from adapters.terminal.board import Board, Shown
from bot import effects as fx
from bot.events import Address
from bot.ports import Delivered, Delivery, DeliveryOutcome, Receipts, Rejected
from bot.text import flat


class Exports(Protocol):
    """Where everything stored about a patient is read."""

    async def export(self, address: Address) -> Mapping[str, Any]: ...


class BoardDeliverer:
    """Puts patient messages on a Board; anything for a desk is refused, there is none here."""

    def __init__(self, board: Board, exports: Exports) -> None:
        self._board = board
        self._exports = exports

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """Show it. The message's number is its id on this platform."""
        match delivery.effect:
            case fx.ShowScreen(seq=seq, screen=screen, replaces=replaces):
                shown = Shown(seq, flat(screen.text), screen.rows, screen.content_id)
                self._board.show(shown, replaces)
            case fx.RelayToPatient(seq=seq, label=label, text=text, footer=footer, rows=rows):
                parts = (flat(label), text, flat(footer))
                self._board.show(Shown(seq, "\n\n".join(part for part in parts if part), rows))
            case fx.SendSignIn(seq=seq, text=told):
                self._board.show(Shown(seq, flat(told), ()))
            case fx.SendExport(seq=seq, caption=caption, rows=rows):
                export = await self._exports.export(delivery.address)
                kept = json.dumps(export, ensure_ascii=False, indent=2, default=str)
                self._board.show(Shown(seq, f"{flat(caption)}\n\n{kept}", rows))
            case fx.AcknowledgeMessage():
                return Delivered()
            case fx.DeleteMessages(message_ids=ids):
                for one in ids:
                    if one.isdecimal():
                        self._board.remove(int(one))
                return Delivered()
            case _:
                return Rejected("no desk here")
        return Delivered(((f"seq:{seq}", str(seq)),))
