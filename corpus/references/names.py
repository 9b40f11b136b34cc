"""Names of authors, as the printed styles share them: "Ng A", organisations, "et al.".

What is no name is not made one: functions return nothing when they cannot read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.model import Name
from corpus.references.text import joined

ET_AL: Final = Name(literal="et al.")  # stands last in an author list that names only some authors

PARTICLES: Final = frozenset(
    "van von der den de da dos das do du del della dello di la las los le el al ter ten te zu zur "
    "zum af av bin ibn ben 't".split()
)

AND: Final = re.compile(r",?\s(?:&|and)\s|;\s")
GENERATION: Final = re.compile(r"(?:Jr|Sr|II|III|IV|2nd|3rd)\.?")
FAMILY: Final = re.compile(r"[^\W\d_][^\W\d_'\u2019.-]*(?:[\s'\u2019.-]{1,2}[^\W\d_]+){0,5}\.?")
ORGANISATION: Final = re.compile(
    r"(?i)\b(?:organi[sz]ation|institutes?|association|society|college|department|ministry"
    r"|committee|group|network|agency|council|cent(?:re|er)s?|foundation|services?|academy"
    r"|federation|university|collaborat(?:ion|ors)|consortium|commission|union|board|force)\b"
)
ACRONYM: Final = re.compile(r"[^\W\d_a-z]{2,8}")
_COUNTRIES: Final = frozenset({"UK", "USA"})  # behind an organisation's name, not initials
_ET_AL_AT_END: Final = re.compile(r",?\s(?:et\.?\sal\b\.?|and others\.?)\s?$")
_SEVERAL_SENTENCES: Final = re.compile(r"\w{2}[.?!]\s")
_INITIALS_APART: Final = re.compile(r"[\s.-]+")


def without_et_al(listed: str) -> tuple[str, bool]:
    """The names without "et al." or "and others" behind them, and whether it was there."""
    shorter = _ET_AL_AT_END.sub("", listed)
    return shorter, shorter != listed


def split_names(listed: str) -> list[str]:
    """The pieces of a list of names between commas, semicolons, "&" and "and"."""
    return [part.strip() for part in AND.sub(", ", listed).split(",")]


def vancouver_names(listed: str) -> tuple[Name, ...]:
    """Names of "Ng A, van Ho BC, et al."; empty unless all of it can be read."""
    shorter, truncated = without_et_al(listed.strip())
    parts = split_names(shorter)
    names = leading_names(parts)
    if len(names) < len(parts):
        return ()
    if len(names) == 1 and names[0].given in _COUNTRIES and not truncated:
        return ()  # "Diabetes UK" is nobody's name
    return (*names, ET_AL) if truncated else names


def leading_names(parts: Sequence[str]) -> tuple[Name, ...]:
    """The names of "Ng A", "Ho B", up to the first part that is none."""
    names: list[Name] = []
    for part in parts:
        name = vancouver_name(part)
        if name is None:
            break
        names.append(name)
    return tuple(names)


def vancouver_name(part: str) -> Name | None:
    """A surname with initials behind it, as in "van Ng AB" and "Ng A Jr"."""
    words = part.split()
    generation = ""
    if len(words) > 2 and GENERATION.fullmatch(words[-1]) and is_initials(words[-2]):
        generation = words.pop()  # in "van Ng IV" these are initials
    given: list[str] = []
    while len(words) > 1 and is_initials(words[-1]) and words[-1].strip(".-").isupper():
        given.insert(0, words.pop())
    family = " ".join(words)
    if not given or not FAMILY.fullmatch(family) or len(words) > 5:
        return None
    if family.islower() or any(_strange(word) for word in words):
        return None
    return Name(family=family, given=joined(", ", " ".join(given), generation))


def is_initials(part: str) -> bool:
    """Whether `part` is "J.", "J. A.", "R.-D.", "JA", "Yu. V." or "O. van"."""
    pieces = [piece for piece in _INITIALS_APART.split(part) if piece]
    if not pieces or pieces[0] in PARTICLES:
        return False
    return all(
        (piece.isupper() and len(piece) <= 4)
        or (len(piece) == 2 and piece.istitle() and f"{piece}." in part)
        or (piece.islower() and len(piece) <= 4 and pieces[0].isupper())
        for piece in pieces
    )


def organisation(listed: str) -> Name | None:
    """`listed` as the name of one organisation, if it can be one."""
    name = listed.strip().rstrip(".").strip()
    people = "," in name and any(vancouver_name(part) for part in name.split(","))
    if people or _SEVERAL_SENTENCES.search(name) or len(name.split()) > 14:
        return None
    if not name[:1].isalpha() or name[:1].islower():
        return None
    return Name(literal=name)


def _strange(word: str) -> bool:
    """Whether a small word stands where only particles may: "of" is in no surname."""
    return word.islower() and word not in PARTICLES
