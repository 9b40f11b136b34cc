"""A word as it was typed -> the words of the rules that it may mean. The only file that knows
rapidfuzz.

A word that the rules do not hold is taken for a misspelling of one that they hold if only a
letter or two differ (missing, added, other or swapped), unless it is a word in its own right:
`real_words.txt` lists those that look like a word of the rules ("strike", "stroke").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein

from chatbot.urgent.patterns import number_range

REAL_WORDS = Path(__file__).with_name("real_words.txt")

_SHORTEST = 5  # letters; shorter words have too many real neighbours
_LONG = 9  # letters from which on two may differ
_MOST = 2
_LONGEST = 24  # no word of the rules is longer; what is, is not compared
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class Spelling:
    """The words of the rules, arranged so that a typed word finds those that it may mean."""

    def __init__(
        self,
        keys: Iterable[str],
        correctable: Iterable[str],
        *,
        same: Mapping[str, str],
        real_words: frozenset[str],
    ) -> None:
        """`keys` are words, beginnings of words ("crush*") and numbers ("#30-69"); a misspelling
        is only ever taken for one of those that are `correctable`. `same` is that of the rules.
        """
        ordered = sorted(set(keys))
        self._ranges = [(key, found) for key in ordered if (found := number_range(key))]
        self._words = frozenset(key for key in ordered if key.isalnum())
        self._beginnings = frozenset(key for key in ordered if key.endswith("*"))
        self._longest = max((len(key) for key in self._beginnings), default=0)
        self._real = real_words
        self._same = same
        # By first letter and length: a word is compared only with those that it can be. Under 0
        # are the beginnings, which words of any length can have.
        self._near: dict[tuple[str, int], list[str]] = {}
        for key in sorted(set(correctable)):
            # A beginning is compared with the beginning of a word, so it has to be longer to say
            # as much: its star counts as a letter that is missing.
            if key.rstrip("*").isalpha() and len(key) - 2 * key.count("*") >= _SHORTEST:
                length = 0 if key.endswith("*") else len(key)
                self._near.setdefault((key[0], length), []).append(key)

    def keys(self, word: str) -> tuple[str, ...]:
        """The keys that a word of a question stands for; none for most words."""
        if _NUMBER.fullmatch(word):
            return tuple(self._numbers(word))
        exact = self._exact(word)
        if word in self._same:
            exact += self._exact(self._same[word])
        return tuple(exact) or self._corrected(word)

    def _exact(self, word: str) -> list[str]:
        found = [word] if word in self._words else []
        return found + [key for key in self._prefixes(word) if key in self._beginnings]

    def _numbers(self, word: str) -> Iterator[str]:
        text = word.replace(",", ".")
        if word in self._words:
            yield word
        for key, (low, high) in self._ranges:
            # "#1.5-3.9" means a number that is written with decimals.
            if low <= float(text) <= high and ("." in text or "." not in key):
                yield key

    def _prefixes(self, word: str) -> Iterator[str]:
        return (f"{word[:length]}*" for length in range(2, min(len(word), self._longest) + 1))

    def _corrected(self, word: str) -> tuple[str, ...]:
        if not _SHORTEST - 1 <= len(word) <= _LONGEST or word in self._real or not word.isascii():
            return ()
        # Few people mistake the first letter, but fingers swap it with the second.
        distances = {
            key: found
            for first in dict.fromkeys(word[:2])
            for length in (0, *range(len(word) - _MOST, len(word) + _MOST + 1))
            for key in self._near.get((first, length), ())
            if (found := _distance(word, key))
        }
        nearest = min(distances.values(), default=0)
        return tuple(key for key, distance in distances.items() if distance == nearest)


def _distance(word: str, key: str) -> int:
    """In how many letters a word differs from a key; 0 when it is too many."""
    allowed = _MOST if len(key) >= _LONG else 1
    if not key.endswith("*"):
        return _edits(word, key, allowed)
    stem = key[:-1]
    lengths = (len(stem), len(stem) - 1, len(stem) + 1)
    found = (_edits(word[:length], stem, allowed) for length in lengths if length <= len(word))
    return min((edits for edits in found if edits), default=0)


def _edits(one: str, other: str, allowed: int) -> int:
    if abs(len(one) - len(other)) > allowed:
        return 0
    edits = DamerauLevenshtein.distance(one, other, score_cutoff=allowed)
    swapped_start = one[:2] == other[1::-1]
    return edits if edits <= allowed and (one[0] == other[0] or swapped_start) else 0


@cache
def real_words(path: Path = REAL_WORDS) -> frozenset[str]:
    """Words that are no misspellings, one a line; lines that begin with # are remarks."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return frozenset(line.strip() for line in lines if line.strip() and line[0] != "#")
