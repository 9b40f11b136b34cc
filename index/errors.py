"""What can be wrong with an index or a model; `mending` in `index.disk.folder` says what to do."""

from __future__ import annotations


class UnusableIndex(Exception):
    """Base of the errors below, for callers that treat them alike."""


class MissingIndex(UnusableIndex):
    """There is no index for this corpus yet."""


class StaleIndex(UnusableIndex):
    """The index was built from other documents, another model or by another version."""


class CorruptIndex(UnusableIndex):
    """A file of the index is missing or is not the one that was written."""


class EngineError(UnusableIndex):
    """A server that holds an index cannot be reached, or does not hold what it should."""


class ModelError(Exception):
    """The embedding model cannot be loaded, or is not the one that it should be."""
