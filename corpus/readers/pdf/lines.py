"""Characters of a page -> lines of text, with raised and lowered characters written as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median
from unicodedata import east_asian_width

from corpus.readers.pdf.sheets import Glyph
from corpus.readers.scripts import subscript, superscript

# All as shares of the letters' size.
_SAME_LINE = 0.1  # baselines this near are one
_SCRIPT_REACH = 0.55  # how far a raised or lowered character may be from its line's baseline
_SCRIPT_GAP = 0.4  # and from the character beside it
_RAISED, _LOWERED = 0.15, 0.07
_SMALLER = 0.9
_WORD_GAP = 0.13
_COLUMN_GAP = 0.9
_DOUBLE = 0.15  # the same character again, this near, is printed twice to look bold


@dataclass(slots=True, eq=False)
class Line:
    """A printed line, or the part of one that stands apart; `y` is its baseline.

    `size` is that of most of its letters, `largest` that of the largest; `cells` are the parts
    that a wide gap separates; `marked` says that it begins with a raised character.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    largest: float
    bold: bool
    page: int
    marked: bool = False
    cells: list[Line] = field(default_factory=list)
    table: list[list[str]] | None = None  # a ruled table stands here

    @property
    def width(self) -> float:
        """In points."""
        return self.x1 - self.x0


def segments(glyphs: Sequence[Glyph], page: int) -> list[Line]:
    """The lines of a page, cut at wide gaps, from top to bottom and left to right."""
    found = [
        _line(piece, page)
        for row in _rows(glyphs)
        for piece in _pieces(row)
        if any(not glyph.text.isspace() for glyph in piece)
    ]
    return sorted(found, key=lambda line: (round(line.y, 1), line.x0))


def joined(parts: Sequence[Line]) -> Line:
    """Parts of one printed line as one, with a space between them."""
    if len(parts) == 1:
        return parts[0]
    longest = max(parts, key=lambda part: len(part.text))
    return Line(
        text=" ".join(part.text for part in parts),
        x0=parts[0].x0,
        x1=parts[-1].x1,
        y=longest.y,
        size=longest.size,
        largest=max(part.largest for part in parts),
        bold=all(part.bold for part in parts),
        page=parts[0].page,
        marked=parts[0].marked,
        cells=list(parts),
    )


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Characters on one baseline; raised and lowered ones are put to the line they belong to."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=attrgetter("y")):
        if rows and glyph.y - rows[-1][0].y <= _SAME_LINE * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    for row in rows:
        row.sort(key=attrgetter("x0"))
    _attach_scripts(rows)
    return [row for row in rows if row]


def _attach_scripts(rows: list[list[Glyph]]) -> None:
    """Move runs of characters into the line above or below whose characters they touch."""
    order = sorted(range(len(rows)), key=lambda n: (_letters(rows[n]), -n))
    for index in order:
        for run in list(_runs(rows[index])):
            for other in _near(rows, index):
                if _belongs(run, rows[other]):
                    _move(run, rows[index], rows[other])
                    break


def _letters(row: Sequence[Glyph]) -> int:
    return sum(not glyph.text.isspace() for glyph in row)


def _near(rows: list[list[Glyph]], index: int) -> Iterator[int]:
    """Other rows whose baseline is near, the nearest first."""
    y = rows[index][0].y if rows[index] else 0.0
    window = range(max(0, index - 6), min(len(rows), index + 7))
    others = [
        n
        for n in window
        if n != index and rows[n] and abs(rows[n][0].y - y) <= 1.2 * rows[n][0].size
    ]
    return iter(sorted(others, key=lambda n: abs(rows[n][0].y - y)))


