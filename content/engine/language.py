"""Which of our languages a text is in, by its letters and commonest words. Only to offer a switch."""

from __future__ import annotations

from collections.abc import Mapping

from bot.words import words
from content.english import COMMON as ENGLISH

SCRIPTS: tuple[tuple[str, str, str], ...] = (
    ("ko", "\uac00", "\ud7a3"),
    ("ko", "\u3131", "\u318e"),
    ("ja", "\u3041", "\u30ff"),
    ("th", "\u0e01", "\u0e5b"),
    ("ar", "\u0621", "\u064a"),
    ("ru", "\u0400", "\u045f"),
    ("zh", "\u4e00", "\u9fff"),
)
"""First and last letter of scripts that one of our languages is written in. Chinese characters come last:
with kana beside them a text is Japanese, with Hangul Korean."""

VIETNAMESE = frozenset("ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
SPANISH = frozenset("ñ¿¡")
ACUTE = frozenset("áéíóú")
_SPANISH = """
    el la los las es son qué que cómo como por para puedo un una de del en mi con cuánto hay se su
    está esto este esta quiero hola gracias tengo sobre más muy pero qué cuál dónde tiene hacer ser
    """
_VIETNAMESE = "có không tôi là và của cho được bao nhiêu gì nào khong toi cua duoc"
COMMON: Mapping[str, frozenset[str]] = {
    "en": ENGLISH,
    "es": frozenset(_SPANISH.split()) - ENGLISH,
    "vi": frozenset(_VIETNAMESE.split()) - ENGLISH,
}
ENOUGH = 2
"""Common words of a language before a text counts as written in it; one may be a name or a loan."""


def guess(text: str) -> str | None:
    """The language of a text, None where nothing tells clearly."""
    said = words(text[:500])
    letters = "".join(said)
    counts: dict[str, int] = {}
    for char in letters:
        for language, first, last in SCRIPTS:
            if first <= char <= last:
                counts[language] = counts.get(language, 0) + 1
                break
    for language in dict.fromkeys(one[0] for one in SCRIPTS):
        if counts.get(language, 0) * 4 >= max(len(letters), 1):
            return language
    if any(char in VIETNAMESE for char in letters):
        return "vi"
    if any(char in SPANISH for char in text[:500].casefold()):
        return "es"
    hits = {language: sum(word in known for word in said) for language, known in COMMON.items()}
    if hits["es"] and any(char in ACUTE for char in letters):
        hits["es"] += 1
    best = max(hits, key=lambda language: hits[language])
    alone = list(hits.values()).count(hits[best]) == 1
    return best if alone and hits[best] >= min(ENOUGH, len(said)) > 0 else None
