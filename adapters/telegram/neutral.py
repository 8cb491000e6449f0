"""What people typed stays plain: no link, mention, hashtag, command or number to dial comes of it.

Telegram looks for these in every text by itself and cannot be told not to; only inside ``code`` it
finds none. So the risky words of a typed text, and only these, are shown as code: not a character is
added or changed (an invisible joiner would break every copied address and number), a tap copies the
word, and the rest reads as ordinary text. What Telegram would find is checked against its own parser
in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Range = tuple[int, int]

MANY = 20
"""From here on the whole typed run is shown as code: a hundred coded words read no better."""

_WORD = re.compile(r"\S+")
_RISKY = re.compile(
    r"""
      @                                  # mention, e-mail, command of a bot
    | [#＃]\w                            # hashtag
    | \$(?:1INCH|[A-Z])                  # cashtag
    | (?<![A-Za-z0-9])/[A-Za-z0-9_]      # command
    | ://                                # link with a scheme
    | \.[^\W\d_]{2}                      # a name and what may be a top-level domain
    | \d\.\d+\.\d+\.\d                   # IP address
    | (?:tg|ton|mailto|tel):\S           # links without slashes
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?\d(?:[ \u00a0().\-–]{0,2}\d){6,}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


def risky(text: str, typed: Iterable[Range]) -> list[Range]:
    """The parts of the typed ranges to show as code, in order, never touching one another.

    Words are looked at whole: one that is half ours and half typed is risky when the whole is.
    """
    found = sorted({*_words(text), *_numbers(text)})
    out: list[Range] = []
    for start, end in sorted(typed):
        inside = [
            (max(start, one), min(end, two)) for one, two in found if one < end and two > start
        ]
        out.extend([(start, end)] if len(inside) > MANY else inside)
    return _merged(out)


def _words(text: str) -> Iterator[Range]:
    for word in _WORD.finditer(text):
        if _RISKY.search(word.group()):
            yield word.span()


def _numbers(text: str) -> Iterator[Range]:
    """Numbers to dial and card numbers: seven digits after a plus, else nine, dates left out."""
    for number in _NUMBER.finditer(text):
        digits = sum(char.isdigit() for char in number.group())
        least = 7 if number.group().startswith("+") else 9
        if digits >= least and not (digits < 13 and _DATE.match(number.group())):
            yield number.span()


def _merged(ranges: list[Range]) -> list[Range]:
    out: list[Range] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
