"""The linter: what a source must be as a whole, beyond the format of each file.

Every check takes the parts that could be read and adds findings; none raises, none stops another.
"""

from __future__ import annotations

from content import (
    check_also,
    check_links,
    check_names,
    check_phrases,
    check_reach,
    check_sizes,
    check_translations,
    check_words,
)
from content.findings import Findings
from content.parts import Parts


def check(parts: Parts, findings: Findings) -> None:
    """Run all checks."""
    check_links.check(parts, findings)
    check_names.check(parts, findings)
    check_also.check(parts, findings)
    check_reach.check(parts, findings)
    check_sizes.check(parts, findings)
    check_words.check(parts, findings)
    check_phrases.check(parts, findings)
    check_translations.check(parts, findings)
