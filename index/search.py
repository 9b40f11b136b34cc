"""Question -> hits, over vectors and words that are at hand; nothing here knows a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.model import Passage
from index.dense import Dense, Record, Vectors, products
from index.lexical import Lexical
from index.ranking import Rows
from index.taught import Nearness, Taught

# Each kind of search brings this many candidates; what none ranks so high cannot win.
CANDIDATES = 100
# Weight of the standardised BM25 score beside the standardised dense one. Chosen, as the two below,
# on questions that were not among the known ones (`python -m tests.benchmarks weights`).
_LEXICAL_WEIGHT = 0.3
# Where the documents list questions that they answer: of BM25 over text and questions, and of the
# nearest question.
_TAUGHT_LEXICAL_WEIGHT = 0.4
_NEAREST_WEIGHT = 0.5


class Hit(msgspec.Struct, frozen=True):
    """A passage found, with what spoke for it.

    `score` orders the hits of one question and means nothing across questions; higher is
    better. `dense` is the cosine of question and text plus that of question and heading (-2 to
    2); `lexical` is BM25 (0 or more); `known` is the cosine with the nearest question that the
    passage is known to answer (-1 to 1; half of `dense` where there is none). These are
    comparable across questions. `row` is the passage's place in the index. `confidence`, 0 to 1,
    is the probability that the passage answers, where it was asked for (`Index.find`).

    A question makes some hundreds of them, which takes a tenth of the time that a dataclass would.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    known: float = 0.0
    row: int = 0
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """What speaks for some passages, an array `(n,)` each; `rows` ascend.

    `searched` is the inner product with what the dense search compares, `dense` that with the
    vectors themselves, `lexical` BM25. `nearness` is None where the documents list no questions.
    """

    rows: Rows
    searched: Vectors
    dense: Vectors
    lexical: NDArray[np.float32]
    nearness: Nearness | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The different words of a question, in the order of the alphabet: who holds them, `(n,)` each.

    `counts`: how many of all `passages` hold the word; `passage` and `document`: whether one
    passage, and the document that it stands in, hold it.
    """

    passages: int
    counts: NDArray[np.int64]
    passage: NDArray[np.bool_]
    document: NDArray[np.bool_]


class Search(Protocol):
    """Passages that can be searched, wherever they are kept."""

    def search(self, question: str, vector: Vectors, *, count: int) -> list[Hit]:
        """The passages nearest to a question, best first; equal scores in the order of the text.

        :param vector: of the question, `(dimension,)`, length 1.
        :return: at most `count` hits; fewer only if there are fewer passages.
        """

    def held(self, question: str, row: int) -> Held:
        """Who holds the words of a question: all, the passage in `row`, and its document."""

    def check(self) -> None:
        """Whether a question could be searched for now.

        :raises EngineError: it could not.
        """


@dataclass(frozen=True, slots=True)
class Searcher:
    """The ways of searching the same passages, in this process.

    `dense` searches the taught vectors where there are some, and else `vectors` themselves.
    `starts` has the row at which each document's passages begin, and at last their number.
    """

    passages: Sequence[Passage]
    vectors: Record
    dense: Dense
    lexical: Lexical
    starts: Rows
    taught: Taught | None = None

    @property
    def searched(self) -> Record:
        """What `dense` searches: `(n, dimension)`."""
        return self.taught.vectors if self.taught else self.vectors

    def candidates(self, vectors: Vectors) -> list[Rows]:
        """For `search`, the rows nearest to each of many questions: `(m, dimension)`."""
        return self.dense.nearest_of_each(vectors, CANDIDATES)

    def search(
        self, question: str, vector: Vectors, *, count: int, candidates: Rows | None = None
    ) -> list[Hit]:
        """See `Search`.

        :param candidates: of the question, from `candidates`, if many are asked together.
        """
        wanted = max(CANDIDATES, count)
        near = self.dense.nearest(vector, wanted) if candidates is None else candidates
        rows = np.union1d(near, self.lexical.best(question, wanted))
        nearness = self.taught.nearness(vector) if self.taught else None
        if nearness:
            rows = np.union1d(rows, nearness.best(wanted))
        searched = self.dense.scores(vector, rows)
        moved = self.taught is not None and self.taught.moved
        scores = Scores(
            rows=rows,
            searched=searched,
            dense=products(self.vectors, vector, rows) if moved else searched,
            lexical=self.lexical.scores_of(question, rows),
            nearness=nearness,
        )
        return ranked(scores, lambda chosen: [self.passages[row] for row in chosen], count=count)

    def held(self, question: str, row: int) -> Held:
        """See `Search`."""
        rows = self.lexical.rows_with(question)
        start, end = self.document_rows(row)
        return Held(
            passages=len(self.passages),
            counts=np.array([len(own) for own in rows], dtype=np.int64),
            passage=np.array([_holds(own, row, row + 1) for own in rows], dtype=bool),
            document=np.array([_holds(own, start, end) for own in rows], dtype=bool),
        )

    def check(self) -> None:
        """See `Search`: in this process it always could."""

    def document_rows(self, row: int) -> tuple[int, int]:
        """The rows `start:end` of the document that the passage in `row` is part of."""
        number = int(self.starts.searchsorted(row, side="right")) - 1
        return int(self.starts[number]), int(self.starts[number + 1])


def ranked(
    scores: Scores, passages: Callable[[Sequence[int]], Sequence[Passage]], *, count: int
) -> list[Hit]:
    """The first `count` of the scored passages, best first; ties fall to the earlier one.

    :param passages: gives those in some rows, in that order.
    """
    score = _standardised(scores.searched)
    known = scores.dense / np.float32(2)
    if scores.nearness is None:
        score += _LEXICAL_WEIGHT * _standardised(scores.lexical)
    else:
        known = scores.nearness.of(scores.rows, otherwise=known)
        score += _TAUGHT_LEXICAL_WEIGHT * _standardised(scores.lexical)
        score += _NEAREST_WEIGHT * _standardised(known)
    # Rows are ascending and the sort is stable: ties fall to the earlier passage.
    order = np.argsort(-score, kind="stable")[:count]
    chosen = [int(scores.rows[place]) for place in order]
    return [
        Hit(
            passage=passage,
            score=float(score[place]),
            dense=float(scores.dense[place]),
            lexical=float(scores.lexical[place]),
            known=float(known[place]),
            row=row,
        )
        for place, row, passage in zip(order, chosen, passages(chosen), strict=True)
    ]


def _standardised(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean 0, standard deviation 1; all zeros when the values do not differ."""
    wide = values.astype(np.float64)
    spread = wide.std()
    return (wide - wide.mean()) / spread if spread > 1e-6 else np.zeros_like(wide)


def _holds(rows: NDArray[np.int32], start: int, end: int) -> bool:
    """Whether one of `rows`, ascending, lies in `start:end`."""
    # A number of another type would have all rows converted to it first.
    place = int(rows.searchsorted(np.int32(start)))
    return place < len(rows) and bool(rows[place] < end)
