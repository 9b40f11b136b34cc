"""Passages -> vectors, question -> passages."""

from index.build import BuildError, Built, build_index
from index.calibration import Calibration, Found, Point, threshold
from index.encoder import DEFAULT_MODEL, Encoder
from index.errors import (
    CorruptIndex,
    EngineError,
    MissingIndex,
    ModelError,
    StaleIndex,
    UnusableIndex,
)
from index.folder import DEFAULT_STORE, IndexFolder
from index.milvus import Address
from index.pushed import open_pushed
from index.reference import load_encoder, use_one_thread
from index.search import Hit
from index.store import Index, verify_index

__all__ = [
    "DEFAULT_MODEL",
    "DEFAULT_STORE",
    "Address",
    "BuildError",
    "Built",
    "Calibration",
    "CorruptIndex",
    "Encoder",
    "EngineError",
    "Found",
    "Hit",
    "Index",
    "IndexFolder",
    "MissingIndex",
    "ModelError",
    "Point",
    "StaleIndex",
    "UnusableIndex",
    "build_index",
    "load_encoder",
    "open_pushed",
    "threshold",
    "use_one_thread",
    "verify_index",
]
