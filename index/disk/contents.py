"""What stands in an index's data folder: written by a build, read when an index is opened.

Nothing that grows with the documents is read when it is opened, but for a small corpus, of which
every passage is held against its document. Everything is looked up when a question asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from corpus.model import Document, Passage, Reference
from index.calibration.borders import Border
from index.dense import Record, is_large
from index.disk.documents import StoredDocuments, StoredReferences
from index.disk.folder import IndexFolder, Manifest
from index.disk.hashes import Hashes
from index.disk.lines import Lines, write_lines
from index.disk.summary import Summary
from index.errors import CorruptIndex
from index.lexical import Lexical
from index.ranking import Rows
from index.taught import Taught

__all__ = ["Contents", "check_slices", "read_contents", "write_lines"]

_BORDER = "border-"


@dataclass(frozen=True, slots=True)
class Contents:
    """An index as it lies on disk, memory-mapped; `vectors` have one row a passage.

    `starts` has the row at which the passages of each document begin, and at last their number.
    """

    manifest: Manifest
    data: Path
    documents: StoredDocuments
    passages: Lines[Passage]
    references: tuple[Reference, ...]  # of the corpus; a document has its own besides
    all_references: StoredReferences
    starts: Rows
    summary: Summary
    vectors: Record
    lexical: Lexical
    taught: Taught | None
    borders: Mapping[str, Border]  # by the signal that they give

    @property
    def moved(self) -> bool:
        """Whether known questions have moved the vectors that are searched."""
        return self.taught is not None and self.taught.moved

    @property
    def searched(self) -> Record:
        """The vectors that are searched: `(n, dimension)`."""
        return self.taught.vectors if self.taught else self.vectors


def read_contents(place: IndexFolder, hashes: Hashes | None = None) -> Contents:
    """Read an index and hold it against its manifest and its promises.

    :param hashes: may know the files' hashes already; without them all are computed.
    :raises MissingIndex, StaleIndex: see `IndexFolder.manifest`.
    :raises CorruptIndex: a file is not the one that was written or cannot be read, or (unless
        there are so many that `check_slices` is left to verification) a passage is no slice of its
        document.
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
        starts = np.load(data / "starts.npy", allow_pickle=False)
        documents = StoredDocuments(data, starts)
        shared = tuple(Lines(data / "references.jsonl", Reference))
        vectors = np.asarray(np.load(data / "vectors.npy", mmap_mode="r", allow_pickle=False))
        moved = "taught-vectors.npy" in manifest.files
        contents = Contents(
            manifest=manifest,
            data=data,
            documents=documents,
            passages=Lines(data / "passages.jsonl", Passage),
            references=shared,
            all_references=StoredReferences(data, documents, shared),
            starts=starts,
            summary=Summary.open(data),
            vectors=vectors,
            lexical=Lexical.open(data / "lexical", language=manifest.language),
            taught=(
                Taught.open(data, vectors, moved=moved)
                if "taught-pairs.npy" in manifest.files
                else None
            ),
            borders={
                name.removeprefix(_BORDER).removesuffix(".npy"): Border.open(data / name)
                for name in sorted(manifest.files)
                if name.startswith(_BORDER)
            },
        )
    except (OSError, ValueError, KeyError, msgspec.MsgspecError) as error:
        raise CorruptIndex(f"The index in {data} cannot be read ({error})") from None
    _check_shapes(contents)
    if not is_large(manifest.passages):
        check_slices(contents)
    return contents


def _check_shapes(contents: Contents) -> None:
    manifest = contents.manifest
    shape = (manifest.passages, manifest.model.dimension)
    if len(contents.passages) != manifest.passages or contents.vectors.shape != shape:
        raise CorruptIndex(
            f"The index holds {len(contents.passages)} passages and vectors of shape "
            f"{contents.vectors.shape}, not {shape}"
        )
    if contents.taught and contents.taught.vectors.shape != shape:
        raise CorruptIndex(f"The taught vectors have the shape {contents.taught.vectors.shape}")
    starts = contents.starts
    ends = (len(contents.documents) + 1, 0, manifest.passages)
    if (len(starts), *starts[[0, -1]].tolist()) != ends or (np.diff(starts) < 0).any():
        raise CorruptIndex(f"{contents.data / 'starts.npy'} does not belong to the passages")


def check_slices(contents: Contents) -> None:
    """Hold every passage against the text of its document, one document at a time.

    :raises CorruptIndex: a passage is no slice of its document.
    """
    for document, own in _by_document(contents):
        for passage in own:
            same = passage.document_id == document.id
            if not same or document.text[passage.start : passage.end] != passage.text:
                raise CorruptIndex(f"Passage {passage.id!r} is not a part of its document")


def _by_document(contents: Contents) -> Iterator[tuple[Document, Sequence[Passage]]]:
    passages = iter(contents.passages)
    ends = pairwise(contents.starts.tolist())
    for document, (start, end) in zip(contents.documents.values(), ends, strict=True):
        yield document, [next(passages) for _ in range(start, end)]
