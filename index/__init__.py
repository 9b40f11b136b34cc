"""Passages -> vectors, question -> passages."""

from index.build import BuildError, Built, build_index
from index.calibration import Calibration, Found, Point, threshold
from index.disk.folder import DEFAULT_STORE, IndexFolder
from index.encoding.encoder import DEFAULT_MODEL, Encoder
from index.encoding.reference import load_encoder, use_one_thread
from index.errors import (
    CorruptIndex,
    EngineError,
    MissingIndex,
    ModelError,
    StaleIndex,
    UnusableIndex,
)
from index.search import Hit
from index.server.milvus import Address
from index.server.pushed import open_pushed
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
