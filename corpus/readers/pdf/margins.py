"""Running heads, running feet and page numbers: what repeats at the same place of the pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.readers.pdf.lines import Line

_ZONE = 0.14  # share of the page's height, above and below, where they stand
_SAME_PLACE = 4.0  # points
_SAME_LINE = 0.6  # as shares of the letters' size: from a footnote's mark to its text
_MARK_GAP = 3.0
_FEWEST = 2  # pages that repeat it
_SHARE = 0.3  # of the pages must repeat it
_ENOUGH = 8  # or this many, as chapters have heads of their own
_NUMBER = re.compile(r"\d+")
_PAGE = re.compile(
    r"[-–—|\s]*(?:(?:page|seite|p\.|pg\.?)\s*)?(\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|von|de)\s*\d{1,4})?"
    r"[-–—|\s]*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:\S+\s+){4,}\S.*[.!?]$")


@dataclass(frozen=True, slots=True)
class Running:
    """Lines that repeat: which are taken out, and what they say.

    `said` are those that are no page numbers, each once, as it is first printed; `sentences`
    are those of them that are whole sentences.
    """

    lines: frozenset[int]  # id() of each line
    said: tuple[Line, ...]
    sentences: tuple[Line, ...]


def running(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> Running:
    """Find what repeats near the upper and lower edge of the pages, and the page numbers."""
    edges = [
        (number, line)
        for number, (lines, height) in enumerate(zip(pages, heights, strict=True))
        for line in lines
        if _in_zone(line, height)
    ]
    alike: dict[str, list[tuple[int, Line]]] = defaultdict(list)
    for number, line in edges:
        alike[_pattern(line.text)].append((number, line))
    found = {id(line): line for number, line in edges if _is_page_number(line, number)}
    fewest = max(_FEWEST, min(_ENOUGH, _SHARE * len(pages)))
    for place in (place for group in alike.values() for place in _places(group)):
        same = [line for _, line in place]
        if len({page for page, _ in place}) >= fewest and _differ_as_pages_do(same):
            found |= {id(line): line for line in same}
    for mark in [mark for lines in pages for mark in _marks(lines, found)]:
        del found[id(mark)]
    return _running(dict(sorted(found.items(), key=lambda item: (item[1].page, item[1].y))))


def _marks(lines: Sequence[Line], found: Mapping[int, Line]) -> list[Line]:
    """The numbers that begin a line which does not repeat: marks of footnotes, not of pages."""
    others = [line for line in lines if id(line) not in found]
    return [
        line
        for line in lines
        if id(line) in found
        and _PAGE.fullmatch(line.text)
        and any(_follows(other, line) for other in others)
    ]


def _follows(line: Line, mark: Line) -> bool:
    level = abs(line.y - mark.y) <= _SAME_LINE * line.size
    return level and 0 < line.x0 - mark.x1 <= _MARK_GAP * line.size


def _places(group: list[tuple[int, Line]]) -> list[list[tuple[int, Line]]]:
    """Lines at the same height of their pages."""
    places: list[list[tuple[int, Line]]] = []
    for number, line in sorted(group, key=lambda pair: pair[1].y):
        if places and line.y - places[-1][0][1].y <= _SAME_PLACE:
            places[-1].append((number, line))
        else:
            places.append([(number, line)])
    return places


def _running(found: dict[int, Line]) -> Running:
    first: dict[str, Line] = {}
    for line in found.values():
        if not _PAGE.fullmatch(line.text):
            first.setdefault(_pattern(line.text), line)
    said = tuple(first.values())
    sentences = tuple(line for line in said if _SENTENCE.match(line.text))
    return Running(frozenset(found), said, sentences)


def _in_zone(line: Line, height: float) -> bool:
    if line.table or not any(map(str.isalnum, line.text)):  # the bullet of a list item
        return False
    return line.y < _ZONE * height or line.y > (1 - _ZONE) * height


def _pattern(text: str) -> str:
    return _NUMBER.sub("#", text).casefold()


def _differ_as_pages_do(lines: Sequence[Line]) -> bool:
    """Whether numbers in the lines are the same or go up with the pages.

    Rows of a table at the top of several pages ("12", "7.5") repeat the pattern alone.
    """
    numbers = sorted(
        (line.page, [int(n) for n in _NUMBER.findall(line.text[:200])]) for line in lines
    )
    first_page, first = numbers[0]
    for page, found in numbers[1:]:
        for one, other in zip(first, found, strict=False):
            if one != other and other - one != page - first_page:
                return False
    return True


def _is_page_number(line: Line, index: int) -> bool:
    """Whether a line says the number of the page it stands on, and nothing else."""
    found = _PAGE.fullmatch(line.text)
    return bool(found) and found[1] == str(index + 1)  # type: ignore[index]
