"""The drivers whose long forms run outside the suite can at least be started."""

from __future__ import annotations

import importlib

import pytest


@pytest.mark.parametrize("driver", ["__main__", "clock", "disk", "outage", "platforms"])
def test_a_driver_can_be_loaded(driver: str) -> None:
    """What a driver takes from its neighbours is where it looks for it."""
    assert importlib.import_module(f"tests.faults.{driver}").__doc__
