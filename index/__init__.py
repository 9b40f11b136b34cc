"""Passages -> vectors, question -> passages."""

from index.build import BuildError, Built, build_index
from index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from index.errors import CorruptIndex, MissingIndex, ModelError, StaleIndex, UnusableIndex
from index.folder import DEFAULT_STORE, IndexFolder
from index.store import Hit, Index, verify_index

__all__ = [
    "DEFAULT_MODEL",
    "DEFAULT_STORE",
    "BuildError",
    "Built",
    "CorruptIndex",
    "Encoder",
    "Hit",
    "Index",
    "IndexFolder",
    "MissingIndex",
    "ModelError",
    "StaleIndex",
    "UnusableIndex",
    "build_index",
    "load_encoder",
    "verify_index",
]
