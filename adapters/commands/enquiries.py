"""``frontdesk enquiries``: the queue, and one enquiry with what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from adapters.commands import frame
from bot.errors import NotFound
from bot.ports import EnquiryRow, Store
from bot.text import flat
from bot.transcript import Entry

app = typer.Typer(help="The desk's enquiries, read only.", no_args_is_help=True)

_PAGE = 500


@app.command("list")
def list_(
    closed: Annotated[bool, typer.Option("--closed", help="The recently closed ones.")] = False,
) -> None:
    """List open enquiries: urgent first, then by promise, then by age."""
    frame.do(_list(closed))


async def _list(closed: bool) -> None:
    async with frame.opened(frame.settings()) as store:
        rows = await store.queue(closed=closed)
        zone = await _zone(store)
    if not rows:
        frame.tell("No closed enquiries." if closed else "No open enquiries.")
    for row in rows:
        frame.tell(_line(row, zone))


@app.command()
def show(
    reference: Annotated[str, typer.Argument(help="For example FD-7F3Q.")],
) -> None:
    """Show one enquiry: where it stands, the answers, and everything that was said."""
    frame.do(_show(reference.strip().upper()))


async def _show(reference: str) -> None:
    async with frame.opened(frame.settings()) as store:
        row = await store.enquiry(reference)
        if row is None:
            raise NotFound(f"there is no enquiry {reference}")
        zone = await _zone(store)
        frame.tell(_line(row, zone))
        for answer in row.enquiry.answers:
            given = answer.text or answer.choice or answer.zone or "skipped"
            frame.tell(f"  {answer.step}: {given}")
        for draft, outcome, at in await store.deliveries(reference):
            frame.tell(f"  reply {draft}: {outcome} {_time(at, zone)}")
        frame.tell()
        after = 0
        while entries := await store.transcript(row.address, after=after, limit=_PAGE):
            for entry in entries:
                _tell_entry(entry, zone)
            after = entries[-1].number


async def _zone(store: Store) -> ZoneInfo:
    release = await store.live_release()
    return ZoneInfo(release.organisation.hours.zone if release else "UTC")


def _line(row: EnquiryRow, zone: ZoneInfo) -> str:
    enquiry = row.enquiry
    parts = [
        "URGENT" if enquiry.urgent else "",
        enquiry.reference,
        str(enquiry.status),
        f"for {enquiry.assignee.name}" if enquiry.assignee else "unclaimed",
        row.name or "no name",
        row.address.channel,
        row.language,
        f"sent {_time(enquiry.created_at, zone)}",
        f"promised by {_time(enquiry.due_at, zone)}" if enquiry.due_at else "no promise",
    ]
    return " · ".join(part for part in parts if part).replace("\n", " ")


def _tell_entry(entry: Entry, zone: ZoneInfo) -> None:
    who = entry.name or entry.author
    kind = "" if entry.kind in ("text", "screen", "reply") else f" ({entry.kind})"
    frame.tell(f"{_time(entry.at, zone)} {who}{kind}:")
    if entry.label:
        frame.tell(_indented(flat(entry.label)))
    if entry.text:
        frame.tell(_indented(flat(entry.text)))
    if entry.file is not None:
        frame.tell(_indented(f"[{entry.file.kind} {entry.file.name} {entry.file.size} bytes]"))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
