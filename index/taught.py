"""What known questions teach: a passage is found also by the questions that it answers.

Patients' words are often nowhere in a document. Where its authors list questions that a section
answers, the section is found by three more things: the nearest of its questions, a vector that
is moved towards them all, and their words. On the bundled documents the right section is then
among the first three for many more questions of people who did not write the list
(`python -m tests.benchmarks weights`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.dense import Vectors
from index.logistic import choose

Pairs = NDArray[np.int32]

# Cosines times this are the log-odds by which a question chooses a passage. Between 10 and 20,
# and for penalties from 0.1 to 1, the same sections were found.
_SHARPNESS = 10.0
_PENALTY = 0.3
# Questions times passages. Beyond it the table of all choices would not fit into memory; vectors
# are then left as they are, and the nearest question and the words still count.
_LARGEST_TABLE = 20_000_000


@dataclass(frozen=True, slots=True)
class Taught:
    """`vectors`, `(n, dimension)`: of the passages, moved towards the questions they answer.

    `questions`, `(m, dimension)`: of the questions, unit rows. `pairs`, `(p, 2)`: the number of a
    question and the row of a passage that answers it, ascending by row.
    """

    vectors: Vectors
    questions: Vectors
    pairs: Pairs

    @classmethod
    def learn(cls, vectors: Vectors, questions: Vectors, pairs: Iterable[Sequence[int]]) -> Taught:
        """Move vectors so that each question's inner product is largest with its passages.

        Multinomial logistic regression of passage on question, held near the vectors as they were.

        :param vectors: of the passages, `(n, dimension)`.
        """
        ordered = np.array(sorted(pairs, key=lambda pair: (pair[1], pair[0])), dtype=np.int32)
        moved = vectors
        if len(questions) * len(vectors) <= _LARGEST_TABLE:
            answers = np.zeros((len(questions), len(vectors)))
            answers[ordered[:, 0], ordered[:, 1]] = 1.0
            answers /= answers.sum(axis=1, keepdims=True)
            moved = choose(
                questions, answers, vectors, sharpness=_SHARPNESS, penalty=_PENALTY
            ).astype(np.float32)
        return cls(vectors=moved, questions=questions, pairs=ordered)

    def nearness(self, question: Vectors) -> Vectors:
        """Cosine of `question` with the nearest known question of every passage, `(n,)`.

        Minus infinity for a passage that has none.
        """
        return nearness(question, self.questions, self.pairs, passages=len(self.vectors))

    def save(self, folder: Path) -> None:
        """Write the arrays as `taught-*.npy`."""
        for name in ("vectors", "questions", "pairs"):
            np.save(folder / f"taught-{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Taught:
        """What `save` wrote, memory-mapped.

        :raises OSError, ValueError: a file is missing or damaged.
        """
        vectors, questions, pairs = (
            np.load(folder / f"taught-{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("vectors", "questions", "pairs")
        )
        return cls(vectors=vectors, questions=questions, pairs=pairs)


def nearness(question: Vectors, questions: Vectors, pairs: Pairs, *, passages: int) -> Vectors:
    """See `Taught.nearness`; for one who has not the passages' vectors."""
    best = np.full(passages, -np.inf, dtype=np.float32)
    answering = pairs[:, 1]
    starts = np.flatnonzero(np.diff(answering, prepend=-1))
    cosines = (questions @ question)[pairs[:, 0]]
    best[answering[starts]] = np.maximum.reduceat(cosines, starts)
    return best
