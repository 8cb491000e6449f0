"""Two sources to edit: the least that lints, and what ships."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

import content
from content.editing.target import Target, parse
from tests.unit.content.conftest import small as small  # the same small organisation

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HEAVY = os.environ.get("HYPOTHESIS_PROFILE") == "heavy"


@pytest.fixture(scope="session")
def guide() -> Mapping[str, str]:
    """The source that ships."""
    return content.load(now=NOW).source


def target(text: str) -> Target:
    found = parse(text)
    assert found is not None
    return found
