"""A file that is read a piece at a time.

Mapped into memory, each piece would bring the sixty-four kilobytes around it, and they would stay.
"""

from __future__ import annotations

import os
import weakref
from threading import Lock
from typing import IO


class Pieces:
    """The bytes of an open file. Threads may share it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._lock = Lock()
        weakref.finalize(self, file.close)

    def __len__(self) -> int:
        return self._size

    def read(self, begin: int, end: int) -> bytes:
        """The bytes `begin:end`."""
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), end - begin, begin)
        with self._lock:  # Windows has no such call
            self._file.seek(begin)
            return self._file.read(end - begin)
