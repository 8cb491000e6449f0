"""What the in-memory store keeps of the house itself: Releases, edits, counters, sessions, audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.errors import NotFound, Overtaken
from bot.release import Release
from bot.rows import AuditRow, CountRow, EditRow, ReleaseRow, SessionRow
from storage.counts import day_of
from storage.house import Clock
from storage.ids import digest, new_secret
from storage.memory_rows import Rows
from storage.tokens import SEEN_EVERY, session_id


class MemoryHouse:
    """The part of ``MemoryStore`` that has nothing to do with a conversation."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows = Rows()

    # ---- content

    async def live_release(self) -> Release | None:
        return self.cached_release()

    def cached_release(self) -> Release | None:
        """The live Release."""
        rows = self._rows
        return rows.releases[rows.publications[-1][0]][0] if rows.publications else None

    async def publish(
        self,
        release: Release,
        source: Mapping[str, str],
        *,
        by: str,
        why: str,
        expected: str | None = None,
    ) -> None:
        live = self._rows.publications[-1][0] if self._rows.publications else ""
        if expected is not None and expected != live:
            if live == release.id:
                return
            raise Overtaken(live)
        self._rows.releases.setdefault(release.id, (release, dict(source)))
        self._rows.publications.append((release.id, self._clock(), by, why))
        await self.note_audit(by, "Published", release.id)

    async def releases(self) -> tuple[ReleaseRow, ...]:
        newest = self._rows.publications[::-1]
        parents = [*(one[0] for one in newest[1:]), ""]
        return tuple(
            ReleaseRow(*one, live=place == 0, parent=parents[place])
            for place, one in enumerate(newest)
        )

    async def rollback(self, release_id: str, *, by: str, why: str) -> None:
        self._rows.publications.append((self._release(release_id), self._clock(), by, why))
        await self.note_audit(by, "RolledBack", release_id)

    async def release_source(self, release_id: str) -> Mapping[str, str]:
        return dict(self._rows.releases[self._release(release_id)][1])

    def _release(self, release_id: str) -> str:
        if release_id not in self._rows.releases:
            raise NotFound(f"no release {release_id}")
        return release_id

    async def save_edit(
        self, editor: str, target: str, base: str, fields: Mapping[str, str]
    ) -> None:
        row = EditRow(editor, target, base, dict(fields), self._clock())
        self._rows.edits.pop((editor, target), None)
        self._rows.edits[editor, target] = row

    async def edits(self, editor: str | None = None) -> tuple[EditRow, ...]:
        newest = list(self._rows.edits.values())[::-1]
        found = [one for one in newest if editor in (None, one.editor)]
        return tuple(sorted(found, key=lambda one: one.saved_at, reverse=True))

    async def drop_edit(self, editor: str, target: str) -> None:
        self._rows.edits.pop((editor, target), None)

    async def counts(self, since_days: int = 90) -> tuple[CountRow, ...]:
        since = (day_of(self._clock()) - timedelta(days=since_days)).date()
        found = sorted(one for one in self._rows.counts.items() if one[0][0] >= since)
        found.sort(key=lambda one: one[0][0], reverse=True)
        return tuple(CountRow(*which, number) for which, number in found)

    # ---- who may come in

    async def new_link(self, kind: str, subject: str, seconds: int) -> str:
        token = new_secret()
        until = self._clock() + timedelta(seconds=seconds)
        self._rows.links[digest(token)] = (kind, subject, until)
        return token

    async def use_link(self, token: str) -> tuple[str, str] | None:
        found = self._rows.links.pop(digest(token), None)
        return None if found is None or found[2] <= self._clock() else found[:2]

    async def new_session(self, kind: str, subject: str, seconds: int, *, note: str = "") -> str:
        token, now = new_secret(), self._clock()
        known = digest(token)
        row = SessionRow(session_id(known), kind, subject, now, now, note)
        self._rows.sessions[known] = (row, now + timedelta(seconds=seconds))
        return token

    async def session(self, token: str) -> tuple[str, str] | None:
        found, now = await self.session_row(token), self._clock()
        if found is None:
            return None
        if now - found.last_seen_at >= SEEN_EVERY:
            known = digest(token)
            seen = replace(found, last_seen_at=now)
            self._rows.sessions[known] = (seen, self._rows.sessions[known][1])
        return found.kind, found.subject

    async def session_row(self, token: str) -> SessionRow | None:
        row, until = self._rows.sessions.get(digest(token), (None, self._clock()))
        return row if until > self._clock() else None

    async def sessions(self, subject: str | None = None) -> tuple[SessionRow, ...]:
        now = self._clock()
        found = [
            row
            for row, until in self._rows.sessions.values()
            if until > now and subject in (None, row.subject)
        ]
        return tuple(sorted(found, key=lambda one: (one.last_seen_at, one.id), reverse=True))

    async def revoke_session(self, session_id: str) -> None:
        for known, (row, _) in list(self._rows.sessions.items()):
            if row.id == session_id:
                del self._rows.sessions[known]

    async def revoke_sessions(self, subject: str) -> None:
        for known, (row, _) in list(self._rows.sessions.items()):
            if row.subject == subject:
                del self._rows.sessions[known]
        for link, (_, whose, _) in list(self._rows.links.items()):
            if whose == subject:
                del self._rows.links[link]

    async def audit_trail(self, limit: int = 200) -> tuple[AuditRow, ...]:
        return tuple(row for _, row in self._rows.audit[::-1][:limit])

    async def note_audit(self, who: str, did: str, about: str, refused: str = "") -> None:
        self._rows.audit.append(("", AuditRow(self._clock(), who, did, about, refused)))
