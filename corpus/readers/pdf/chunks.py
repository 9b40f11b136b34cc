"""Lines -> what belongs together: paragraphs, headings, list items, tables, footnotes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

from corpus.readers.pdf.lines import Line
from corpus.readers.pdf.order import Flow

Kind = Literal["paragraph", "heading", "item", "table", "columns", "footnote", "caption"]

_BULLET = re.compile(r"(?:[•‣◦▪●○■□➢➤►✓✔·∙]|[-–*o](?=\s))\s*(?=\S)")
_NUMBERED = re.compile(r"(?:(?P<number>\d{1,2})[.)]|\((?:\d{1,2}|[a-z])\)|[a-z]\))\s+(?=\S)")
_ENDS = re.compile(
    r"[.!?:;…][\"'”’»)\]]*(?:[\u2070\u00b9\u00b2\u00b3\u2074-\u2079,–]+|(?:\[[\d,;–-]+\])+)?$"
)
_CAPTION = re.compile(
    r"(?:figure|fig\.|table|abbildung|tabelle)\s*\d+\s*[.:|\u2013\u2014-]", re.IGNORECASE
)
_SECTION = re.compile(r"(?:\d{1,2}|[A-Z])(?:\.\d{1,2})*\.?")
_FOOTNOTE = re.compile(r"[*†‡§¹²³⁰⁴-⁹]|\^|\d{1,2}\s")
_WIDE_GAP = 1.35  # lines further apart than usual begin something new
_LARGER = 1.12  # letters of a heading, over those of the text
_SMALLER = 0.95  # letters of a footnote
_LONGEST_HEADING = 160
_MOST_HEADING_LINES = 6
_FEWEST_ROWS = 2  # of a table without ruled lines
_CAPITALS = 4  # letters of a heading in capitals alone, at least


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of one column that belong together, and the column's right edge."""

    kind: Kind
    lines: tuple[Line, ...]
    right: float

    @property
    def page(self) -> int:
        """The page it begins on."""
        return self.lines[0].page

    @property
    def style(self) -> tuple[float, bool]:
        """What makes headings of one level alike: their size, to half a point, and weight."""
        return round(2 * max(line.largest for line in self.lines)) / 2, self.lines[0].bold

    @property
    def ended(self) -> bool:
        """Whether the last line ends a sentence."""
        return bool(_ENDS.search(self.lines[-1].text))

    @property
    def full(self) -> bool:
        """Whether the last line reaches the right edge, as one that goes on does."""
        return self.lines[-1].x1 >= self.right - 4 * self.lines[-1].size


def mark_of(text: str) -> re.Match[str] | None:
    """The bullet or number that begins a list item."""
    return _BULLET.match(text) or _NUMBERED.match(text)


class Typography:
    """What is usual in the document: size and weight of its text, and the distance of lines."""

    def __init__(self, lines: Sequence[Line]) -> None:
        letters: Counter[tuple[float, bool]] = Counter()
        gaps: dict[float, list[float]] = defaultdict(list)
        for line in lines:
            letters[round(line.size, 1), line.bold] += len(line.text)
        for one, two in pairwise(lines):
            if one.size == two.size and one.size < two.y - one.y < 3 * one.size:
                gaps[round(one.size)].append(two.y - one.y)
        sizes: Counter[float] = Counter()
        for (size, _), count in letters.items():
            sizes[size] += count
        self.size = sizes.most_common(1)[0][0] if sizes else 10.0
        self.bold = letters[self.size, True] > letters[self.size, False]
        self._leading = {size: median(found) for size, found in gaps.items()}

    def leading(self, line: Line) -> float:
        """How far apart lines of this size usually are."""
        return self._leading.get(round(line.size), 1.25 * line.size)

    def heading(self, line: Line) -> bool:
        """Whether a line looks like a heading, or a part of one."""
        text = line.text
        if line.table or len(text) > _LONGEST_HEADING or text[-1] == "." or not _has_letters(text):
            return False
        if mark_of(text) and not _NUMBERED.match(text):
            return False
        larger = line.largest >= _LARGER * self.size and line.size >= 0.72 * line.largest
        bold = line.bold and not self.bold and line.size >= 0.93 * self.size
        return larger or bold

    def in_capitals(self, line: Line) -> bool:
        """Whether a line that stands alone is a heading because all of it is in capitals."""
        text = line.text
        letters = sum(character.isalpha() for character in text)
        short = len(text) <= _LONGEST_HEADING // 2 and len(line.cells) < 3
        return text.isupper() and letters >= _CAPITALS and short and text[-1] not in ".,;:"


def _has_letters(text: str) -> bool:
    return sum(character.isalpha() for character in text) > 1


def chunks(flow: Flow, usual: Typography) -> Iterator[Chunk]:
    """What a column holds, from top to bottom."""
    lines = list(flow.lines)
    notes = _footnotes(lines, usual)
    body = lines[: len(lines) - len(notes)]
    for group in _grouped(body, flow.right, usual):
        yield Chunk(_kind(group, usual), tuple(group), flow.right)
    for group in _split_notes(notes):
        yield Chunk("footnote", tuple(group), flow.right)


def _footnotes(lines: Sequence[Line], usual: Typography) -> Sequence[Line]:
    """The small lines at the end of a column, from the first that begins with a mark."""
    small = len(lines)
    while small and _is_small(lines[small - 1], usual):
        small -= 1
    for index in range(small, len(lines)):
        if lines[index].marked or _FOOTNOTE.match(lines[index].text):
            return lines[index:]
    return ()


