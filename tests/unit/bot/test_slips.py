"""What must be found however it is typed: slips of the finger, look-alike letters, words cut and glued."""

from __future__ import annotations

import pytest

from bot import slips
from bot.danger import find
from bot.release import Lexicon
from bot.skeleton import skeleton
from bot.words import clauses

LEXICON = Lexicon(
    kinds={
        "emergency": (("cannot", "breathe"), ("stroke",), ("fever",), ("khó", "thở", "quá")),
        "self-harm": (("want", "to", "die"),),
    },
    harmless=(("want", "to", "dine"), ("stroke", "of", "luck")),
    asides=(("years", "ago"), ("how", "common")),
    now=(("today",),),
    about_self_harm=(("suicide",),),
    sure={"emergency": (("cannot", "breathe"),), "self-harm": (("want", "to", "die"),)},
)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("CANNOT breathe", ["cannot", "breathe"]),
        ("саnnоt", ["cannot"]),  # Cyrillic с, а, о
        ("ｃａｎｎｏｔ", ["cannot"]),
        ("c\u0336a\u0336n\u0336t", ["cant"]),
        ("bre\u200bat\u034fhe", ["breathe"]),
        ("br3athe d1e", ["breathe", "die"]),
        ("119 40", ["119", "40"]),  # numbers stay numbers
        ("k1ll", ["kiii"]),
        ("no puedó", ["no", "puedo"]),
        ("🅳🅸🅴", ["die"]),
    ],
)
def test_a_skeleton_is_what_the_eye_sees(text: str, letters: list[str]) -> None:
    assert skeleton(text) == letters


@pytest.mark.parametrize(
    "said",
    ["cannto breathe", "cannot brethe", "cannot breatthe", "c a n n o t b r e a t h e", "cannotbreathe",
     "can not brea the", "ＣＡＮＮＯＴ ｂｒｅａｔｈｅ", "саnnоt brеаthе", "cannot 🙏 breathe", "c4nn0t br34the"],
)  # fmt: skip
def test_a_sure_phrase_is_found_with_one_slip(said: str) -> None:
    assert find(said, LEXICON) == "emergency"


@pytest.mark.parametrize(
    "said",
    ["I want to dine", "a cannon breaks", "she bought a cannoli", "wanton dieter"],
)
def test_other_words_are_no_slip(said: str) -> None:
    assert find(said, LEXICON) is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("a stroke", "emergency"),
        ("a stroke of luck", None),
        ("a stroke years ago", None),
        ("how common is fever", None),
        ("a stroke years ago, and fever", "emergency"),
        ("a stroke years ago and fever today", "emergency"),
        ("I could not walk years ago. Today I cannot breathe", "emergency"),
        ("years ago I could want to die", "self-harm"),
        ("how common is suicide", None),
        ("suicide", "self-harm"),
        ("kho tho qua", "emergency"),
        ("I cannot breathe years ago", None),
        ("i cannot brethe years ago", None),
    ],
)
def test_old_stories_and_general_questions(said: str, kind: str | None) -> None:
    assert find(said, LEXICON) == kind


def test_an_aside_is_not_jumped_over() -> None:
    lexicon = Lexicon(kinds={"emergency": (("heart", "~", "stopped"),)}, asides=(("years", "ago"),))
    assert find("heart. years ago. stopped", lexicon) is None
    assert find("heart has suddenly stopped", lexicon) == "emergency"


def test_clauses_part_where_people_pause_but_not_in_a_number() -> None:
    assert clauses("39.5 now, help! 熱が。出た") == [
        ["39", "5", "now"],
        ["help"],
        ["熱が"],
        ["出た"],
    ]


def test_within_one() -> None:
    for one, other, same in (
        ("die", "die", True), ("die", "dei", True), ("die", "diee", True), ("die", "de", True),
        ("die", "dye", True), ("die", "deit", False), ("abcd", "badc", False), ("", "a", True),
        ("", "ab", False), ("aab", "aba", True),
    ):  # fmt: skip
        assert slips.within_one(one, other) is same, (one, other)
        assert slips.within_one(other, one) is same, (other, one)
