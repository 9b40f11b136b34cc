"""Question -> hits, over vectors and words that are at hand; nothing here knows a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.model import Passage
from index.dense import Dense, Record, Vectors, products
from index.lexical import Lexical
from index.ranking import Rows
from index.taught import Taught

# Each kind of search brings this many candidates; what none ranks so high cannot win.
_CANDIDATES = 100
# Weight of the standardised BM25 score beside the standardised dense one. Chosen, as the two below,
# on questions that were not among the known ones (`python -m tests.benchmarks weights`).
_LEXICAL_WEIGHT = 0.3
# Where the documents list questions that they answer: of BM25 over text and questions, and of the
# nearest question.
_TAUGHT_LEXICAL_WEIGHT = 0.4
_NEAREST_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with what spoke for it.

    `score` orders the hits of one question and means nothing across questions; higher is
    better. `dense` is the cosine of question and text plus that of question and heading (-2 to
    2); `lexical` is BM25 (0 or more); `known` is the cosine with the nearest question that the
    passage is known to answer (-1 to 1; half of `dense` where there is none). These are
    comparable across questions. `row` is the passage's place in the index. `confidence`, 0 to 1,
    is the probability that the passage answers, where it was asked for (`Index.find`).
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    known: float = 0.0
    row: int = 0
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Searcher:
    """The ways of searching the same passages.

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

    def search(self, question: str, vector: Vectors, *, count: int) -> list[Hit]:
        """The passages nearest to a question, best first; equal scores in the order of the text.

        :param vector: of the question, `(dimension,)`, length 1.
        :return: at most `count` hits; fewer only if there are fewer passages.
        """
        wanted = max(_CANDIDATES, count)
        rows = np.union1d(self.dense.nearest(vector, wanted), self.lexical.best(question, wanted))
        if self.taught:
            nearness = self.taught.nearness(vector)
            rows = np.union1d(rows, nearness.best(wanted))
        searched = self.dense.scores(vector, rows)
        lexical = self.lexical.scores_of(question, rows)
        score = _standardised(searched)
        if self.taught:
            dense = products(self.vectors, vector, rows)
            known = nearness.of(rows, otherwise=dense / np.float32(2))
            score += _TAUGHT_LEXICAL_WEIGHT * _standardised(lexical)
            score += _NEAREST_WEIGHT * _standardised(known)
        else:
            dense, known = searched, searched / np.float32(2)
            score += _LEXICAL_WEIGHT * _standardised(lexical)
        # Rows are ascending and the sort is stable: ties fall to the earlier passage.
        order = np.argsort(-score, kind="stable")[:count]
        return [
            Hit(
                passage=self.passages[int(rows[place])],
                score=float(score[place]),
                dense=float(dense[place]),
                lexical=float(lexical[place]),
                known=float(known[place]),
                row=int(rows[place]),
            )
            for place in order
        ]

    def document_rows(self, row: int) -> tuple[int, int]:
        """The rows `start:end` of the document that the passage in `row` is part of."""
        number = int(self.starts.searchsorted(row, side="right")) - 1
        return int(self.starts[number]), int(self.starts[number + 1])


def _standardised(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean 0, standard deviation 1; all zeros when the values do not differ."""
    wide = values.astype(np.float64)
    spread = wide.std()
    return (wide - wide.mean()) / spread if spread > 1e-6 else np.zeros_like(wide)
