"""Pages shown in English for want of a translation are counted apart, by language."""

from __future__ import annotations

from collections import Counter

from adapters.web.words.counting import by_language


def test_languages_stand_by_page_the_most_first() -> None:
    found = Counter(
        {
            ("untranslated", "ko/faq-guarantee"): 2,
            ("untranslated", "ru/faq-guarantee"): 5,
            ("untranslated", "ko/start"): 1,
            ("untranslated", "broken"): 9,
            ("read", "faq-guarantee"): 7,
        }
    )
    assert by_language(found) == {"faq-guarantee": "ru 5, ko 2", "start": "ko 1"}
