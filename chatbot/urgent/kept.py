"""Vectors and weights of example messages: to make them takes a minute, to read them no time.

Those of the examples that come with the program come with it too. What is made of others is kept
in a folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index.encoding.encoder import Encoder, Vectors

SHIPPED = Path(__file__).parents[1]
_VECTORS = "red_flag_vectors.npz"
_WEIGHTS = "red_flag_weights.npz"
# Vectors are kept as whole numbers from minus this to this, times a scale of their own.
_LARGEST = 127
# What numpy raises for a file that is missing, empty, cut short or something else.
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, BadZipFile)


def embedded(texts: Sequence[str], encoder: Encoder, *, folder: Path | None) -> Vectors:
    """The texts' vectors, `(n, d)`, each coordinate as exact as a byte: those that are shipped,
    those that the folder has, and the rest made and put there.

    :param folder: None keeps nothing.
    """
    shipped = _shipped()
    keys = [_key(text, encoder.fingerprint) for text in texts]
    new = [text for text, key in zip(texts, keys, strict=True) if key not in shipped]
    made = kept(
        (encoder.fingerprint, encoder.precision, *new),
        lambda: encoder.encode_texts(new),
        shape=(len(new), encoder.dimension),
        folder=folder if new else None,
    )
    others = iter(_whole(*_scaled(made)))
    return np.array([shipped[key] if key in shipped else next(others) for key in keys], np.float32)


def ship(
    texts: Sequence[str], encoder: Encoder, made_from: Sequence[str], fit: Callable[[], Vectors]
) -> None:
    """Write what `embedded` and `kept` take from the program's own files.

    :param fit: makes, of those vectors, what `kept` is asked for with the same `made_from`.
    """
    keys = np.array([_key(text, encoder.fingerprint) for text in texts], dtype=np.uint64)
    numbers, scales = _scaled(encoder.encode_texts(texts))
    _put(_VECTORS, keys=keys, numbers=numbers, scales=scales)
    _put(_WEIGHTS, key=np.array(_name(made_from)), weights=fit())


def _put(name: str, **arrays: Any) -> None:
    """Write a file of the program, whole or not at all."""
    unfinished = SHIPPED / f"{name}.{os.getpid()}.tmp"
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)
    unfinished.replace(SHIPPED / name)


def _scaled(vectors: Vectors) -> tuple[NDArray[np.int8], Vectors]:
    """Vectors as whole numbers, `(n, d)`, and what to multiply each with, `(n, 1)`."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    scales = (largest / _LARGEST).astype(np.float32)
    return np.round(vectors / scales).astype(np.int8), scales


def _whole(numbers: NDArray[np.int8], scales: Vectors) -> Vectors:
    return np.asarray(numbers * scales, dtype=np.float32)


def _shipped() -> dict[int, Vectors]:
    try:
        with np.load(SHIPPED / _VECTORS, allow_pickle=False) as found:
            vectors = _whole(found["numbers"], found["scales"])
            return dict(zip(found["keys"].tolist(), vectors, strict=True))
    except _UNREADABLE:
        return {}


def _key(text: str, fingerprint: str) -> int:
    return int.from_bytes(sha256(f"{fingerprint}\0{text}".encode()).digest()[:8])


def _name(made_from: Sequence[str]) -> str:
    return sha256("\0".join(made_from).encode()).hexdigest()[:16]


def kept(
    made_from: Sequence[str],
    make: Callable[[], Vectors],
    *,
    shape: tuple[int, ...],
    folder: Path | None,
) -> Vectors:
    """Numbers that are shipped, or else from the folder if it has them, else made and put there.

    They go by a hash of what they are made from, so anything else never finds them. A folder that
    cannot be written is no error.

    :param folder: None keeps nothing.
    """
    name = _name(made_from)
    with suppress(*_UNREADABLE), np.load(SHIPPED / _WEIGHTS, allow_pickle=False) as shipped:
        if str(shipped["key"]) == name:
            return np.asarray(shipped["weights"])
    if folder is None:
        return make()
    path = folder / f"examples-{name}.npy"
    try:
        found: Vectors = np.load(path, allow_pickle=False)
        if found.shape == shape:
            return found
    except _UNREADABLE:
        pass
    made = make()
    _keep(made, path)
    return made


def _keep(numbers: Vectors, path: Path) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.save(file, numbers, allow_pickle=False)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
