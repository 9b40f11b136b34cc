"""Citations that fit no reference but cannot be anything else, so that they are not passed over.

These are "Surname et al., 2019", "Surname & Surname, 2019", "Surname and Surname (2019)" and
"(Surname, 2019)". In doubt it is no citation.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.citations.names import Names, Token, name_of
from corpus.citations.words import ASIDES, COMMON, LEADS
from corpus.citations.years import YearGroup
from corpus.references.names import PARTICLES

_Units = Sequence[Sequence[Token]]


def first_name(names: Names, group: YearGroup, after: str) -> int | None:
    """Offset of the first name, if the form can only be a citation; `after` follows the years."""
    units = _without_leads(names.units)
    if not units:
        return None
    if names.et_al:
        return units[0 if group.form == "enclosed" else -1][0].start
    if any(year.year is not None and year.year < 1900 for year in group.years):
        return None
    if not all(_is_surname(unit) for unit in units):
        return None
    if len(units) > 1:
        return _pair(names, units, group)
    return units[0][0].start if _is_lone_name(names, units, group, after) else None


def _without_leads(units: _Units) -> _Units:
    """Drop "However," and "See" from the beginning of the names."""
    for number, words in enumerate(units):
        for first, word in enumerate(words):
            if word.text.casefold() not in LEADS:
                return [words[first:], *units[number + 1 :]]
    return []


def _is_surname(words: Sequence[Token]) -> bool:
    """Whether it is one word, particles apart, and neither a usual one nor "St. Ives"."""
    own = [word for word in words if word.text.casefold() not in PARTICLES]
    plain = name_of(own)
    return len(own) == 1 and len(plain) > 1 and "." not in plain and plain.casefold() not in COMMON


def _pair(names: Names, units: _Units, group: YearGroup) -> int | None:
    """Offset of the first of several names that "&" or "and" joins."""
    if "&" not in names.joint and (names.joint == "," or group.form == "open"):
        return None
    if group.form == "open" and not names.comma:
        return None
    listed = names.joint.startswith(",") or group.form != "narrative"
    return units[0 if listed else -2][0].start


def _is_lone_name(names: Names, units: _Units, group: YearGroup, after: str) -> bool:
    """Whether it is "(Surname, 2019)", perhaps after "see", with nothing more behind the year."""
    if group.form != "enclosed" or not names.comma:
        return False
    name = units[0][-1].text
    if name.isupper() and len(name) < 3:  # "(UN, 2019)" might be, "(IV, 2019)" is not
        return False
    led = len(units[0]) < len(names.units[0]) or len(units) < len(names.units)
    aside = not names.before or names.before.casefold() in ASIDES
    return (led or aside) and after.lstrip()[:1] in {"", ")", "]", ";", ",", ":"}
