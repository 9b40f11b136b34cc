"""Tables of a page: those that hold data, row by row, and those that only place things."""

from __future__ import annotations

from collections.abc import Callable

from corpus.readers.draft import Words
from corpus.readers.grid import Cell, expanded, one_header, span
from corpus.readers.tree import Element


def table_rows(table: Element, flat: Callable[[Element], Words]) -> list[list[Words]]:
    """The rows, the first of them the header, made of all header rows.

    :param flat: gives the content of a cell as one line.
    """
    rows = [row for row in _rows(table) if _cells(row)]
    head = table.child("thead")
    if head is not None:
        top = sum(1 for row in rows if row in head.elements)
    else:
        top = next((n for n, row in enumerate(rows) if not _is_header(row)), 1)
    grid = expanded([[_cell(cell, flat) for cell in _cells(row)] for row in rows])
    header = [one_header(grid[:top])] if top else []
    return [*header, *grid[top:]]


def is_layout(table: Element) -> bool:
    """Whether a table only places things on the page."""
    rows = [row for row in _rows(table) if _cells(row)]
    if table.get("role") in ("presentation", "none") or not rows:
        return True
    if table.first("table", "h1", "h2", "h3", "h4") is not None:
        return True
    widest = max(len(_cells(row)) for row in rows)
    return widest == 1 and table.first("th", "caption") is None


def cells_of_layout(table: Element) -> list[Element]:
    """The places of such a table, in the order of the file."""
    places = [cell for row in _rows(table) for cell in _cells(row)]
    caption = table.child("caption")
    return [*([caption] if caption else []), *places]


def _cell(cell: Element, flat: Callable[[Element], Words]) -> Cell:
    return Cell(flat(cell), span(cell.get("colspan")), span(cell.get("rowspan")))


def _rows(table: Element) -> list[Element]:
    rows = []
    for part in table.elements:
        if part.name == "tr":
            rows.append(part)
        elif part.name in ("thead", "tbody", "tfoot"):
            rows += [row for row in part.elements if row.name == "tr"]
    return rows


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row.elements if cell.name in ("td", "th")]


def _is_header(row: Element) -> bool:
    return all(cell.name == "th" for cell in _cells(row))
