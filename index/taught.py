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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dense import Record, Vectors, is_large
from index.logistic import choose
from index.ranking import Rows, largest

Pairs = NDArray[np.int32]

# Cosines times this are the log-odds by which a question chooses a passage. Between 10 and 20,
# and for penalties from 0.1 to 1, the same sections were found.
_SHARPNESS = 10.0
_PENALTY = 0.3
# Questions times passages. Beyond it the table of all choices would not fit into memory; vectors
# are then left as they are, and the nearest question and the words still count. So they are where
# there are so many passages that a second vector of each would double the index.
_LARGEST_TABLE = 20_000_000


@dataclass(frozen=True, slots=True)
class Nearness:
    """Cosines with the nearest known question: of the passages that have one, rows ascending."""

    rows: Rows
    cosines: Vectors

    def best(self, count: int) -> Rows:
        """The `count` rows with the largest cosines above 0."""
        return largest(self.rows, self.cosines, count)

    def of(self, rows: Rows, *, otherwise: Vectors) -> Vectors:
        """The cosine of each of `rows`, or what stands for it in `otherwise`."""
        places = np.minimum(self.rows.searchsorted(rows), len(self.rows) - 1)
        return np.where(self.rows[places] == rows, self.cosines[places], otherwise)


@dataclass(frozen=True, slots=True)
class Taught:
    """`vectors`, `(n, dimension)`: of the passages, `moved` towards the questions they answer.

    `questions`, `(m, dimension)`: of the questions, unit rows. `pairs`, `(p, 2)`: the number of a
    question and the row of a passage that answers it, ascending by row.
    """

    vectors: Record
    questions: Vectors
    pairs: Pairs
    moved: bool = True

    @classmethod
    def learn(cls, vectors: Record, questions: Vectors, pairs: Iterable[Sequence[int]]) -> Taught:
        """Move vectors so that each question's inner product is largest with its passages.

        Multinomial logistic regression of passage on question, held near the vectors as they were.

        :param vectors: of the passages, `(n, dimension)`.
        """
        ordered = np.array(sorted(pairs, key=lambda pair: (pair[1], pair[0])), dtype=np.int32)
        if is_large(len(vectors)) or len(questions) * len(vectors) > _LARGEST_TABLE:
            return cls(vectors=vectors, questions=questions, pairs=ordered, moved=False)
        answers = np.zeros((len(questions), len(vectors)))
        answers[ordered[:, 0], ordered[:, 1]] = 1.0
        answers /= answers.sum(axis=1, keepdims=True)
        moved = choose(questions, answers, vectors, sharpness=_SHARPNESS, penalty=_PENALTY)
        return cls(vectors=moved.astype(np.float32), questions=questions, pairs=ordered)

    def nearness(self, question: Vectors) -> Nearness:
        """Cosine of `question` with the nearest known question of every passage that has one."""
        return nearness(question, self.questions, self.pairs)

    def save(self, folder: Path) -> None:
        """Write the arrays as `taught-*.npy`; vectors only if they are moved."""
        for name in ("vectors", "questions", "pairs")[0 if self.moved else 1 :]:
            np.save(folder / f"taught-{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def open(cls, folder: Path, vectors: Record, *, moved: bool) -> Taught:
        """What `save` wrote, memory-mapped.

        :param vectors: of the passages' texts, for those that were not moved.
        :raises OSError, ValueError: a file is missing or damaged.
        """
        if moved:
            vectors = _mapped(folder, "vectors")
        questions, pairs = _mapped(folder, "questions"), _mapped(folder, "pairs")
        return cls(vectors=vectors, questions=questions, pairs=pairs, moved=moved)


def nearness(question: Vectors, questions: Vectors, pairs: Pairs) -> Nearness:
    """See `Taught.nearness`; for one who has not the passages' vectors."""
    answering = pairs[:, 1]
    starts = np.flatnonzero(np.diff(answering, prepend=-1))
    # Row by row on this thread; a product with a table would wait for others (`Border.side`).
    cosines = np.vecdot(questions, question)[pairs[:, 0]]
    return Nearness(
        rows=answering[starts].astype(np.int64), cosines=np.maximum.reduceat(cosines, starts)
    )


def _mapped(folder: Path, name: str) -> NDArray[Any]:
    # A plain array over the file: every cut of a `memmap` costs as much as a small sum.
    path = folder / f"taught-{name}.npy"
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
