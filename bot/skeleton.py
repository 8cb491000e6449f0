"""A text as the eye sees it: look-alike letters, accents and digits for letters made one.

Only for looking for the phrases that must be found however they are typed (``bot.slips``): too much is
thrown away here for anything else. The look-alikes are those that people and jokers use (a part of
Unicode's confusables, UTS 39); both sides are folded alike, so a language loses nothing by it.
"""

from __future__ import annotations

import re
import unicodedata

from bot.words import MAX

_MARKS = "'’‘‛`´ʼ′＇\"“”"
_GONE = re.compile(f"[{_MARKS}]")
_PAUSE = re.compile("[\u203c\u2049]")
"""Apostrophes vanish; ‼ and ⁉ are pauses, before they come apart into signs that stand for letters."""

_LOOKS = {
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "abezhikmnoptyx",
    "αβγεηικνορτυχωσς": "abyenikvoptuxwss",
    "авекмнорстухіїјѕԁԛԝӏьгпһ": "abekmhopctyxiijsdqwibrnh",
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ": "abcdefghijkimnoprstuvwyz",
    "ıɡłøđħŧɑɩ": "igiodhtai",
    "أإآٱىةیکہۀھ": "اااايهيكههه",
    "l": "i",
}
"""Letter → the letter it is taken for. "l", "I" and "1" are one."""

_DIGITS = str.maketrans("01345789", "oieastbg")
_SIGNS = str.maketrans("@$!|€+", "asiiet")
_SIGN = re.compile(r"(?<=[^\W_])[@$!|€+](?=[^\W_])|[@$|€](?=[^\W_])")
_WORD = re.compile(r"[^\W_]+")
_DROPPED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0e48-\u0e4c\u115f\u1160\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3164\ufe00-\ufe0f\uffa0]"
)
"""Marks over and under letters, Arabic vowel signs, Thai tone marks, fillers that show nothing."""


def _table() -> dict[int, str | None]:
    out: dict[int, str | None] = {}
    for looks, means in _LOOKS.items():
        out.update(zip(map(ord, looks), means, strict=True))
    for number in range(26):
        letter = chr(ord("a") + number)
        for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6):  # letters in squares, circles, flags
            out[first + number] = letter
    for code in range(0x30A1, 0x30F7):
        out[code] = chr(code - 0x60)  # katakana → hiragana
    return {code: "i" if means == "l" else means for code, means in out.items()}


_TABLE = _table()


class _Seen(dict[int, str | int | None]):
    """The same table, and apostrophes and what shows nothing go. Filled as characters are met, up to ``MOST``."""

    MOST = 20_000

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) == "Cf" else code
        if len(self) < self.MOST:  # nobody fills the memory by sending all of Unicode
            self[code] = kept
        return kept


_SEEN = _Seen({**_TABLE, **dict.fromkeys(map(ord, _MARKS))})


def skeleton(text: str) -> list[str]:
    """The words of a text, as they look. Any string, no exception."""
    plain = _PAUSE.sub(" ", _GONE.sub("", text[:MAX]))
    plain = unicodedata.normalize("NFKC", plain)[: 2 * MAX]
    if not plain.isascii():
        plain = plain.translate(_SEEN)  # capitals first: Η is an H, η an n
        marked = unicodedata.normalize("NFD", plain)
        plain = unicodedata.normalize("NFC", _DROPPED.sub("", marked))
    plain = plain.casefold().translate(_TABLE)
    plain = _SIGN.sub(lambda found: found[0].translate(_SIGNS), plain)
    return [_lettered(word) for word in _WORD.findall(plain)]


def _lettered(word: str) -> str:
    """Digits inside a word stand for letters; a number stays one."""
    return word if word.isalpha() or word.isdigit() else word.translate(_DIGITS)
