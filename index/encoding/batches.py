"""Texts -> vectors in batches, so that no text changes the vector of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.encoding.encoder import Progress, Vectors


def in_batches(
    texts: Sequence[str],
    encode: Callable[[list[str]], Vectors],
    *,
    length: Callable[[str], int],
    size: int,
    dimension: int,
    progress: Progress | None = None,
) -> Vectors:
    """Encode texts, grouped by their exact number of tokens.

    So nothing is padded, which saves work, and the arithmetic for a text is the same whatever else
    is in its batch.

    :param encode: embeds at least two texts of one length: `(n, dimension)`.
    :param length: tokens of a text that the model reads.
    :return: `(texts, dimension)` float32, in the order of the texts.
    """
    vectors = np.empty((len(texts), dimension), dtype=np.float32)
    by_length: dict[int, list[int]] = {}
    for row, text in enumerate(texts):
        by_length.setdefault(length(text), []).append(row)
    for tokens in sorted(by_length, reverse=True):  # the longest first: time left is honest
        rows = by_length[tokens]
        for start in range(0, len(rows), size):
            batch = rows[start : start + size]
            chosen = [texts[row] for row in batch]
            # A batch of one takes another path through the matrix libraries and differs in the
            # last bit, so a single text is encoded beside itself.
            padded = chosen * 2 if len(chosen) == 1 else chosen
            vectors[batch] = encode(padded)[: len(chosen)]
            if progress:
                progress(len(batch))
    return vectors
