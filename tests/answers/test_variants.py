"""The unmistakable phrases are found however they are typed, and what looks like them is left alone."""

from __future__ import annotations

from bot import danger
from bot.release import Release
from tests.answers.variants import variants

COUNT = 2_000


def test_every_variant_is_found(shipped: Release) -> None:
    missed = [
        (kind, text)
        for kind, text in variants(shipped.lexicon, COUNT)
        if danger.find(text, shipped.lexicon) is None
    ]
    assert not missed, (len(missed), missed[:20])


def test_self_harm_is_named_as_such_in_every_variant(shipped: Release) -> None:
    """Its text is another one: a found emergency is not enough."""
    texts = [text for kind, text in variants(shipped.lexicon, COUNT) if kind == "self-harm"]
    other = [text for text in texts if danger.find(text, shipped.lexicon) != "self-harm"]
    assert len(texts) > 400
    assert not other, (len(other), other[:20])


def test_what_looks_alike_is_no_slip(shipped: Release) -> None:
    """English words one letter away from a phrase, and what the guide itself is asked."""
    for said in (
        "I want to dine in Seoul", "we want to dive", "I want to diet before", "want to dye my hair",
        "me and my life in Seoul", "I warm myself", "chest pair of earrings", "no reason to give a tip",
        "tired of giving reviews", "he looked me in the eye", "I was rated highly", "better off deaf",
        "не хочу лить воду", "quiero mover la cita", "quiero morder", "muốn sống lâu",
    ):  # fmt: skip
        assert danger.find(said, shipped.lexicon) is None, said
