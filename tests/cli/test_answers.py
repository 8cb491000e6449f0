"""The model in the real program: it answers what words alone cannot, and doctor says which engine it is."""

from __future__ import annotations

import json

from tests.cli.conftest import Desk

KOREAN = "좋은 결과가 보장되는 건가요?"
"""Has no word in common with the English guide."""


def shown(desk: Desk) -> str:
    ended = desk("chat", "--json", typed=json.dumps({"text": KOREAN}) + "\n")
    assert ended.code == 0, ended.said
    return ended.out


def test_the_model_answers_what_words_alone_cannot(desk: Desk) -> None:
    assert "faq-guarantee" not in shown(desk)
    desk.settings["FRONTDESK_ANSWERS"] = "model"
    assert "faq-guarantee" in shown(desk)


def test_doctor_tells_which_engine_answers(desk: Desk) -> None:
    assert "answers: by words alone (FRONTDESK_ANSWERS=plain)" in desk("doctor").out
    desk.settings["FRONTDESK_ANSWERS"] = "model"
    assert "answers: by the model" in desk("doctor").out
