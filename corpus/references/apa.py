"""A printed entry in APA style: "Ng, A., & Ho, B. (2017). Title. Journal, 31(1), 1-11."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from corpus.model import Name
from corpus.references.names import (
    ACRONYM,
    AND,
    ET_AL,
    FAMILY,
    GENERATION,
    ORGANISATION,
    PARTICLES,
    is_initials,
    leading_names,
    organisation,
    split_names,
    vancouver_name,
    vancouver_names,
    without_et_al,
)
from corpus.references.text import without_stop
from corpus.references.titles import PAGES, VOLUME, article, first_sentence

_YEAR: Final = re.compile(
    r"\(\s?(?:(?P<year>(?:1[89]|20)\d\d)(?P<suffix>[a-z])?|n\.\s?d\.|in\spress|forthcoming)"
    r"(?:,[^()]{0,40})?\)"
)
_EDITORS: Final = re.compile(r"(?i),?\s?\((?:eds?|editors?)\.?\)\.?")
_ELLIPSIS: Final = re.compile(r",?\s(?:\.\s?){3}|,?\s…")
_GIVEN: Final = re.compile(r"[^\W\d_a-z][\w'\u2019.-]*(?:\s[^\W\d_a-z][\w'\u2019.-]*){0,3}")
_TAIL: Final = re.compile(  # , 31(1), 1-11.
    rf",\s(?P<volume>{VOLUME})\s?(?:\((?P<issue>[^()]{{1,30}})\))?"
    rf"(?:,\s(?:pp?\.\s?|(?:Article|Art\.)\s)?(?P<page>{PAGES}))?\s?\.?\s?$"
)
_NUMBER_TAIL: Final = re.compile(  # , e0154654.   , 1346099.
    r",\s(?P<volume>)(?P<issue>)(?P<page>[A-Za-z]{1,5}\d{3,9}|\d{5,9})\s?\.?\s?$"
)
_COLON_TAIL: Final = re.compile(  # Pain 31(1): 1-11.
    rf"[\s,]\s?(?P<volume>{VOLUME})\s?(?:\((?P<issue>[^()]{{1,30}})\))?"
    rf"\s?:\s?(?P<page>{PAGES})\s?\.?\s?$"
)
_CHAPTER: Final = re.compile(r"\((?:[^()]{0,40},\s)?pp?\.\s?(?P<page>[^()]{1,20})\)")


def read_apa(body: str) -> dict[str, Any] | None:
    """Fields of an entry without its links, or None if it has no authors before a year."""
    year = _YEAR.search(body)
    if year is None:
        return None
    authors = _authors(_EDITORS.sub("", body[: year.start()]).strip(" ,"))
    if not authors:
        return None
    return {
        "author": authors,
        "year": int(year["year"]) if year["year"] else None,
        "year_suffix": year["suffix"] or "",
        **_work(body[year.end() :].lstrip(" .,:")),
    }


def _work(rest: str) -> dict[str, str]:
    chapter = _chapter(rest)
    if chapter:
        return chapter
    tail = _TAIL.search(rest) or _COLON_TAIL.search(rest) or _NUMBER_TAIL.search(rest)
    return article(rest[: tail.start()], tail) if tail else {"title": first_sentence(rest)}


def _chapter(rest: str) -> dict[str, str]:
    """Title. In A. Editor (Ed.), Book (pp. 1-11). Publisher."""
    pages = _CHAPTER.search(rest)
    title, found, book = rest[: pages.start()].partition(". In ") if pages else ("", "", "")
    if not found or pages is None:
        return {}
    editors = _EDITORS.search(book)
    named = book[editors.end() :] if editors else book
    return {
        "type": "chapter",
        "title": without_stop(title),
        "container_title": named.strip(" ,."),
        "page": pages["page"].strip(),
    }


def _authors(head: str) -> tuple[Name, ...]:
    """Names of "Biondi, M., & Pizzagalli, D."; empty if `head` is no list of names."""
    cut = _ELLIPSIS.sub(", ", head)  # in a very long list
    listed, truncated = without_et_al(cut)
    names = (
        vancouver_names(listed)  # Ng A, Ho B (2014)
        or _people(AND.sub(", ", listed))
        or _people_in_full(listed)
        or _first_people(listed)
        or _organisations(listed)
    )
    left_out = truncated or cut != head
    return (*names, ET_AL) if names and left_out and names[-1] != ET_AL else names


def _people(listed: str) -> tuple[Name, ...]:
    """Names whose given names are initials, with organisations among them; empty if none is."""
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    names: list[Name] = []
    for part in parts:
        last = names[-1] if names else Name()
        if last.given and GENERATION.fullmatch(part):
            names[-1] = Name(family=last.family, given=f"{last.given}, {part}")
        elif is_initials(part) and FAMILY.fullmatch(last.literal):
            names[-1] = Name(family=last.literal, given=part)
        else:
            names.append(Name(literal=part))
    return tuple(names) if _all_named(names) else ()


def _all_named(names: Sequence[Name]) -> bool:
    """Whether at least one is a person and the others can only be organisations."""
    people = [name for name in names if name.family]
    others = [name.literal for name in names if name.literal]
    return bool(people) and all(ORGANISATION.search(o) or ACRONYM.fullmatch(o) for o in others)


def _people_in_full(listed: str) -> tuple[Name, ...]:
    """Names such as "Smith, John, & Doe, Jane": as many given names as family names."""
    names: list[Name] = []
    for segment in AND.split(listed):
        parts = [part.strip() for part in segment.split(",") if part.strip()]
        if not parts or len(parts) % 2:
            return ()
        names += [Name(family=f, given=g) for f, g in zip(parts[::2], parts[1::2], strict=True)]
    return tuple(names) if all(_is_person(name) for name in names) else ()


def _is_person(name: Name) -> bool:
    family = [word for word in name.family.split() if word.casefold() not in PARTICLES]
    return bool(
        len(family) <= 2
        and FAMILY.fullmatch(name.family)
        and _GIVEN.fullmatch(name.given)
        and not ORGANISATION.search(name.family)
        and vancouver_name(name.family) is None
    )


def _first_people(listed: str) -> tuple[Name, ...]:
    """Names of "Ng A, Ho B, Unreadable, Li C" up to the one that cannot be read, and "et al."."""
    parts = split_names(listed)
    names = leading_names(parts)
    return (*names, ET_AL) if names and len(parts) > 1 else ()


def _organisations(listed: str) -> tuple[Name, ...]:
    names = [organisation(part) for part in listed.split(";")]
    found = tuple(name for name in names if name)
    return found if len(found) == len(names) else ()
