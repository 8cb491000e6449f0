"""``frontdesk content``: check the files, publish them, look back, go back."""

from __future__ import annotations

from typing import Annotated

import typer

from adapters.commands import frame
from bot.errors import NotFound

app = typer.Typer(
    help="The guide and all wording: check, publish, history, way back.", no_args_is_help=True
)


@app.command()
def check() -> None:
    """Lint the content files and list every finding."""
    import content

    config = frame.settings()
    findings = content.check(config.content_folder)
    for one in findings:
        frame.tell(str(one))
    if findings:
        frame.fail(f"{_count(len(findings), 'finding')} in {config.content_folder}.")
    frame.tell(f"The content in {config.content_folder} is fine.")


@app.command()
def publish(
    why: Annotated[str, typer.Option("--why", help="One line for the history.")] = "",
) -> None:
    """Make the content files the live Release; running conversations go on."""
    frame.do(_publish(why))


async def _publish(why: str) -> None:
    import content

    config = frame.settings()
    loaded = content.load(config.content_folder)
    async with frame.opened(config) as store:
        live = await store.live_release()
        if live is not None and live.id == loaded.release.id:
            frame.tell(f"Release {live.id} is live already; the files say the same.")
            return
        await store.publish(loaded.release, loaded.source, by=frame.who(), why=why)
    frame.tell(f"Release {loaded.release.id} is live.")
    if live is not None:
        frame.tell(f"The one before: frontdesk content rollback {live.id}")


@app.command()
def releases() -> None:
    """List the Releases, newest first."""
    frame.do(_releases())


async def _releases() -> None:
    async with frame.opened(frame.settings()) as store:
        rows = await store.releases()
    if not rows:
        frame.tell("Nothing has been published yet.")
    for row in rows:
        mark = "live" if row.live else "    "
        when = row.published_at.strftime("%Y-%m-%d %H:%M UTC")
        frame.tell(f"{mark}  {row.id}  {when}  {row.by}  {row.why}".rstrip())


@app.command()
def rollback(
    release: Annotated[str, typer.Argument(help="The id of an earlier Release.")],
    why: Annotated[str, typer.Option("--why", help="One line for the history.")] = "",
) -> None:
    """Make an earlier Release live again."""
    frame.do(_rollback(release, why))


async def _rollback(release: str, why: str) -> None:
    async with frame.opened(frame.settings()) as store:
        known = [row.id for row in await store.releases()]
        fits = sorted({one for one in known if one.startswith(release)})
        if len(fits) != 1:
            many = "several Releases begin with" if fits else "there is no Release"
            raise NotFound(f"{many} {release}; see: frontdesk content releases")
        await store.rollback(fits[0], by=frame.who(), why=why)
    frame.tell(f"Release {fits[0]} is live.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
