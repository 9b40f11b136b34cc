# ruff: noqa: T201
"""Does the right answer come first? MedQuAD, 500 held-back questions, four ways to search."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import Index
from index.texts import heading
from tests.benchmarks import medquad
from tests.benchmarks.data import PROJECT, Options, stored_vectors
from tests.benchmarks.figures import best_by_document, gains, mean_interval, quality, rank, table

# As many as `Chatbot.ask` asks for.
_HITS = 100

Search = Callable[[str], NDArray]


def medquad_index(options: Options) -> tuple[Index, Path, list[medquad.Row]]:
    """The index of MedQuAD below `--work`, built if need be, its corpus and the questions."""
    chosen, asked = medquad.rows(options)
    folder = medquad.write_corpus(options.work / f"medquad-{len(chosen)}", chosen)
    start = time.perf_counter()
    command = [sys.executable, "-m", "index", "build", "--corpus", folder, "--store", options.store]
    subprocess.run(command, cwd=PROJECT, check=True)
    print(f"build, or finding that there is nothing to do: {time.perf_counter() - start:,.0f} s")
    start = time.perf_counter()
    index = Index.open(folder, store=options.store, build=False)
    print(f"open: {time.perf_counter() - start:.1f} s")
    return index, folder, asked


def run(options: Options) -> None:
    """Rank documents by their best passage in each way."""
    index, folder, asked = medquad_index(options)
    numbers = {identifier: number for number, identifier in enumerate(index.documents)}
    ways = _ways(index, stored_vectors(folder, options.store), numbers)
    ranks: dict[str, list[int]] = {name: [] for name in ways}
    for row in asked:
        for name, search in ways.items():
            scores, right = search(row["question"]), numbers[row["_id"]]
            ranks[name].append(rank(scores, right) if np.isfinite(scores[right]) else 0)
    print(f"\n{len(numbers):,} documents, {len(index.passages):,} passages,", end=" ")
    print(f"{len(asked)} held-back questions; mean [95 % interval]\n")
    table(
        ("", "hit@1", "hit@10", "nDCG@10"),
        [(name, *quality(places)) for name, places in ranks.items()],
    )
    print()
    for name in list(ways)[:-1]:
        difference = gains(ranks["ours (Index.search)"]) - gains(ranks[name])
        print(f"nDCG@10 of ours less that of {name}: {mean_interval(difference)}")


def _ways(index: Index, vectors: NDArray, numbers: dict[str, int]) -> dict[str, Search]:
    """Each gives the score of every document, in the order of `numbers`."""
    encoder = index.encoder
    owner = np.array([numbers[passage.document_id] for passage in index.passages])
    headings = [heading(index.documents[p.document_id], p) for p in index.passages]
    names = sorted(set(headings))
    known = dict(zip(names, encoder.encode_texts(names), strict=True))
    # What is stored is the sum of the two unit vectors.
    texts = vectors - np.array([known[name] for name in headings])

    def ours(question: str) -> NDArray:
        scores = np.full(len(numbers), -np.inf)
        for hit in reversed(index.search(question, count=_HITS)):  # the best one is written last
            scores[numbers[hit.passage.document_id]] = hit.score
        return scores

    return {
        "BM25 (text and heading)": lambda q: best_by_document(
            index.searcher.lexical.scores(q), owner
        ),
        "dense, text": lambda q: best_by_document(texts @ encoder.encode_question(q), owner),
        "dense, text + heading": lambda q: best_by_document(
            vectors @ encoder.encode_question(q), owner
        ),
        "ours (Index.search)": ours,
    }
