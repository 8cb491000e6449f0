"""Hostile and half-written content out of a seed: folders of files, forms and archives.

A thing is judged like this: either it builds, lints clean, survives JSON and is published, or it is refused,
every finding is one line that names its file, and the Release that was live serves on. Nothing else may come
of it, and no exception of any kind.
"""

from __future__ import annotations

import io
import json
import random
import struct
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import content
from bot import codec
from bot import events as ev
from bot.errors import BadContent
from bot.ports import Outcome
from bot.release import Release
from bot.turn import take_turn
from content.editing import archive, check, create, targets
from content.editing.errors import CannotEdit
from content.editing.target import KINDS, Target
from content.phrases import phrases_of
from content.source import MAX_BYTES
from storage.memory import MemoryStore
from tests.limits.texts import Maker
from tests.storage import small as world

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)

Source = Mapping[str, str]

SOUP = (
    "a: ", "- ", "[", "]", "{", "}", "&x ", "*x", "!!python/object:os.system ", "? ", ": ", "|\n", ">\n", "'", '"',
    "home", "steps", "---\n", "\n", "  ", "# c\n", "%YAML 1.1\n", "\t", "1:30", "yes", "~", "<<: *x", "!!binary x",
    "0x1F", ".inf",
    "2026-13-45", "99:99-00:00", "act:nothing", "id: home\n", "id: start\n", 'msgid "a.b"\n', 'msgstr "x"\n',
    'msgstr[9] "x"\n', 'msgid_plural "y"\n', '"Plural-Forms: nplurals=9; plural=n/0;\\n"\n', "#~ ", "#, fuzzy\n",
)  # fmt: skip
NAMES = (
    "menus.yaml", "form.yaml", "danger.yaml", "limits.yaml", "organisation.yaml", "moved.yaml", "style.yaml",
    "not-covered.yaml", "danger-examples.yaml", "hazards.yaml", "en/asks.yaml", "en/also.yaml", "ko/also.yaml",
    "ko/not-covered.yaml", "en/phrases.po", "en/guide/start.md", "en/pages/home.md", "en/safety/emergency.md",
    "en/terms/term-mfds.md", "ko/asks.yaml", "ko/guide/start.md", "x.yaml", "en/x.md", "zz-zz/pages/home.md",
    "en/guide/deep/start.md", "en/guide/ .md", "en/guide/CON.md", "en/guide/é.md", "en/guide/" + "a" * 200 + ".md",
)  # fmt: skip
OUT = (
    "../evil.yaml",
    "/etc/evil.yaml",
    "en/../../evil.md",
    "C:/evil.yaml",
    "..\\evil.yaml",
    "en\\guide\\x.md",
)


