"""Years of publication in a text, with the stretch before them that may hold their names.

Years that are part of a number, a price or a range are none. Says nothing on whether a year
belongs to a citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

YEAR: Final = r"(?:(?:1[89]|20)\d\d[a-k]?|n\.\s?d\.|in\spress)"

_REACH: Final = 300  # characters before a year in which its names are looked for
_SCAN: Final = re.compile(
    rf"""
    (?P<open>[(\[]) | (?P<close>[)\]]) | (?P<paragraph>\n[ \t]*\n)
    | (?P<years>
        (?<![\w$£€\#/\u2010-\u2015-])(?<!\d[.,])      # not within a number, a price or a range
        {YEAR}
        (?: (?:,?\s(?:and|&)\s|\s?[,;]\s?)            # "2010, 2012", "2010 and 2012", "2019a,b"
            (?: {YEAR} | [b-k](?![\w'\u2019]) )
            (?= \s?(?:[,;:.)\]&]|and\b|$) )           # not "2010, 2000 people"
        )*
        (?![\w%])(?![.,]\d{{1,3}}(?!\d))              # not "2000.5", "2000,50", "2000%"
        (?!\s?[\u2010-\u2015/-]\s?\d)                 # not "1999-2004"
      )
    """,
    re.VERBOSE,
)
_ONE_YEAR: Final = re.compile(
    r"(?P<year>\d{4})(?P<suffix>[a-k]?)|(?P<none>n\.\s?d\.|in\spress)|(?<![a-z])[b-k](?![a-z])"
)

# Smith & Jones, 2010   |   (Smith, 2010)   |   Smith (2010)
Form = Literal["open", "enclosed", "narrative"]


@dataclass(frozen=True, slots=True)
class Year:
    """One year; None for "n.d." and "in press"."""

    start: int
    end: int
    year: int | None
    suffix: str


@dataclass(frozen=True, slots=True)
class YearGroup:
    """Years that belong to the same names, which stand somewhere in `text[floor:stop]`.

    Offsets count from the beginning of the text.
    """

    years: tuple[Year, ...]
    form: Form
    floor: int
    stop: int

    @property
    def start(self) -> int:
        """Where the first year begins."""
        return self.years[0].start

    @property
    def end(self) -> int:
        """Where the last year ends."""
        return self.years[-1].end


def year_groups(text: str, start: int, end: int) -> Iterator[YearGroup]:
    """The years of `text[start:end]`, in order."""
    openers: list[int] = []
    floor = start
    for found in _SCAN.finditer(text, start, end):
        kind = found.lastgroup
        if kind == "open":
            openers.append(found.start())
        elif kind == "close":
            if openers and text[openers[-1]] + found[0] in {"()", "[]"}:
                openers.pop()
        elif kind == "paragraph":
            openers.clear()
            floor = found.end()
        else:
            years = _years(found)
            yield _group(text, years, openers[-1] if openers else None, floor)
            floor = years[-1].end


def _years(found: re.Match[str]) -> tuple[Year, ...]:
    """The years of a group; a bare letter ("2019a,b") repeats the year before it."""
    years: list[Year] = []
    for one in _ONE_YEAR.finditer(found[0]):
        start, end = found.start() + one.start(), found.start() + one.end()
        if one["year"]:
            years.append(Year(start, end, int(one["year"]), one["suffix"]))
        elif one["none"]:
            years.append(Year(start, end, None, ""))
        elif years and "" < years[-1].suffix < one[0]:
            years.append(Year(start, end, years[-1].year, one[0]))
        else:
            break  # "2019, b": not a suffix
    return tuple(years)


def _group(text: str, years: tuple[Year, ...], opener: int | None, floor: int) -> YearGroup:
    start = years[0].start
    if opener is None or start - opener > _REACH:  # or a bracket that was never closed
        return YearGroup(years, "open", max(floor, start - _REACH), start)
    if not text[opener + 1 : start].strip():
        return YearGroup(years, "narrative", max(floor, opener - _REACH), opener)
    floor = max(floor, opener + 1)
    return YearGroup(years, "enclosed", _behind_semicolon(text, floor, start), start)


def _behind_semicolon(text: str, floor: int, stop: int) -> int:
    """Offset behind the last semicolon of `text[floor:stop]`, that of "&amp;" apart, or `floor`."""
    found = text.rfind(";", floor, stop)
    while found >= 0 and text.endswith("&amp", floor, found):
        found = text.rfind(";", floor, found)
    return found + 1 if found >= 0 else floor
