"""The words of the documents, as they are written there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How often each word stands in the documents.

    `all` counts words in lower case, however they are written; `plain` only where they are written
    in lower case, which leaves out the names of authors and of places.
    """

    all: Mapping[str, int]
    plain: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """Count the words of passages and headings."""
        written: Counter[str] = Counter()
        for text in texts:
            written.update(WORD.findall(text))
        every: Counter[str] = Counter()
        plain: Counter[str] = Counter()
        for word, count in written.items():
            key = lowered(word)
            every[key] += count
            if word[0].islower():
                plain[key] += count
        return cls(all=every, plain=plain)

    def __contains__(self, word: str) -> bool:
        return word in self.all


def lowered(word: str) -> str:
    """A word in lower case, with the straight apostrophe, and without the possessive "'s"."""
    return word.lower().replace("’", "'").removesuffix("'s")
