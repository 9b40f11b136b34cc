"""The documents of an index and what belongs to them, looked up on disk one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Passage, Reference
from index.lines import Lines, write_lines
from index.names import Names, NamesWriter

Rows = NDArray[np.int64]

_DOCUMENTS = "documents.jsonl"
_NAMES = "documents.names.npy"
_REFERENCE_NAMES = "references.names.npy"
_KEPT = 256  # documents that stay in memory: about two megabytes of leaflets


class _Named(msgspec.Struct):
    """A document of which only the id is wanted."""

    id: str


class Documents(Mapping[str, Document]):
    """The documents by id, in the order of their ids."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_documents` wrote.

        :raises OSError, ValueError: a file is missing or damaged.
        """
        self._lines: Lines[Document] = Lines(folder / _DOCUMENTS, Document, kept=_KEPT)
        self._ids: Lines[_Named] = Lines(folder / _DOCUMENTS, _Named, kept=0)
        self._names = Names.open(folder / _NAMES)

    def at(self, number: int) -> Document:
        """The document with a number, from 0."""
        return self._lines[number]

    def number(self, name: str) -> int:
        """The number of the document with an id.

        :raises KeyError: there is none.
        """
        for number in self._names.numbers(name):
            if self._ids[number].id == name:
                return number
        raise KeyError(name)

    def __getitem__(self, name: str) -> Document:
        return self._lines[self.number(name)]

    def __iter__(self) -> Iterator[str]:
        return (named.id for named in self._ids)

    def __len__(self) -> int:
        return len(self._lines)

    def values(self) -> ValuesView[Document]:
        return _Values(self)

    def in_order(self) -> Iterator[Document]:
        """All documents, one after the other; none stays in memory."""
        return iter(self._lines)


class _Values(ValuesView[Document]):
    """The documents without a look-up of each."""

    _mapping: Documents

    def __iter__(self) -> Iterator[Document]:
        return self._mapping.in_order()


class References(Mapping[str, Reference]):
    """The publications that documents list, and those that all share, by id."""

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
