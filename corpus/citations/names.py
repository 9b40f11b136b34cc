"""The names before a year, read from right to left, in English form: joined by "&" or "and".

Any run of capitalised words is read as a name; whether it is one is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.references.names import PARTICLES

_MARKS: Final = "\u0300-\u036f"  # combining diacritics, which are not \w
_APOSTROPHES: Final = "'\u2019\u02bc"
_TOKEN: Final = re.compile(
    rf"""
    (?P<word> (?<![\w{_MARKS}]) (?:Ste?\.\s)?            # "St. John" is one surname
              [^\W\d_][\w{_MARKS}{_APOSTROPHES}\u2010\u2011-]* )
    | &amp; | [^\s*_]                                    # Markdown's emphasis is passed over
    """,
    re.VERBOSE,
)
_POSSESSIVE: Final = re.compile(rf"[{_APOSTROPHES}]s$|(?<=s)[{_APOSTROPHES}]$")
_PREFIXED: Final = re.compile(rf"(?:[dltn]|al|el|dell|all)[{_APOSTROPHES}\u2010-]", re.IGNORECASE)
_AND_OTHERS: Final = (["et", "al"], ["and", "colleagues"], ["and", "others"])
_MOST_NAMES: Final = 30
_MOST_WORDS: Final = 8  # of one name


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a single other character, without the white space around it."""

    text: str
    start: int
    word: bool


@dataclass(frozen=True, slots=True)
class Names:
    """The names before a year, as far left as they may reach: `units` are one name each."""

    units: tuple[tuple[Token, ...], ...]
    et_al: bool
    joint: str  # what stands before the last name: "&", "and", ", &", ", and", "," or ""
    comma: bool  # a comma stands between names and year
    before: str  # the word or character left of the names, "" at the beginning


def name_of(words: Sequence[Token]) -> str:
    """The words as one name, without the "'s" behind it."""
    return _POSSESSIVE.sub("", " ".join(word.text for word in words))


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """The words and other characters of `text[start:end]`."""
    return [
        Token(found[0], found.start(), found["word"] is not None)
        for found in _TOKEN.finditer(text, start, end)
    ]


def take(tokens: list[Token], text: str) -> bool:
    """Take the last token off the end if it is `text`, and say whether it was."""
    if tokens and tokens[-1].text == text:
        tokens.pop()
        return True
    return False


def read_names(before_year: Sequence[Token]) -> Names:
    """The names at the end of what stands before a year."""
    tokens = list(before_year)
    while len(tokens) > 1 and tokens[-1].text in {"s", *_APOSTROPHES}:  # "et al.'s"
        tokens.pop()
    comma = take(tokens, ",")
    et_al = _take_et_al(tokens)
    units: list[tuple[Token, ...]] = []
    joints: list[str] = []
    while len(units) < _MOST_NAMES and (unit := _take_name(tokens)):
        units.insert(0, unit)
        joint = _joint(tokens)
        if not joint:
            break
        joints.append(joint)
        del tokens[-len(joint.split()) :]
    before = joints[-1].split()[-1] if units and len(joints) == len(units) else ""
    if not before and tokens:
        before = tokens[-1].text
    return Names(tuple(units), et_al, joints[0] if len(units) > 1 else "", comma, before)


def _take_et_al(tokens: list[Token]) -> bool:
    """Take "et al." or "and colleagues", with the comma before it, off the end."""
    words = [_bare(token) for token in tokens[-5:] if token.text != "."]
    if words[-2:] not in _AND_OTHERS:
        return False
    for _ in range(2):
        while take(tokens, "."):
            pass
        tokens.pop()
    take(tokens, ",")
    return True


def _bare(token: Token) -> str:
    return _POSSESSIVE.sub("", token.text.casefold())


def _take_name(tokens: list[Token]) -> tuple[Token, ...]:
    """Take a run of capitalised words, and of particles before them, off the end."""
    taken: list[Token] = []
    while tokens and len(taken) < _MOST_WORDS and _is_name_word(tokens[-1], first=not taken):
        taken.insert(0, tokens.pop())
    return tuple(taken)


def _is_name_word(token: Token, *, first: bool) -> bool:
    if not token.word or any(c.isdigit() for c in token.text):
        return False
    if not token.text[0].islower() or _is_prefixed(token.text):
        return True
    return not first and token.text.casefold() in PARTICLES


def _is_prefixed(word: str) -> bool:
    """Whether the capital comes after a prefix, as in "d'Hooghe" and "al-Sayed"."""
    found = _PREFIXED.match(word)
    return found is not None and word[found.end() : found.end() + 1].isupper()


def _joint(tokens: Sequence[Token]) -> str:
    """What joins the name just taken to another one before it, or ""."""
    last = [token.text.replace("&amp;", "&") for token in tokens[-2:]]
    if not last or last[-1] not in {",", "&", "and"}:
        return ""
    return ", " + last[-1] if last[-1] != "," and last[0] == "," else last[-1]
