"""Question -> hits, over vectors and words that are at hand; nothing here knows a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.model import Passage
from index.dense import Dense, Rows, Vectors, products
from index.lexical import Lexical
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
class Searcher:
    """The ways of searching the same passages.

    `dense` searches the taught vectors where there are some, and else `vectors` themselves.
    """

    passages: Sequence[Passage]
    vectors: Vectors
    dense: Dense
    lexical: Lexical
    taught: Taught | None = None

    @property
    def searched(self) -> Vectors:
        """What `dense` searches: `(n, dimension)`."""
        return self.taught.vectors if self.taught else self.vectors

    def candidates(self, vectors: Vectors) -> list[Rows]:
        """For `search`, the rows nearest to each of many questions: `(m, dimension)`."""
        return self.dense.nearest_of_each(vectors, _CANDIDATES)

    def search(
        self, question: str, vector: Vectors, *, count: int, candidates: Rows | None = None
    ) -> list[Hit]:
        """The passages nearest to a question, best first; equal scores in the order of the text.

        :param vector: of the question, `(dimension,)`, length 1.
        :param candidates: of the question, from `candidates`, if many are asked together.
        :return: at most `count` hits; fewer only if there are fewer passages.
        """
        wanted = max(_CANDIDATES, count)
        lexical = self.lexical.scores(question)
        near = self.dense.nearest(vector, wanted) if candidates is None else candidates
        rows = np.union1d(near, _largest(lexical, wanted))
        if self.taught:
            nearness = self.taught.nearness(vector)
            rows = np.union1d(rows, _largest(nearness, wanted))
        searched = self.dense.scores(vector, rows)
        score = _standardised(searched)
        if self.taught:
            dense = products(self.vectors, vector, rows)
            known = np.where(np.isfinite(nearness[rows]), nearness[rows], dense / 2)
            score += _TAUGHT_LEXICAL_WEIGHT * _standardised(lexical[rows])
            score += _NEAREST_WEIGHT * _standardised(known)
        else:
            dense, known = searched, searched / 2
            score += _LEXICAL_WEIGHT * _standardised(lexical[rows])
        # Rows are ascending and the sort is stable: ties fall to the earlier passage.
        order = np.argsort(-score, kind="stable")[:count]
        return [
            Hit(
                passage=self.passages[rows[place]],
                score=float(score[place]),
                dense=float(dense[place]),
                lexical=float(lexical[rows[place]]),
                known=float(known[place]),
                row=int(rows[place]),
            )
            for place in order
        ]

    def document_rows(self, row: int) -> tuple[int, int]:
        """The rows `start:end` of the document that the passage in `row` is part of."""
        name = self.passages[row].document_id
        start, end = row, row + 1
        while start and self.passages[start - 1].document_id == name:
            start -= 1
        while end < len(self.passages) and self.passages[end].document_id == name:
            end += 1
        return start, end


def _largest(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Rows of the `count` largest scores above 0; of equal scores the earlier rows."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > count:
        edge = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        above, at = rows[scores[rows] > edge], rows[scores[rows] == edge]
        rows = np.concatenate([above, at[: count - len(above)]])
    return rows.astype(np.int64)


def _standardised(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean 0, standard deviation 1; all zeros when the values do not differ."""
    wide = values.astype(np.float64)
    spread = wide.std()
    return (wide - wide.mean()) / spread if spread > 1e-6 else np.zeros_like(wide)
