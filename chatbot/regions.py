"""Country -> whom to call. The numbers stand in `emergency_numbers.toml`, with its rules."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

NUMBERS = Path(__file__).with_name("emergency_numbers.toml")


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call in a country; `crisis` is empty where no line is known."""

    emergency: tuple[str, ...]
    crisis: str = ""
    crisis_name: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    checked: date
    numbers: dict[str, Region]


# Where somebody is when nothing is known: the numbers that most people on earth would need.
ANYWHERE = Region(emergency=("112", "999", "911"))


def region_of(code: str) -> Region:
    """Whom to call in a country; `ANYWHERE` for an empty code.

    :param code: ISO 3166-1 alpha-2, in capitals or small letters.
    :raises ValueError: no number is known for that country; the message names those that are.
    """
    if not code:
        return ANYWHERE
    known = _numbers()
    region = known.get(code.upper()) if isinstance(code, str) else None
    if region is None:
        raise ValueError(f"no emergency number is known for {code!r}, only for {', '.join(known)}")
    return region


def known_regions() -> tuple[str, ...]:
    """Codes of the countries whose numbers are known."""
    return tuple(_numbers())


@cache
def _numbers() -> dict[str, Region]:
    values = tomllib.loads(NUMBERS.read_text(encoding="utf-8"))
    return msgspec.convert(values, _File).numbers
