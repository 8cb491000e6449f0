"""The live text with an editor's unfinished edits in it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from adapters.web.sessions import Visitor, parts_of
from adapters.web.words.studio import Edition, source_or, studio_of
from content.editing import create, targets
from content.editing.target import parse


async def unfinished(
    request: Request, visitor: Visitor, now: Edition
) -> tuple[Mapping[str, str], str]:
    """The files, and the names of what is edited. Raises ``CannotEdit``."""
    studio, parts = studio_of(request), parts_of(request)
    edits = await parts.store.edits(visitor.editor)
    bases = {one.target: await source_or(request, one.base, now) for one in edits}

    def made() -> tuple[Mapping[str, str], str]:
        source, names = now.source, []
        for one in edits:
            base = bases[one.target]
            if one.target.startswith("new:"):
                kind = one.target.removeprefix("new:")
                source = create.create_page(source, kind, one.fields, today=now.today).source
                names.append(one.fields.get("title") or one.target)
                continue
            target = parse(one.target)
            if target is None or base is None:
                continue
            was = targets.read(base.source, target).values
            mine = {name: value for name, value in one.fields.items() if value != was.get(name)}
            source = targets.write(source, target, mine)
            names.append(targets.read(source, target).title)
        return source, ", ".join(names)

    return await studio.run(made)