def _runs(row: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    run: list[Glyph] = []
    for glyph in row:
        if run and glyph.x0 - run[-1].x1 > _SCRIPT_GAP * glyph.size:
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _belongs(run: Sequence[Glyph], host: Sequence[Glyph]) -> bool:
    """Whether a run is a script of a line: smaller, near its baseline, beside a character."""
    if _letters(host) < _letters(run):
        return False
    reach = _SCRIPT_GAP * host[0].size
    for glyph in host:
        beside = -reach <= run[0].x0 - glyph.x1 <= reach or -reach <= glyph.x0 - run[-1].x1 <= reach
        if beside and not glyph.text.isspace():
            away = abs(run[0].y - glyph.y)
            if away <= _SCRIPT_REACH * glyph.size and run[0].size <= 1.02 * glyph.size:
                return True
    return False


def _move(run: Sequence[Glyph], row: list[Glyph], host: list[Glyph]) -> None:
    size = max(glyph.size for glyph in host if not glyph.raised)
    baseline = median(glyph.y for glyph in host if not glyph.raised)
    up = baseline - run[0].y
    small = run[0].size <= _SMALLER * size
    for glyph in run:
        if up >= _RAISED * size and (small or up >= 2 * _RAISED * size):
            glyph.raised = 1
        elif -up >= _LOWERED * size and small:
            glyph.raised = -1
        row.remove(glyph)
    host += run
    host.sort(key=attrgetter("x0"))


def _pieces(row: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Cut where a gap is wide; spaces do not fill one."""
    piece: list[Glyph] = []
    end = 0.0
    for glyph in row:
        if glyph.text.isspace():
            if piece:
                piece.append(glyph)
            continue
        if piece and glyph.x0 - end > _COLUMN_GAP * glyph.size:
            yield piece
            piece = []
        piece.append(glyph)
        end = max(end, glyph.x1) if len(piece) > 1 else glyph.x1
    if piece:
        yield piece


def _line(glyphs: Sequence[Glyph], page: int) -> Line:
    seen = [glyph for glyph in glyphs if not glyph.text.isspace()]
    plain = [glyph for glyph in seen if not glyph.raised] or seen
    sizes = [round(glyph.size, 1) for glyph in plain]
    return Line(
        text=_text(glyphs),
        x0=seen[0].x0,
        x1=max(glyph.x1 for glyph in seen),
        y=median(glyph.y for glyph in plain),
        size=max(set(sizes), key=sizes.count),
        largest=max((glyph.size for glyph in plain if glyph.text.isalnum()), default=plain[0].size),
        bold=sum(glyph.bold for glyph in plain) >= 0.9 * len(plain),
        page=page,
        marked=seen[0].raised > 0,
    )


def _text(glyphs: Sequence[Glyph]) -> str:
    """The characters, with a space where there is one or a gap as wide as one."""
    spaced = _with_spaces(glyphs)
    pieces = []
    for raised, run in groupby(spaced, key=lambda pair: pair[1]):
        text = "".join(character for character, _ in run)
        pieces.append({1: superscript, -1: subscript}.get(raised, str)(text))
    return " ".join("".join(pieces).split())


def _with_spaces(glyphs: Sequence[Glyph]) -> Iterator[tuple[str, int]]:
    """Each character with whether it is raised; a space is as high as what follows it."""
    usual = _usual_gap([glyph for glyph in glyphs if not glyph.text.isspace()])
    last: Glyph | None = None
    space = False
    for glyph in glyphs:
        if glyph.text.isspace():
            space = True
            continue
        if last is not None:
            if _again(last, glyph):
                continue
            gap = glyph.x0 - last.x1
            apart = gap - usual > _WORD_GAP * min(glyph.size, last.size)
            if space or (apart and not (_is_full_width(last) and _is_full_width(glyph))):
                both = glyph.raised if glyph.raised == last.raised else 0
                yield " ", both
        yield glyph.text, glyph.raised
        last, space = glyph, False


def _usual_gap(glyphs: Sequence[Glyph]) -> float:
    """The gap between letters of words that are set apart, as in headings; else nearly none."""
    gaps = [right.x0 - left.x1 for left, right in pairwise(glyphs)]
    return max(0.0, median(gaps)) if len(gaps) > 3 else 0.0


def _is_full_width(glyph: Glyph) -> bool:
    return east_asian_width(glyph.text[-1]) in "WF"  # Chinese and Japanese have no word gaps


def _again(last: Glyph, glyph: Glyph) -> bool:
    near = last.text == glyph.text and abs(glyph.x0 - last.x0) < _DOUBLE * glyph.size
    return near and glyph.order - last.order != 1  # the letters of a ligature share a place
