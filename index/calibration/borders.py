"""Borders in the encoder's space: what the documents answer, and what they are about.

A border is a direction: towards what the documents say (their sentences, and questions known to
be answered), away from questions that they do not answer. It is drawn anew for each corpus; to
measure what it is worth, each question is judged by a border drawn without it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.logistic import separate

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 5
_PENALTY = 0.3
_DIGITS = 4  # kept of every number, so that a machine's last bits do not reach the manifest
# Either side of a border weighs as much as this many questions.
_SIDE = 200.0


def draw(questions: Numbers, inside: Flags, sentences: Numbers) -> Numbers:
    """The border's normal and, last, its offset: `(dimension + 1,)`; above 0 is inside.

    :param questions: `(n, dimension)`, unit rows; `sentences` likewise, all inside.
    """
    vectors = np.vstack([questions, sentences])
    within = np.concatenate([inside, np.ones(len(sentences), dtype=bool)])
    found = separate(vectors, within, _counts(inside, len(sentences)), penalty=_PENALTY)
    return np.asarray(np.round(found, _DIGITS))


def cross_judged(
    questions: Numbers, inside: Flags, folds: NDArray[np.int64], sentences: Numbers
) -> Numbers:
    """The side of each question, by a border that was drawn without its fold: `(n,)`."""
    sides = np.zeros(len(questions))
    for fold in np.unique(folds):
        out = folds == fold
        sides[out] = side(draw(questions[~out], inside[~out], sentences), questions[out])
    return sides


def side(border: Numbers, vectors: NDArray[np.floating]) -> Numbers:
    """How far inside vectors lie, in log-odds: of `(n, dimension)` `(n,)`, of one a number."""
    return np.asarray(vectors @ border[:-1] + border[-1])


def _counts(inside: Flags, sentences: int) -> Numbers:
    """How much each question and then each sentence counts; both sides alike in sum.

    Sentences stand in for questions where few of these are known to be answered.
    """
    known = int(inside.sum())
    each = max(_SIDE / 2, _SIDE - known) / max(sentences, 1)
    counts = np.concatenate([np.where(inside, 0.5, 1.0), np.full(sentences, each)])
    within = np.concatenate([inside, np.ones(sentences, dtype=bool)])
    for flags in (within, ~within):
        counts[flags] *= _SIDE / max(float(counts[flags].sum()), 1e-9)
    return counts
