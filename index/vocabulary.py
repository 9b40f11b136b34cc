"""The words of the documents, as they are written there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from corpus.model import Document, Passage
from index.lexical import Tokenizer

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
VOCABULARY = "vocabulary.json"
# Only questions to documents in English are mended and joined.
_STEMS = Tokenizer("en")


class Vocabulary(msgspec.Struct, frozen=True):
    """How often each word stands in the documents, and in how many `passages` each stem.

    `all` counts words in lower case, however they are written; `plain` only where they are written
    in lower case, which leaves out the names of authors and of places.
    """

    all: Mapping[str, int]
    plain: Mapping[str, int]
    stems: Mapping[str, int]
    passages: int

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """Count the words of passages with their headings, one text a passage."""
        written: Counter[str] = Counter()
        stems: Counter[str] = Counter()
        passages = 0
        for text in texts:
            written.update(WORD.findall(text))
            stems.update(set(_STEMS(text)))
            passages += 1
        every: Counter[str] = Counter()
        plain: Counter[str] = Counter()
        for word, count in written.items():
            key = lowered(word)
            every[key] += count
            if word[0].islower():
                plain[key] += count
        return cls(all=every, plain=plain, stems=stems, passages=passages)

    @classmethod
    def open(cls, folder: Path) -> Vocabulary:
        """What `save` wrote.

        :raises OSError, ValueError: the file is missing or damaged.
        """
        return msgspec.json.decode((folder / VOCABULARY).read_bytes(), type=cls)

    def save(self, folder: Path) -> None:
        """Write the counts, so that opening need not count."""
        (folder / VOCABULARY).write_bytes(msgspec.json.encode(self, order="sorted") + b"\n")

    def __contains__(self, word: str) -> bool:
        return word in self.all


def lowered(word: str) -> str:
    """A word in lower case, with the straight apostrophe, and without the possessive "'s"."""
    return word.lower().replace("’", "'").removesuffix("'s")


def searched_text(document: Document, passage: Passage) -> str:
    """All words that a passage is found by: the title, its headings and its own."""
    return "\n".join((document.title, *passage.section, passage.text))
