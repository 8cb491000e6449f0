"""The final reckoning: what patients, desk and database hold, against what they should."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, func, select

from adapters.settings import Settings
from adapters.wiring import world_of
from bot.events import Address
from bot.text import flat
from bot.turn import take_turn
from content.phrases import phrases_of
from storage import SqlStore, open_store
from storage import tables as t
from tests.faults.people import Patient

TOKEN = re.compile(r"\bz[dmqr]\d{6}(?:x\d)?\b")
CLOCK = re.compile(r"It is \d\d:\d\d")
PROMISE = re.compile(r"(Your reference is FD-X\.).*", re.DOTALL)
"""When a person answers depends on whether the desk is open, and it may open in the middle of a run."""
REFERENCE = re.compile(r"FD-[A-Z0-9]{4,10}")


@dataclass
class Findings:
    """Counts of a run. ``wrong`` holds a sentence for each thing that is not as it must be."""

    patients: int = 0
    enquiries: int = 0
    kills: int = 0
    repeated_sends: int = 0
    flagged: int = 0
    unflagged: int = 0
    """Repeated sends that nothing says of itself; each is a finding too."""
    replies: int = 0
    """Of facilitators, whose Send was accepted."""
    lost: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line for a terminal."""
        return (
            f"{self.enquiries} enquiries, {self.replies} replies, {self.kills} kills: {self.lost} lost, "
            f"{self.doubled} duplicate records, {self.repeated_sends} repeated sends "
            f"({self.unflagged} of them not flagged), {self.flagged} flagged, "
            f"{len(self.wrong)} findings"
        )


History = Mapping[str, Sequence[tuple[bool, str]]]
"""Chat → (whether it is a new message, text) of all that was posted there or edited in."""
SAFETY = "could be an emergency"


async def reckon(
    config: Settings,
    patients: Iterable[Patient],
    chats: History,
    desk: Sequence[str],
    desk_destination: str,
    kills: int,
    direct: int,
) -> Findings:
    """Compare. ``chats``: what each patient was shown; ``desk``: every text posted to the desk;
    ``direct``: safety texts that the log says were sent past the database."""
    found = Findings(kills=kills)
    people = list(patients)
    found.patients = len(people)
    store = open_store(
        config.database_url, key_file=Path(config.key_file), world=world_of(config),
        take_turn=take_turn, phrases_of=phrases_of,
    )  # fmt: skip
    await store.start()
    try:
        found.flagged, flagged = await store._read(_flagged)
        await _rows(store, found)
        by_address = await store._read(_enquiries)
        for one in people:
            await _patient(store, one, by_address, found)
        _screens(people, chats, flagged, 2 * direct, found)
        references = {one for many in by_address.values() for one in many}
        _desk(people, references, desk, flagged.get(desk_destination, 0), found)
    finally:
        await store.close()
    return found


def _flagged(conn: Connection) -> tuple[int, dict[str, int]]:
    """Deliveries that say of themselves that they may be out more than once: how many, and how often
    they can have been sent again, by destination."""
    rows = conn.execute(
        select(t.outbox.c.destination, func.count(), func.sum(t.outbox.c.attempt - 1))
        .where(t.outbox.c.repeated.is_(True))
        .group_by(t.outbox.c.destination)
    ).all()
    return sum(int(row[1]) for row in rows), {row[0]: int(row[2]) for row in rows}


def _enquiries(conn: Connection) -> dict[Address, list[str]]:
    out: dict[Address, list[str]] = {}
    rows = conn.execute(
        select(t.conversations.c.channel, t.conversations.c.account, t.conversations.c.chat,
               t.enquiries.c.reference)
        .join(t.conversations, t.conversations.c.id == t.enquiries.c.conversation_id)
    )  # fmt: skip
    for channel, account, chat, reference in rows:
        out.setdefault(Address(channel, account, chat), []).append(reference)
    return out


async def _rows(store: SqlStore, found: Findings) -> None:
    """Nothing is left over, parked or refused."""
    health = await store.health()
    for name in ("outbox_waiting", "dead_letters", "parked"):
        if health[name]:
            found.wrong.append(f"{name}: {health[name]}")
    for letter in await store.undelivered():
        found.wrong.append(f"given up: {letter.kind} to {letter.destination} ({letter.attempts})")
    found.enquiries = int(health["open_enquiries"])


