"""Memory: what threads may keep for themselves."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

COUNT = """
import ctypes, re, sys, tempfile, threading
from content.spare import few_arenas

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.fopen.restype = ctypes.c_void_p
if sys.argv[1] == "few":
    few_arenas()
all_there = threading.Barrier(8)

def need():
    all_there.wait()
    libc.malloc(50_000)
    all_there.wait()

threads = [threading.Thread(target=need) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
with tempfile.NamedTemporaryFile() as told:
    stream = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(len(re.findall(b"<heap nr", told.read())))
"""


def heaps(how: str) -> int:
    """How many heaps eight threads that need memory at once were given."""
    ran = subprocess.run(
        [sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True, timeout=60
    )
    return int(ran.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has such heaps")
def test_threads_share_two_heaps() -> None:
    assert heaps("any") > 2
    assert heaps("few") == 2
