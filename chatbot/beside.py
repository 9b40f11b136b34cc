"""A few things beside many that lie on disk: looked up together, none of them copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

Value = TypeVar("Value")


class Beside(Mapping[str, Value]):
    """Two mappings as one; where both have a key, that of `many` counts."""

    def __init__(self, few: Mapping[str, Value], many: Mapping[str, Value]) -> None:
        self._few = {key: value for key, value in few.items() if key not in many}
        self._many = many

    def __getitem__(self, key: str) -> Value:
        return self._few[key] if key in self._few else self._many[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._few
        yield from self._many

    def __len__(self) -> int:
        return len(self._few) + len(self._many)
