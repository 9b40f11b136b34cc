"""The exported model: it embeds questions without torch. The only file that knows onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from index.encoding.batches import in_batches
from index.encoding.encoder import Numbers, Progress, Vectors, unit_rows
from index.encoding.rows import Rows
from index.encoding.tokens import Encoding, Tokens

GRAPH, WEIGHTS, TOKENIZER, WORDS = "model.onnx", "weights.bin", "tokenizer.json", "words.npy"
FILES = (GRAPH, WEIGHTS, TOKENIZER, WORDS)
# The graph's input for the rows of `words.npy`, where it does not hold that table itself.
WORD_INPUT = "words"
_BATCH = 16


class LightEncoder:
    """A model as `index.encoding.exported` wrote it. Threads may share it."""

    precision = "float32"

    def __init__(
        self, folder: Path, *, name: str, fingerprint: str, window: int, dimension: int, prompt: str
    ) -> None:
        """Open the files of an export, whose hashes the caller has checked: a runtime must not be
        given a graph that somebody else may have written.

        :raises Exception: whatever the runtime raises for files that it cannot read.
        """
        self.name = name
        self.fingerprint = fingerprint
        self.window = window
        self.dimension = dimension
        self._prompt = prompt
        self._tokens = Tokens((folder / TOKENIZER).read_text(encoding="utf-8"), window=window)
        self._words = Rows(folder / WORDS)
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH), _settings(), providers=["CPUExecutionProvider"]
        )
        self._inputs = [wanted.name for wanted in self._session.get_inputs()]

    def count_tokens(self, text: str, /) -> int:
        return self._tokens.count(text)

    def encode_question(self, question: str, /) -> Vectors:
        return np.asarray(self._encode([question])[0])

    def encode_texts(self, texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        return in_batches(
            texts,
            self._encode,
            length=lambda text: len(self._read(text).ids),
            size=_BATCH,
            dimension=self.dimension,
            progress=progress,
        )

    def _encode(self, texts: list[str]) -> Vectors:
        """Embed texts of one length."""
        read = [self._read(text) for text in texts]
        values = {
            "input_ids": [one.ids for one in read],
            "attention_mask": [one.attention_mask for one in read],
            "token_type_ids": [one.type_ids for one in read],
        }
        given: dict[str, NDArray[np.generic]] = {
            name: self._words[np.array(values["input_ids"])]
            if name == WORD_INPUT
            else np.array(values[name], dtype=np.int64)
            for name in self._inputs
        }
        (vectors,) = self._session.run(None, given)
        return np.asarray(vectors, dtype=np.float32)

    def _read(self, text: str) -> Encoding:
        return self._tokens.read(self._prompt + text)

    def word_ids(self, text: str, /) -> tuple[Numbers, Numbers]:
        return self._tokens.words(text)

    def word_vectors(self, ids: Numbers, /) -> Vectors:
        return unit_rows(self._words[ids])


def _settings() -> onnxruntime.SessionOptions:
    settings = onnxruntime.SessionOptions()
    # A question is too small to be shared out, and the other cores have other questions.
    settings.intra_op_num_threads = 1
    settings.inter_op_num_threads = 1
    settings.log_severity_level = 3  # errors only
    return settings
