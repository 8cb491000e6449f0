"""The real program in a folder of its own, as in ``tests/cli``, each in an interpreter of its own."""

from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.cli.conftest import start as start
from tests.cli.test_platforms import world as world


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """What is searched here is the whole program: its command line, its environment, what it writes."""
    return Desk(tmp_path, from_nothing=True)
