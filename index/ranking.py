"""The best of many scores, the same ones whatever the machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def largest(rows: NDArray[np.integer], scores: NDArray[np.floating], count: int) -> Rows:
    """The `count` rows with the largest scores above 0; of equal scores the earlier rows.

    :param rows: ascending, each with its score in `scores`.
    """
    above_zero = scores > 0
    rows, scores = rows[above_zero], scores[above_zero]
    if len(rows) > count:
        edge = np.partition(scores, len(scores) - count)[len(scores) - count]
        above, at = rows[scores > edge], rows[scores == edge]
        rows = np.concatenate([above, at[: count - len(above)]])
    return rows.astype(np.int64)
