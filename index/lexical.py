"""Which passages share words with a question: BM25. The only file that knows bm25s and Snowball.

bm25s counts and weighs. What it gives is a table with a column for each word: `indptr` says where
a column begins in `indices` (rows, ascending) and `data` (weights), and `most`, which is ours, the
largest weight in each. A question adds up its columns, which takes no more than numpy; to import
bm25s would cost it half a second, most of it scipy.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import Stemmer
from numpy.typing import NDArray

from index.ranking import Rows, largest

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

_COLUMNS = ("data", "indices", "indptr", "most")
WORD_FILES = _WORDS, _STARTS = "words.json", "indptr.npy"
_BLOCK = 256  # rows of which the largest score is taken together, from all over the corpus
# A word in so many passages says little. Before it is added up, it is seen whether it can matter,
# and so few passages are then looked up in its column one by one.
_COMMON = 20_000
_LOOKED_UP = 4_000
# Sums of float32 in another order differ by less than this share.
_ROUNDING = 1e-5

Scores = NDArray[np.float32]


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


class _Counted:
    """The words of each text as numbers, kept as four bytes each, which a list would not be."""

    def __init__(self, texts: Iterable[str], tokenize: Tokenizer) -> None:
        found: dict[str, int] = {}
        ids, ends = array("i"), array("q", [0])
        for text in texts:
            ids.extend([found.setdefault(word, len(found)) for word in tokenize(text)])
            ends.append(len(ids))
        # Sorted, so that the same passages give the same bytes in every process.
        self.words = sorted(found)
        places = np.empty(len(found), dtype=np.int32)
        places[[found[word] for word in self.words]] = np.arange(len(found))
        self._ids = places[np.frombuffer(ids, dtype=np.int32)] if ids else np.zeros(0, np.int32)
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[list[int]]:
        for row in range(len(self)):
            yield self._ids[self._ends[row] : self._ends[row + 1]].tolist()


class Words:
    """The different words of the passages: the number of each, and how many passages hold it."""

    def __init__(self, words: Sequence[str], starts: NDArray[Any], *, language: str) -> None:
        """:param words: in the order of the alphabet; the number of a word is its place.
        :param starts: as in the table: where the passages of each word begin.
        """
        self._numbers = {word: number for number, word in enumerate(words)}
        self._starts = starts
        self._tokenize = Tokenizer(language)

    @classmethod
    def open(cls, folder: Path, *, language: str) -> Words:
        """Open what `Lexical.save` wrote, of which only the files `WORD_FILES` are needed.

        :raises OSError, ValueError, msgspec.MsgspecError: a file is missing or damaged.
        """
        names = msgspec.json.decode((folder / _WORDS).read_bytes(), type=_Words)
        return cls(names.words, np.load(folder / _STARTS, allow_pickle=False), language=language)

    def __len__(self) -> int:
        return len(self._numbers)

    def asked(self, question: str) -> list[int]:
        """The numbers of the different words of a question, in the order of the alphabet; -1 for a
        word that no passage holds. The others ascend.
        """
        return [self._numbers.get(word, -1) for word in sorted(set(self._tokenize(question)))]

    def counts(self, numbers: Sequence[int]) -> NDArray[np.int64]:
        """How many passages hold each of some words; 0 for the number -1."""
        ends = ((self._starts[n], self._starts[n + 1]) if n >= 0 else (0, 0) for n in numbers)
        return np.array([int(end) - int(start) for start, end in ends], dtype=np.int64)


class Lexical:
    """BM25 over passages; the row of a passage is its place in the index."""

    def __init__(
        self, columns: Mapping[str, NDArray[Any]], names: _Words, *, language: str
    ) -> None:
        self._columns = columns
        self._weights, self._rows, self._starts, self._most = (columns[n] for n in _COLUMNS)
        self._names = names
        self.words = Words(names.words, self._starts, language=language)

    @classmethod
    def build(cls, texts: Iterable[str], *, language: str, compact: bool = False) -> Lexical:
        """Count the words of `texts`, one text a passage with its heading.

        :param compact: keep weights to three digits (float16), which takes a quarter less space.
        """
        # Only a build counts; see above.
        import bm25s
        from bm25s.tokenization import Tokenized

        counted = _Counted(texts, Tokenizer(language))
        words: list[str] = counted.words
        ids: Any = counted
        if not words:  # BM25 divides by the mean length; "-" is a word that no question holds
            words, ids = ["-"], [[0]] * len(counted)
        vocabulary = {word: number for number, word in enumerate(words)}
        model = bm25s.BM25(method="lucene")  # which gives nothing for a word that is not there
        model.index(Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        columns = {name: np.asarray(model.scores[name]) for name in ("data", "indices", "indptr")}
        if compact:
            columns["data"] = columns["data"].astype(np.float16)
        columns["most"] = np.maximum.reduceat(columns["data"], columns["indptr"][:-1])
        return cls(columns, _Words(len(counted), words), language=language)

    @classmethod
    def open(cls, folder: Path, *, language: str) -> Lexical:
        """Open what `save` wrote; the arrays are memory-mapped."""
        # Plain arrays over the mapped files: every cut of a `memmap` costs as much as a small sum.
        columns = {
            name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
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

    def scores(self, question: str) -> Scores:
        """BM25 of every passage, `(n,)` float32, 0 or more; higher shares more and rarer words."""
        scores = np.zeros(self._names.passages, dtype=np.float32)
        for rows, weights in map(self._column, self._asked(question)):
            np.add.at(scores, rows, weights.astype(np.float32, copy=False))
        return scores

    def scores_of(self, question: str, rows: Rows) -> Scores:
        """BM25 of some passages, `(len(rows),)`: the same numbers, to the last bit."""
        scores = np.zeros(len(rows), dtype=np.float32)
        wanted = rows.astype(np.int32)
        for held, weights in map(self._column, self._asked(question)):
            places = held.searchsorted(wanted)
            places[places == len(held)] = 0
            there = held[places] == wanted
            scores[there] += weights[places[there]]
        return scores

    def best(self, question: str, count: int) -> Rows:
        """Rows of the `count` highest scores above 0; of equal scores the earlier rows.

        Rare words are added up first. Once `count` passages score more with them than all words
        that remain could give, a passage must have scored nearly as much to be among the best.
        """
        if self._names.passages <= _BLOCK * count:
            return self._best_of_all(question, count)
        numbers = sorted(self._asked(question), key=lambda n: self._starts[n + 1] - self._starts[n])
        most = self._most[numbers].astype(np.float64)
        scores = np.zeros(self._names.passages, dtype=np.float32)
        for place, number in enumerate(numbers):
            rows, weights = self._column(number)
            if place and len(rows) > _COMMON:
                found = _reaching(scores, count, missing=float(most[place:].sum()))
                if found is not None and len(found) <= _LOOKED_UP:
                    return largest(found, self.scores_of(question, found), count)
            np.add.at(scores, rows, weights.astype(np.float32, copy=False))
        found = _reaching(scores, count)
        if found is not None and len(found) <= _LOOKED_UP:
            return largest(found, self.scores_of(question, found), count)
        return self._best_of_all(question, count)

    def _best_of_all(self, question: str, count: int) -> Rows:
        scores = self.scores(question)
        rows = np.flatnonzero(scores)
        return largest(rows, scores[rows], count)

    def rows_with(self, question: str) -> list[NDArray[np.int32]]:
        """For each different word of a question the rows that hold it, ascending."""
        numbers = self.words.asked(question)
        return [self._column(number)[0] if number >= 0 else _NONE for number in numbers]

    def by_row(self) -> Iterator[dict[int, float]]:
        """For each passage the weights of its words, by their numbers.

        The whole table is turned once, in about 20 bytes of memory for each weight.
        """
        numbers, weights = self._turned()
        ends = np.cumsum(np.bincount(self._rows, minlength=self._names.passages))
        for start, end in pairwise((0, *ends.tolist())):
            own = slice(start, end)
            yield dict(zip(numbers[own].tolist(), weights[own].tolist(), strict=True))

    def _turned(self) -> tuple[NDArray[np.int32], Scores]:
        """The word and the weight of every entry, by passage and then by word."""
        order = np.argsort(self._rows, kind="stable")
        numbers = np.repeat(np.arange(len(self.words), dtype=np.int32), np.diff(self._starts))
        return numbers[order], self._weights[order]

    def _asked(self, question: str) -> list[int]:
        """The numbers of a question's words that passages hold, ascending."""
        return [number for number in self.words.asked(question) if number >= 0]

    def _column(self, number: int) -> tuple[NDArray[np.int32], Scores]:
        column = slice(int(self._starts[number]), int(self._starts[number + 1]))
        return self._rows[column], self._weights[column]


_NONE = np.zeros(0, dtype=np.int32)


def _reaching(scores: Scores, count: int, *, missing: float = 0.0) -> Rows | None:
    """Rows that can be among the `count` best once `missing` at most is added to each score.

    None if that cannot be told: the largest of each block of scores is the measure, and at least
    `count` rows score as much as the `count` largest of them.
    """
    whole = len(scores) - len(scores) % _BLOCK
    blocks = scores[:whole].reshape(_BLOCK, -1).max(axis=0)
    if len(blocks) <= count:
        return None
    least = float(np.partition(blocks, len(blocks) - count)[len(blocks) - count])
    least = least * (1 - _ROUNDING) - missing * (1 + _ROUNDING)
    return np.flatnonzero(scores >= least) if least > 0 else None
