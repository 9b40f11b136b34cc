# ruff: noqa: T201
"""Passages embedded a second over a bare model's (goal: 1.0, or 2.0 with bfloat16)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.load import load_corpus
from index import load_encoder
from index.texts import split_corpus
from tests.benchmarks import medquad
from tests.benchmarks.data import Options, bare_model
from tests.benchmarks.figures import table

_PASSAGES = 2_000
_DOCUMENTS = 1_200  # these give a few more passages than that
_CHUNKS = (2_000, 500, 100)

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def run(options: Options) -> None:
    """Embed the same texts in both ways, chunk by chunk, taking turns to go first."""
    some = medquad.rows(options)[0][:_DOCUMENTS]
    encoder, bare = load_encoder(), bare_model()
    corpus = load_corpus(medquad.write_corpus(options.work / "throughput", some))
    texts = [passage.text for passage in split_corpus(corpus, encoder)][:_PASSAGES]
    ours: Encode = encoder.encode_texts
    floor: Encode = lambda part: bare.encode(list(part), batch_size=32)  # noqa: E731
    ours(texts[:64]), floor(texts[:64])
    bfloat16 = encoder.precision == "bfloat16"
    print(f"{len(texts):,} passages; the processor has {'' if bfloat16 else 'no '}bfloat16\n")
    rows = []
    for size in _CHUNKS:
        seconds, nearest = _compare((ours, floor), texts, size)
        rates = len(texts) / seconds
        row = (*(f"{rate:.1f}" for rate in rates), f"{rates[0] / rates[1]:.2f}", f"{nearest:.6f}")
        rows.append((f"{size:,}", *row))
    table(("texts a call", "ours /s", "bare /s", "ratio", "least cosine"), rows)
    print(f"\ngoal: ratio {2.0 if bfloat16 else 1.0} when an index is built (one call for all)")


def _compare(
    ways: tuple[Encode, Encode], texts: Sequence[str], size: int
) -> tuple[NDArray[np.float64], float]:
    """Seconds of each way, and the least cosine between their vectors of one text."""
    seconds = np.zeros(2)
    least = 1.0
    for number, start in enumerate(range(0, len(texts), size)):
        part = texts[start : start + size]
        vectors: dict[int, NDArray[np.float32]] = {}
        for way in (0, 1) if number % 2 else (1, 0):
            begin = time.perf_counter()
            vectors[way] = ways[way](part)
            seconds[way] += time.perf_counter() - begin
        least = min(least, float((vectors[0] * vectors[1]).sum(axis=1).min()))
    return seconds, least
