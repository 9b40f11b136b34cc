"""A reference as a reader sees it: one line of plain text, and the address to open it at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from corpus.model import Name, Reference
from corpus.references.links import URL
from corpus.references.names import ET_AL
from corpus.references.text import joined, one_line

_MOST_AUTHORS: Final = 6
_ENDS_SENTENCE: Final = re.compile(r"[.?!…][\"”\u2019')\]]?$")
_PARTS_OF_BOOKS: Final = frozenset({"chapter", "paper-conference", "entry-encyclopedia"})


def format_reference(reference: Reference) -> str:
    """One line of plain text for display; an entry printed in a document is shown as printed.

    Authors (the first six, then "et al."), year, title, journal or book with volume, issue and
    pages, and a link. What is missing leaves no punctuation behind.
    """
    if reference.text:
        return reference.text
    year = f"({reference.year}{reference.year_suffix})" if reference.year is not None else ""
    authors = _shown_authors(reference.author)
    if authors:
        parts = [joined(" ", authors, year), reference.title]
    else:  # the title takes the authors' place, and the year follows it
        parts = [joined(" ", _sentence(reference.title), year)]
    sentences = [_sentence(part) for part in (*parts, _shown_container(reference))]
    return one_line(joined(" ", *sentences, _shown_link(reference)))


def reference_url(reference: Reference) -> str:
    """Where the publication can be opened: DOI, else PubMed, else its http(s) address, else ""."""
    if reference.doi:
        return f"https://doi.org/{quote(reference.doi, safe='/:;().,_-~!$*=@')}"
    if reference.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{quote(reference.pmid, safe='')}/"
    return reference.url if URL.fullmatch(reference.url) else ""


def _sentence(part: str) -> str:
    part = part.strip()
    return part if not part or _ENDS_SENTENCE.search(part) else f"{part}."


def _shown_authors(authors: Sequence[Name]) -> str:
    shown = [_shown_name(name) for name in authors if name != ET_AL]
    named = [name for name in shown if name]
    if len(named) > _MOST_AUTHORS or ET_AL in authors:
        return joined(" ", ", ".join(named[:_MOST_AUTHORS]), "et al.")
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} & {named[-1]}"


def _shown_name(name: Name) -> str:
    return name.literal or joined(", ", name.family, _initials(name.given))


def _initials(given: str) -> str:
    """Shorten "Rolf-Detlef" to "R.-D." and "JA" to "J. A."; "Jr." and particles stay."""
    names, comma, generation = given.partition(",")
    return " ".join(_initial(word) for word in names.split()) + comma + generation


def _initial(word: str) -> str:
    bare = word.replace(".", "")
    if not bare[:1].isupper():  # a particle, or a script without capitals
        return word
    if bare.isupper() and bare.isalpha() and len(bare) <= 3:
        return " ".join(f"{letter}." for letter in bare)
    return "-".join(f"{part[0]}." for part in bare.split("-") if part)


def _shown_container(reference: Reference) -> str:
    container = reference.container_title
    if container and reference.type in _PARTS_OF_BOOKS:
        container = f"In {container}"
    issue = f"({reference.issue})" if reference.issue else ""
    if issue and not reference.volume:
        issue = f"no. {reference.issue}"
    return joined(", ", container, reference.volume + issue, reference.page)


def _shown_link(reference: Reference) -> str:
    if reference.doi or not reference.pmid:
        return reference_url(reference)
    return f"PMID {reference.pmid}"
