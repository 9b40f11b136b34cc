# ruff: noqa: T201
"""Which weight of BM25 finds the right section of the bundled corpus (front-matter questions)."""

from __future__ import annotations

from unittest import mock

import numpy as np

import index.store
from tests.benchmarks.data import Asked, Options, bundled_index, bundled_questions
from tests.benchmarks.figures import mean_interval, table

_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


def run(options: Options) -> None:
    """Search with every weight; these questions are the ones that the weight is chosen on."""
    bundled = bundled_index(options)
    asked = bundled_questions(bundled)

    def right(item: Asked) -> list[bool]:
        return [item.is_answered_by(hit.passage) for hit in bundled.search(item.question, count=3)]

    found = {}
    for weight in _WEIGHTS:
        with mock.patch.object(index.store, "_LEXICAL_WEIGHT", weight):
            found[weight] = np.array([right(item) for item in asked])
    current = found[index.store._LEXICAL_WEIGHT][:, 0].astype(float)
    print(f"{len(asked)} questions, {len(bundled.passages)} passages; in use: weight", end=" ")
    print(f"{index.store._LEXICAL_WEIGHT}; mean [95 % interval]\n")
    table(
        ("weight", "hit@1", "hit@3", "hit@1 less that in use, paired"),
        [
            (
                weight,
                mean_interval(places[:, 0]),
                mean_interval(places.any(axis=1)),
                mean_interval(places[:, 0] - current),
            )
            for weight, places in found.items()
        ],
    )
