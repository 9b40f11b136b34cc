"""Tables of a Word file: cells with spans, deleted rows, and tables that only place text."""

from __future__ import annotations

from collections.abc import Callable

from corpus.readers.docx.styles import Styles, on, outline_level
from corpus.readers.draft import Words, one_line
from corpus.readers.grid import Cell, expanded, one_header, span
from corpus.readers.tree import Element


def is_layout(table: Element, styles: Styles) -> bool:
    """Whether a table only places text: one column, headings in its cells, or tables in them."""
    rows = _rows(table)
    if max((len(_cells(row)) for row in rows), default=0) < 2:
        return True
    for paragraph in table.all("p"):
        properties = paragraph.child("pPr")
        if outline_level(properties) or styles.of(properties, "pStyle").level:
            return True
    return next(table.all("tbl"), None) is not None


def table_rows(table: Element, read: Callable[[Element], str]) -> list[list[Words]]:
    """Every row with a text a column; several header rows become one.

    :param read: gives the text of a cell, and is asked once for each that is not empty.
    """
    rows = _rows(table)
    grid = [_cells(row) for row in rows]
    found: list[list[Cell]] = []
    for number, cells in enumerate(grid):
        place = _before(rows[number])
        line = [Cell(Words(""))] * place
        for cell in cells:
            width = _width(cell)
            if _continues(cell) and number and _starts_above(grid, rows, number, place):
                place += width
                continue
            height = 1
            while _goes_on_below(grid, rows, number + height, place):
                height += 1
            line.append(Cell(Words(one_line(read(cell))), columns=width, rows=height))
            place += width
        found.append(line)
    header = 0
    while header < len(rows) and _is_header(rows[header]):
        header += 1
    said = expanded(found)
    if 1 < header < len(said):
        said = [one_header(said[:header]), *said[header:]]
    return [list(row) for row in said]


def _rows(table: Element) -> list[Element]:
    """The rows that are there when all changes are accepted."""
    found = []
    pending = table.elements[::-1]
    while pending:
        element = pending.pop()
        if element.name == "tr":
            deleted = element.path("trPr", "del")
            if deleted is None:
                found.append(element)
        elif element.name in ("sdt", "sdtContent", "ins", "customXml"):
            pending += element.elements[::-1]
    return found


def _cells(row: Element) -> list[Element]:
    found = []
    pending = row.elements[::-1]
    while pending:
        element = pending.pop()
        if element.name == "tc" and element.path("tcPr", "cellDel") is None:
            found.append(element)
        elif element.name in ("sdt", "sdtContent", "ins", "customXml"):
            pending += element.elements[::-1]
    return found


def _width(cell: Element) -> int:
    width = cell.path("tcPr", "gridSpan")
    return span(width.get("val")) if width else 1


def _before(row: Element) -> int:
    """Columns that a row leaves out at its beginning."""
    before = row.path("trPr", "gridBefore")
    return min(50, span(before.get("val"))) if before else 0


def _continues(cell: Element) -> bool:
    """Whether a cell is the lower part of the one above it."""
    merge = cell.path("tcPr", "vMerge")
    return merge is not None and merge.get("val") != "restart"


def _goes_on_below(grid: list[list[Element]], rows: list[Element], number: int, place: int) -> bool:
    """Whether the row `number` has the lower part of a cell at the column `place`."""
    if number >= len(grid):
        return False
    at = _before(rows[number])
    for cell in grid[number]:
        if at == place:
            return _continues(cell)
        at += _width(cell)
    return False


def _starts_above(grid: list[list[Element]], rows: list[Element], number: int, place: int) -> bool:
    """Whether some cell above begins at the column, so that its text is said for this row."""
    at = _before(rows[number - 1])
    for cell in grid[number - 1]:
        if at == place:
            return True
        at += _width(cell)
    return False


def _is_header(row: Element) -> bool:
    return on(row.path("trPr", "tblHeader"))
