"""The documents of an index and what belongs to them, looked up one at a time.

Here is what anything may ask of documents, wherever they are kept, and those on disk.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from pathlib import Path

import msgspec
import numpy as np

from corpus.model import Document, Passage, Reference
from index.disk.lines import Lines, write_lines
from index.disk.names import Names, NamesWriter
from index.ranking import Rows

_DOCUMENTS = "documents.jsonl"
_NAMES = "documents.names.npy"
_REFERENCE_NAMES = "references.names.npy"
_KEPT = 256  # documents that stay in memory: about two megabytes of leaflets


class _Named(msgspec.Struct):
    """A document of which only the id is wanted."""

    id: str


class Documents(Mapping[str, Document], ABC):
    """The documents by id, in the order of their ids."""

    @abstractmethod
    def at(self, number: int) -> Document:
        """The document with a number, from 0."""

    @abstractmethod
    def rows(self, name: str) -> tuple[int, int]:
        """The rows `start:end` of the passages of the document with an id.

        :raises KeyError: there is none.
        """

    @abstractmethod
    def in_order(self) -> Iterator[Document]:
        """All documents, one after the other; none stays in memory."""

    def values(self) -> ValuesView[Document]:
        """All documents, without a look-up of each."""
        return _Values(self)


class _Values(ValuesView[Document]):
    _mapping: Documents

    def __iter__(self) -> Iterator[Document]:
        return self._mapping.in_order()


class StoredDocuments(Documents):
    """Documents on disk."""

    def __init__(self, folder: Path, starts: Rows) -> None:
        """Open what `write_documents` wrote.

        :param starts: the row at which the passages of each begin, and at last how many there are.
        :raises OSError, ValueError: a file is missing or damaged.
        """
        self._lines: Lines[Document] = Lines(folder / _DOCUMENTS, Document, kept=_KEPT)
        self._ids: Lines[_Named] = Lines(folder / _DOCUMENTS, _Named, kept=0)
        self._names = Names.open(folder / _NAMES)
        self._starts = starts

    def at(self, number: int) -> Document:
        """See `Documents`."""
        return self._lines[number]

    def rows(self, name: str) -> tuple[int, int]:
        """See `Documents`."""
        number = self._number(name)
        return int(self._starts[number]), int(self._starts[number + 1])

    def in_order(self) -> Iterator[Document]:
        """See `Documents`."""
        return iter(self._lines)

    def __getitem__(self, name: str) -> Document:
        return self._lines[self._number(name)]

    def __iter__(self) -> Iterator[str]:
        return (named.id for named in self._ids)

    def __len__(self) -> int:
        return len(self._lines)

    def _number(self, name: str) -> int:
        for number in self._names.numbers(name):
            if self._ids[number].id == name:
                return number
        raise KeyError(name)


class StoredReferences(Mapping[str, Reference]):
    """The publications that documents list, and those that all share, by id; on disk."""

    def __init__(self, folder: Path, documents: Documents, shared: Sequence[Reference]) -> None:
        """Open what `write_documents` wrote.

        :raises OSError, ValueError: the file is missing or damaged.
        """
        self._names = Names.open(folder / _REFERENCE_NAMES)
        self._documents = documents
        self._shared = {reference.id: reference for reference in shared}

    def __getitem__(self, name: str) -> Reference:
        if name in self._shared:
            return self._shared[name]
        for number in self._names.numbers(name):
            for reference in reversed(self._documents.at(number).references):
                if reference.id == name:
                    return reference
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        own = (r.id for document in self._documents.values() for r in document.references)
        return iter(dict.fromkeys((*own, *self._shared)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def write_documents(folder: Path, documents: Iterable[Document]) -> None:
    """Write documents, sorted by id, as they come, and where each and its references are found."""
    names, references = NamesWriter(), NamesWriter()

    def noted() -> Iterator[Document]:
        for number, document in enumerate(documents):
            names.add(document.id, number)
            for reference in document.references:
                references.add(reference.id, number)
            yield document

    write_lines(folder / _DOCUMENTS, noted())
    names.save(folder / _NAMES)
    references.save(folder / _REFERENCE_NAMES)


def starts(documents: Mapping[str, Document], passages: Iterable[Passage]) -> Rows:
    """The row at which the passages of each document begin, and at last how many there are.

    :param passages: in the order of the documents; a document may have none.
    """
    counts = Counter(passage.document_id for passage in passages)
    return np.cumsum([0, *(counts[name] for name in documents)], dtype=np.int64)
