"""What judged answers are worth, as pure functions: shares, confidence, and their intervals.

A measure takes `truth`, 1 or 0 for each question, and `sure`, the confidence in it, 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Measure = Callable[[Numbers, Numbers], float]
Interval = tuple[float, float]

COVERAGES = (0.25, 0.5, 0.75, 0.9, 1.0)
_BINS = 10
_SAMPLES = 1_000


def auroc(truth: Numbers, sure: Numbers) -> float:
    """Probability that a true one is surer than a false one, ties counting half.

    0.5 is chance, 1 the best; not a number when all are true or none is. By hand: true 0.9 and
    0.4, false 0.5: one of two pairs is in order, so 0.5.
    """
    above = sure[truth > 0][:, None] - sure[truth == 0][None, :]
    return float(((above > 0) + 0.5 * (above == 0)).mean()) if above.size else float("nan")


def calibration_error(truth: Numbers, sure: Numbers) -> float:
    """Mean distance of confidence and share of true ones, in ten bins of equal number: 0 to 1."""
    bins = np.array_split(np.argsort(sure, kind="stable"), _BINS)
    distances = [len(b) * abs(truth[b].mean() - sure[b].mean()) for b in bins if len(b)]
    return float(sum(distances) / len(sure))


def risk_at(coverage: float) -> Measure:
    """Share of false ones among the surest part of all questions; 0 is best.

    :param coverage: how large that part is, above 0 up to 1. At least one question is in it.
    """

    def risk(truth: Numbers, sure: Numbers) -> float:
        surest = np.argsort(-sure, kind="stable")[: max(1, round(coverage * len(sure)))]
        return float(1 - truth[surest].mean())

    return risk


def bootstrap(measure: Measure, truth: Numbers, sure: Numbers) -> Interval:
    """95 % interval of a measure: percentiles over questions drawn again with replacement."""
    draws = np.random.default_rng(0).integers(len(truth), size=(_SAMPLES, len(truth)))
    values = [measure(truth[draw], sure[draw]) for draw in draws]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def share(successes: int, trials: int) -> float | None:
    """A share, or None without trials."""
    return successes / trials if trials else None


def interval(successes: int, trials: int) -> Interval | None:
    """95 % confidence interval of a share, by Wilson's score; None without trials."""
    if not trials:
        return None
    z = 1.959964
    share = successes / trials
    middle = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2)
    scale = 1 + z * z / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
