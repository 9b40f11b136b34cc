"""Tables of a JATS article, row by row with their header."""

from __future__ import annotations

from corpus.readers.draft import Words
from corpus.readers.grid import Cell, expanded, one_header, span
from corpus.readers.jats.flat import FLOATS, HEADS, flat
from corpus.readers.jats.inline import UNSEEN, Lines
from corpus.readers.tree import Element

_KNOWN = frozenset((*HEADS, *UNSEEN, "caption", "table", "array", "alternatives", "graphic"))


def table_rows(lines: Lines, table: Element) -> list[list[Words]]:
    """The rows of a table, the first of them its header if it has one."""
    head = [row for part in table.all("thead") for row in part.elements if row.name == "tr"]
    rows = [row for row in table.all("tr") if row not in head]
    grid = expanded([_cells(lines, row) for row in (*head, *rows)])
    header = [one_header(grid[: len(head)])] if head else []
    return [*header, *grid[len(head) :]]


def tables_of(wrap: Element) -> list[Element]:
    """The tables in a wrapper, without those inside other tables."""
    inner = {id(table) for outer in wrap.all("table") for table in outer.all("table", "array")}
    return [table for table in wrap.all("table", "array") if id(table) not in inner]


def below_table(wrap: Element) -> list[Element]:
    """What is printed below a table: groups of notes, sources, permissions in words."""
    return [part for part in wrap.elements if part.name not in _KNOWN]


def _cells(lines: Lines, row: Element) -> list[Cell]:
    inside = sum(1 for _ in row.all(*FLOATS))
    if inside:
        lines.left_out["a figure or table inside a table"] += inside
    return [
        Cell(flat(lines, cell.children), span(cell.get("colspan")), span(cell.get("rowspan")))
        for cell in row.elements
        if cell.name in ("td", "th")
    ]
