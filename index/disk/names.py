"""Names -> numbers, on disk: sixteen bytes a name, however long it is, and no time to open."""

from __future__ import annotations

import hashlib
from array import array
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Names:
    """Which numbers a name may have. Whoever looks one up sees whether it is the right one."""

    def __init__(self, table: NDArray[np.uint64]) -> None:
        """:param table: `(2, n)`: eight bytes of each name's hash, ascending, and its number."""
        if table.ndim != 2 or len(table) != 2 or table.dtype != np.uint64:
            raise ValueError(f"a table of names holds {table.dtype} of shape {table.shape}")
        self._hashes, self._numbers = table

    @classmethod
    def open(cls, path: Path) -> Names:
        """Map what `write_names` wrote.

        :raises OSError, ValueError: the file is missing or damaged.
        """
        return cls(np.asarray(np.load(path, mmap_mode="r", allow_pickle=False)))

    def numbers(self, name: str) -> list[int]:
        """The numbers that were written with this name, or one of the same hash; the last first."""
        wanted = np.uint64(number_of(name))
        start = int(self._hashes.searchsorted(wanted, side="left"))
        end = int(self._hashes.searchsorted(wanted, side="right"))
        return [int(number) for number in self._numbers[start:end][::-1]]


class NamesWriter:
    """Collects names with their numbers; of two equal names both are kept."""

    def __init__(self) -> None:
        self._hashes, self._numbers = array("Q"), array("Q")

    def add(self, name: str, number: int) -> None:
        """Note the number of a name."""
        self._hashes.append(number_of(name))
        self._numbers.append(number)

    def save(self, path: Path) -> None:
        """Write the table that `Names` opens."""
        hashes = np.array(self._hashes, dtype=np.uint64)
        order = np.argsort(hashes, kind="stable")
        table = np.array([hashes[order], np.array(self._numbers, dtype=np.uint64)[order]])
        np.save(path, table, allow_pickle=False)


def number_of(name: str) -> int:
    """A number for a name, 0 to 2**63 - 1, that hardly ever another has."""
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
