# ruff: noqa: T201
"""Exact, inverted-file or HNSW search, at which size: time a question and recall@10."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.dense import EXACT_LIMIT, write_approximate
from tests.benchmarks.data import Options, stored_vectors
from tests.benchmarks.figures import table
from tests.benchmarks.retrieval import medquad_index

_SIZES = (10_000, 20_000, 50_000, 100_000, 200_000)
_PROBES = (4, 8, 16, 32, 64, 128)
_EFFORTS = (100, 200, 400, 800)
_QUESTIONS = 300
_CANDIDATES = 100  # as many as `Index.search` asks for

Vectors = NDArray[np.float32]


def run(options: Options) -> None:
    """Search the same vectors in every way, one thread, one question at a time."""
    index, folder, asked = medquad_index(options)
    real = stored_vectors(folder, options.store)
    questions = np.array(
        [index.encoder.encode_question(row["question"]) for row in asked[:_QUESTIONS]]
    )
    likeness = _likeness_of_neighbours(real)
    print(f"\n{len(real):,} real vectors, EXACT_LIMIT {EXACT_LIMIT:,}; beyond them, copies with")
    print(f"Gaussian noise, as near to the original (cosine {likeness:.2f}) as the nearest other")
    print(f"passage is at the median. {len(questions)} questions, {_CANDIDATES} candidates each.\n")
    rows = []
    for size in _SIZES:
        vectors = _grown(real, size, likeness)
        rows += [(f"{size:,}", *row) for row in _measured(vectors, questions, options.work)]
        print(f"measured {size:,}", flush=True)
    print()
    table(("vectors", "index", "setting", "ms", "recall@10", "build s", "MB"), rows)


def _likeness_of_neighbours(vectors: Vectors) -> float:
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    some = units[:: max(1, len(units) // 500)]
    return float(np.median(np.partition(some @ units.T, -2, axis=1)[:, -2]))


def _grown(real: Vectors, size: int, likeness: float) -> Vectors:
    generator = np.random.default_rng(0)
    rows = generator.permutation(len(real))
    vectors = real[np.resize(rows, size)]
    copies = vectors[len(real) :]
    noise = generator.standard_normal(copies.shape, dtype=np.float32)
    scale = np.sqrt(1 / likeness**2 - 1) / np.sqrt(real.shape[1])
    vectors[len(real) :] += noise * scale * np.linalg.norm(copies, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors)


def _measured(vectors: Vectors, questions: Vectors, work: Path) -> Iterator[tuple[object, ...]]:
    """(index, setting, ms, recall@10, seconds to build, megabytes) of each way."""
    flat = faiss.IndexFlatIP(vectors.shape[1])
    build = _seconds(lambda: flat.add(vectors))
    truth, exact = _searched(flat, questions)
    bytes_of_vectors = vectors.nbytes / 1e6
    yield "exact", "", f"{exact:.2f}", "1.000", f"{build:.1f}", f"{bytes_of_vectors:.0f}"

    path = work / "approximate.faiss"
    build = _seconds(lambda: write_approximate(vectors, path))
    inverted = faiss.read_index(str(path))
    written = inverted.nprobe
    for probe in sorted({*_PROBES, written}):
        inverted.nprobe = probe
        setting = f"{probe} of {inverted.nlist} lists{' (as written)' * (probe == written)}"
        size = path.stat().st_size / 1e6
        yield "inverted file", setting, *_row(inverted, questions, truth, build, size)

    graph = faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = 100
    build = _seconds(lambda: graph.add(vectors))
    faiss.write_index(graph, str(path))
    for effort in _EFFORTS:
        graph.hnsw.efSearch = effort
        size = path.stat().st_size / 1e6
        yield "HNSW 32", f"efSearch {effort}", *_row(graph, questions, truth, build, size)
    path.unlink()


def _row(
    index: faiss.Index, questions: Vectors, truth: NDArray, build: float, size: float
) -> tuple[str, ...]:
    found, milliseconds = _searched(index, questions)
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, truth, strict=True)])
    return f"{milliseconds:.2f}", f"{recall:.3f}", f"{build:.1f}", f"{size:.0f}"


def _searched(index: faiss.Index, questions: Vectors) -> tuple[NDArray, float]:
    """The ten best rows of each question, and the median milliseconds of a search."""
    index.search(questions[:5], _CANDIDATES)
    times, found = [], []
    for question in questions:
        start = time.perf_counter()
        _, rows = index.search(question.reshape(1, -1), _CANDIDATES)
        times.append(1_000 * (time.perf_counter() - start))
        found.append(rows[0, :10])
    return np.array(found), float(np.median(times))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
