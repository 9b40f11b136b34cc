"""Bytes -> the canonical text of a document, and what every text reader needs to know of lines."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from corpus.model import CorpusError

# About two thousand book pages. More than that in one file is nearly always an export or a log,
# and the Markdown parser would take minutes over it.
MAX_BYTES = 10_000_000
# Files with pictures in them are larger than their text.
MAX_BYTES_WITH_PICTURES = 50_000_000
# Headings that begin a reference list, in any case, with or without a colon.
_REFERENCE_HEADING = re.compile(
    r"(?:\d{1,2}\.?\s+)?(?:references|bibliography|works cited)\s*:?", re.IGNORECASE
)
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class FileText:
    """The characters of a text file: Unicode NFC, line feeds as line ends, no byte order mark."""

    text: str
    sha256: str  # of the file's bytes
    line_starts: tuple[int, ...]  # offset of each line; line n (from 1) is at index n - 1

    def line_at(self, offset: int) -> int:
        """Number of the line (from 1) that holds `offset`."""
        return bisect_right(self.line_starts, offset)

    def offset(self, line_index: int) -> int:
        """Offset of a line counted from 0, or of the end of the text past the last line."""
        return (
            self.line_starts[line_index] if line_index < len(self.line_starts) else len(self.text)
        )


def read_text(path: Path) -> FileText:
    """Read a UTF-8 file.

    :raises CorpusError: the file cannot be opened, is empty, is larger than `MAX_BYTES`, is not
        UTF-8, or holds a NUL byte (which means another encoding or no text at all).
    """
    data = read_bytes(path)
    text = _decode(path, data)
    if not text.strip():
        raise CorpusError("the file is empty", path=path, advice="Write the document or remove it")
    starts = tuple(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    return FileText(text=text, sha256=hashlib.sha256(data).hexdigest(), line_starts=starts[:-1])


def read_bytes(path: Path, *, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file.

    :raises CorpusError: the file cannot be opened, or has more than `most` bytes.
    """
    try:
        size = path.stat().st_size
        if size > most:
            raise CorpusError(
                f"the file has {size:,} bytes; the limit is {most:,}",
                path=path,
                advice="Split it into several documents",
            )
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> CorpusError:
    """The error for a file or folder that the system does not let us read."""
    reason = (error.strerror or str(error)).lower()
    return CorpusError(
        f"cannot be read ({reason})", path=path, advice="Check that it exists and its permissions"
    )


def _decode(path: Path, data: bytes) -> str:
    advice = "Save the file as UTF-8"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Python counts from after the byte order mark; people count from the file's first byte.
        position = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        raise CorpusError(
            f"not UTF-8: byte 0x{data[position]:02x} at position {position:,}",
            path=path,
            line=data.count(b"\n", 0, position) + 1,
            advice=advice,
        ) from None
    if "\0" in text:
        position = data.index(0)
        raise CorpusError(
            f"not a text: NUL byte at position {position:,}",
            path=path,
            line=data.count(b"\n", 0, position) + 1,
            advice=advice,
        )
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_reference_heading(heading: str) -> bool:
    """Whether a heading, without its `#`, begins a reference list."""
    return bool(_REFERENCE_HEADING.fullmatch(heading.strip()))


def slug(name: str) -> str:
    """A document id made from a file name: lower-case ASCII letters, digits and hyphens."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _SLUG.sub("-", ascii_name.lower()).strip("-")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; empty at `start` when there is nothing else."""
    piece = text[start:end]
    if not piece.strip():
        return start, start
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
