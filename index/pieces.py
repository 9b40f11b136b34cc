"""Texts of any length in a table whose texts have a limit: cut in pieces, one row each.

A head in the first rows says where everything is; it is what a server's name for an index leads to.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from index.errors import CorruptIndex, EngineError, StaleIndex
from index.folder import Manifest
from index.milvus import LONGEST_TEXT, TEXT, Milvus

LAYOUT = 1
_CHARACTERS = LONGEST_TEXT // 4  # which have four bytes at most
_AT_ONCE = 200  # pieces asked for together: at most thirteen megabytes


class Span(msgspec.Struct, frozen=True):
    """Rows of the pieces of one text, and the sha256 of the whole."""

    first: int
    count: int
    sha256: str


class Head(msgspec.Struct, frozen=True):
    """What was pushed.

    `digest` is the sha256 of everything that was. `manifest` is that of the index, `documents` the
    places of the documents and `files` those files of the index that are read whole, by name.
    """

    layout: int
    name: str
    digest: str
    passages: str  # the table of them
    manifest: Span
    documents: Span
    files: dict[str, Span]


class Places(msgspec.Struct, frozen=True):
    """Where the documents are: the id and the span of each, in their order, and the number of the
    document that lists a reference, by the id of the reference.
    """

    documents: dict[str, Span]
    references: dict[str, int]


def digest_of(manifest: Manifest) -> str:
    """What a head says of an index that was pushed whole by this version."""
    return hashlib.sha256(f"{LAYOUT} {manifest.checksum}".encode()).hexdigest()


class PieceWriter:
    """Writes texts one after the other; row 0 is kept for the head."""

    def __init__(self, milvus: Milvus, table: str) -> None:
        self._milvus, self._table = milvus, table
        self._next = 1
        self._waiting: list[tuple[int, str]] = []

    def text(self, content: bytes) -> Span:
        """Write what is UTF-8."""
        return self._add(content.decode(), hashlib.sha256(content).hexdigest())

    def file(self, content: bytes) -> Span:
        """Write any bytes."""
        return self._add(base64.b64encode(content).decode(), hashlib.sha256(content).hexdigest())

    def head(self, head: Head) -> int:
        """Write the head and all that is waiting.

        :return: how many rows there are now.
        :raises EngineError: the head has more than one piece, so many files are there.
        """
        text = msgspec.json.encode(head).decode()
        if len(text) > _CHARACTERS:
            raise EngineError("The index has more files than can be pushed")
        self._waiting.append((0, text))
        self._write()
        return self._next

    def _add(self, text: str, sha256: str) -> Span:
        first = self._next
        for start in range(0, len(text), _CHARACTERS):
            self._waiting.append((self._next, text[start : start + _CHARACTERS]))
            self._next += 1
            if len(self._waiting) == _AT_ONCE:
                self._write()
        return Span(first, self._next - first, sha256)

    def _write(self) -> None:
        self._milvus.write_texts(self._table, self._waiting)
        self._waiting = []


class Pieces:
    """Reads what a `PieceWriter` wrote, and holds it against its hash."""

    def __init__(self, milvus: Milvus, table: str) -> None:
        self._milvus, self._table = milvus, table

    def head(self) -> Head:
        """:raises StaleIndex: another version of this program pushed the index."""
        (text,) = self._read([0])
        try:
            return msgspec.json.decode(text, type=Head)
        except msgspec.MsgspecError:
            raise StaleIndex("The index was pushed by another version of this program") from None

    def text(self, span: Span) -> bytes:
        """What `PieceWriter.text` wrote.

        :raises CorruptIndex: it is not what was written.
        """
        (content,) = self.texts([span])
        return content

    def texts(self, spans: list[Span]) -> Iterator[bytes]:
        """Several texts, read together where they are short."""
        rows = [row for span in spans for row in range(span.first, span.first + span.count)]
        pieces = iter(self._pieces(rows))
        for span in spans:
            content = "".join(next(pieces) for _ in range(span.count)).encode()
            yield self._checked(content, span)

    def file(self, span: Span) -> bytes:
        """What `PieceWriter.file` wrote.

        :raises CorruptIndex: it is not what was written.
        """
        pieces = self._pieces(range(span.first, span.first + span.count))
        try:
            content = base64.b64decode("".join(pieces), validate=True)
        except ValueError:
            content = b""
        return self._checked(content, span)

    def _checked(self, content: bytes, span: Span) -> bytes:
        if hashlib.sha256(content).hexdigest() != span.sha256:
            raise CorruptIndex(
                f"What {self._milvus.shown} holds is not what was pushed (its hash differs). "
                "Push it again, with --full"
            )
        return content

    def _pieces(self, rows: Sequence[int]) -> Iterator[str]:
        for start in range(0, len(rows), _AT_ONCE):
            yield from self._read(list(rows[start : start + _AT_ONCE]))

    def _read(self, rows: list[int]) -> list[str]:
        return [one[TEXT] for one in self._milvus.rows(self._table, rows, [TEXT])]
