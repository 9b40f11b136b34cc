"""Text -> vectors: what the index needs of a model. Two classes provide it.

`index.encoding.reference` is the model as sentence-transformers runs it: it embeds the documents
and says what is right. `index.encoding.light` is the same model exported once, which starts at
once: it embeds questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int32]
Progress = Callable[[int], None]

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
# Of the file model.safetensors as public projects pin it for this model. The package that carries
# it is not published by the model's authors, so its contents are believed only with this hash.
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Embed(Protocol):
    """Embeds texts as `Encoder.encode_texts` does."""

    def __call__(self, texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        """`(n, dimension)` float32, unit rows."""


class Encoder(Protocol):
    """What the index needs of a model. Tests use a small deterministic one of their own."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    @property
    def fingerprint(self) -> str:
        """The sha256 of the weights: questions and passages must be embedded with the same."""

    @property
    def precision(self) -> str:
        """The arithmetic that passages are embedded with: "float32" or "bfloat16"."""

    @property
    def window(self) -> int:
        """Tokens read from a text, with the marks for beginning and end; the rest is ignored."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def count_tokens(self, text: str, /) -> int:
        """Tokens of `text`, without the marks for beginning and end."""

    def encode_texts(self, texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        """Embed passages or headings: `(n, dimension)` float32, unit rows.

        A row depends on its own text alone, bit for bit, never on its neighbours: that is what
        lets an incremental build write the same bytes as a full one.
        """

    def encode_question(self, question: str, /) -> Vectors:
        """Embed one question: `(dimension,)` float32, length 1."""

    def word_ids(self, text: str, /) -> tuple[Numbers, Numbers]:
        """The words (or parts of words) of `text` as numbers, and the offset where each begins."""

    def word_vectors(self, ids: Numbers, /) -> Vectors:
        """Vectors of words, each by itself: `(words, any)` float32, unit rows.

        Cheap, for telling which sentence of a passage is nearest to a question.
        """


def unit_rows(vectors: Vectors) -> Vectors:
    """Rows divided by their length; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
