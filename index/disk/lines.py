"""JSON objects, one a line, read from disk when they are asked for.

Beside the file lies where each line begins, so that a million lines are opened as fast as ten.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar, overload

import msgspec
import numpy as np

from index.disk.pieces import Pieces
from index.errors import CorruptIndex

Item = TypeVar("Item")
_KEPT = 2_048  # decoded objects that stay in memory


class Lines(Sequence[Item], Generic[Item]):
    """The objects of a file. Threads may share it."""

    def __init__(self, path: Path, kind: type[Item], *, kept: int = _KEPT) -> None:
        """Open what `write_lines` wrote.

        :param kept: how many objects stay in memory, those that were asked for last.
        :raises OSError, ValueError: a file is missing or damaged.
        """
        self._path = path
        self._begins = np.asarray(np.load(_begins(path), mmap_mode="r", allow_pickle=False))
        self._content = Pieces(path.open("rb", buffering=0))
        if self._begins.ndim != 1 or self._begins[-1:].tolist() != [len(self._content)]:
            raise ValueError(f"{_begins(path).name} does not belong to {path.name}")
        self._decoder = msgspec.json.Decoder(kind)
        self._item = lru_cache(maxsize=kept)(self._read)

    def __len__(self) -> int:
        return len(self._begins) - 1

    @overload
    def __getitem__(self, place: int, /) -> Item: ...

    @overload
    def __getitem__(self, place: slice, /) -> list[Item]: ...

    def __getitem__(self, place: int | slice, /) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self._item(row) for row in range(*place.indices(len(self)))]
        row = int(place)
        if not -len(self) <= row < len(self):
            raise IndexError(f"there is no line {row} in {self._path}")
        return self._item(row % len(self))

    def __iter__(self) -> Iterator[Item]:
        """All objects in order; none of them pushes out what is kept."""
        return (self._read(row) for row in range(len(self)))

    def _read(self, row: int) -> Item:
        try:
            line = self._content.read(int(self._begins[row]), int(self._begins[row + 1]))
            return self._decoder.decode(line)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise CorruptIndex(f"Line {row + 1} of {self._path} cannot be read ({error})") from None


def write_lines(path: Path, items: Iterable[object]) -> None:
    """Write one JSON object a line, and beside it where each begins, as they come."""
    begins, place = array("q", [0]), 0
    with path.open("wb") as opened:
        for item in items:
            place += opened.write(msgspec.json.encode(item) + b"\n")
            begins.append(place)
    np.save(_begins(path), np.array(begins), allow_pickle=False)


def _begins(path: Path) -> Path:
    return path.with_suffix(".begins.npy")
