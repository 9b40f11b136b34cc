"""The entries of a printed reference list: which lines begin one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from corpus.readers.pdf.chunks import Chunk
from corpus.readers.pdf.lines import Line
from corpus.readers.pdf.wrapping import Wrapping
from corpus.references.lists import unwrapped

_NUMBER = re.compile(r"(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})[.)]|(\d{1,3}))\s*(?=\S)")
_INDENT = 3.0  # points
_FEWEST, _MOST = 0.1, 0.95  # share of the lines that a hanging indent moves
_LINK = re.compile(r"(?:https?://|doi:\s?|10\.\d{4,9}/)\S*$", re.IGNORECASE)


def entries(chunks: Sequence[Chunk], wrapping: Wrapping) -> list[str]:
    """Each entry on one line, in the order of the list.

    Entries begin with a number one higher than that before; or at the left edge, where wrapped
    lines are indented; or where a paragraph begins.
    """
    lines = [line for chunk in chunks for line in chunk.lines if not line.table]
    begins = _rule(lines, {id(chunk.lines[0]) for chunk in chunks})
    found: list[list[str]] = []
    for line in lines:
        if not found or begins(line):
            found.append([line.text])
        else:
            found[-1].append(line.text)
    return [_joined(entry, wrapping) for entry in found]


def _rule(lines: Sequence[Line], paragraphs: set[int]) -> Callable[[Line], bool]:
    numbered = _numbered(lines)
    if numbered:
        return lambda line: id(line) in numbered
    hanging = _hanging(lines)
    return lambda line: id(line) in (hanging or paragraphs)


def _numbered(lines: Sequence[Line]) -> set[int]:
    """The lines that begin with 1, 2, 3 and so on; nothing if the first does not."""
    found: set[int] = set()
    for line in lines:
        mark = _NUMBER.match(line.text)
        said = next((group for group in mark.groups() if group), "") if mark else ""
        if said == str(len(found) + 1):
            found.add(id(line))
    return found if lines and id(lines[0]) in found and len(found) > 1 else set()


def _hanging(lines: Sequence[Line]) -> set[int]:
    """The lines at the left edge of each column, where others are indented."""
    found: set[int] = set()
    for _, run in groupby(lines, key=lambda line: (line.page, line.x0 // 150)):
        column = list(run)
        left = min(line.x0 for line in column)
        found |= {id(line) for line in column if line.x0 <= left + _INDENT}
    indented = len(lines) - len(found)
    return found if _FEWEST * len(lines) <= indented <= _MOST * len(lines) else set()


def _joined(lines: Sequence[str], wrapping: Wrapping) -> str:
    """Lines as one; hyphens at their ends are mended, and links that go on in the next line."""
    whole: list[str] = []
    for line in lines:
        if whole and whole[-1].endswith("-") and not _LINK.search(whole[-1]):
            whole[-1] = wrapping.append(whole[-1], line)
        else:
            whole.append(line)
    return unwrapped(whole)