async def _patient(
    store: SqlStore, one: Patient, enquiries: Mapping[Address, list[str]], found: Findings
) -> None:
    """Exactly what was typed, once and in order, and exactly one enquiry."""
    address = Address(*one.phone.address)
    references = enquiries.get(address, [])
    if not references:
        found.lost += 1
        found.wrong.append(f"patient {one.number}: no enquiry")
    elif len(references) > 1:
        found.doubled += 1
        found.wrong.append(f"patient {one.number}: {len(references)} enquiries")
    entries = await store.transcript(address)
    said = [flat(entry.text) for entry in entries if entry.author == "patient"]
    said = [text for text in said if TOKEN.search(text)]
    sent = [flat(entry.text) for entry in entries if entry.author == "human"]
    found.replies += len(one.replied)
    if sent != one.replied:
        found.doubled += (Counter(sent) - Counter(one.replied)).total()
        found.lost += (Counter(one.replied) - Counter(sent)).total()
        found.wrong.append(f"patient {one.number}: replies {sent}, accepted were {one.replied}")
    if said == one.typed:
        return
    more, less = Counter(said) - Counter(one.typed), Counter(one.typed) - Counter(said)
    found.doubled += more.total()
    found.lost += less.total()
    found.wrong.append(f"patient {one.number}: transcript has {said}, typed were {one.typed}")


def _screens(
    people: Iterable[Patient],
    chats: History,
    flagged: Mapping[str, int],
    direct: int,
    found: Findings,
) -> None:
    """Every patient with the form was shown what patient 0 was, whom nothing disturbed, each text as
    often; more only where flagged. ``direct``: safety texts sent while the database was away, known in
    memory only: a kill may repeat each, and its later status finds no message to edit."""
    shown = {one.number: _neutral(chats.get(one.phone.address[2], ())) for one in people}
    usual = [text for _, text in shown[0]]
    for one in people:
        texts = [text for _, text in shown[one.number]]
        most = flagged.get(":".join(one.phone.address), 0)
        if one.danger:
            # What edits a message whose answer was lost finds no receipt and is posted anew.
            posts = sum(new and SAFETY in text for new, text in shown[one.number])
            extra, most = posts - 1, 2 * most
            used = min(direct, max(0, extra - most))
            direct, most = direct - used, most + used
        else:
            missing = Counter(usual) - Counter(texts)
            if missing:
                found.lost += missing.total()
                brief = [text[:60] for text in missing]
                found.wrong.append(f"patient {one.number} was never shown {brief}")
            extra = (Counter(texts) - Counter(usual)).total()
            if _once(texts) != _once(usual) and extra > most + 2 * one.phone.again:
                brief = [text[:24] for text in _once(texts)]
                found.wrong.append(f"patient {one.number} was shown {brief}")
            most += 2 * one.phone.again  # whoever taps again has a used button explained
        _repeats(f"patient {one.number}", extra, most, found)


def _desk(
    people: Iterable[Patient],
    references: set[str],
    desk: Sequence[str],
    flagged: int,
    found: Findings,
) -> None:
    """Everything that the desk must read is there, in each patient's order."""
    unseen = references - {one for text in desk for one in REFERENCE.findall(text)}
    if unseen:
        found.lost += len(unseen)
        found.wrong.append(f"the desk never got {sorted(unseen)}")
    tokens = [token for text in desk for token in dict.fromkeys(TOKEN.findall(text))]
    count = Counter(tokens)
    extra = 0
    for one in people:
        for token in one.relayed:
            if not count[token]:
                found.lost += 1
                found.wrong.append(f"the desk never got {token}")
            extra += max(0, count[token] - 1) if token.startswith("zm") else 0
        mine = [token for token in tokens if token in one.relayed and token.startswith("zm")]
        if _once(mine) != [token for token in one.relayed if token.startswith("zm")]:
            found.wrong.append(f"patient {one.number}: the desk reads {mine}")
    if extra > flagged:
        twice = [one for one, times in count.items() if times > 1 and one.startswith("zm")]
        found.wrong.append(
            f"the desk reads again: {[text[-120:] for text in desk if twice and twice[0] in text]}"
        )
    _repeats("the desk", extra, flagged, found)


def _repeats(where: str, extra: int, flagged: int, found: Findings) -> None:
    found.repeated_sends += max(0, extra)
    if extra > flagged:
        found.unflagged += extra - flagged
        found.wrong.append(f"{where}: {extra} repeated sends, {flagged} flagged")


def _neutral(texts: Iterable[tuple[bool, str]]) -> list[tuple[bool, str]]:
    return [
        (
            new,
            PROMISE.sub(r"\1", CLOCK.sub("It is now", TOKEN.sub("Z", REFERENCE.sub("FD-X", text)))),
        )
        for new, text in texts
    ]


def _once(texts: Sequence[str]) -> list[str]:
    """Without repetitions of what stands right before."""
    return [text for at, text in enumerate(texts) if not at or texts[at - 1] != text]
