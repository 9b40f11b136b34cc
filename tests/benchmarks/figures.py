# ruff: noqa: T201
"""Figures and tables: ranks, gains, bootstrap intervals, and printing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]

_SAMPLES = 2_000


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print columns, the first to the left and the others to the right."""
    lines = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for number, line in enumerate(lines):
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("  ".join(cells).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def best_by_document(scores: NDArray, owner: NDArray) -> NDArray:
    """Score of each document: that of its best passage. `owner` is each passage's document."""
    best = np.full(int(owner.max()) + 1, -np.inf)
    np.maximum.at(best, owner, scores)
    return best


def rank(scores: NDArray, row: int) -> int:
    """Place of `row`, from 1; higher scores come first, of equal ones the earlier row."""
    return 1 + int((scores > scores[row]).sum() + (scores[:row] == scores[row]).sum())


def hits(ranks: ArrayLike, within: int) -> Numbers:
    """1 where the one right document is among the first `within`, else 0; rank 0 is not found."""
    found = np.asarray(ranks)
    return ((found >= 1) & (found <= within)).astype(np.float64)


def gains(ranks: ArrayLike) -> Numbers:
    """nDCG@10 with one right document: 1 / log2(1 + rank) up to rank 10, else 0.

    Rank 1 gives 1, rank 2 gives 1 / log2(3) = 0.63, rank 3 gives 1 / 2.
    """
    found = np.asarray(ranks, dtype=np.float64)
    return np.where(hits(found, 10) > 0, 1 / np.log2(1 + np.maximum(found, 1)), 0.0)


def mean_interval(values: ArrayLike) -> str:
    """Mean with its 95 % bootstrap interval; for differences, pass the differences."""
    numbers = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(0).integers(len(numbers), size=(_SAMPLES, len(numbers)))
    low, high = np.percentile(numbers[draws].mean(axis=1), [2.5, 97.5])
    return f"{numbers.mean():.3f} [{low:.3f}, {high:.3f}]"


def quality(ranks: ArrayLike) -> tuple[str, str, str]:
    """hit@1, hit@10 and nDCG@10 over questions, each with its interval."""
    first, ten = mean_interval(hits(ranks, 1)), mean_interval(hits(ranks, 10))
    return first, ten, mean_interval(gains(ranks))
