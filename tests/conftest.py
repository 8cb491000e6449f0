"""What every test shares: Hypothesis profiles, and skips that count as failures where they must.

A skipped test is named with its reason at the end of every run (`-rs`). In CI, or with
FRONTDESK_NO_SKIPS=1, any skip fails the run: a machine without a browser or a database server must
not look green.
"""

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

import content
from bot.release import Release
from tests.proven import Proven

settings.register_profile("default", deadline=None, max_examples=50)
settings.register_profile(
    "heavy",
    deadline=None,
    max_examples=2_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_TRUE = {"1", "true", "yes", "on"}


def _skips_are_failures() -> bool:
    return any(os.environ.get(name, "").lower() in _TRUE for name in ("CI", "FRONTDESK_NO_SKIPS"))


def _skips(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", ())) if reporter else 0


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a run with skips into a failed one, where skips are not allowed."""
    on_a_worker = hasattr(session.config, "workerinput")
    passed = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if passed and not on_a_worker and _skips_are_failures() and _skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Say, after the list of skips, why the run failed although every test that ran has passed."""
    yield
    if _skips_are_failures() and (count := _skips(config)):
        terminalreporter.write_line(
            f"FAILED: {count} skipped, and skips count as failures here (CI or FRONTDESK_NO_SKIPS)"
        )


def pytest_configure(config: pytest.Config) -> None:
    """Let the plugin look up the tests that hazards.yaml names."""
    config.pluginmanager.register(Proven(content.SHIPPED / "hazards.yaml"), "proven")


@pytest.fixture(scope="session")
def shipped() -> Release:
    """The Release of the content that ships."""
    return content.load(content.SHIPPED).release
