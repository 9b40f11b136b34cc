"""Rows of a table on disk; those that were asked for stay in memory.

A table of all words that a model knows is large, and questions and documents hold a few thousand of
them. Mapped into memory, each row would bring the sixty-four kilobytes around it.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.encoding.encoder import Vectors

_FIRST = 1_024  # rows that there is room for at the beginning
_GROWN = 4  # one part of so many is added when there is no more


class Rows:
    """A two-dimensional `.npy` file of float32. Threads may share it."""

    def __init__(self, path: Path) -> None:
        """:raises ValueError: the file is no such table."""
        table = np.load(path, mmap_mode="r", allow_pickle=False)
        if table.ndim != 2 or table.dtype != np.float32:
            raise ValueError(f"{path} holds {table.dtype} of shape {table.shape}")
        self._path, self._begin, self._shape = path, table.offset, table.shape
        self._lock = Lock()
        self._places = np.full(len(table), -1, dtype=np.int32)  # of a row in `_known`
        self._known = np.empty((min(_FIRST, len(table)), table.shape[1]), dtype=np.float32)
        self._count = 0

    def __getitem__(self, numbers: NDArray[np.integer]) -> Vectors:
        """The rows with these numbers, in this order: a copy, `(*numbers.shape, d)`."""
        if (self._places[numbers] < 0).any():
            self._read(np.unique(numbers))
        # After the places, for the array in which they are may have been replaced by a larger one.
        places = self._places[numbers]
        return np.asarray(self._known[places])

    def _read(self, numbers: NDArray[np.integer]) -> None:
        with self._lock:
            new = numbers[self._places[numbers] < 0]
            end = self._count + len(new)
            if end > len(self._known):
                room = max(end, len(self._known) + len(self._known) // _GROWN)
                larger = np.empty((room, self._known.shape[1]), np.float32)
                larger[: self._count] = self._known[: self._count]
                self._known = larger
            # Mapped for a moment only, so that nothing but these rows stays.
            table = np.memmap(
                self._path, np.float32, mode="r", offset=self._begin, shape=self._shape
            )
            self._known[self._count : end] = table[new]
            self._places[new] = np.arange(self._count, end)
            self._count = end
