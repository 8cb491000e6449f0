"""Memory that was needed to get ready and is not needed to answer."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def give_back() -> None:
    """Give it back to the system, where it is glibc's to give (15 to 30 MB after a start). Takes 0.1 s."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
