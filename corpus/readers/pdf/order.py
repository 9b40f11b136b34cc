"""The lines of a page in the order in which they are read: columns one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.readers.pdf.lines import Line, joined

_FEWEST = 3  # lines that make a column
_FULL = 0.55  # share of its column's width that a row of prose fills, and share of such text
_WORDS_IN_A_ROW = 3
_NARROWEST = 9  # width of a column, as a multiple of the letters' size
_WORD = re.compile(r"[^\W\d_]{2,}")
_GUTTER = 0.7  # width of the gap between columns, as a share of the letters' size
_STEP = 3.0  # points between the places that are tried for a gutter
_NEARLY = 0.9
_REACH = 1.5  # how far a line may reach over the gap, as a multiple of the letters' size
_SAME_ROW = 0.3
_LEVEL = 1.6  # lines by which the ends of two columns of one height differ
_WIDE = 1.35  # gaps so much wider than usual part what stands above from what stands below
_MARK = re.compile("[•‣◦▪●○■□➢➤►✓✔]")
_MARK_GAP = 3.0  # from the mark of a list item to its text at most, as such a multiple
_DEEPEST = 4  # columns within columns


@dataclass(frozen=True, slots=True)
class Flow:
    """A column, or a part of the page as wide as several: lines from top to bottom."""

    lines: tuple[Line, ...]
    left: float
    right: float


def flows(segments: Sequence[Line], depth: int = 0) -> list[Flow]:
    """Segments of lines in reading order.

    Columns are told from tables by their lines, which fill most of the column's width. What is as
    wide as several columns ends those above it and begins new ones.
    """
    gutter = _gutter(segments) if depth < _DEEPEST else None
    if gutter is None:
        return [_flow(segments)] if segments else []
    found: list[Flow] = []
    bands = list(_bands(segments, gutter))
    for number, (wide, band) in enumerate(bands):
        if wide:
            found += [_flow(band)]
        else:
            left = [line for line in band if _is_left(line, gutter)]
            right = [line for line in band if not _is_left(line, gutter)]
            below = _below(left, right) if number + 1 < len(bands) else []
            found += flows([line for line in left if line not in below], depth + 1)
            found += flows(right, depth + 1)
            found += flows(below, depth + 1)
    return found


def _below(left: Sequence[Line], right: Sequence[Line]) -> list[Line]:
    """Lines under both columns that are only too short to reach into the right one.

    Columns that end at one height are at an end there: what stands on the left after a gap begins
    what is as wide as both.
    """
    rows, end = _rows(left), max((line.y for line in right), default=0.0)
    if len(rows) <= _FEWEST or len(_rows(right)) < _FEWEST:
        return []
    usual = median(two[0].y - one[0].y for one, two in pairwise(rows))
    for number, (one, two) in enumerate(pairwise(rows), 1):
        level = abs(end - one[0].y) <= _LEVEL * usual
        if level and two[0].y - one[0].y > _WIDE * usual:
            return [line for row in rows[number:] for line in row]
    return []


def _gutter(segments: Sequence[Line]) -> float | None:
    """Where a gap from top to bottom parts two columns of prose, or None."""
    if len(segments) < 2 * _FEWEST:
        return None
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    scores: list[tuple[int, float]] = []
    place = left + 0.15 * (right - left)
    while place < left + 0.85 * (right - left):
        scores.append((_score(segments, place), place))
        place += _STEP
    most = max(score for score, _ in scores)
    if not most:
        return None
    # Lines that reach over the gap by a little are not as wide as both columns.
    good = [place for score, place in scores if score >= _NEARLY * most]
    crossed = {place: sum(s.x0 < place < s.x1 for s in segments) for place in good}
    best = [place for place in good if crossed[place] == min(crossed.values())]
    return best[len(best) // 2]


def _score(segments: Sequence[Line], place: float) -> int:
    """Lines of prose on the side of `place` that has fewer; 0 if there are no two columns."""
    left = [s for s in segments if s.x1 <= place and not s.table]
    right = [s for s in segments if s.x0 >= place and not s.table]
    if min(len(left), len(right)) < _FEWEST:
        return 0
    low = max(min(s.y for s in left), min(s.y for s in right))
    high = min(max(s.y for s in left), max(s.y for s in right))
    left = [s for s in left if low <= s.y <= high]
    right = [s for s in right if low <= s.y <= high]
    if min(len(left), len(right)) < _FEWEST:
        return 0
    rows = min(len(_rows(left)), len(_rows(right)))  # a line with wide gaps is in several pieces
    gap = min(s.x0 for s in right) - max(s.x1 for s in left)
    crossing = sum(s.x0 < place < s.x1 and low <= s.y <= high for s in segments)
    if any(_MARK.fullmatch(s.text) and place - s.x1 < _MARK_GAP * s.size for s in left):
        return 0  # the gap is that between the marks of a list and its items
    if gap < _GUTTER * median(s.size for s in left) or crossing > rows:
        return 0
    return min(len(left), len(right)) if _is_prose(left) and _is_prose(right) else 0


def _is_prose(lines: Sequence[Line]) -> bool:
    """Whether most of the text stands in rows that fill the width."""
    width = max(s.x1 for s in lines) - min(s.x0 for s in lines)
    rows = [" ".join(s.text for s in row) for row in _rows(lines) if _fills(row, width)]
    text = sum(len(s.text) for s in lines)
    words = sum(len(_WORD.findall(row)) for row in rows)
    if width < _NARROWEST * median(s.size for s in lines):
        return False
    return sum(map(len, rows)) >= _FULL * text and words >= _WORDS_IN_A_ROW * len(rows) > 0


def _fills(row: Sequence[Line], width: float) -> bool:
    return row[-1].x1 - row[0].x0 >= _FULL * width


def _bands(segments: Sequence[Line], gutter: float) -> Iterator[tuple[bool, list[Line]]]:
    """Rows over the gutter, and what stands between them, from top to bottom."""
    band: list[Line] = []
    band_is_wide = False
    for row in _rows(segments):
        wide = any(_is_over(line, gutter) for line in row)
        if band and wide != band_is_wide:
            yield band_is_wide, band
            band = []
        band += row
        band_is_wide = wide
    if band:
        yield band_is_wide, band


def _is_left(line: Line, gutter: float) -> bool:
    return line.x0 + line.x1 < 2 * gutter


def _is_over(line: Line, gutter: float) -> bool:
    """Whether a line stands in both columns, and does not just reach a little too far."""
    return min(gutter - line.x0, line.x1 - gutter) > _REACH * line.size


def _rows(segments: Sequence[Line]) -> list[list[Line]]:
    """Segments on one baseline, from left to right."""
    rows: list[list[Line]] = []
    for segment in sorted(segments, key=lambda s: s.y):
        same = rows and not (segment.table or rows[-1][0].table)
        if same and segment.y - rows[-1][0].y <= _SAME_ROW * segment.size:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda s: s.x0) for row in rows]


def _flow(segments: Sequence[Line]) -> Flow:
    lines = tuple(joined(row) for row in _rows(segments))
    return Flow(lines, min(s.x0 for s in segments), max(s.x1 for s in segments))
