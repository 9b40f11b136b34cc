# ruff: noqa: T201
"""Exact, inverted-file or HNSW search, at which size: time a question and recall@10."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.sentences import sentence_spans
from index import Index
from index.build import _vectors, heading
from index.dense import EXACT_LIMIT, write_approximate
from tests.benchmarks.data import Options, stored_vectors
from tests.benchmarks.figures import table
from tests.benchmarks.retrieval import medquad_index

_SIZES = (10_000, 20_000, 50_000, 100_000, 200_000)
_SHORTEST = 40  # characters of a sentence
_PROBES = (4, 8, 16, 32, 64, 128)
_EFFORTS = (100, 200, 400, 800)
_QUESTIONS = 300
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
    table(("vectors", "index", "setting", "ms", "recall@10", "build s", "MB"), rows)


def _sentence_vectors(index: Index, path: Path) -> Vectors:
    """Vectors of the sentences as if each were a passage: real ones, beyond those of passages."""
    if not path.exists():
        pairs = set()
        for passage in index.passages:
            document = index.documents[passage.document_id]
            spans = sentence_spans(document.text, passage.start, passage.end)
            long = [document.text[a:b] for a, b in spans if b - a >= _SHORTEST and len(spans) > 1]
            pairs |= {(heading(document, passage), sentence) for sentence in long}
        np.save(path, _vectors(sorted(pairs), {}, index.encoder)[0])
    return np.load(path)


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
