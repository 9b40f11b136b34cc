"""Vectors of texts, kept on disk.

A build keeps those it has made so far, so that one that was stopped goes on where it was. A store
keeps, for each model, those of the background questions, which every build asks.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoding.encoder import Encoder, Progress, Vectors

# Texts embedded between two writings: what a build that is stopped loses, a few seconds' work.
_PART = 512


class KeptVectors:
    """A file of records: the sha256 of a text, its vector, and a checksum of both.

    Whoever uses it holds the lock of the folder that it lies in.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        """Read what is there, up to the record that was being written when the build stopped.

        :param path: its name says which model and which libraries make the vectors.
        :param encoder: makes those that are missing.
        """
        self._path = path
        self._encoder = encoder
        self._record = np.dtype(
            [("text", "u1", 32), ("vector", "<f4", encoder.dimension), ("check", "<u4")]
        )
        self._known: dict[bytes, Vectors] = {}
        if path.exists():
            whole = path.stat().st_size // self._record.itemsize
            os.truncate(path, whole * self._record.itemsize)
            for record in np.fromfile(path, dtype=self._record):
                if record["check"] == _check(record):
                    self._known[record["text"].tobytes()] = record["vector"]

    def vectors(self, texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        """The vectors of texts, `(n, dimension)`; those that are not there are made and written.

        Texts of one length are embedded together: the longest first, so that time left is honest.
        """
        new = [text for text in texts if _key(text) not in self._known]
        new.sort(key=self._encoder.count_tokens, reverse=True)
        if progress:
            progress(len(texts) - len(new))
        for start in range(0, len(new), _PART):
            part = new[start : start + _PART]
            self._add(part, self._encoder.encode_texts(part, progress=progress))
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._known[_key(text)]
        return vectors

    def _add(self, texts: Iterable[str], vectors: Vectors) -> None:
        records = np.zeros(len(vectors), dtype=self._record)
        for record, text, vector in zip(records, texts, vectors, strict=True):
            record["text"] = np.frombuffer(_key(text), dtype=np.uint8)
            record["vector"] = vector
            record["check"] = _check(record)
            self._known[_key(text)] = vector
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as opened:
            opened.write(records.tobytes())


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _check(record: NDArray[np.void] | np.void) -> int:
    return zlib.crc32(record["vector"].tobytes(), zlib.crc32(record["text"].tobytes()))
