"""Vectors and weights of example messages, kept in a folder: to make them takes seconds, to read
them none.
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

Number = TypeVar("Number", np.float32, np.float64)


def embedded(texts: Sequence[str], encoder: Encoder, *, folder: Path | None) -> Vectors:
    """The texts' vectors, `(n, d)`: from the folder if it has them, else made and put there.

    :param folder: None keeps nothing.
    """
    return kept(
        (encoder.fingerprint, encoder.precision, *texts),
        lambda: encoder.encode_texts(texts),
        shape=(len(texts), encoder.dimension),
        folder=folder,
    )


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
