"""A message -> the words, pairs of words and runs of four letters that it is written with.

The embedding hears what a message is about, and hardly when ("in 2014", "since last night") or
whether ("all clear since"): the words themselves tell that. Runs of letters outlast misspellings.
Each fragment has a bin, found by its hash, so that nothing has to be looked up in a vocabulary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from chatbot.urgent.text import plain

BINS = 1 << 16
_TOKEN = re.compile(r"[a-z]+|\d+|[?!]")
_RUN = 4  # letters

Numbers = NDArray[np.float64]
Bins = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fragments:
    """The fragments of texts, one text after the other: `bins[k]` stands `values[k]` times, on a
    logarithmic scale, in the text `texts[k]`.
    """

    bins: Bins
    values: Numbers
    texts: Bins
    count: int  # of texts

    @classmethod
    def of(cls, texts: Sequence[str]) -> Fragments:
        """Cut texts into fragments."""
        counted = [Counter(_bins(text)) for text in texts]
        return cls(
            bins=np.array([b for found in counted for b in found], dtype=np.int64),
            values=1 + np.log([n for found in counted for n in found.values()]),
            texts=np.repeat(np.arange(len(texts)), [len(found) for found in counted]),
            count=len(texts),
        )

    def rarity(self) -> Numbers:
        """What a fragment in each bin tells, `(BINS,)`: more the fewer texts hold it, and nothing
        if only one does.
        """
        held_by = np.bincount(self.bins, minlength=BINS)
        return np.where(held_by > 1, 1 + np.log((1 + self.count) / (1 + held_by)), 0.0)

    def weighed(self, rarity: Numbers) -> Fragments:
        """The same, each text a row of length 1 in which rare fragments count for more."""
        values = self.values * rarity[self.bins]
        lengths = np.sqrt(_sums(self.texts, values**2, self.count))
        values /= np.where(lengths > 0, lengths, 1.0)[self.texts]
        return Fragments(self.bins, values, self.texts, self.count)

    def scores(self, by_bin: Numbers) -> Numbers:
        """The sum of each text's values times those of their bins, `(count,)`."""
        return _sums(self.texts, self.values * by_bin[self.bins], self.count)

    def spread(self, by_text: Numbers) -> Numbers:
        """The sum in each bin of the values times those of their texts, `(BINS,)`."""
        return _sums(self.bins, self.values * by_text[self.texts], BINS)


def _sums(places: Bins, values: Numbers, count: int) -> Numbers:
    """The sum of the values at each place, `(count,)`."""
    return np.asarray(np.bincount(places, values, minlength=count), dtype=np.float64)


def _bins(text: str) -> Iterator[int]:
    found = _TOKEN.findall(plain(text))
    tokens = ["^", *(_number(t) if t.isdigit() else t for t in found), "$"]
    for token in tokens:
        yield _bin(token)
    for one, other in pairwise(tokens):
        yield _bin(f"{one} {other}")
    letters = f" {' '.join(found)} "
    for start in range(len(letters) - _RUN + 1):
        yield _bin(f"~{letters[start : start + _RUN]}")


def _number(digits: str) -> str:
    """A year is more than a number: it tells that something is past."""
    return "#year" if len(digits) == 4 else "#"


def _bin(fragment: str) -> int:
    return crc32(fragment.encode()) % BINS
