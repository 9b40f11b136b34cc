"""Tables with ruled lines: their cells, row by row. What stands in them is taken off the page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from corpus.readers.pdf.aligned import aligned_rows, is_of_cells, level_regions
from corpus.readers.pdf.lines import Line, joined, segments
from corpus.readers.pdf.sheets import UNKNOWN, Box, Glyph, Sheet

_NEAR = 3.0  # points: edges this near meet
_FILLED = 0.4  # share of the cells that must hold text
_MOST_WORDS = 80  # in a cell; more is a page laid out in boxes
_LEVEL = 0.3  # share of the letters' size: lines whose places differ less are one row
_MOST_EDGES = 1500  # on a page; more is a drawing


def take_tables(sheet: Sheet) -> list[Line]:
    """Each ruled table of a page as a line with its cells; its characters leave the sheet."""
    found: list[Line] = []
    for edges in _connected([edge for box in sheet.boxes for edge in box.edges()]):
        xs = _positions([e.x0 for e in edges if e.upright] + [e.x1 for e in edges if e.upright])
        ys = _positions([e.y0 for e in edges if e.level] + [e.y1 for e in edges if e.level])
        # Outer lines may be missing where the inner ones end.
        xs = _positions([*xs, min(e.x0 for e in edges), max(e.x1 for e in edges)])
        ys = _positions([*ys, min(e.y0 for e in edges), max(e.y1 for e in edges)])
        if len(xs) < 3 or len(ys) < 3:
            continue
        table = _table(sheet, edges, xs, ys)
        if table:
            found.append(table)
    return found + _between_level_lines(sheet)


def _between_level_lines(sheet: Sheet) -> list[Line]:
    """Tables that have lines above and below, but none between their columns."""
    found = []
    for region in level_regions(sheet.boxes):
        inside = [glyph for glyph in sheet.glyphs if _is_in(glyph, region)]
        rows = aligned_rows(inside, sheet.number)
        if rows and is_of_cells(rows):
            sheet.glyphs = [glyph for glyph in sheet.glyphs if not _is_in(glyph, region)]
            found.append(_as_line(rows, region, inside[0].size, sheet.number))
    return found


def _is_in(glyph: Glyph, region: Box) -> bool:
    middle = glyph.y - 0.3 * glyph.size
    return region.x0 <= glyph.x0 and glyph.x1 <= region.x1 and region.y0 <= middle <= region.y1


def _as_line(rows: list[list[str]], region: Box, size: float, page: int) -> Line:
    text = "\n".join(" | ".join(row) for row in rows)
    return Line(text, region.x0, region.x1, region.y0, size, size, False, page, table=rows)


def _connected(edges: list[Box]) -> list[list[Box]]:
    """Edges that touch, directly or through others."""
    edges = [edge for edge in edges if edge.level or edge.upright]
    if len(edges) > _MOST_EDGES:
        return []
    groups: list[list[Box]] = []
    for edge in sorted(edges, key=lambda e: (e.y0, e.x0)):
        touching = [group for group in groups if any(_touch(edge, other) for other in group)]
        merged = [edge, *(one for group in touching for one in group)]
        groups = [group for group in groups if group not in touching]
        groups.append(merged)
    return [
        group
        for group in groups
        if any(edge.level for edge in group) and any(edge.upright for edge in group)
    ]


def _touch(one: Box, two: Box) -> bool:
    return (
        one.x0 <= two.x1 + _NEAR
        and two.x0 <= one.x1 + _NEAR
        and one.y0 <= two.y1 + _NEAR
        and two.y0 <= one.y1 + _NEAR
    )


def _positions(values: Sequence[float]) -> list[float]:
    """Places in order, those nearer than `_NEAR` as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _table(sheet: Sheet, edges: list[Box], xs: list[float], ys: list[float]) -> Line | None:
    owner = _owners(edges, xs, ys)
    inside: dict[tuple[int, int], list[Glyph]] = {}
    rest: list[Glyph] = []
    for glyph in sheet.glyphs:
        column = bisect_right(xs, (glyph.x0 + glyph.x1) / 2) - 1
        row = bisect_right(ys, glyph.y - 0.3 * glyph.size) - 1
        if 0 <= column < len(xs) - 1 and 0 <= row < len(ys) - 1:
            inside.setdefault(owner[row, column], []).append(glyph)
        else:
            rest.append(glyph)
    lines = {place: _lines(glyphs, sheet.number) for place, glyphs in inside.items()}
    texts = {place: " ".join(line.text for line in found) for place, found in lines.items()}
    rows = _rows(owner, lines, len(ys) - 1, len(xs) - 1)
    if not _is_table(texts, rows, len(set(owner.values()))):
        return None
    sheet.glyphs = rest
    own = [glyph for glyphs in inside.values() for glyph in glyphs]
    if _hides_columns(lines.values()):
        aligned = aligned_rows(own, sheet.number)
        if aligned is None:
            sheet.lost_tables += 1
            return None
        rows = aligned
    return _as_line(rows, Box(xs[0], ys[0], xs[-1], ys[-1]), own[0].size, sheet.number)


