"""Every mode a patient can be in, reached by Events alone: the same way on every platform, and quick."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.intake import Intake
from bot import effects as fx
from bot import events as ev
from bot.buttons import EnquiryButton
from bot.desk_acts import staff_event
from bot.ports import Store
from bot.release import Release
from bot.understanding import Understanding
from content import places
from content.answers import LexicalEngine

LEXICON = "my throat is closing"
MODEL = "the zebra sat down on me"
"""A sentence that the lexicon does not know; the engine below hears danger in it."""

MODES = ("browsing", "consent", "form", "queued", "with_human", "closed", "blocked")
ACTS = {
    "queued": (),
    "with_human": ("claim", "reply"),
    "closed": ("claim", "reply", "close"),
    "blocked": ("claim", "block"),
}

numbers = itertools.count(1)


class Hearing(LexicalEngine):
    """The plain engine with a model's ear; it has read the list of cities, as a server's has."""

    def __init__(self) -> None:
        super().__init__()
        places.warm()

    def understand(self, text: str, release: Release) -> Understanding:
        found = super().understand(text, release)
        if "zebra" not in text:
            return found
        return replace(found, danger=0.9, danger_kind="emergency")


@dataclass(slots=True)
class Somebody:
    """A patient of a channel and the colleague who answers, as Events. now: what time the platform says it is; a
    text that was sent before its question was asked is no answer to it."""

    intake: Intake
    store: Store
    address: ev.Address
    actor: ev.Actor
    now: Callable[[], datetime]

    async def into(self, mode: str) -> None:
        """Go from a first contact into a mode."""
        await self._does(ev.Started(""))
        if mode == "browsing":
            return
        await self._does(ev.Commanded("human", "", f"h{next(numbers)}"))
        if mode == "consent":
            return
        await self._taps("consent", "agree")
        await self._does(ev.Wrote("is it safe for me to fly", f"q{next(numbers)}", self.now()))
        if mode == "form":
            return
        seen: list[str] = []
        while (step := await self._step()) != "review":
            assert step not in seen, f"{step} cannot be skipped"
            seen.append(step)
            await self._taps(step, "skip")
        await self._taps("review", "send")
        await self._staff(ACTS[mode])

    async def _step(self) -> str:
        state = await self.store.conversation(self.address)
        assert state is not None
        assert state.form is not None
        return state.form.step

    async def _taps(self, step: str, act: str) -> None:
        state = await self.store.conversation(self.address)
        assert state is not None
        assert state.form is not None, step
        await self._does(ev.Tapped(f"form:{state.form.id}:{step}:{act}"))

    async def _staff(self, acts: Sequence[str]) -> None:
        state = await self.store.conversation(self.address)
        assert state is not None
        assert state.open_enquiry is not None
        reference = state.open_enquiry.reference
        for act in acts:
            draft = None
            if act == "reply":
                drafted = ev.ReplyDrafted(reference, self.actor, "", "Yes.")
                shown = await self._does(drafted)
                draft = next(one.draft for one in shown if isinstance(one, fx.ShowPreview))
                act = "send"
            event = staff_event(EnquiryButton(reference, act, draft), self.actor)
            assert event is not None
            await self._does(event)

    async def _does(self, event: ev.Event) -> Sequence[fx.Immediate]:
        key = f"into:{next(numbers)}"
        received = await self.intake.receive(
            ev.Update(key, self.address, self.now(), event, language="en")
        )
        return received.immediate
