"""Text -> the tokens of a model. The only file that knows tokenizers."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

Numbers = NDArray[np.int32]

__all__ = ["Encoding", "Tokens", "without_lengths"]


class Tokens:
    """A model's tokenizer. Threads may share it."""

    def __init__(self, written: str, *, window: int) -> None:
        """:param written: the tokenizer as JSON.
        :param window: tokens that the model reads, with the marks for beginning and end.
        """
        self._written = written
        self._window = window
        self._whole = _plain(written)

    def count(self, text: str) -> int:
        """Tokens of `text`, without the marks for beginning and end."""
        return len(self._whole.encode(text, add_special_tokens=False).ids)

    def words(self, text: str) -> tuple[Numbers, Numbers]:
        """The tokens as numbers, and the offset in `text` where each begins."""
        found = self._whole.encode(text, add_special_tokens=False)
        starts = [start for start, _ in found.offsets]
        return np.array(found.ids, dtype=np.int32), np.array(starts, dtype=np.int32)

    def read(self, text: str) -> Encoding:
        """What the model reads of `text`: with the marks, cut to the window, never padded."""
        found = self._whole.encode(text)
        return found if len(found.ids) <= self._window else self._cut.encode(text)

    @cached_property
    def _cut(self) -> Tokenizer:
        """One that cuts: which tokens stay is for the tokenizer to say, and few texts need it."""
        tokenizer = _plain(self._written)
        tokenizer.enable_truncation(self._window)
        return tokenizer


def without_lengths(written: str) -> str:
    """A tokenizer as JSON, without the lengths that its last use has left in it."""
    return str(_plain(written).to_str())


def _plain(written: str) -> Tokenizer:
    tokenizer = Tokenizer.from_str(written)
    # A model may come with one that pads every text to a fixed length, which costs five times
    # the work for a question.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
