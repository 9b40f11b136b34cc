"""Tables whose columns no lines part: the cells are told by the places at which they stand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from corpus.readers.pdf.chunks import column_edges
from corpus.readers.pdf.lines import Line, segments
from corpus.readers.pdf.sheets import Box, Glyph

_LEVEL = 0.3  # share of the letters' size: cells whose places differ less are one row
_NEAR = 3.0  # points: ends of lines this near are below one another
_FEWEST_LINES = 3
_MOST_WORDS = 5.0  # of a cell's line on average; more is a page in columns
_PARTED = 0.6  # share of the rows that have several cells
_WRAPPED = 1.5  # lines of one row are nearer than this, as a multiple of the letters' size


def aligned_rows(glyphs: Sequence[Glyph], page: int) -> list[list[str]] | None:
    """The rows of a table, or None where some cell stands in no column or in two."""
    rows = _printed_rows(glyphs, page)
    most = max((len(row) for row in rows), default=0)
    if most < 2:
        return None
    columns = column_edges([row for row in rows if len(row) == most])
    if len(columns) != most:
        return None
    first_full = next(n for n, row in enumerate(rows) if len(row) == most)
    found: list[list[str]] = []
    for number, row in enumerate(rows):
        cells = _cells(row, columns, header=number < first_full)
        if cells is None:
            return None
        near = number and row[0].y - rows[number - 1][0].y < _WRAPPED * row[0].size
        if number > first_full and near and not cells[0] and len(found[-1]) == len(cells) > 1:
            found[-1] = [f"{up} {down}".strip() for up, down in zip(found[-1], cells, strict=True)]
        else:
            found.append(cells)
    return found


def _printed_rows(glyphs: Sequence[Glyph], page: int) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for segment in segments(glyphs, page):
        if rows and segment.y - rows[-1][0].y <= _LEVEL * segment.size:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda cell: cell.x0) for row in rows]


def _cells(
    row: Sequence[Line], columns: Sequence[tuple[float, float]], *, header: bool
) -> list[str] | None:
    """The text of each column; that of a cell over several columns of a header in each of them."""
    said = [""] * len(columns)
    for cell in row:
        over = [n for n, (x0, x1) in enumerate(columns) if cell.x0 <= x1 and x0 <= cell.x1]
        if len(row) == 1 and len(over) == len(columns):
            return [cell.text]  # a heading inside the table
        if not over or (len(over) > 1 and not header) or any(said[n] for n in over):
            return None
        for n in over:
            said[n] = cell.text
    return said


def level_regions(boxes: Sequence[Box]) -> list[Box]:
    """Where three or more equally long level lines stand below one another."""
    edges = sorted((box for box in boxes if box.level), key=lambda box: (box.x0, box.x1, box.y0))
    groups: list[list[Box]] = []
    for edge in edges:
        same = groups and abs(groups[-1][0].x0 - edge.x0) <= _NEAR
        if same and abs(groups[-1][0].x1 - edge.x1) <= _NEAR:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    found = []
    for group in groups:
        ys = sorted(edge.y0 for edge in group)
        lines = 1 + sum(below - above > _NEAR for above, below in pairwise(ys))
        if lines >= _FEWEST_LINES:
            found.append(Box(group[0].x0 - _NEAR, ys[0], group[0].x1 + _NEAR, ys[-1]))
    return found


def is_of_cells(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are those of a table, and not lines of columns of prose."""
    cells = [cell for row in rows for cell in row if cell]
    words = sum(len(cell.split()) for cell in cells)
    parted = sum(sum(map(bool, row)) > 1 for row in rows)
    return parted >= max(2, _PARTED * len(rows)) and words <= _MOST_WORDS * len(cells)
