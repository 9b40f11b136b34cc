"""Nearest vectors. The only file that knows faiss.

Up to `EXACT_LIMIT` passages the search is exact. Above it an inverted-file index finds the
candidates; their scores are then computed from the vectors themselves, so that an approximate
index can miss a passage but never misjudge one.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import CorruptIndex

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

# Here exact search takes 2.5 ms, a third of what embedding the question takes, and it grows in
# proportion (`python -m tests.benchmarks search`).
EXACT_LIMIT = 50_000
_TRAINING_VECTORS_PER_LIST = 64
# Lists searched for a question, an eighth of all but never fewer: what recall@10 of at least 0.98
# takes on real passages (`python -m tests.benchmarks search`).
_PROBES = 64

# One question is one small search: starting threads for it costs more than it saves, and leaves
# the other cores to other questions.
faiss.omp_set_num_threads(1)


class Dense:
    """Search over the vectors of all passages; a row is a passage's place in the index."""

    def __init__(self, vectors: Vectors, index: faiss.Index) -> None:
        self._vectors = vectors
        self._index = index

    @classmethod
    def exact(cls, vectors: Vectors) -> Dense:
        """Compare with every vector: `(n, dimension)` float32."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(vectors, index)

    @classmethod
    def approximate(cls, vectors: Vectors, path: Path) -> Dense:
        """Open what `write_approximate` wrote, memory-mapped.

        The caller has checked the file's hash: faiss must not be given a file that somebody else
        may have written.

        :raises CorruptIndex: faiss cannot read the file, or it holds another number of vectors.
        """
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
        except RuntimeError as error:
            raise CorruptIndex(f"{path} cannot be read by faiss ({error})") from None
        if index.ntotal != len(vectors) or index.d != vectors.shape[1]:
            raise CorruptIndex(
                f"{path} holds {index.ntotal} vectors of {index.d}, not {vectors.shape}"
            )
        return cls(vectors, index)

    def nearest(self, question: Vectors, count: int) -> Rows:
        """Rows of the `count` largest inner products with `question`, in no particular order."""
        count = min(count, len(self._vectors))
        _, rows = self._index.search(question.reshape(1, -1), count)
        return np.asarray(rows[0][rows[0] >= 0], dtype=np.int64)

    def nearest_of_each(self, questions: Vectors, count: int) -> list[Rows]:
        """`nearest` of many questions, `(m, dimension)`, in a tenth of the time."""
        count = min(count, len(self._vectors))
        _, rows = self._index.search(np.ascontiguousarray(questions), count)
        return [np.asarray(found[found >= 0], dtype=np.int64) for found in rows]

    def scores(self, question: Vectors, rows: Rows) -> Vectors:
        """Inner product of `question` with each of `rows`, computed from the vectors.

        Equal vectors get equal scores to the last bit, which a matrix product does not promise.
        """
        return products(self._vectors, question, rows)


def products(vectors: Vectors, question: Vectors, rows: Rows) -> Vectors:
    """Inner product of `question` with each of `rows`; equal rows give equal bits."""
    return np.asarray((vectors[rows].astype(np.float64) * question).sum(axis=1), dtype=np.float32)


def write_approximate(vectors: Vectors, path: Path) -> None:
    """Train and write an inverted-file index over `vectors`."""
    lists = max(1, min(int(4 * np.sqrt(len(vectors))), len(vectors) // _TRAINING_VECTORS_PER_LIST))
    dimension = vectors.shape[1]
    quantizer = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFFlat(quantizer, dimension, lists, faiss.METRIC_INNER_PRODUCT)
    step = max(1, len(vectors) // (lists * _TRAINING_VECTORS_PER_LIST))
    index.train(np.ascontiguousarray(vectors[::step]))
    index.add(np.ascontiguousarray(vectors))
    index.nprobe = max(_PROBES, lists // 8)
    faiss.write_index(index, str(path))
