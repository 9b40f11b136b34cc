"""What it costs to take what was typed for a word: slips of fingers, and spelling by ear.

`sounds.toml` lists spellings that sound alike. Everything else that differs is a letter too many,
too few, swapped or wrong; a wrong one costs less beside the right key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

SOUNDS = Path(__file__).with_name("sounds.toml")

# Another letter costs 1, and these cost less: chosen with `spelling_tuning.jsonl`.
_ALIKE = 0.35
_DOUBLED = 0.4
_SILENT = 0.5
_NEXT_KEY = 0.8
_SWAPPED = 0.8
# Two letters swapped or one doubled costs so much less than another, by slip of the finger.
_SLIP = 0.25
# A wrong first letter costs so much more: people seldom get it wrong.
_FIRST = 0.25
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def cost(typed: str, meant: str) -> float:
    """The least that turns one word into the other, in wrong letters: 0 for the same word.

    The shortest path through a table of how much of either is written, as for an edit distance.
    """
    alike, silent = _sounds()
    table = [[float("inf")] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    table[0][0] = 0.0
    for row, costs in enumerate(table):
        for column, so_far in enumerate(costs):
            for rows, columns, step in _steps(typed, meant, row, column, alike, silent):
                there = table[row + rows]
                there[column + columns] = min(there[column + columns], so_far + step)
    return table[-1][-1]


def wrong_letters(typed: str, meant: str, distance: int) -> float:
    """The same for one who does not spell by ear: of words that differ in `distance` letters."""
    swapped = len(typed) == len(meant) and sorted(typed) == sorted(meant)
    slip = distance == 1 and (swapped or _squeezed(typed) == _squeezed(meant))
    return distance - _SLIP * slip + _FIRST * (typed[0] != meant[0])


def _squeezed(word: str) -> str:
    """The word with every doubled letter single."""
    return re.sub(r"(.)\1+", r"\1", word)


def _steps(
    typed: str,
    meant: str,
    row: int,
    column: int,
    alike: Mapping[str, tuple[str, ...]],
    silent: frozenset[str],
) -> Iterator[tuple[int, int, float]]:
    """Letters of either that come next, and what it costs to take them for each other."""
    here, there = typed[row : row + 1], meant[column : column + 1]
    if here:
        yield 1, 0, _extra(typed, row, silent)
    if there:
        yield 0, 1, _extra(meant, column, silent)
    if here and there:
        yield 1, 1, 0.0 if here == there else _wrong(here, there, first=not row)
        two = typed[row : row + 2]
        if two[1:] and two == meant[column : column + 2][::-1]:
            yield 2, 2, _SWAPPED
    for end in range(row + 1, min(len(typed), row + _longest()) + 1):
        for other in alike.get(typed[row:end], ()):
            if meant.startswith(other, column):
                yield end - row, len(other), _ALIKE


def _wrong(here: str, there: str, *, first: bool) -> float:
    cost = _NEXT_KEY if there in _beside().get(here, ()) else 1.0
    return cost + _FIRST if first else cost


def _extra(word: str, place: int, silent: frozenset[str]) -> float:
    if place and word[place] == word[place - 1]:
        return _DOUBLED
    return _SILENT if word[place] in silent else 1.0


@cache
def _sounds() -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """Of each spelling those that sound like it, and the letters that often have no sound."""
    table = tomllib.loads(SOUNDS.read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for line in table["alike"]:
        spellings = set(line.split())
        for spelling in spellings:
            found.setdefault(spelling, set()).update(spellings - {spelling})
    alike = {spelling: tuple(sorted(others)) for spelling, others in found.items()}
    return alike, frozenset(table["silent"].split())


@cache
def _longest() -> int:
    return max(map(len, _sounds()[0]))


@cache
def _beside() -> Mapping[str, frozenset[str]]:
    """The keys around each letter's; of another character none."""
    places = {
        letter: (down, across)
        for down, row in enumerate(_KEYBOARD)
        for across, letter in enumerate(row)
    }
    # A row lies half a key to the right of the one above it.
    around = ((0, -1), (0, 1), (1, -1), (1, 0), (-1, 0), (-1, 1))
    return {
        letter: frozenset(
            other
            for other, there in places.items()
            if (there[0] - here[0], there[1] - here[1]) in around
        )
        for letter, here in places.items()
    }
