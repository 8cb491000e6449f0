"""``frontdesk content``: check the files, publish them, look back, go back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.commands import frame
from bot.errors import NotFound, Overtaken
from bot.ports import Store

if TYPE_CHECKING:
    from content import Loaded

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
def translations() -> None:
    """Say what is translated, what nobody checked, and where the English has changed since."""
    import content
    from content import coverage

    for line in coverage.lines(content.source_of(frame.settings().content_folder)):
        frame.tell(line)


@app.command()
def publish(
    why: Annotated[str, typer.Option("--why", help="One line for the history.")] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Undo newer edits made on the Words page.")
    ] = False,
    look: Annotated[bool, typer.Option("--look", help="Only show what would change.")] = False,
) -> None:
    """Make the content files the live Release; running conversations go on."""
    frame.do(_publish(why, overwrite=overwrite, look=look))


async def _publish(why: str, *, overwrite: bool, look: bool) -> None:
    import content
    from adapters.commands import files
    from content.editing import changes

    config = frame.settings()
    folder = config.content_folder
    loaded = content.load(folder)
    async with frame.opened(config) as store:
        live = await store.live_release()
        if live is not None and live.id == loaded.release.id:
            frame.tell(f"Release {live.id} is live already; the files say the same.")
            return
        if live is not None:
            shown = await store.release_source(live.id)
            base = await files.base_of(store, folder)
            newer = files.overwritten(base, loaded.source, shown)
            frame.tell("Publishing these files changes:")
            for line in files.lines(changes.diff(shown, loaded.source)):
                frame.tell(line)
            if newer and not overwrite:
                frame.tell("These were edited on the Words page since, and would be undone:")
                for line in files.lines(newer):
                    frame.tell(line)
                frame.fail(
                    "Nothing was published. Get the live text as files first (frontdesk content export "
                    "FOLDER), or publish with --overwrite."
                )
        if look:
            frame.tell("Nothing was published.")
            return
        await _go_live(store, loaded, why, live.id if live is not None else "")
        if files.marked(folder):
            files.mark(folder, loaded.release.id)
    frame.tell(f"Release {loaded.release.id} is live.")
    if live is not None:
        frame.tell(f"The one before: frontdesk content rollback {live.id}")


async def _go_live(store: Store, loaded: Loaded, why: str, expected: str) -> None:
    try:
        await store.publish(
            loaded.release, loaded.source, by=frame.who(), why=why, expected=expected
        )
    except Overtaken:
        frame.fail(
            "Somebody published on the Words page at this moment. Nothing was changed; try again."
        )


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write; made if need be.")],
) -> None:
    """Write the live Release as files; publishing them again changes nothing."""
    frame.do(_export(folder))


async def _export(folder: Path) -> None:
    from adapters.commands import files
    from content.editing import export as writing

    async with frame.opened(frame.settings()) as store:
        live = await store.live_release()
        if live is None:
            raise NotFound("nothing has been published yet")
        source = await store.release_source(live.id)
    if files.is_foreign(folder):
        frame.fail(f"{folder} holds other files. Name an empty folder or one with content files.")
    done = writing.write_folder(source, folder)
    files.mark(folder, live.id)
    frame.tell(
        f"Release {live.id} is in {folder}: {_count(len(done.written), 'file')} written, "
        f"{len(done.same)} as they were, {len(done.removed)} removed."
    )


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
