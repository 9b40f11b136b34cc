"""Which words are English, how common they are, and in how many letters two words differ.
The only file that knows symspellpy.

The list is SymSpell's `frequency_dictionary_en_82_765.txt`: 82,765 words that are both in SCOWL,
with British and American spellings, and in Google Books Ngrams, with how often they stand there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from symspellpy.editdistance import DistanceAlgorithm, EditDistance

_FILE = "frequency_dictionary_en_82_765.txt"
_EDITS = EditDistance(DistanceAlgorithm.DAMERAU_OSA_FAST)


@cache
def general_words() -> Mapping[str, int]:
    """English words in lower case, each with how often it stands in many books."""
    words = files("symspellpy").joinpath(_FILE).read_text(encoding="utf-8-sig").split()
    return dict(zip(words[::2], map(int, words[1::2]), strict=True))


def edits(one: str, other: str, most: int) -> int | None:
    """Letters to add, leave out, replace or swap with a neighbour; None if more than `most`."""
    found = _EDITS.compare(one, other, most)
    return None if found < 0 else found
