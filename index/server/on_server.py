"""Passages, documents and publications that stay on a server, asked for one at a time.

Of none of them is anything kept here but what was asked for last, however many there are. Those on
disk are in `index.disk.lines` and `index.disk.documents`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, Generic, TypeVar, overload

import msgspec

from corpus.model import Document, Passage, Reference
from index.disk.documents import Documents
from index.disk.names import number_of
from index.errors import EngineError
from index.ranking import Rows
from index.server.milvus import LONGEST_TEXT, ROW, TEXT, Milvus
from index.server.pieces import PIECES_AT_ONCE, sealed, unsealed

Key = TypeVar("Key")
Value = TypeVar("Value")

# Documents and publications are found by a number made of their id. The first piece of a document
# says how many pieces it has, and the rows of its passages; the others follow in the next rows.
_NAME, _COUNT, _START, _END = "name", "count", "start", "end"
_ROOM = 1 << 20  # rows from the first piece of a document to that of the next

_PASSAGES_KEPT = 4_096  # in memory, about two kilobytes each
_DOCUMENTS_KEPT = 256
_NAMES_KEPT = 4_096
_PASSAGES_AT_ONCE = 1_000
_DOCUMENTS_AT_ONCE = 50
_REFERENCES_AT_ONCE = 1_000


class Kept(Generic[Key, Value]):
    """What was asked for last. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[Key, Value] = {}
        self._lock = Lock()

    def get(self, keys: Sequence[Key], find: Callable[[list[Key]], Sequence[Value]]) -> list[Value]:
        """The values of keys, in their order; those that are not here are found together."""
        with self._lock:
            here = {key: self._found[key] for key in keys if key in self._found}
        missing = list(dict.fromkeys(key for key in keys if key not in here))
        here |= zip(missing, find(missing), strict=True) if missing else ()
        with self._lock:
            for key in keys:
                self._found.pop(key, None)
                self._found[key] = here[key]
            while len(self._found) > self._most:
                del self._found[next(iter(self._found))]
        return [here[key] for key in keys]


class ServedPassages(Sequence[Passage]):
    """The passages of a table, which has one in the text of each row."""

    def __init__(self, milvus: Milvus, table: str, count: int) -> None:
        self._milvus, self._table, self._count = milvus, table, count
        self._decoder = msgspec.json.Decoder(Passage)
        self._kept: Kept[int, Passage] = Kept(_PASSAGES_KEPT)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> Passage: ...

    @overload
    def __getitem__(self, row: slice) -> list[Passage]: ...

    def __getitem__(self, row: int | slice) -> Passage | list[Passage]:
        if isinstance(row, slice):
            return self.of_rows(range(*row.indices(self._count)))
        if not -self._count <= row < self._count:
            raise IndexError(f"there is no passage {row}")
        return self.of_rows([int(row) % self._count])[0]

    def __iter__(self) -> Iterator[Passage]:
        for start in range(0, self._count, _PASSAGES_AT_ONCE):
            yield from self._read(range(start, min(start + _PASSAGES_AT_ONCE, self._count)))

    def of_rows(self, rows: Sequence[int]) -> list[Passage]:
        """Several passages in one step."""
        return self._kept.get(rows, self._read)

    def _read(self, rows: Sequence[int]) -> list[Passage]:
        found = self._milvus.rows(self._table, list(rows), [TEXT])
        return [self._decoder.decode(one[TEXT]) for one in found]