class Hostile:
    """Makes bad content, tries to publish it, and keeps count. ``folder`` is scratch room."""

    def __init__(self, seed: str, base: Source, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.maker = Maker(seed)
        self.base = dict(base)
        self.folder = folder
        self.counts: Counter[str] = Counter()
        self.targets = targets.targets(self.base)
        self.store = MemoryStore(
            world=world.WORLD, take_turn=take_turn, phrases_of=phrases_of, clock=world.Clock()
        )
        self.live = ""
        self.asked = 0

    async def begin(self) -> None:
        """Publish the good content that everything else is held against."""
        release = content.build(self.base, now=NOW)
        await self.store.publish(release, self.base, by="test", why="good")
        self.live = release.id
        for path, text in self.base.items():
            self._write(path, text.encode())

    async def one(self) -> None:
        """Make one thing and try to make it live."""
        kinds: tuple[tuple[str, Callable[[], Source]], ...] = (
            ("folders", self._files),
            ("forms", self._form),
            ("archives", self._archive),
        )
        kind, make = self.chance.choices(kinds, (45, 30, 25))[0]
        source = make()
        self.counts[kind] += 1
        await self._offer(source)

    async def _offer(self, source: Source) -> None:
        if not source:
            self.counts["refused"] += 1  # explained already, by what opened it
        else:
            try:
                release = content.build(source, now=NOW)
            except BadContent as problem:
                explained(problem.findings, source)
                assert problem.findings == tuple(map(str, check.lint(source, now=NOW)))
                self.counts["refused"] += 1
            else:
                assert check.lint(source, now=NOW) == ()
                decoded = codec.decode(Release, json.loads(json.dumps(codec.encode(release))))
                assert decoded == release
                await self.store.publish(release, source, by="test", why="it lints")
                self.live = release.id
                self.counts["published, clean"] += 1
        live = await self.store.live_release()
        assert live is not None
        assert live.id == self.live, "not the Release that was published last"
        if self.chance.random() < 0.05:
            await self._serves()

    async def _serves(self) -> None:
        """Somebody new is greeted by whatever is live."""
        self.asked += 1
        address = ev.Address("telegram", "1", str(self.asked))
        update = ev.Update(f"{self.asked}", address, world.START, ev.Started())
        assert (await self.store.receive(update)).outcome is Outcome.DONE
        shown = await self.store.transcript(address)
        assert shown[-1].content_id == "home"
        assert shown[-1].text
        self.counts["greetings by the live Release"] += 1

    # ---- files in a folder, as bytes

    def _files(self) -> Source:
        changed: dict[str, bytes] = {}
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            if self.chance.random() < 0.7:
                path = self.chance.choice(sorted(self.base))
                changed[path] = self._worse(path, self.base[path])
            else:
                path = self.chance.choice(NAMES)
                changed[path] = self._worse(path, self.base.get(path, ""))
        gone = self.chance.choice(sorted(self.base)) if self.chance.random() < 0.1 else ""
        for path, data in changed.items():
            self._write(path, data)
        if gone:
            (self.folder / gone).unlink(missing_ok=True)
        found: Source = {}
        try:
            found = content.load(self.folder, now=NOW).source
        except BadContent as problem:
            explained(problem.findings, {**self.base, **dict.fromkeys(changed, "")})
        finally:
            for path in (*changed, gone):
                if path in self.base:
                    self._write(path, self.base[path].encode())
                elif path:
                    (self.folder / path).unlink(missing_ok=True)
        return found

    def _write(self, path: str, data: bytes) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def _worse(self, path: str, text: str) -> bytes:
        """A file as nobody should save it."""
        chance = self.chance
        lines = text.split("\n")
        match chance.randrange(17):
            case 0:  # the editor's machine went off while saving
                return text.encode()[: chance.randint(0, len(text.encode()))]
            case 1:
                return text.encode(chance.choice(("utf-16", "utf-32", "utf-16-le", "utf-8-sig")))
            case 2:
                return (text + "é").encode("latin-1", "replace") + b"\xff\xfe\x00"
            case 3:  # huge
                spoilt = (text + self._soup(3)).encode("utf-8", "surrogatepass")
                return spoilt * (MAX_BYTES // max(1, len(text)) + 2)
            case 4:  # nested
                return (
                    chance.choice(("[", "- ", "{a: ", "> ", "- [", "a:\n ", "**", "[x](")) * 3_000
                ).encode()
            case 5:  # each line ten of the one before
                rows = "".join(
                    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) or 'x'}]\n" for n in range(12)
                )
                return (rows.replace("*a-1", "x") + text).encode()
            case 6 | 7:  # a piece cut out, another put in
                start = chance.randint(0, len(text))
                end = min(len(text), start + chance.randint(0, 60))
                return (text[:start] + self._soup(6) + text[end:]).encode("utf-8", "replace")
            case 8:  # a line lost, often the id
                kept = (
                    [one for one in lines if not one.startswith("id:")]
                    if chance.random() < 0.5
                    else lines[1:]
                )
                return "\n".join(kept).encode()
            case 9:  # the same id as another page
                return text.replace(
                    "id: ", f"id: {chance.choice(('home', 'start', 'consent', 'é', ''))} #", 1
                ).encode()
            case 10:  # a line twice
                at = chance.randrange(len(lines))
                return "\n".join([*lines[: at + 1], *lines[at:]]).encode()
            case 11:
                return text.replace("\n", chance.choice(("\r\n", "\r", "\u2028", "\x0b"))).encode()
            case 12:
                return text.replace("  ", "\t").encode()
            case 13:
                return (self._soup(40)).encode("utf-8", "replace")
            case 14:
                return self.maker.fragment().encode("utf-8", "surrogatepass")
            case 15:
                head, _, body = text.rpartition("---\n")
                return (head + "---\n" + self.maker.fragment() + body).encode("utf-8", "replace")
            case _:
                return bytes(chance.randrange(256) for _ in range(chance.randint(0, 400)))

    def _soup(self, most: int) -> str:
        chance = self.chance
        return "".join(
            chance.choice(SOUP) if chance.random() < 0.7 else self.maker.word()
            for _ in range(chance.randint(0, most))
        )

    # ---- forms of the Words page

    def _form(self) -> Source:
        chance = self.chance
        if chance.random() < 0.3:
            kind = chance.choice(create.KINDS)
            form = {name: self._typed() for name in ("title", "body", "aliases", "related", "menu")}
            try:
                made = create.create_page(self.base, kind, form, today=TODAY).source
            except CannotEdit as problem:
                assert problem.message
                return {}
            blocks = [one for one in create.findings(self.base, kind, form, now=NOW) if one.blocks]
            assert bool(blocks) == bool(check.lint(made, now=NOW))
            return made
        target = chance.choice(self.targets)
        if chance.random() < 0.1:
            target = Target(chance.choice(KINDS), self.maker.name()[:20])
        try:
            names = sorted(targets.read(self.base, target).values)
        except CannotEdit:
            names = []
        if not names:
            assert check.findings(self.base, target, {"body": "x"}, now=NOW)
            return {}
        fields = chance.sample(names, chance.randint(1, min(4, len(names))))
        values = {name: self._typed() for name in fields}
        if chance.random() < 0.1:
            values[self.maker.name()[:8]] = self._typed()
        found = check.findings(self.base, target, values, now=NOW)
        assert all(one.message and "\n" not in one.message for one in found)
        made = targets.write(self.base, target, values)
        blocks = [one for one in found if one.blocks and one.field != "reason"]
        assert bool(blocks) == bool(check.lint(made, now=NOW)), (
            "the form says another thing than the linter"
        )
        return made

    def _typed(self) -> str:
        kind = self.chance.random()
        if kind < 0.3:
            return self._soup(8)
        if kind < 0.6:
            return self.maker.fragment()
        return self.maker.typed(5)[:20_000] if kind < 0.9 else "word " * self.chance.randint(0, 900)

    # ---- archives

    def _archive(self) -> Source:
        chance = self.chance
        out = io.BytesIO()
        root = chance.choice(("", "", "content/", "a/b/"))
        with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            warnings.simplefilter("ignore")  # the same name twice is wanted
            for path, text in self.base.items():
                if chance.random() < 0.98:
                    made.writestr(root + path, text)
            for _ in range(chance.randint(0, 3)):
                self._entry(made)
        packed = out.getvalue()
        match chance.randrange(8):
            case 0:
                packed = packed[: chance.randint(0, len(packed))]
            case 1:
                spoilt = bytearray(packed)
                for _ in range(chance.randint(1, 8)):
                    spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
                packed = bytes(spoilt)
            case 2:  # the directory lies about sizes
                at = packed.find(b"PK\x01\x02")
                packed = (
                    packed[: at + 20]
                    + struct.pack("<II", 9, chance.choice((0, 2**32 - 1)))
                    + packed[at + 28 :]
                )
            case _:
                pass
        opened = archive.from_zip(packed)
        assert opened.source or opened.findings
        assert not (opened.source and opened.findings)
        assert all(".." not in one and not one.startswith("/") for one in opened.source)
        explained(tuple(map(str, opened.findings)), {"archive": ""})
        return opened.source

    def _entry(self, made: zipfile.ZipFile) -> None:
        """One more file that should not be there."""
        chance = self.chance
        path = chance.choice(NAMES)
        mode, data = 0o100644, self._worse(path, self.base.get(path, ""))
        match chance.randrange(7):
            case 0:
                path = chance.choice(OUT)
            case 1:  # a bomb: 400 kB of nothing, or 40 MB
                data = b"\0" * chance.choice(
                    (400_000, 40_000_000 if chance.random() < 0.1 else 300_000)
                )
            case 2:
                mode = chance.choice((0o120777, 0o060644, 0o010644, 0o040755))
            case 3:
                path = path.upper()
            case 4:
                path = chance.choice(
                    ("a\x00b.yaml", "en/\n.md", ".hidden.yaml", "__MACOSX/x", "en/", "\u202e.yaml")
                )
            case _:
                pass
        info = zipfile.ZipInfo(path)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        made.writestr(info, data)


def explained(findings: tuple[str, ...], source: Source) -> None:
    """One line each, with the file that it is about."""
    for one in findings:
        assert "\n" not in one
        name = one.split(":")[0].split(", line ")[0]
        known = name in source or name.endswith((".yaml", ".md", ".po")) or "/" not in name
        assert known or ":" in one, one
        assert len(one) > len(name) + 4, f"{one} says nothing"
