"""Borders in the encoder's space: what the documents answer, and what they are about.

A border parts questions that are answered from questions that are not. Near misses lie in among
the others, so it is no plane: whether a question is inside depends on which known questions it
resembles, on either side. A support vector machine keeps those that matter. It is drawn anew for
each corpus; to measure what it is worth, each question is judged by a border drawn without it.
The only file that knows scikit-learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 3
# Chosen on questions by other writers than those it was drawn with; from half to double, little
# changes.
_WIDTH = 1.5
_COST = 3.0
_DIGITS = 4  # kept of every weight, so that a machine's last bits do not reach the index
# Questions so many need no sentences beside them.
ENOUGH = 500


@dataclass(frozen=True, slots=True)
class Border:
    """`centres`, `(n, dimension)`, unit rows: known questions near the border. `weights`, `(n,)`.

    A centre's weight is above 0 inside and below 0 outside.
    """

    centres: Vectors
    weights: Vectors
    offset: float

    def side(self, vectors: NDArray[np.floating]) -> Numbers:
        """How far inside vectors lie, below 0 outside: of `(n, dimension)` `(n,)`, of one a number.

        The sum over the centres of weight x exp(-width x squared distance), plus the offset.
        """
        wide = vectors.astype(np.float32)
        # One by one on this thread: a product of a table and a vector would be shared out among
        # threads, and on a machine with other work one question would wait for all of them.
        one = wide.ndim == 1
        cosines = np.vecdot(self.centres, wide) if one else wide @ self.centres.T
        near = np.exp(2 * _WIDTH * (cosines - 1))
        return np.asarray(near @ self.weights + self.offset, dtype=np.float64)

    def save(self, path: Path) -> None:
        """Write one array, `(n + 1, dimension + 1)`: weights first; in the last row the offset."""
        table = np.zeros((len(self.centres) + 1, self.centres.shape[1] + 1), dtype=np.float32)
        table[:-1, 0], table[:-1, 1:], table[-1, 0] = self.weights, self.centres, self.offset
        np.save(path, table, allow_pickle=False)

    @classmethod
    def open(cls, path: Path) -> Border:
        """What `save` wrote.

        :raises OSError, ValueError: the file is missing or damaged.
        """
        table = np.load(path, allow_pickle=False)
        centres = np.ascontiguousarray(table[:-1, 1:])
        return cls(centres=centres, weights=table[:-1, 0].copy(), offset=float(table[-1, 0]))


def draw(questions: Vectors, inside: Flags, sentences: Vectors) -> Border:
    """Draw a border around what lies inside.

    :param questions: `(n, dimension)`, unit rows; `sentences` likewise, all inside: they stand in
        for questions where few are known to be answered.
    :raises ValueError: all lie on one side.
    """
    # Half a second of imports that only a build should pay for.
    from sklearn.svm import SVC

    share = max(0.0, 1 - int(inside.sum()) / ENOUGH)
    used = sentences if share else sentences[:0]
    vectors = np.vstack([questions, used])
    within = np.concatenate([inside, np.ones(len(used), dtype=bool)])
    counts = np.concatenate([np.ones(len(questions)), np.full(len(used), share)])
    for flags in (within, ~within):  # both sides weigh the same
        counts[flags] *= len(vectors) / (2 * max(float(counts[flags].sum()), 1e-9))
    machine = SVC(C=_COST, kernel="rbf", gamma=_WIDTH, cache_size=500)
    machine.fit(vectors.astype(np.float64), within, sample_weight=counts)
    return Border(
        centres=vectors[machine.support_].astype(np.float32),
        weights=np.round(machine.dual_coef_[0], _DIGITS).astype(np.float32),
        offset=float(np.float32(round(float(machine.intercept_[0]), _DIGITS))),
    )


def cross_judged(
    questions: Vectors, inside: Flags, folds: NDArray[np.int64], sentences: Vectors
) -> Numbers:
    """The side of each question, by a border that was drawn without its fold: `(n,)`.

    :param folds: of each question; those below 0 help to draw every border, and get 0.
    """
    sides = np.zeros(len(questions))
    for fold in np.unique(folds[folds >= 0]):
        out = folds == fold
        sides[out] = draw(questions[~out], inside[~out], sentences).side(questions[out])
    return sides
