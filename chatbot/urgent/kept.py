"""Vectors of example messages, kept in a folder: to make them takes seconds, to read them none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np

from index.encoder import Encoder, Vectors


def embedded(texts: Sequence[str], encoder: Encoder, *, folder: Path | None) -> Vectors:
    """The texts' vectors, `(n, d)`: from the folder if it has them, else made and put there.

    The file's name holds a hash of the texts and of the model, so another text or another model
    never finds it. A folder that cannot be written is no error.

    :param folder: None keeps nothing.
    """
    if folder is None:
        return encoder.encode_texts(texts)
    named = "\0".join((encoder.fingerprint, encoder.precision, *texts))
    path = folder / f"examples-{sha256(named.encode()).hexdigest()[:16]}.npy"
    try:
        vectors: Vectors = np.load(path, allow_pickle=False)
        if vectors.shape == (len(texts), encoder.dimension):
            return vectors
    except (OSError, ValueError):
        pass
    vectors = encoder.encode_texts(texts)
    _keep(vectors, path)
    return vectors


def _keep(vectors: Vectors, path: Path) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.save(file, vectors, allow_pickle=False)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
