"""Vectors and weights of example messages: to make them takes seconds, to read them none.

The vectors of the examples that come with the program come with it too. What is made of others is
kept in a folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.encoding.encoder import Encoder, Vectors

SHIPPED = Path(__file__).parents[1] / "red_flag_vectors.npz"

Number = TypeVar("Number", np.float32, np.float64)


def embedded(texts: Sequence[str], encoder: Encoder, *, folder: Path | None) -> Vectors:
    """The texts' vectors, `(n, d)`, as exact as float16: those that are shipped, those that the
    folder has, and the rest made and put there.

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
    others = iter(made.astype(np.float16))
    return np.array([shipped[key] if key in shipped else next(others) for key in keys], np.float32)


def ship(texts: Sequence[str], encoder: Encoder) -> None:
    """Write what `embedded` takes from the program's own files."""
    keys = [_key(text, encoder.fingerprint) for text in texts]
    vectors = encoder.encode_texts(texts).astype(np.float16)
    np.savez(SHIPPED, keys=np.array(keys, dtype=np.uint64), vectors=vectors)


def _shipped() -> dict[int, NDArray[np.float16]]:
    try:
        with np.load(SHIPPED, allow_pickle=False) as found:
            return dict(zip(found["keys"].tolist(), found["vectors"], strict=True))
    except OSError:
        return {}


def _key(text: str, fingerprint: str) -> int:
    return int.from_bytes(sha256(f"{fingerprint}\0{text}".encode()).digest()[:8])


def kept(
    made_from: Sequence[str],
    make: Callable[[], NDArray[Number]],
    *,
    shape: tuple[int, ...],
    folder: Path | None,
) -> NDArray[Number]:
    """Numbers from the folder if it has them, else made and put there.

    The file's name holds a hash of what they are made from, so anything else never finds it. A
    folder that cannot be written is no error.

    :param folder: None keeps nothing.
    """
    if folder is None:
        return make()
    key = sha256("\0".join(made_from).encode()).hexdigest()[:16]
    path = folder / f"examples-{key}.npy"
    try:
        found: NDArray[Number] = np.load(path, allow_pickle=False)
        if found.shape == shape:
            return found
    except (OSError, ValueError):
        pass
    made = make()
    _keep(made, path)
    return made


def _keep(numbers: NDArray[Any], path: Path) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.save(file, numbers, allow_pickle=False)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
