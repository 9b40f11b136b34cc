"""What stands in an index's data folder: written by a build, read when an index is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Passage, Reference
from index.calibration.borders import Border
from index.errors import CorruptIndex
from index.folder import IndexFolder, Manifest
from index.hashes import Hashes
from index.lexical import Lexical
from index.taught import Taught

_BORDER = "border-"
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Contents:
    """An index as it lies on disk; `vectors` are memory-mapped, one row a passage."""

    manifest: Manifest
    data: Path
    documents: Mapping[str, Document]
    passages: tuple[Passage, ...]
    references: tuple[Reference, ...]  # of the corpus; a document has its own besides
    vectors: Vectors
    lexical: Lexical
    taught: Taught | None
    borders: Mapping[str, Border]  # by the signal that they give


def read_contents(place: IndexFolder, hashes: Hashes | None = None) -> Contents:
    """Read an index and hold it against its manifest and its promises.

    :param hashes: may know the files' hashes already; without them all are computed.
    :raises MissingIndex, StaleIndex: see `IndexFolder.manifest`.
    :raises CorruptIndex: a file is not the one that was written or cannot be read, or a passage
        is no slice of its document.
    """
    manifest = place.manifest()
    try:
        return _read(place, manifest, hashes)
    except CorruptIndex:
        # A build may have replaced the index between the manifest and the files.
        newer = place.manifest()
        if newer == manifest:
            raise
        return _read(place, newer, hashes)


def _read(place: IndexFolder, manifest: Manifest, hashes: Hashes | None) -> Contents:
    data = place.check(manifest, hashes)
    try:
        contents = Contents(
            manifest=manifest,
            data=data,
            documents={d.id: d for d in _read_lines(data / "documents.jsonl", Document)},
            passages=tuple(_read_lines(data / "passages.jsonl", Passage)),
            references=tuple(_read_lines(data / "references.jsonl", Reference)),
            vectors=np.asarray(np.load(data / "vectors.npy", mmap_mode="r", allow_pickle=False)),
            lexical=Lexical.open(data / "lexical", language=manifest.language),
            taught=Taught.open(data) if "taught-vectors.npy" in manifest.files else None,
            borders={
                name.removeprefix(_BORDER).removesuffix(".npy"): Border.open(data / name)
                for name in sorted(manifest.files)
                if name.startswith(_BORDER)
            },
        )
    except (OSError, ValueError, KeyError, msgspec.MsgspecError) as error:
        raise CorruptIndex(f"The index in {data} cannot be read ({error})") from None
    _check_promises(contents)
    return contents


def _check_promises(contents: Contents) -> None:
    manifest = contents.manifest
    shape = (manifest.passages, manifest.model.dimension)
    if len(contents.passages) != manifest.passages or contents.vectors.shape != shape:
        raise CorruptIndex(
            f"The index holds {len(contents.passages)} passages and vectors of shape "
            f"{contents.vectors.shape}, not {shape}"
        )
    if contents.taught and contents.taught.vectors.shape != shape:
        raise CorruptIndex(f"The taught vectors have the shape {contents.taught.vectors.shape}")
    for passage in contents.passages:
        document = contents.documents.get(passage.document_id)
        if document is None or document.text[passage.start : passage.end] != passage.text:
            raise CorruptIndex(f"Passage {passage.id!r} is not a part of its document")


def write_lines(path: Path, items: Iterable[object]) -> None:
    """Write one JSON object a line."""
    with path.open("wb") as opened:
        for item in items:
            opened.write(msgspec.json.encode(item) + b"\n")


def _read_lines(path: Path, kind: type[Any]) -> list[Any]:
    decoder = msgspec.json.Decoder(kind)
    return [decoder.decode(line) for line in path.read_bytes().splitlines()]
