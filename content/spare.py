"""Memory that was needed to get ready and is not needed to answer."""

from __future__ import annotations

import contextlib
import ctypes
import gc

_M_ARENA_MAX = -8
"""mallopt(3), glibc's malloc.h."""
ARENAS = 2


def few_arenas() -> None:
    """Let all threads share two of glibc's heaps; call it before they begin.

    Each thread with a heap of its own keeps what it once needed: 10 MB in all, and never the same after two
    starts. Answering takes the same time with two.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Give it back to the system, where it is glibc's to give (15 to 30 MB after a start). Takes 0.1 s."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
