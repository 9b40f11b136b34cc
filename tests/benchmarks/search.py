# ruff: noqa: T201
"""Exact search, or which approximate one, at which size: time a question, recall@10, bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.sentences import sentence_spans
from index import Index
from index.dense import EXACT_LIMIT, Dense, write_approximate
from index.gather import embedded
from index.texts import heading
from tests.benchmarks.data import Options, stored_vectors
from tests.benchmarks.figures import table
from tests.benchmarks.retrieval import medquad_index

_SIZES = (10_000, 20_000, 50_000, 100_000, 200_000)
_SHORTEST = 40  # characters of a sentence
_PROBES = (4, 8, 16, 32, 64, 128)
_EFFORTS = (100, 200, 400, 800)
_QUESTIONS = 300
_TEN = 10
_OURS = "RaBitQ, ours"
_CANDIDATES = 100  # as many as `Index.search` asks for

Vectors = NDArray[np.float32]


def run(options: Options) -> None:
    """Search the same vectors in every way, one thread, one question at a time."""
    index, folder, asked = medquad_index(options)
    passages = stored_vectors(folder, options.store)
    questions = np.array(
        [index.encoder.encode_question(row["question"]) for row in asked[:_QUESTIONS]]
    )
    generator = np.random.default_rng(0)
    sentences = _sentence_vectors(index, options.work / f"sentences-{len(passages)}.npy")
    everything = np.concatenate([generator.permutation(passages), generator.permutation(sentences)])
    print(f"\n{len(passages):,} vectors of passages, then {len(sentences):,} of their sentences;")
    print(f"{len(questions)} questions, {_CANDIDATES} candidates; EXACT_LIMIT {EXACT_LIMIT:,}\n")
    rows = []
    for size in sorted({min(size, len(everything)) for size in (*_SIZES, len(passages))}):
        vectors = np.ascontiguousarray(everything[:size])
        rows += [(f"{size:,}", *row) for row in _measured(vectors, questions, options.work)]
        print(f"measured {size:,}", flush=True)
    print()
    table(("vectors", "index", "setting", "ms", "recall@10", "build s", "bytes"), rows)


def _sentence_vectors(index: Index, path: Path) -> Vectors:
    """Vectors of the sentences as if each were a passage: real ones, beyond those of passages."""
    if not path.exists():
        pairs = set()
        for passage in index.passages:
            document = index.documents[passage.document_id]
            spans = sentence_spans(document.text, passage.start, passage.end)
            long = [document.text[a:b] for a, b in spans if b - a >= _SHORTEST and len(spans) > 1]
            pairs |= {(heading(document, passage), sentence) for sentence in long}
        np.save(path, embedded(sorted(pairs), index.encoder.encode_texts, lambda _: None))
    return np.load(path)


def _measured(vectors: Vectors, questions: Vectors, work: Path) -> Iterator[tuple[object, ...]]:
    """(index, setting, ms, recall@10, seconds to build, bytes a vector) of each way.

    What is found by rough scores is scored again from float16, as in use.
    """
    flat = faiss.IndexFlatIP(vectors.shape[1])
    build = _seconds(lambda: flat.add(vectors))
    truth, exact = _searched(Dense(vectors, flat, exact=True), questions)
    yield "exact", "", f"{exact:.2f}", "1.000", f"{build:.1f}", f"{4 * vectors.shape[1]}"

    path, record = work / "approximate.faiss", vectors.astype(np.float16)
    build = _seconds(lambda: write_approximate(record, path))
    ours = Dense.approximate(record, path)._index
    for name, index in ((_OURS, ours), *_others(vectors.shape[1], ours.nlist)):
        if name != _OURS:
            step = max(1, len(vectors) // (100 * ours.nlist))
            build = _seconds(partial(_filled, index, vectors, step))
            faiss.write_index(index, str(path))
        size = path.stat().st_size / len(vectors)
        for probe in sorted({*_PROBES, ours.nprobe} if name == _OURS else _PROBES):
            index.nprobe = probe
            found, milliseconds = _searched(Dense(record, index, exact=False), questions)
            setting = f"{probe} of {ours.nlist} lists"
            yield name, setting, *_row(found, truth, milliseconds, build, size)

    graph = faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = 100
    build = _seconds(lambda: graph.add(vectors))
    faiss.write_index(graph, str(path))
    size = path.stat().st_size / len(vectors)
    for effort in _EFFORTS:
        graph.hnsw.efSearch = effort
        found, milliseconds = _searched(Dense(record, graph, exact=False), questions)
        yield "HNSW 32", f"efSearch {effort}", *_row(found, truth, milliseconds, build, size)
    path.unlink()


def _filled(index: faiss.Index, vectors: Vectors, step: int) -> None:
    index.train(vectors[::step])
    index.add(vectors)


def _others(dimension: int, lists: int) -> list[tuple[str, faiss.Index]]:
    """Inverted files with other codes."""
    product = faiss.METRIC_INNER_PRODUCT

    def lists_of() -> faiss.Index:
        quantizer = faiss.IndexFlatIP(dimension)
        quantizer.this.disown()  # the index that uses it deletes it
        return quantizer

    found = [
        ("PQ 96 x 4", faiss.IndexIVFPQFastScan(lists_of(), dimension, lists, 96, 4, product)),
        ("PQ 192 x 4", faiss.IndexIVFPQFastScan(lists_of(), dimension, lists, 192, 4, product)),
        ("float32", faiss.IndexIVFFlat(lists_of(), dimension, lists, product)),
    ]
    for _, index in found:
        index.own_fields = True
    return found


def _row(
    found: NDArray, truth: NDArray, milliseconds: float, build: float, size: float
) -> tuple[str, ...]:
    recall = np.mean([len(np.intersect1d(a, b)) / _TEN for a, b in zip(found, truth, strict=True)])
    return f"{milliseconds:.2f}", f"{recall:.3f}", f"{build:.1f}", f"{size:.0f}"


def _searched(dense: Dense, questions: Vectors) -> tuple[NDArray, float]:
    """The ten best rows of each question, and the median milliseconds of a search."""
    for question in questions[:5]:
        dense.nearest(question, _CANDIDATES)
    times, best = [], []
    for question in questions:
        start = time.perf_counter()
        rows = dense.nearest(question, _CANDIDATES)
        times.append(1_000 * (time.perf_counter() - start))
        best.append(rows[np.argsort(-dense.scores(question, rows), kind="stable")[:_TEN]])
    return np.array(best), float(np.median(times))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
