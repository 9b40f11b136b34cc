"""Texts of any length in tables whose texts have a limit: cut in pieces, and sealed with a hash.

A head in row 0 of a table says where everything is; it is what a server's name for an index leads
to.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import msgspec

from index.disk.folder import Manifest
from index.errors import CorruptIndex, EngineError, StaleIndex
from index.server.milvus import LONGEST_TEXT, ROW, TEXT, Milvus

LAYOUT = 2
PIECES_AT_ONCE = 200  # pieces asked for together: at most thirteen megabytes
_CHARACTERS = LONGEST_TEXT // 4  # which have four bytes at most
_SEAL = 64  # characters of a hash, at the beginning of the first piece


class Span(msgspec.Struct, frozen=True):
    """Rows of the pieces of one text."""

    first: int
    count: int


class _Named(msgspec.Struct):
    """A head of which only the name is wanted."""

    name: str


class Head(msgspec.Struct, frozen=True):
    """What was pushed.

    `digest` is the sha256 of everything that was. `manifest` is that of the index, and `files` are
    those of its files that are read whole, by name. What is read one at a time is in other tables.
    """

    layout: int
    name: str
    digest: str
    manifest: Span
    files: dict[str, Span]


def digest_of(manifest: Manifest) -> str:
    """What a head says of an index that was pushed whole by this version."""
    return hashlib.sha256(f"{LAYOUT} {manifest.checksum}".encode()).hexdigest()


def sealed(text: str) -> list[str]:
    """The pieces of a text, at least one."""
    whole = hashlib.sha256(text.encode()).hexdigest() + text
    return [whole[start : start + _CHARACTERS] for start in range(0, len(whole), _CHARACTERS)]


def unsealed(pieces: Iterable[str], milvus: Milvus) -> str:
    """The text whose pieces a server gave.

    :raises CorruptIndex: it is not what was written.
    """
    whole = "".join(pieces)
    seal, text = whole[:_SEAL], whole[_SEAL:]
    if hashlib.sha256(text.encode()).hexdigest() != seal:
        raise CorruptIndex(
            f"What {milvus.shown} holds is not what was pushed (its hash differs). "
            "Push it again, with --full"
        )
    return text


class PieceWriter:
    """Writes files one after the other; row 0 is kept for the head."""

    def __init__(self, milvus: Milvus, table: str) -> None:
        self._milvus, self._table = milvus, table
        self._next = 1

    def file(self, content: bytes) -> Span:
        """Write any bytes."""
        pieces = sealed(base64.b64encode(content).decode())
        rows = ({ROW: row, TEXT: piece} for row, piece in enumerate(pieces, self._next))
        self._milvus.write_texts(self._table, rows, together=PIECES_AT_ONCE)
        self._next += len(pieces)
        return Span(self._next - len(pieces), len(pieces))

    def head(self, head: Head) -> int:
        """Write the head.

        :return: how many rows there are now.
        :raises EngineError: the head has more than one piece, so many files are there.
        """
        text = msgspec.json.encode(head).decode()
        if len(text) > _CHARACTERS:
            raise EngineError("The index has more files than can be pushed")
        self._milvus.write_texts(self._table, [{ROW: 0, TEXT: text}], together=1)
        return self._next


class Pieces:
    """Reads what a `PieceWriter` wrote, and holds it against its hash."""

    def __init__(self, milvus: Milvus, table: str) -> None:
        self._milvus, self._table = milvus, table

    def name(self) -> str:
        """The name of the index, whatever version of this program pushed it."""
        (text,) = self._read([0])
        return msgspec.json.decode(text, type=_Named).name

    def head(self) -> Head:
        """:raises StaleIndex: another version of this program pushed the index."""
        (text,) = self._read([0])
        with suppress(msgspec.MsgspecError):
            head = msgspec.json.decode(text, type=Head)
            if head.layout == LAYOUT:
                return head
        raise StaleIndex("The index was pushed by another version of this program")

    def file(self, span: Span) -> bytes:
        """What `PieceWriter.file` wrote.

        :raises CorruptIndex: it is not what was written.
        """
        rows = range(span.first, span.first + span.count)
        return base64.b64decode(unsealed(self._pieces(rows), self._milvus))

    def _pieces(self, rows: Sequence[int]) -> Iterator[str]:
        for start in range(0, len(rows), PIECES_AT_ONCE):
            yield from self._read(list(rows[start : start + PIECES_AT_ONCE]))

    def _read(self, rows: list[int]) -> list[str]:
        return [one[TEXT] for one in self._milvus.rows(self._table, rows, [TEXT])]
