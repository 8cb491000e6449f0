"""Two thousand ways to type the unmistakable phrases of the lexicon, by rules, the same every time.

Each text is a phrase with one slip or disguise from the first list and any number from the second. Slips of
letters are for scripts with letters; Chinese, Japanese, Korean and Thai get what happens to them instead.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from bot.release import Lexicon
from bot.runs import is_run
from bot.slips import LEAST

Dice = random.Random
Change = Callable[[str, Dice], str]

LOOKS = {
    "a": "аαа", "c": "сс", "e": "еε", "h": "һн", "i": "іι1", "k": "κк", "l": "1I", "m": "м", "n": "п",
    "o": "оο0", "p": "рρ", "r": "г", "s": "ѕ5", "t": "τт7", "u": "υ", "x": "хχ", "y": "у", "b": "ьв",
    "а": "aα", "е": "e3", "о": "o0", "р": "p", "с": "c", "у": "y", "х": "x", "в": "b", "т": "t", "к": "k",
    "ي": "ی", "ك": "ک", "ه": "ہ", "ا": "أ",
}  # fmt: skip
HEARD = {
    "breathe": "breath", "die": "dye", "pain": "pein", "live": "liv", "seizure": "seezure",
    "want to": "wanna", "respirar": "respira", "hambre": "ambre", "quiero": "kiero", "не": "ни",
    "хочу": "хачу", "умереть": "умиреть",
}  # fmt: skip
"""What is written where the phone or the ear mishears."""
BEFORE = (
    "", "hello ", "please ", "HELP ", "🙏 ", "sorry but ", "안녕하세요 ", "ok so ", "doctor: ", "¡", "hola ",
    "привет ", "hi um so ", "😭😭 ", "你好 ", "สวัสดี ", "xin chào ", "السلام عليكم ", "#", "(",
)  # fmt: skip
AFTER = (
    "", "!!!", " 😭😭", "...", " pls answer", "\n\nthank you", " 🚑", "?!", " since today", " 。", " por favor",
    " ㅠㅠ", " 谢谢", " спасибо", " what do i do", " ครับ", " ạ", ")", " ‼️", " 🆘",
)  # fmt: skip


def variants(lexicon: Lexicon, count: int) -> Iterator[tuple[str, str]]:
    """(kind, text), ``count`` of them."""
    dice = random.Random(4)
    every = [(kind, " ".join(one)) for kind, listed in lexicon.sure.items() for one in listed]
    for number in range(count):
        kind, phrase = every[number % len(every)]
        yield kind, _variant(phrase, dice)


def _variant(phrase: str, dice: Dice) -> str:
    if is_run(phrase.split()):
        change = dice.choice(SYLLABLES)
    elif len(phrase.replace(" ", "")) > LEAST:
        change = dice.choice((*LETTERS, *ALWAYS))
    else:
        change = dice.choice(ALWAYS)
    text = change(phrase, dice)
    for _ in range(dice.randrange(3)):
        text = dice.choice(DRESS)(text, dice)
    return f"{dice.choice(BEFORE)}{text}{dice.choice(AFTER)}"


def _at(text: str, dice: Dice) -> int:
    """A place inside a word of a text, with a letter on both sides."""
    inside = [at for at in range(1, len(text) - 1) if text[at - 1 : at + 2].isalpha()]
    return dice.choice(inside or [0])


def _dropped(text: str, dice: Dice) -> str:
    at = _at(text, dice)
    return text[:at] + text[at + 1 :]


def _doubled(text: str, dice: Dice) -> str:
    at = _at(text, dice)
    return text[:at] + text[at] * dice.randrange(2, 5) + text[at + 1 :]


def _swapped(text: str, dice: Dice) -> str:
    at = _at(text, dice)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _wrong(text: str, dice: Dice) -> str:
    at = _at(text, dice)
    return text[:at] + dice.choice("qwxz") + text[at + 1 :]


def _misheard(text: str, dice: Dice) -> str:
    fits = [word for word in HEARD if word in text]
    return text.replace(word := dice.choice(fits), HEARD[word], 1) if fits else text


def _spaced(text: str, dice: Dice) -> str:
    between = dice.choice((" ", ".", "-", " . ", "_"))
    return between.join(text.replace(" ", ""))


def _glued(text: str, _: Dice) -> str:
    return text.replace(" ", "")


def _cut(text: str, dice: Dice) -> str:
    at = _at(text, dice)
    return f"{text[:at]} {text[at:]}"


def _looks(text: str, dice: Dice) -> str:
    return "".join(
        dice.choice(LOOKS[one]) if one in LOOKS and dice.random() < 0.6 else one for one in text
    )


def _bare(text: str, _: Dice) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d"))
    kept = "".join(one for one in apart if not "\u0300" <= one <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def _wide(text: str, _: Dice) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def _styled(text: str, dice: Dice) -> str:
    first = dice.choice((0x1D41A, 0x1D44E, 0x1D5BA, 0x1D68A))  # bold, italic, sans, monospace
    return "".join(
        chr(first + ord(one) - ord("a")) if "a" <= one <= "z" and one != "h" else one
        for one in text
    )


def _upper(text: str, _: Dice) -> str:
    return text.upper()


def _unseen(text: str, dice: Dice) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(("\u200b", "\u00ad", "\u2060", "\u200d", "\ufeff")) + text[at:]


def _marked(text: str, dice: Dice) -> str:
    mark = dice.choice(("\u0336", "\u0332", "\u0308", "\u034f"))
    return "".join(one + mark if one.isalpha() and ord(one) < 0x500 else one for one in text)


def _apart(text: str, _: Dice) -> str:
    return unicodedata.normalize("NFD", text)


def _emoji(text: str, dice: Dice) -> str:
    return text.replace(" ", dice.choice((" 😢 ", "🙏", " 💔💔 ", "‼️")))


def _pauses(text: str, dice: Dice) -> str:
    return text.replace(" ", dice.choice(("  ", ", ", " … ", "\n", "\u00a0", " - ")))


def _between_letters(text: str, dice: Dice) -> str:
    return dice.choice((" ", "😢", "…", "~")).join(text.replace(" ", ""))


def _again(text: str, _: Dice) -> str:
    return f"{text} {text}"


LETTERS: Sequence[Change] = (_dropped, _doubled, _swapped, _wrong, _misheard)
ALWAYS: Sequence[Change] = (_spaced, _glued, _cut, _looks, _bare, _wide, _styled, _upper, _marked)
DRESS: Sequence[Change] = (_upper, _unseen, _apart, _emoji, _pauses, _again)
SYLLABLES: Sequence[Change] = (_between_letters, _glued, _wide, _apart, _unseen, _emoji)
