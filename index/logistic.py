"""Logistic regression in which the sign of every weight is known. The only file that knows scipy.

A signal that speaks for an answer may never speak against it, whatever a small sample says. Every
signal is written so that more of it is better, so all weights are 0 or more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

_DIGITS = 5  # kept of every number, so that the last bits of a machine do not reach the manifest
_MOST = 30.0  # log-odds of a thirteen-digit certainty; beyond it exp() only overflows


class Logistic(msgspec.Struct, frozen=True):
    """Probability = 1 / (1 + exp(-(intercept + sum of weight x signal)))."""

    intercept: float
    weights: dict[str, float]  # name of a signal -> 0 or more

    def log_odds(self, signals: Mapping[str, float]) -> float:
        """The sum itself; a signal that is not given counts as 0."""
        parts = (weight * signals.get(name, 0.0) for name, weight in self.weights.items())
        return self.intercept + sum(parts)

    def probability(self, signals: Mapping[str, float]) -> float:
        """From 0 to 1."""
        return probability(self.log_odds(signals))

    def probabilities(self, signals: Mapping[str, Numbers]) -> Numbers:
        """Of many at once: every signal is `(n,)`, and so is the result."""
        parts = (weight * signals[name] for name, weight in self.weights.items())
        odds = np.clip(self.intercept + sum(parts), -_MOST, _MOST)
        return np.asarray(1 / (1 + np.exp(-odds)))

    def recalibrated(
        self, samples: Sequence[Mapping[str, float]], right: Flags, weight: Numbers
    ) -> Logistic:
        """The same order of all questions, with probabilities that fit these samples."""
        sums = [{"sum": self.log_odds(sample)} for sample in samples]
        line = fit(sums, right, ("sum",), weight=weight, penalty=0.0)
        slope = line.weights["sum"]
        return Logistic(
            intercept=round(line.intercept + slope * self.intercept, _DIGITS),
            weights={name: round(slope * w, _DIGITS) for name, w in self.weights.items()},
        )


def probability(log_odds: float) -> float:
    """Log-odds -> probability."""
    return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, log_odds))))


def fit(
    samples: Sequence[Mapping[str, float]],
    right: Flags,
    names: Sequence[str],
    *,
    weight: Numbers,
    penalty: float = 1.0,
) -> Logistic:
    """Weights of 0 or more that make the samples most likely.

    :param weight: how much each sample counts.
    :param penalty: pulls the weights of the standardised signals towards 0.
    :raises ValueError: all samples are right, or none is.
    """
    if right.all() or not right.any():
        raise ValueError(f"{int(right.sum())} of {len(right)} samples are right: nothing to learn")
    table = np.array([[sample.get(name, 0.0) for name in names] for sample in samples])
    mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
    found = separate((table - mean) / spread, right, weight, penalty=penalty, lowest=0.0)
    weights = found[:-1] / spread
    return Logistic(
        intercept=round(float(found[-1] - weights @ mean), _DIGITS),
        weights={n: round(float(w), _DIGITS) for n, w in zip(names, weights, strict=True)},
    )


def choose(
    inputs: NDArray[np.floating],
    answers: Numbers,
    start: NDArray[np.floating],
    *,
    sharpness: float,
    penalty: float,
    steps: int = 20,
) -> Numbers:
    """Multinomial logistic regression of choices on inputs, held near a start.

    Minimises the negative log-likelihood of `answers` under softmax(sharpness x inputs @ result.T)
    plus penalty x the squared distance of the result from `start`.

    :param inputs: `(m, dimension)`; `answers`: `(m, n)`, rows that sum to 1; `start`:
        `(n, dimension)`.
    :param steps: of L-BFGS at most; the last digits do not change what is chosen.
    :return: `(n, dimension)`.
    """
    # Half a second of imports that a question should not pay for.
    from scipy.optimize import minimize

    wide = inputs.astype(np.float64)
    base = sharpness * (wide @ start.T.astype(np.float64))

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        moved = flat.reshape(start.shape)
        odds = base + sharpness * (wide @ moved.T)
        odds -= odds.max(axis=1, keepdims=True)
        chances = np.exp(odds)
        totals = chances.sum(axis=1, keepdims=True)
        value = penalty * (flat @ flat) - np.sum(answers * (odds - np.log(totals)))
        slope = sharpness * ((chances / totals - answers).T @ wide) + 2 * penalty * moved
        return float(value), slope.ravel()

    found = minimize(
        loss, np.zeros(start.size), jac=True, method="L-BFGS-B", options={"maxiter": steps}
    ).x
    # A machine's last bits stay out of what is written.
    return np.asarray(np.round(start + found.reshape(start.shape), _DIGITS))


def separate(
    inputs: Numbers, right: Flags, weight: Numbers, *, penalty: float, lowest: float | None = None
) -> Numbers:
    """Minimise the weighted logistic loss of `(n, d)` inputs plus `penalty` / 2 x squared weights.

    :param lowest: no weight may be below it.
    :return: the weights and, last, the intercept, `(d + 1,)`.
    """
    # Half a second of imports that a question should not pay for.
    from scipy.optimize import minimize

    wide = np.hstack([inputs, np.ones((len(inputs), 1))])
    signs = np.where(right, 1.0, -1.0)

    def loss(found: Numbers) -> tuple[float, Numbers]:
        margins = signs * (wide @ found)
        gradient = wide.T @ (-weight * signs / (1 + np.exp(np.clip(margins, -_MOST, _MOST))))
        gradient[:-1] += penalty * found[:-1]
        value = weight @ np.logaddexp(0, -margins) + penalty * (found[:-1] @ found[:-1]) / 2
        return float(value), gradient

    dimension = inputs.shape[1]
    bounds = [(lowest, None)] * dimension + [(None, None)]
    found = minimize(loss, np.zeros(dimension + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return np.asarray(found, dtype=np.float64)
