"""What an index was made by: an index that something else has made is made anew."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.disk.contents import Contents
from index.disk.folder import ModelRecord
from index.encoding.encoder import Encoder

# Another version of one of these may read, split, tokenise or embed the same file differently.
_LIBRARIES = (
    "bm25s", "faiss-cpu", "lxml", "markdown-it-py", "mdit-py-plugins", "numpy", "onnxruntime",
    "pypdfium2", "PyStemmer", "PyYAML", "scikit-learn", "scipy", "selectolax",
    "sentence-transformers", "sentencex", "tokenizers", "torch", "transformers",
)  # fmt: skip


def libraries() -> dict[str, str]:
    """Versions of the libraries that decide what stands in an index."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


@cache
def program() -> str:
    """The sha256 of this program's own code that reads, splits and searches documents.

    Passages that other code has made are not served: a change of the splitter counts as a change
    of the documents. Vectors are kept as long as their texts are the same.
    """
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for package in ("corpus", "index"):
        for path in sorted(path for path in (root / package).rglob("*") if _is_program(path)):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _is_program(path: Path) -> bool:
    """Code, or the numbers and questions that the calibration starts from."""
    return path.suffix == ".py" or (path.parent.name == "calibration" and "json" in path.suffix)


def model_record(encoder: Encoder) -> ModelRecord:
    """The model as a manifest names it."""
    return ModelRecord(
        name=encoder.name,
        fingerprint=encoder.fingerprint,
        precision=encoder.precision,
        dimension=encoder.dimension,
        window=encoder.window,
    )


def means(encoder: Encoder) -> str:
    """A name for vectors that were made by the same model, libraries and arithmetic."""
    means = repr((model_record(encoder), sorted(libraries().items())))
    return hashlib.sha256(means.encode()).hexdigest()[:16]


def is_ours(last: Contents | None) -> bool:
    """Whether this very program has read and split the documents of an index."""
    return last is not None and last.manifest.program == program()
