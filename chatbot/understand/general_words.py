"""Which words are English, how common they are, and in how many letters two words differ.
The only file that knows symspellpy.

The list is SymSpell's `frequency_dictionary_en_82_765.txt`: 82,765 words that are both in SCOWL,
with British and American spellings, and in Google Books Ngrams, with how often they stand there.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from symspellpy.editdistance import DistanceAlgorithm, EditDistance

_FILE = "frequency_dictionary_en_82_765.txt"
_EDITS = EditDistance(DistanceAlgorithm.DAMERAU_OSA_FAST)


class GeneralWords(Mapping[str, int]):
    """English words in lower case, each with how often it stands in many books.

    A table, sorted: a `dict` of so many words takes five times the memory.
    """

    def __init__(self, content: bytes) -> None:
        """:param content: of a list of words and counts, a pair a line, in UTF-8."""
        pieces = content.split()
        words = np.array(pieces[::2], dtype=np.bytes_)
        order = np.argsort(words)
        self._words = words[order]
        self._counts = np.array(pieces[1::2], dtype=np.bytes_).astype(np.int64)[order]

    def __getitem__(self, word: str) -> int:
        """How often a word stands in books.

        :raises KeyError: it is not in the list.
        """
        sought = word.encode()
        # With a longer one the whole table would be written anew, as wide as that.
        if len(sought) > self._words.itemsize:
            raise KeyError(word)
        place = int(np.searchsorted(self._words, sought))
        if place == len(self._words) or self._words[place] != sought:
            raise KeyError(word)
        return int(self._counts[place])

    def __iter__(self) -> Iterator[str]:
        return (word.decode() for word in self._words.tolist())

    def __len__(self) -> int:
        return len(self._words)

    def common(self, least: int) -> Mapping[str, int]:
        """The words that stand in books at least so often."""
        rows = np.flatnonzero(self._counts >= least)
        words = (word.decode() for word in self._words[rows].tolist())
        return dict(zip(words, self._counts[rows].tolist(), strict=True))

    @property
    def total(self) -> int:
        """Words in those books, of all in the list together."""
        return int(self._counts.sum())


@cache
def general_words() -> GeneralWords:
    """The list, read once."""
    content = files("symspellpy").joinpath(_FILE).read_bytes()
    return GeneralWords(content.removeprefix(BOM_UTF8))


def edits(one: str, other: str, most: int) -> int | None:
    """Letters to add, leave out, replace or swap with a neighbour; None if more than `most`."""
    found = _EDITS.compare(one, other, most)
    return None if found < 0 else found
