"""One entry of a printed list -> Reference: its links, then its fields in the style that fits.

Nothing is guessed: a field that cannot be read stays empty, and the entry itself is always kept.
"""

from __future__ import annotations

import re
from typing import Any, Final

from corpus.model import Reference
from corpus.references.apa import read_apa
from corpus.references.links import LINKS_BEGIN, links_of
from corpus.references.titles import first_sentence
from corpus.references.vancouver import read_vancouver, vancouver_authors

_MOST_READ: Final = 4000  # characters of an entry that are searched for fields
_EMPHASIS: Final = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")
_LOOSE_YEAR: Final = re.compile(  # (2014)   . 2014;   Pain 2014, 155:654
    r"(?:[(,;.]\s?(?=\d{4}[a-z]?(?:\s?[).,;:]|\s?$))|\s(?=\d{4}[a-z]?,\s?\d{1,4}\s?[(:]))"
    r"(?P<year>(?:1[89]|20)\d\d)(?P<suffix>[a-z])?"
)


def printed_reference(entry: str, label: int | None, reference_id: str) -> Reference:
    """The entry, which is one line, with what can be read of it."""
    read = entry[:_MOST_READ]
    doi, pmid, url = links_of(read)
    fields = _fields(_EMPHASIS.sub("", read))
    return Reference(
        id=reference_id, doi=doi, pmid=pmid, url=url, label=label, text=entry, **fields
    )


def _fields(entry: str) -> dict[str, Any]:
    links = LINKS_BEGIN.search(entry)
    body = entry[: links.start()] if links else entry
    body = body.rstrip(" [<(").strip()
    return read_apa(body) or read_vancouver(body) or _read_loosely(body)


def _read_loosely(body: str) -> dict[str, Any]:
    """What stands out in an entry of no known style: its authors, and its year if it has one."""
    found: dict[str, Any] = {}
    years = {(match["year"], match["suffix"]) for match in _LOOSE_YEAR.finditer(body)}
    if len(years) == 1:
        year, suffix = years.pop()
        found |= {"year": int(year), "year_suffix": suffix or ""}
    authors, rest = vancouver_authors(body)
    if len(authors) > 1 or (authors and found):  # "Vitamin D: ..." is not by D. Vitamin
        found |= {"author": authors, "title": first_sentence(rest)}
    return found
