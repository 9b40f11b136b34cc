"""Citations by author and year: "(Smith et al., 2019)", "Smith and Jones (2019)".

Names and year that fit a reference are a citation in any usual form. What fits none is kept,
unresolved, only where its form is `unmistakable`; otherwise it is no citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.citations.bibliography import Bibliography
from corpus.citations.names import Names, Token, name_of, read_names, take, tokens_of
from corpus.citations.parts import Part, citations_of
from corpus.citations.unmistakable import first_name
from corpus.citations.words import BEFORE_DATES, DATES, LEADS
from corpus.citations.years import YEAR, YearGroup, year_groups
from corpus.model import Citation
from corpus.references.names import PARTICLES

_A_YEAR: Final = re.compile(YEAR)
_LOCATOR: Final = re.compile(r"(?:[,:;][^()\[\]\n]{0,60})?[)\]]")  # the ", p. 12)" of a narrative
_LOOK_AHEAD: Final = 70  # characters behind the years: a locator and more
_MOST_WORDS: Final = 14  # of an organisation's name

_Found = tuple[int, tuple[Part, ...]]  # where the names begin, and each year with its works


def author_year_citations(
    text: str, start: int, end: int, bibliography: Bibliography
) -> Iterator[Citation]:
    """The citations by author and year in `text[start:end]`, in order."""
    for group in year_groups(text, start, end):
        tokens = tokens_of(text, group.floor, group.stop)
        names = read_names(tokens)
        after = text[group.end : min(end, group.end + _LOOK_AHEAD)]
        found = (
            _organisation(tokens, group, bibliography)
            or _people(names, group, after, bibliography)
            or _unresolved(names, group, after)
        )
        if found:
            begin, parts = found
            yield from citations_of(text, *_marker(begin, group, after), parts)


def _unresolved(names: Names, group: YearGroup, after: str) -> _Found | None:
    begin = first_name(names, group, after)
    if begin is None:
        return None
    return begin, tuple(Part(year.start, year.end, ((),)) for year in group.years)


def _marker(begin: int, group: YearGroup, after: str) -> tuple[int, int]:
    """From the first name to the year, or to the bracket after it in "Smith (2010, p. 3)".

    Where that bracket holds more than a locator ("Ng (2010; but see Ho, 2012)") the years alone
    are the marker.
    """
    if group.form != "narrative":
        return begin, group.end
    locator = _LOCATOR.match(after)
    if locator is None or _A_YEAR.search(locator[0]):
        return group.start, group.end
    return begin, group.end + locator.end()


def _organisation(
    tokens: Sequence[Token], group: YearGroup, bibliography: Bibliography
) -> _Found | None:
    """The longest run of two words or more before the year that is the name of an author."""
    words = [token for token in _without_abbreviation(tokens) if token.word or token.text == "&"]
    words = words[-_MOST_WORDS:]
    for first, begin in enumerate(words[:-1]):
        run = [word for word in words[first:] if word.word]
        name = name_of(run)
        if not any(bibliography.knows(name, year.year) for year in group.years):
            continue
        # the surname "Martin Ginis" is left to `_people`, unless all of it fits
        parts = _parts(group, (name,), bibliography, et_al=False, exact=len(run) < 3)
        if parts and (begin.text[0].isupper() or name.split()[0].casefold() in PARTICLES):
            return begin.start, parts
    return None


def _without_abbreviation(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out the last token's comma and "[WHO]" in "World Health Organization [WHO], 2020"."""
    kept = list(tokens)
    take(kept, ",")
    if len(kept) > 3 and kept[-1].text in {"]", ")"} and kept[-3].text in {"[", "("}:
        del kept[-3:]
    return kept


def _parts(
    group: YearGroup, names: Sequence[str], bibliography: Bibliography, *, et_al: bool, exact: bool
) -> tuple[Part, ...]:
    """Each year with the works it means, or nothing if none of the years is found."""
    parts = tuple(
        Part(
            year.start,
            year.end,
            (bibliography.resolve(names, year.year, year.suffix, et_al=et_al, exact=exact),),
        )
        for year in group.years
    )
    return parts if any(part.works[0] for part in parts) else ()


def _people(
    names: Names, group: YearGroup, after: str, bibliography: Bibliography
) -> _Found | None:
    """Try the names from the longest reading ("However, Ng and Ho") to the shortest ("Ho")."""
    for unit, words in enumerate(names.units):
        others = [name_of(other) for other in names.units[unit + 1 :]]
        single = not others and not names.et_al
        skipped = "" if unit else names.before
        for number, word in enumerate(words):
            # "Home Page (2012)": a name cut out of a longer one has to fit exactly
            exact = number > 0 and skipped.casefold() not in LEADS
            if not single or _may_be_a_name(words[number:], skipped, names, group, after):
                readable = [name_of(words[number:]), *others]
                parts = _parts(group, readable, bibliography, et_al=names.et_al, exact=exact)
                if parts:
                    return word.start, parts
            skipped = word.text
    return None


def _may_be_a_name(
    words: Sequence[Token], before: str, names: Names, group: YearGroup, after: str
) -> bool:
    """Whether one name alone before a year can be an author's: "May (2019)", not "in May 2019"."""
    if group.form == "open":
        return False
    if name_of(words).casefold() in DATES:
        set_off = names.comma or group.form == "narrative"
        return set_off and before.casefold() not in BEFORE_DATES
    if names.comma and group.form == "enclosed":
        return True
    return not after.strip() or after.lstrip()[0] in ")];,.:"
