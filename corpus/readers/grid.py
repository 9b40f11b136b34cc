"""Cells with spans -> rows of equal meaning, so that a quoted row says all that it says on paper.

A cell over several rows or columns stands in each of them; the rows of a header become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Citation
from corpus.readers.draft import Words

# Spans beyond these are mistakes or attacks.
_MOST_COLUMNS = 200
_MOST_ROWS = 5_000
_MOST_REPEATED = 500_000  # characters of one table, with one more for each cell


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; the spans count from 1."""

    words: Words
    columns: int = 1
    rows: int = 1


def expanded(rows: Sequence[Sequence[Cell]]) -> list[list[Words]]:
    """Each row with a text a column. A row that is one cell over the full width stays one cell."""
    width = max((sum(cell.columns for cell in row) for row in rows), default=0)
    grid = _Grid()
    for row in rows:
        if len(row) == 1 and row[0].columns >= width > 1:
            row = [Cell(row[0].words)]
        grid.write(row)
    return grid.rows


class _Grid:
    """The rows written so far, and what cells over several rows still have to say."""

    def __init__(self) -> None:
        self.rows: list[list[Words]] = []
        self._hanging: dict[int, tuple[int, Words]] = {}  # column -> rows still to come, and text
        self._repeated = 0

    def write(self, cells: Sequence[Cell]) -> None:
        if self._repeated > _MOST_REPEATED:  # so much that it must be meant to harm
            self.rows.append([cell.words for cell in cells])
            return
        from_above, self._hanging = self._hanging, {}
        line: list[Words] = []
        for cell in cells:
            self._hang(line, from_above)
            for number in range(max(1, min(cell.columns, _MOST_COLUMNS - len(line)))):
                if cell.rows > 1:
                    self._hanging[len(line)] = (cell.rows - 1, cell.words)
                line.append(self._again(cell.words) if number else cell.words)
        for column in sorted(from_above):
            if column >= len(line):
                line += [Words("")] * (column - len(line))
                self._hang(line, from_above)
        said = {words.text for words in line if words.text}
        # A heading inside the table, over all columns: once is enough.
        self.rows.append(line[:1] if len(said) == 1 and line[0].text and len(cells) < 3 else line)

    def _hang(self, line: list[Words], from_above: dict[int, tuple[int, Words]]) -> None:
        while len(line) in from_above:
            left, words = from_above.pop(len(line))
            if left > 1:
                self._hanging[len(line)] = (left - 1, words)
            line.append(self._again(words))

    def _again(self, words: Words) -> Words:
        self._repeated += len(words.text) + 1
        return words


def one_header(rows: Sequence[Sequence[Words]]) -> list[Words]:
    """Several header rows as one: "Group" over "n" and "%" gives "Group: n" and "Group: %"."""
    width = max((len(row) for row in rows), default=0)
    header = []
    for column in range(width):
        named = [row[column] for row in rows if column < len(row) and row[column].text]
        kept = [w for n, w in enumerate(named) if not n or w.text != named[n - 1].text]
        header.append(_between_colons(kept))
    return header


def _between_colons(parts: Sequence[Words]) -> Words:
    text = ""
    citations: list[Citation] = []
    for part in parts:
        text += ": " if text else ""
        citations += part.moved(len(text))
        text += part.text
    return Words(text, tuple(citations))


def span(value: str) -> int:
    """A colspan or rowspan as written; 1 where it is no number of use."""
    return min(int(value), _MOST_ROWS) if value.isascii() and value.isdigit() and int(value) else 1