def _is_table(texts: dict[tuple[int, int], str], rows: list[list[str]], cells: int) -> bool:
    filled = [text for text in texts.values() if text]
    return (
        len(rows) > 1
        and max(map(len, rows)) > 1
        and len(filled) >= _FILLED * cells
        and len(filled) > 2
        and max(len(text.split()) for text in filled) <= _MOST_WORDS
        and not any(UNKNOWN in text for text in filled)
    )


def _hides_columns(cells: Iterable[list[Line]]) -> bool:
    """Whether the ruled lines part only some of the columns."""
    return any(sum(len(line.cells) > 1 for line in cell) > 1 for cell in cells)


def _owners(
    edges: list[Box], xs: list[float], ys: list[float]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place of the grid the first place of the cell that covers it."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (left, right) in enumerate(pairwise(xs)):
            middle, centre = (top + bottom) / 2, (left + right) / 2
            own = (row, column)
            if column and not _edge(edges, left, middle, upright=True):
                own = owner[row, column - 1]
            elif row and not _edge(edges, centre, top, upright=False):
                own = owner[row - 1, column]
            owner[row, column] = own
    return owner


def _edge(edges: list[Box], x: float, y: float, *, upright: bool) -> bool:
    return any(
        edge.upright == upright
        and edge.x0 - _NEAR <= x <= edge.x1 + _NEAR
        and edge.y0 - _NEAR <= y <= edge.y1 + _NEAR
        for edge in edges
    )


def _rows(
    owner: dict[tuple[int, int], tuple[int, int]],
    lines: dict[tuple[int, int], list[Line]],
    rows: int,
    columns: int,
) -> list[list[str]]:
    """The words of every place; a cell over several rows or columns is said in each of them."""
    found = []
    for row in range(rows):
        cells = [owner[row, column] for column in range(columns)]
        if len(set(cells)) == 1 and (row == 0 or cells[0][0] == row):
            cells = cells[:1]
        found += _parted([lines.get(cell, []) for cell in cells])
    return [words for words in found if any(words)]


def _parted(cells: list[list[Line]]) -> list[list[str]]:
    """One row, or several where lines between them are missing but all cells have as many."""
    filled = [cell for cell in cells if cell]
    counts = {len(cell) for cell in filled}
    if len(filled) > 1 and len(counts) == 1:
        level = all(
            max(line.y for line in row) - min(line.y for line in row) <= _LEVEL * row[0].size
            for row in zip(*filled, strict=True)
        )
        if level:
            count = counts.pop()
            return [[cell[n].text if cell else "" for cell in cells] for n in range(count)]
    return [[" ".join(line.text for line in cell) for cell in cells]]


def _lines(glyphs: Sequence[Glyph], page: int) -> list[Line]:
    """The lines in a cell, from top to bottom."""
    lines: list[list[Line]] = []
    for segment in segments(glyphs, page):
        if lines and segment.y - lines[-1][0].y < _LEVEL * segment.size:
            lines[-1].append(segment)
        else:
            lines.append([segment])
    return [joined(sorted(line, key=lambda part: part.x0)) for line in lines]
