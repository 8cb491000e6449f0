"""Texts, names and content fragments out of a seed, by the hundred thousand.

Hypothesis finds small counterexamples but makes a few hundred examples a second at best; this makes tens
of thousands. ``Maker(seed)`` is a plain random generator: the same seed gives the same things, so a number
printed by a failed run is all that is needed to see it again.

Our own words (``own``) hold nothing that a platform could take for a link, a mention, a tag or a command,
so whatever a parser finds in a text must come of typed words.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from bot.screens import Choice, Rows
from bot.text import Block, Heading, Items, Paragraph, Quote, Span, Style, Text, typed

OWN = (
    *("Your question", "is with our team", "from", "Answer", "the guide says", "reply expected by"),
    *("안내", "答え", "здравствуйте", "مرحبا", "สวัสดี", "câu hỏi", "·", ":", ",", "(", ")", "…", "—", "{name}"),
)  # fmt: skip

LIVE = (
    # what Telegram or Slack make links, mentions, tags, commands or numbers of
    "@admin", "@a_b9", "＠home", "@@x", "#tag", "＃태그", "$USD", "/start", "/help@bot", "(/stop)",
    "a.co", "A.CO.UK",
    "http://x.example", "HTTPS://Ex.com/a?b=c#d", "ftp://h.de/x", "tg://resolve?domain=x",
    "ton://a", "mailto:a@b.de",
    "tel:+4912345678", "a@b.example", "a+b@c.museum", "1.2.3.4", "1.2.3.4:80/x",
    "xn--e1afmkfd.xn--p1ai", "пример.рф",
    "例え.jp", "مثال.com", "t.me/joinchat/x", "www.x.com", "x.com)", "[x](http://y.z)",
    "<a href='x'>", "file.exe",
    "4111 1111 1111 1111", "+82 10-1234-5678", "010.1234.5678", "(02) 123-4567", "2026-11-24",
    "15:40", "1:30:20",
    "javascript:alert(1)", "localhost", "http://localhost:8000", "//evil.example", "evil。example",
    "evil．example",
    "http://[::1]/", "a.b.c.d.e.info", "-a.com", "_a.com_", "a_.com", "@_", "#_", "#1", "$1INCH",
    "user:pw@host.com",
    "<!channel>", "<!here|here>", "<!everyone>", "<@U0DANA>", "<@W0X|dana>", "<#C0DESK>",
    "<!subteam^S01>", "@here",
    "@channel", "@everyone", "<https://evil.example|click>", "<mailto:a@b.c>",
    "<!date^1^{date}|x>", ":smile:", ":+1:",
    "*bold*", "_it_", "~s~", "`code`", "```pre```", "> quote", "&lt;!channel&gt;", "&amp;lt;",
    "**b**", "||spoiler||",
    "__u__", "<b>x</b>", "{name}", "{{7*7}}", "%s", "${x}",
)  # fmt: skip

ODD = (
    # what breaks counting, cutting and cleaning
    "\x00", "\x07", "\x1b[31m", "\r\n", "\r", "\n", "\n\n\n", "\t", "\v", "\f", "\x85", "\u2028",
    "\u2029", "\ufeff",
    "\u200b", "\u200c", "\u200d", "\u2060", "\u202e", "\u202d", "\u2066", "\u2069", "\u061c",
    "\u00ad", "\u034f",
    "\u2800", "\u3164", "\uffa0", "\u115f", "\ud800", "\udfff", "\udc00\ud800", "\ufffe", "\uffff",
    "\ufffd", "\U0010ffff",
    "😀", "👩‍⚕️", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇰🇷", "🇰", "1️⃣", "e\u0301", "a" + "\u0300" * 40, "ﷺ",
    "ﬃ", "ǆ", "İ", "ß",
    "한", "한\u1100\u1161", "ก็้", "नि", "\u0e33", "𝐇𝐢", "Ⅷ", "①", "½", " ", "  ", "\u00a0",
    "\u3000", "\u1680", "\u180e",
    "'", "’", '"', "\\", "-", "--", "---", "•", "1.", "1)", ".", "..", ",", "!", "?", "(", ")",
    "[", "]", "<", ">", "&", "|",
)  # fmt: skip

LETTERS = "abcdefghijklmnopqrstuvwxyzABCÄÖüßéçñøабвгдѓ가나다日本語中文العربيةไทยหนังสือ0123456789"
RANGES = (
    (0x20, 0x7F), (0xA0, 0x250), (0x250, 0x700), (0x700, 0x2000), (0x2000, 0x2BFF), (0x2C00, 0xD800),
    (0xE000, 0xFFFF), (0x10000, 0x1FFFF), (0x1F300, 0x1FAFF), (0x20000, 0x10FFFF),
)  # fmt: skip
STYLES = (Style.PLAIN, Style.PLAIN, Style.BOLD, Style.ITALIC)

FRAGMENTS = (
    "# ", "- ", "1. ", "7) ", "> ", "**", "*", "_", "__", "`", "```\n", "\n", "\n\n", "    ",
    "\n---\n", "***\n",
    "[a](start)", "[@admin](start)", "[x](http://y.z)", "[a](", "](b)", "![i](x)", "<b>", "</b>", "<!-- x -->",
    "&amp;", "&#64;", "{name}", "\\", "\\*", "|a|b|\n", "[^1]", "[r]: http://x.y\n",
    "<http://x.y>", "- - - a\n", ">>> ",
)  # fmt: skip


class Maker:
    """A generator of things to render. ``number`` things further on is another seed, not a replay."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)

    def word(self) -> str:
        chance = self.chance
        kind = chance.random()
        if kind < 0.3:
            return chance.choice(LIVE)
        if kind < 0.5:
            return chance.choice(ODD)
        if kind < 0.85:
            return "".join(chance.choices(LETTERS, k=chance.randint(1, 9)))
        low, high = chance.choice(RANGES)
        return "".join(chr(chance.randrange(low, high)) for _ in range(chance.randint(1, 6)))

    def typed(self, most: int = 14) -> str:
        """What a person may have typed: a few words as a rule, now and then a whole book."""
        chance = self.chance
        gap = chance.choice(("", " ", " ", "\n", "."))
        words = gap.join(self.word() for _ in range(chance.randint(0, most)))
        if chance.random() < 0.01:
            words = (words + chance.choice((" ", "", "\n", "-")))[:400] * chance.randint(2, 60)
        return words[:60_000]

    def own(self) -> str:
        """Our words, which no parser finds anything in."""
        chance = self.chance
        return " ".join(chance.choice(OWN) for _ in range(chance.randint(1, 6)))

    def span(self) -> Span:
        if self.chance.random() < 0.5:
            return typed(self.typed())
        glue = self.chance.choice(("", " ", "\n"))
        return Span(glue + self.own() + self.chance.choice(("", " ")), self.chance.choice(STYLES))

    def spans(self) -> tuple[Span, ...]:
        return tuple(self.span() for _ in range(self.chance.randint(0, 4)))

    def block(self) -> Block:
        match self.chance.randrange(6):
            case 0:
                return Heading(self.spans())
            case 1:
                return Quote((typed(self.typed()),))
            case 2:
                rows = tuple(self.spans() for _ in range(self.chance.randint(0, 5)))
                return Items(rows, numbered=self.chance.random() < 0.5)
            case 3:
                return Quote(self.spans())
            case _:
                return Paragraph(self.spans())

    def text(self) -> Text:
        """A tree of any shape, our words and typed ones mixed."""
        most = 40 if self.chance.random() < 0.01 else 4
        return tuple(self.block() for _ in range(self.chance.randint(0, most)))

    def name(self) -> str:
        """What somebody calls himself on a platform."""
        return self.typed(4)[:120]

    def fragment(self) -> str:
        """A piece of Markdown as a hurried editor leaves it."""
        chance = self.chance
        pieces: list[Callable[[], str]] = [lambda: chance.choice(FRAGMENTS), self.own, self.word]
        return "".join(chance.choices(pieces, (5, 3, 2))[0]() for _ in range(chance.randint(1, 14)))

    def rows(self) -> Rows:
        """Buttons with labels of any kind."""
        chance = self.chance
        return tuple(
            tuple(
                Choice(self.name(), f"sec:page-{row}:{at + 1}")
                for at in range(chance.randint(1, 4))
            )
            for row in range(chance.randint(0, 3))
        )