class ServedDocuments(Documents):
    """The documents that `write_documents` wrote."""

    def __init__(self, milvus: Milvus, table: str, count: int) -> None:
        self._milvus, self._table, self._count = milvus, table, count
        self._decoder = msgspec.json.Decoder(Document)
        self._numbers: Kept[str, int] = Kept(_NAMES_KEPT)
        self._kept: Kept[int, tuple[Document, tuple[int, int]]] = Kept(_DOCUMENTS_KEPT)

    def at(self, number: int) -> Document:
        """See `Documents`."""
        return self._with_rows(number)[0]

    def rows(self, name: str) -> tuple[int, int]:
        """See `Documents`."""
        return self._with_rows(self._number(name))[1]

    def in_order(self) -> Iterator[Document]:
        """See `Documents`."""
        for start in range(0, self._count, _DOCUMENTS_AT_ONCE):
            numbers = range(start, min(start + _DOCUMENTS_AT_ONCE, self._count))
            yield from (document for document, _ in self._read(numbers))

    def __getitem__(self, name: str) -> Document:
        return self.at(self._number(name))

    def __iter__(self) -> Iterator[str]:
        return (document.id for document in self.in_order())

    def __len__(self) -> int:
        return self._count

    def _number(self, name: str) -> int:
        return self._numbers.get([name], lambda names: [self._found(one) for one in names])[0]

    def _found(self, name: str) -> int:
        for one in self._milvus.having(self._table, _NAME, number_of(name), []):
            number = int(one[ROW]) // _ROOM
            if self.at(number).id == name:
                return number
        raise KeyError(name)

    def _with_rows(self, number: int) -> tuple[Document, tuple[int, int]]:
        return self._kept.get([number], self._read)[0]

    def _read(self, numbers: Sequence[int]) -> list[tuple[Document, tuple[int, int]]]:
        firsts = [number * _ROOM for number in numbers]
        found = self._milvus.rows(self._table, firsts, [TEXT, _COUNT, _START, _END])
        others = [
            row
            for first, one in zip(firsts, found, strict=True)
            for row in range(first + 1, first + one[_COUNT])
        ]
        more = self._texts(others)
        read = []
        for one in found:
            pieces = [one[TEXT], *(next(more) for _ in range(1, one[_COUNT]))]
            document = self._decoder.decode(unsealed(pieces, self._milvus))
            read.append((document, (int(one[_START]), int(one[_END]))))
        return read

    def _texts(self, rows: Sequence[int]) -> Iterator[str]:
        for start in range(0, len(rows), PIECES_AT_ONCE):
            some = rows[start : start + PIECES_AT_ONCE]
            yield from (one[TEXT] for one in self._milvus.rows(self._table, some, [TEXT]))


class ServedReferences(Mapping[str, Reference]):
    """The publications that `write_references` wrote."""

    def __init__(self, milvus: Milvus, table: str) -> None:
        self._milvus, self._table = milvus, table
        self._decoder = msgspec.json.Decoder(Reference)
        self._kept: Kept[str, Reference] = Kept(_NAMES_KEPT)

    def __getitem__(self, name: str) -> Reference:
        return self._kept.get([name], lambda names: [self._found(one) for one in names])[0]

    def __iter__(self) -> Iterator[str]:
        count = len(self)
        for start in range(0, count, _REFERENCES_AT_ONCE):
            rows = range(start, min(start + _REFERENCES_AT_ONCE, count))
            for one in self._milvus.rows(self._table, rows, [TEXT]):
                yield self._decoder.decode(one[TEXT]).id

    def __len__(self) -> int:
        return self._milvus.count(self._table)

    def _found(self, name: str) -> Reference:
        for one in self._milvus.having(self._table, _NAME, number_of(name), [TEXT]):
            reference = self._decoder.decode(one[TEXT])
            if reference.id == name:
                return reference
        raise KeyError(name)


def write_documents(
    milvus: Milvus, table: str, documents: Iterable[Document], starts: Rows
) -> None:
    """Make a table of documents.

    :param starts: the row at which the passages of each begin, and at last how many there are.
    """
    milvus.create(table, numbers=(_NAME, _COUNT, _START, _END))
    rows = _document_rows(documents, starts)
    written = milvus.write_texts(table, rows, together=PIECES_AT_ONCE)
    milvus.finish(table, written, found_by=_NAME)


def _document_rows(documents: Iterable[Document], starts: Rows) -> Iterator[dict[str, Any]]:
    for number, document in enumerate(documents):
        first, *others = pieces = sealed(msgspec.json.encode(document).decode())
        yield {
            ROW: number * _ROOM,
            TEXT: first,
            _NAME: number_of(document.id),
            _COUNT: len(pieces),
            _START: int(starts[number]),
            _END: int(starts[number + 1]),
        }
        for row, piece in enumerate(others, number * _ROOM + 1):
            yield {ROW: row, TEXT: piece, _NAME: -1, _COUNT: 0, _START: 0, _END: 0}


def write_references(milvus: Milvus, table: str, references: Iterable[Reference]) -> None:
    """Make a table of publications, each once.

    :raises EngineError: one is too long for a server.
    """
    milvus.create(table, numbers=(_NAME,))
    written = milvus.write_texts(table, _reference_rows(references), together=_REFERENCES_AT_ONCE)
    milvus.finish(table, written, found_by=_NAME)


def _reference_rows(references: Iterable[Reference]) -> Iterator[dict[str, Any]]:
    for row, reference in enumerate(references):
        line = msgspec.json.encode(reference)
        if len(line) > LONGEST_TEXT:
            raise EngineError(f"Publication {reference.id!r} has more characters than Milvus takes")
        yield {ROW: row, TEXT: line.decode(), _NAME: number_of(reference.id)}