def _is_small(line: Line, usual: Typography) -> bool:
    return line.size <= _SMALLER * usual.size and line.table is None and not line.bold


def _split_notes(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and (line.marked or _FOOTNOTE.match(line.text)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _kind(group: Sequence[Line], usual: Typography) -> Kind:
    first = group[0]
    if first.table:
        return "table"
    if len(group) >= _FEWEST_ROWS and all(_has_columns(line) for line in group):
        return "columns"
    heading = all(map(usual.heading, group)) and len(group) <= _MOST_HEADING_LINES
    if heading and group[-1].text[-1] not in ",;":
        return "heading"
    if len(group) == 1 and usual.in_capitals(first):
        return "heading"
    if mark_of(first.text):
        return "item"
    return "caption" if _CAPTION.match(first.text) else "paragraph"


def _has_columns(line: Line) -> bool:
    """Whether wide gaps part a line, other than that after the number of a heading or item."""
    if len(line.cells) < 2:
        return False
    first = line.cells[0].text
    return not (_SECTION.fullmatch(first) or mark_of(f"{first} x")) or len(line.cells) > 2


def _grouped(lines: Sequence[Line], right: float, usual: Typography) -> Iterator[list[Line]]:
    rows = _column_rows(lines)
    group: list[Line] = []
    for index, line in enumerate(lines):
        if (
            group
            and (
                _breaks(group, line, right, usual)
                or (index in rows) != (index - 1 in rows)
                or (index in rows and rows[index] != rows[index - 1])
            )
            and not (index in rows and rows.get(index - 1) == rows[index])
        ):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _column_rows(lines: Sequence[Line]) -> dict[int, int]:
    """The rows of tables without ruled lines: for each the number of its table."""
    found: dict[int, int] = {}
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _has_columns(lines[end]) and not lines[end].table:
            end += 1
        if end - start >= _FEWEST_ROWS and _aligned(lines[start:end]):
            found |= dict.fromkeys(range(start, end), start)
        start = max(end, start + 1)
    return found


def _aligned(lines: Iterable[Line]) -> bool:
    """Whether the cells of the lines stand below one another."""
    rows = [line.cells for line in lines]
    columns = column_edges(rows)
    return len(columns) > 1 and all(
        len({column_of(cell, columns) for cell in row}) == len(row) for row in rows
    )


def column_edges(rows: Iterable[Sequence[Line]]) -> list[tuple[float, float]]:
    """The columns that the cells of a table take, from left to right."""
    columns: list[tuple[float, float]] = []
    for cell in sorted((cell for row in rows for cell in row), key=lambda cell: cell.x0):
        if columns and cell.x0 < columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], cell.x1)
        else:
            columns.append((cell.x0, cell.x1))
    return columns


def column_of(cell: Line, columns: Sequence[tuple[float, float]]) -> int:
    """Number of the column, from 0, that a cell stands in."""
    return next(n for n, (left, right) in enumerate(columns) if left <= cell.x0 <= right)


def _breaks(group: Sequence[Line], line: Line, right: float, usual: Typography) -> bool:
    """Whether `line` begins something new after the lines in `group`."""
    last = group[-1]
    if line.x0 > last.x1 or line.x1 < last.x0:
        return True  # they stand beside each other
    if last.table or line.table or usual.heading(last) != usual.heading(line):
        return not _runs_on(last, line, usual)
    if abs(last.size - line.size) > 0.08 * max(last.size, line.size):
        return True
    far = line.y - last.y > _WIDE_GAP * usual.leading(line)
    if usual.heading(last):
        return far or last.bold != line.bold or _NUMBERED.match(line.text) is not None
    ended = bool(_ENDS.search(last.text))
    if mark_of(line.text) and _begins_item(group, line, far or ended):
        return True
    if far:
        return ended or not line.text[0].islower()
    if mark_of(group[0].text):
        return ended and line.x0 <= group[0].x0 + 0.3 * line.size
    return ended and (_indented(group, line) or _ended_early(last, line, right))


def _runs_on(last: Line, line: Line, usual: Typography) -> bool:
    """Whether a line in bold letters is no heading but the first part of a sentence."""
    if last.table or line.table or last.size != line.size:
        return False
    near = line.y - last.y <= _WIDE_GAP * usual.leading(line)
    return near and line.text[0].islower() and not _ENDS.search(last.text)


def _begins_item(group: Sequence[Line], line: Line, apart: bool) -> bool:
    """Whether a mark is one: "12." may begin a wrapped line by accident."""
    if _BULLET.match(line.text):
        # A dash or star within a sentence may come first in a line too.
        return line.text[0] not in "-–*" or apart or mark_of(group[0].text) is not None
    return apart or mark_of(group[0].text) is not None


def _indented(group: Sequence[Line], line: Line) -> bool:
    left = min(other.x0 for other in group[1:]) if len(group) > 1 else group[0].x0
    return line.x0 > left + 0.6 * line.size


def _ended_early(last: Line, line: Line, right: float) -> bool:
    """Whether the first word of `line` would have had room in the line before."""
    word = line.text.split(" ", 1)[0]
    room = line.width * (len(word) + 1) / max(1, len(line.text))
    return last.x1 + room < right - 0.5 * line.size and not line.text[0].islower()
