"""Whether two entries mean one publication. Compares what they say; looks nothing up."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from corpus.model import Name, Reference

_UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
_NOT_IN_KEYS: Final = re.compile(r"[^\w\s]+|_")  # hyphens are turned into spaces before
_DASHES: Final = re.compile(r"[-\u2010-\u2015\u2212/]")


def plain_key(text: str) -> str:
    """`text` for comparing names and titles: no case, diacritics, punctuation or double spaces."""
    letters = _DASHES.sub(" ", text).casefold()
    if not letters.isascii():  # most names are, and need none of this
        decomposed = unicodedata.normalize("NFD", letters)
        bare = "".join(c for c in decomposed if not unicodedata.combining(c))
        letters = bare.translate(_UNDECOMPOSED)
    return " ".join(_NOT_IN_KEYS.sub("", letters).split())


def publication_keys(reference: Reference) -> frozenset[str]:
    """Keys that two entries for one publication have in common: DOI, PMID, author-year-title."""
    title = plain_key(reference.title)
    keys = {
        f"doi:{reference.doi.casefold()}" if reference.doi else "",
        f"pmid:{reference.pmid}" if reference.pmid else "",
        f"work:{_first_author(reference)}|{reference.year}|{title}" if title else "",
    }
    return frozenset(keys - {""})


def same_publication(one: Reference, other: Reference) -> bool:
    """Whether two entries mean one publication: same DOI, same PMID, or author, year and title.

    Entries that share an identifier but differ in first author and in year are taken for
    two: one of the identifiers is a mistake, and a wrong link would mislead.
    """
    authors = {_first_author(one), _first_author(other)}
    years = {one.year, other.year}
    contradict = len(authors) == 2 and "" not in authors and len(years) == 2 and None not in years
    return not contradict and bool(publication_keys(one) & publication_keys(other))


def _first_author(reference: Reference) -> str:
    first = reference.author[0] if reference.author else Name()
    return plain_key(first.family or first.literal)
