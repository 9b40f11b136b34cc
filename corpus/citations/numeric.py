"""Citations by number: "[3,5-7]" and superscripts, never "(3)".

Numbers mean entries of the document's own list only. Intervals, scales, powers and units are
left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.citations.bibliography import Bibliography
from corpus.citations.parts import Part, citations_of
from corpus.model import Citation

_RANGE: Final = r"\u2010-\u2015\u2212-"
_NUMBER: Final = rf"\d{{1,3}}(?:\s?[{_RANGE}]\s?\d{{1,3}})?"
_BRACKETED: Final = re.compile(
    rf"\[\s?(?P<list>{_NUMBER}(?:\s?[,;]\s?{_NUMBER})*)\s?\](?!:)"  # "[3]:" defines a link
)
_ELEMENT: Final = re.compile(rf"(\d+)(?:\s?[{_RANGE}]\s?(\d+))?")
_MOST_IN_RANGE: Final = 100
_INTERVAL_BEFORE: Final = re.compile(
    r"(?i)(?:\bCIs?|\bIQR|\binterval|\branges?|\branged|\bscale|\bscores?|\bSD|=|:)\s{0,2}$"
)
_SUPERSCRIPT_DIGITS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPT: Final = re.compile(
    rf"(?<=[^\W\d_]|[.,;:!?)\]\u201d\"'\u2019])"  # directly after a word or its punctuation
    rf"[{_SUPERSCRIPT_DIGITS}]{{1,3}}"
    rf"(?:[,\u2d52\u207b{_RANGE}][{_SUPERSCRIPT_DIGITS}]{{1,3}})*"  # \u2d52: a raised comma
    rf"(?![\w\u207b\u207a{_SUPERSCRIPT_DIGITS}])"
)
_TO_DIGITS: Final = str.maketrans(
    {digit: str(value) for value, digit in enumerate(_SUPERSCRIPT_DIGITS)} | {"\u207b": "-"}
)
_WORD_BEFORE: Final = re.compile(r"[^\W\d_]+$")
_UNITS: Final = frozenset(
    "chi eta rho tau phi psi mol min sec yard yards feet foot inch inches metre metres meter "
    "meters mile miles sigma omega kappa".split()
)

NUMBER_SIGN: Final = rf"\[\s?\d|[{_SUPERSCRIPT_DIGITS}]"  # every citation by number has one


def bracketed_numbers(
    text: str, start: int, end: int, bibliography: Bibliography
) -> Iterator[Citation]:
    """The citations such as "[3,5-7]" in `text[start:end]`, in order."""
    for found in _BRACKETED.finditer(text, start, end):
        parts = _parts(found["list"], found.start("list"), bibliography)
        if parts and _is_citation(text, found, parts, bibliography):
            yield from citations_of(text, found.start(), found.end(), parts)


def superscripts(text: str, start: int, end: int, bibliography: Bibliography) -> Iterator[Citation]:
    """The raised numbers in `text[start:end]` that mean entries, in order."""
    if not bibliography.numbered:
        return
    for found in _SUPERSCRIPT.finditer(text, start, end):
        parts = _parts(found[0].translate(_TO_DIGITS), found.start(), bibliography)
        if not parts:
            continue
        resolved = _all_found(parts)
        word = _WORD_BEFORE.search(text, max(start, found.start() - 20), found.start())
        if word and not (resolved and _is_prose(word[0])):
            continue
        if resolved or bibliography.labelled:
            yield from citations_of(text, found.start(), found.end(), parts)


def is_raised(marker: str) -> bool:
    """Whether a citation's marker begins with a raised number."""
    return marker[:1] in _SUPERSCRIPT_DIGITS


def _parts(printed: str, offset: int, bibliography: Bibliography) -> tuple[Part, ...]:
    """The numbers and ranges of a marker; nothing if one is 0, falls, or spans too much."""
    parts: list[Part] = []
    for found in _ELEMENT.finditer(printed):
        first, last = int(found[1]), int(found[2] or found[1])
        if not 0 < first <= last < first + _MOST_IN_RANGE or (found[2] and first == last):
            return ()
        works = tuple(bibliography.resolve_number(n) for n in range(first, last + 1))
        parts.append(Part(offset + found.start(), offset + found.end(), works))
    return tuple(parts)


def _is_citation(
    text: str, found: re.Match[str], parts: Sequence[Part], bibliography: Bibliography
) -> bool:
    printed = [int(number) for number in re.findall(r"\d+", found["list"])]
    before = text[max(0, found.start() - 12) : found.start()]
    if len(printed) == 2 and _INTERVAL_BEFORE.search(before):
        return False
    if bibliography.labelled or (bibliography.numbered and _all_found(parts)):
        return True
    return len(printed) > 2 and printed == sorted(set(printed))


def _all_found(parts: Sequence[Part]) -> bool:
    return all(work for part in parts for work in part.works)


def _is_prose(word: str) -> bool:
    """Whether a raised number after `word` is a note, not an exponent: "pain³", not "cm³"."""
    return len(word) > 2 and word.islower() is not word.isupper() and word not in _UNITS
