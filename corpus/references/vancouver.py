"""A printed entry in Vancouver style: "Ng A, Ho B. Title. Journal. 2017;31(1):1-11."."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

from corpus.model import Name
from corpus.references.names import ACRONYM, ORGANISATION, organisation, vancouver_names
from corpus.references.titles import PAGES, VOLUME, article, first_sentence

_TAIL: Final = re.compile(  # 2017 Jan 3;31(1):1-11.
    r"(?<![\w(])(?P<year>(?:1[89]|20)\d\d)(?P<suffix>[a-z])?"
    r"(?:\s[A-Z][a-z]{2,8}\.?(?:\s\d{1,2})?(?:[-\u2013/][A-Za-z]{3,9})?(?:[-\u2013]\d{1,2})?)?\s?;\s?"
    rf"(?P<volume>{VOLUME})?\s?(?:\((?P<issue>[^()]{{1,30}})\))?"
    rf"(?:\s?:\s?(?P<page>{PAGES}))?"
)
_IMPRINT_YEAR: Final = re.compile(  # London: Press; 2010.
    r";\s?(?P<year>(?:1[89]|20)\d\d)(?P<suffix>[a-z])?\.?\s?$"
)
_STOP: Final = re.compile(r"[.:]\s")
_MOST_STOPS: Final = 6  # more than the initials before a title can explain
_MOST_WORDS: Final = 10  # of an organisation's name
_MORE_INITIALS: Final = re.compile(  # A., | A.-B. | A. B.: the names go on behind the stop
    r"[^\W\d_a-z]\.(?:[,-]|\s[^\W\d_a-z]\.)"
)


def read_vancouver(body: str) -> dict[str, Any] | None:
    """Fields of an entry without its links, or None if it has no year where this style has it."""
    tail = _TAIL.search(body)
    dated = tail or _IMPRINT_YEAR.search(body)
    if dated is None:
        return None
    authors, rest = vancouver_authors(body[: dated.start()].rstrip(" ,"))
    return {
        "author": authors,
        "year": int(dated["year"]),
        "year_suffix": dated["suffix"] or "",
        **(article(rest, tail) if tail else {"title": first_sentence(rest)}),
    }


def vancouver_authors(head: str) -> tuple[tuple[Name, ...], str]:
    """Names before the first stop or colon that ends a list of names, and what follows it."""
    for stop in islice(_STOP.finditer(head), _MOST_STOPS):
        names, rest = vancouver_names(head[: stop.start()]), head[stop.end() :].strip()
        if names and not _MORE_INITIALS.match(rest):
            return names, rest
    first, _, rest = head.partition(". ")
    named = ORGANISATION.search(first) or ACRONYM.fullmatch(first)
    author = organisation(first) if named and len(first.split()) <= _MOST_WORDS else None
    return ((author,), rest) if author and rest else ((), head)
