"""Memory that the C library holds back from the system: a fifth of a small server's.

The GNU C library gives each thread a place of its own to take memory from, and gives none back
from the middle of one. Other C libraries do not know these settings, and are left as they are.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

# Of `mallopt`, as in <malloc.h>.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_LARGE = 1024 * 1024  # bytes
# What is raised where the settings are not known; the last by Windows, for want of a name.
_ANOTHER_LIBRARY = (OSError, AttributeError, TypeError)


def share_one_place() -> None:
    """Let all threads take memory from one place, and give back what is free at its end."""
    with suppress(*_ANOTHER_LIBRARY):
        settings = ctypes.CDLL(None).mallopt
        for name, value in (
            (_ARENA_MAX, 1),
            (_TRIM_THRESHOLD, _LARGE),
            (_MMAP_THRESHOLD, _LARGE),
        ):
            settings(name, value)


def give_back() -> None:
    """Give back what is free anywhere in it."""
    with suppress(*_ANOTHER_LIBRARY):
        ctypes.CDLL(None).malloc_trim(0)
