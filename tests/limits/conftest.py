"""The real program in a folder of its own, as in ``tests/cli``."""

from tests.cli.conftest import desk as desk
from tests.cli.conftest import start as start
from tests.cli.test_platforms import world as world
