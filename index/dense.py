"""Nearest vectors. The only file that knows faiss.

Up to `EXACT_LIMIT` passages the search is exact. Above it the vectors are stored in half the bytes
(float16), and an index with a bit a dimension (RaBitQ in inverted lists) finds the candidates;
their scores are then computed from the vectors themselves, so that an approximate index can miss a
passage but never misjudge one.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import CorruptIndex
from index.ranking import Rows

Vectors = NDArray[np.float32]
Record = NDArray[np.floating]  # vectors as they are stored: float32, or float16 of many


# Here exact search takes 2.5 ms, a third of what embedding the question takes, and it grows in
# proportion (`python -m tests.benchmarks search`).
EXACT_LIMIT = 50_000
APPROXIMATE = "approximate.faiss"
_TRAINING_VECTORS_PER_LIST = 40
_ADDED = 50_000  # vectors that are in memory at once while an index is written
# Lists searched for a question: this share of all, but never fewer than so many, which is what
# recall@10 of at least 0.98 takes (`python -m tests.benchmarks million`).
_PROBED = 1 / 12
_PROBES = 200
# Candidates taken by their rough scores, for each that is wanted by its own.
_ROUGH = 4
_LEAST_ROUGH = 200

# One question is one small search: starting threads for it costs more than it saves, and leaves
# the other cores to other questions.
faiss.omp_set_num_threads(1)


def is_large(passages: int) -> bool:
    """Whether so many passages are searched approximately, with vectors of half the size."""
    return passages > EXACT_LIMIT


def record_type(passages: int) -> type[np.floating]:
    """The numbers that the vectors of so many passages are stored in."""
    return np.float16 if is_large(passages) else np.float32


class Dense:
    """Search over the vectors of all passages; a row is a passage's place in the index."""

    def __init__(self, vectors: Record, index: faiss.Index, *, exact: bool) -> None:
        self._vectors: Record = np.asarray(vectors)
        self._index = index
        self._exact = exact

    @classmethod
    def exact(cls, vectors: Record) -> Dense:
        """Compare with every vector: `(n, dimension)`."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(vectors, index, exact=True)

    @classmethod
    def approximate(cls, vectors: Record, path: Path) -> Dense:
        """Open what `write_approximate` wrote.

        The caller has checked the file's hash: faiss must not be given a file that somebody else
        has written.

        :raises CorruptIndex: faiss cannot read the file, or it holds another number of vectors.
        """
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
        except RuntimeError as error:
            raise CorruptIndex(f"{path} cannot be read by faiss ({error})") from None
        if not isinstance(index, faiss.IndexIVF) or (index.ntotal, index.d) != vectors.shape:
            raise CorruptIndex(
                f"{path} holds {index.ntotal} vectors of {index.d}, not {vectors.shape}"
            )
        index.nprobe = min(index.nlist, max(_PROBES, int(index.nlist * _PROBED)))
        return cls(vectors, index, exact=False)

    def nearest(self, question: Vectors, count: int) -> Rows:
        """Rows of the `count` largest inner products with `question`, in no particular order."""
        count = min(count, len(self._vectors))
        if self._exact:
            return self._found(question, count)
        rough = min(max(_ROUGH * count, _LEAST_ROUGH), len(self._vectors))
        rows = self._found(question, rough)
        if len(rows) <= count:
            return rows
        scores = np.vecdot(self._vectors[rows].astype(np.float32), question)
        return rows[np.argpartition(scores, -count)[-count:]]

    def _found(self, question: Vectors, count: int) -> Rows:
        _, rows = self._index.search(question.reshape(1, -1), count)
        return np.asarray(rows[0][rows[0] >= 0], dtype=np.int64)

    def nearest_of_each(self, questions: Vectors, count: int) -> list[Rows]:
        """`nearest` of many questions, `(m, dimension)`; in a tenth of the time where all are
        compared.
        """
        if not self._exact:
            return [self.nearest(question, count) for question in questions]
        count = min(count, len(self._vectors))
        _, rows = self._index.search(np.ascontiguousarray(questions), count)
        return [np.asarray(found[found >= 0], dtype=np.int64) for found in rows]

    def scores(self, question: Vectors, rows: Rows) -> Vectors:
        """Inner product of `question` with each of `rows`, computed from the vectors.

        Equal vectors get equal scores to the last bit, which a matrix product does not promise.
        """
        return products(self._vectors, question, rows)


def products(vectors: Record, question: Vectors, rows: Rows) -> Vectors:
    """Inner product of `question` with each of `rows`; equal rows give equal bits."""
    wide = np.asarray(vectors)[rows].astype(np.float64)
    return np.asarray((wide * question).sum(axis=1), dtype=np.float32)


def write_approximate(vectors: Record, path: Path) -> None:
    """Train and write an approximate index over `vectors`, a part of them in memory at a time."""
    lists = max(1, min(int(4 * np.sqrt(len(vectors))), len(vectors) // _TRAINING_VECTORS_PER_LIST))
    dimension = vectors.shape[1]
    quantizer = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFRaBitQFastScan(quantizer, dimension, lists, faiss.METRIC_INNER_PRODUCT)
    step = max(1, len(vectors) // (lists * _TRAINING_VECTORS_PER_LIST))
    index.train(np.ascontiguousarray(vectors[::step], dtype=np.float32))
    for start in range(0, len(vectors), _ADDED):
        index.add(np.ascontiguousarray(vectors[start : start + _ADDED], dtype=np.float32))
    faiss.write_index(index, str(path))
