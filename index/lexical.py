"""Which passages share words with a question: BM25. The only file that knows bm25s and Snowball.

bm25s counts, weighs and writes. What it wrote is a table with a column for each word: `indptr` says
where a column begins in `indices` (rows) and `data` (weights). A question adds up its columns,
which takes no more than numpy; to import bm25s would cost it half a second, most of it scipy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import Stemmer
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
_SNOWBALL = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
}  # fmt: skip
# Words of a question that say that it is one; passages hold them by chance.
_QUESTION_WORDS = frozenset(
    "am can could did do does had has have he her his how i me my our shall she should so us we"
    " were what when where which who why would you your".split()
)
# bm25s's own list for English, without "no" and "not".
_STOP = _QUESTION_WORDS | frozenset(
    "a an and are as at be but by for if in into is it of on or such that the their then there"
    " these they this to was will with".split()
)

_COLUMNS = ("data", "indices", "indptr")
_WORDS = "words.json"


class Tokenizer:
    """Words as BM25 counts them: lower case, without accents, reduced to their stem."""

    def __init__(self, language: str) -> None:
        """:param language: BCP 47 tag; a language without a stemmer keeps its words whole."""
        name = _SNOWBALL.get(language.split("-")[0].lower())
        self._stemmer = Stemmer.Stemmer(name) if name else None
        self._stop = _STOP if name == "english" else frozenset[str]()

    def __call__(self, text: str) -> list[str]:
        """The words of `text` in order, repeated as often as they stand there."""
        words = [word for word in _WORD.findall(_plain(text.lower())) if word not in self._stop]
        return list(self._stemmer.stemWords(words)) if self._stemmer else words


def _plain(text: str) -> str:
    if text.isascii():  # most texts are, and to look at every character takes time
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


class _Words(msgspec.Struct, frozen=True):
    """The names of the table's columns, and how many rows it has."""

    passages: int
    words: list[str]


class Words:
    """The different words of the passages: the number of each, and how many passages hold it."""

    def __init__(self, names: _Words, starts: NDArray[np.generic], *, language: str) -> None:
        """:param starts: as in the table: where each word's passages begin."""
        self._numbers = {word: number for number, word in enumerate(names.words)}
        self._counts = np.diff(starts.astype(np.int64))
        self._tokenize = Tokenizer(language)

    @classmethod
    def open(cls, folder: Path, *, language: str) -> Words:
        """Open what `Lexical.save` wrote, without its table.

        :raises OSError, ValueError, msgspec.MsgspecError: a file is missing or damaged.
        """
        names = msgspec.json.decode((folder / _WORDS).read_bytes(), type=_Words)
        starts = np.load(folder / f"{_COLUMNS[-1]}.npy", allow_pickle=False)
        return cls(names, starts, language=language)

    def of(self, question: str) -> tuple[list[int], NDArray[np.int64]]:
        """The different words of a question, in the order of the alphabet: their numbers, and how
        many passages hold each; a word that none holds has the number -1.
        """
        numbers = [self._numbers.get(word, -1) for word in sorted(set(self._tokenize(question)))]
        counts = [int(self._counts[number]) if number >= 0 else 0 for number in numbers]
        return numbers, np.array(counts, dtype=np.int64)


class Lexical:
    """BM25 over passages; the row of a passage is its place in the index."""

    def __init__(
        self, columns: Mapping[str, NDArray[np.generic]], names: _Words, *, language: str
    ) -> None:
        self._columns = columns
        self._weights, self._rows, self._starts = (columns[name] for name in _COLUMNS)
        self._names = names
        self._numbers = {word: number for number, word in enumerate(names.words)}
        self._tokenize = Tokenizer(language)

    @classmethod
    def build(cls, texts: Sequence[str], *, language: str) -> Lexical:
        """Count the words of `texts`, one text a passage with its heading."""
        # Only a build counts; see above.
        import bm25s
        from bm25s.tokenization import Tokenized

        tokenize = Tokenizer(language)
        documents = [tokenize(text) for text in texts]
        # Sorted, so that the same passages give the same bytes in every process.
        words = sorted({word for document in documents for word in document})
        if not words:  # BM25 divides by the mean length; "-" is a word that no question holds
            words, documents = ["-"], [["-"]] * len(documents)
        vocabulary = {word: number for number, word in enumerate(words)}
        ids = [[vocabulary[word] for word in document] for document in documents]
        model = bm25s.BM25(method="lucene")  # which gives nothing for a word that is not there
        model.index(Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        columns = {name: np.asarray(model.scores[name]) for name in _COLUMNS}
        return cls(columns, _Words(len(texts), words), language=language)

    @classmethod
    def open(cls, folder: Path, *, language: str) -> Lexical:
        """Open what `save` wrote; the arrays are memory-mapped."""
        columns = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _COLUMNS
        }
        names = msgspec.json.decode((folder / _WORDS).read_bytes(), type=_Words)
        return cls(columns, names, language=language)

    def save(self, folder: Path) -> None:
        """Write the index: arrays as `.npy`, words as JSON."""
        folder.mkdir()
        for name, column in self._columns.items():
            np.save(folder / f"{name}.npy", column, allow_pickle=False)
        (folder / _WORDS).write_bytes(msgspec.json.encode(self._names) + b"\n")

    def scores(self, question: str) -> NDArray[np.float32]:
        """BM25 of every passage, `(n,)` float32, 0 or more; higher shares more and rarer words."""
        scores = np.zeros(self._names.passages, dtype=np.float32)
        words = set(self._tokenize(question))
        for number in sorted(self._numbers[word] for word in words & self._numbers.keys()):
            column = slice(self._starts[number], self._starts[number + 1])
            scores[self._rows[column]] += self._weights[column]
        return scores

    def rows_with(self, question: str) -> list[NDArray[np.int32]]:
        """For each different word of a question the rows that hold it, ascending."""
        found = []
        for word in sorted(set(self._tokenize(question))):
            number = self._numbers.get(word)
            column = (
                slice(0, 0)
                if number is None
                else slice(self._starts[number], self._starts[number + 1])
            )
            found.append(np.sort(self._rows[column]).astype(np.int32))
        return found

    @property
    def words(self) -> int:
        """How many different words there are."""
        return len(self._names.words)

    def of_rows(self, start: int, end: int) -> list[dict[int, float]]:
        """The weight of each word, by its number, in each of the rows `start:end`."""
        every = np.asarray(self._rows, dtype=np.int32)
        chosen = np.flatnonzero((every >= start) & (every < end))
        numbers = np.searchsorted(self._starts, chosen, side="right") - 1
        held: list[dict[int, float]] = [{} for _ in range(end - start)]
        rows = (self._rows[chosen] - start).tolist()
        weights = self._weights[chosen].tolist()
        for row, number, weight in zip(rows, numbers.tolist(), weights, strict=True):
            held[row][number] = weight
        return held
