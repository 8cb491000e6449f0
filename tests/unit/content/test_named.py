"""A Release is written down as its name."""

import content


def test_what_is_written_down_of_a_release_is_its_name(shipped: content.Loaded) -> None:
    """asyncio writes down what a task returned: all texts each time were a third of the storage tests' cost."""
    assert repr(shipped.release) == f"Release({shipped.release.id!r})"
    assert repr(shipped) == f"Loaded(release={shipped.release!r})"
