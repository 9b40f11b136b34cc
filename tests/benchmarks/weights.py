# ruff: noqa: T201
"""What known questions teach, and which weights find the right section (bundled corpus).

Two rounds: each half of the known questions is asked of a search that has learnt from the other
half. `tests/data` holds questions that were never chosen on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest import mock

import numpy as np

import index.search
from corpus.load import DEFAULT_CORPUS, load_corpus
from index.calibration.questions import Known, known_questions
from index.dense import Dense
from index.encoding.reference import DEFAULT_MODEL, load_encoder
from index.gather import gather
from index.material import Material
from index.search import Searcher
from tests.benchmarks.data import Options
from tests.benchmarks.figures import mean_interval, table

_ASKED = 1_000  # questions a half
_LEXICAL = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_NEAREST = (0.0, 0.3, 0.6, 1.0)
_IN_USE = "as in use"


def run(options: Options) -> None:
    """Ask with every way of searching."""
    corpus, encoder = load_corpus(DEFAULT_CORPUS), load_encoder(DEFAULT_MODEL)
    material, _ = gather(corpus, encoder)
    known = [
        one
        for one in known_questions(corpus.documents, material.passages)
        if one.kind == "answerable"
    ]
    found: dict[str, list[tuple[bool, bool]]] = {}
    for half in (0, 1):
        asked = known[half::2][:: max(1, len(known) // (2 * (options.limit or _ASKED)))]
        left_out = [one.question for one in known[half::2]]
        searcher = material.searcher(without=left_out)
        untaught = material.searcher(without=[one.question for one in known])
        for name, way in _ways(searcher, untaught):
            with way as chosen:
                found.setdefault(name, []).extend(_right(chosen, one, material) for one in asked)
    current = np.array(found[_IN_USE], dtype=float)[:, 0]
    print(f"{len(current)} questions of {len(known)}, {len(material.passages)} passages;", end=" ")
    print("mean [95 % interval]\n")
    rows = []
    for name, places in found.items():
        right = np.array(places, dtype=float)
        difference = mean_interval(right[:, 0] - current)
        rows.append((name, mean_interval(right[:, 0]), mean_interval(right[:, 1]), difference))
    table(("way of searching", "hit@1", "hit@3", "hit@1 less that in use, paired"), rows)


def _ways(searcher: Searcher, untaught: Searcher) -> Iterator[tuple[str, object]]:
    taught = searcher.taught
    unmoved = replace(
        searcher,
        dense=Dense.exact(searcher.vectors),
        taught=taught and replace(taught, vectors=searcher.vectors),
    )
    yield _IN_USE, _weighed(searcher)
    yield "nothing taught", _weighed(untaught)
    yield "vectors not moved", _weighed(unmoved)
    yield "no words of questions", _weighed(replace(searcher, lexical=untaught.lexical))
    for weight in _NEAREST:
        yield f"nearest question {weight}", _weighed(searcher, _NEAREST_WEIGHT=weight)
    for weight in _LEXICAL:
        yield f"BM25 {weight}", _weighed(searcher, _TAUGHT_LEXICAL_WEIGHT=weight)
    for weight in _LEXICAL:
        yield f"BM25 {weight}, nothing taught", _weighed(untaught, _LEXICAL_WEIGHT=weight)


@contextmanager
def _weighed(searcher: Searcher, **weights: float) -> Iterator[Searcher]:
    with ExitStack() as patches:
        for name, weight in weights.items():
            patches.enter_context(mock.patch.object(index.search, name, weight))
        yield searcher


def _right(searcher: Searcher, known: Known, material: Material) -> tuple[bool, bool]:
    vector = material.questions[known.question]
    hits = searcher.search(known.question, vector, count=3)
    right = [known.is_answered_by(hit.passage) for hit in hits]
    return right[0], any(right)
