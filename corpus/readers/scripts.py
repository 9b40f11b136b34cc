"""Raised and lowered characters in plain text: so that 10 to the third never becomes 103."""

from __future__ import annotations

import re

_PLAIN = "0123456789+-−=()n"
_SUPERSCRIPTS = str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙ")
# "3,5–7" raised is a list of numbers; its commas and dashes have no raised form and need none.
_LIST = re.compile(r"\d+(?:\s?[,\-\u2010-\u2015]\s?\d+)+")
# Raised by typographers' habit alone: "1st" and "®" mean the same on the line.
_NEVER_RAISED = frozenset(("st", "nd", "rd", "th", "®", "™", "©", "℠", "*", "†", "‡", "§", "°"))


def superscript(text: str) -> str:
    """`text` as raised characters, or as "^(...)" where Unicode lacks one: "10³", "x^(ab)".

    A list of numbers keeps its commas and dashes ("³,⁵–⁷"); the "st" of "1st" and signs such as
    "®" and "†" stay as they are.
    """
    core = text.strip()
    if core in _NEVER_RAISED:
        return text
    if _LIST.fullmatch(core):
        raised = re.sub(r"\s", "", core).replace("-", "–")
        return text.replace(core, raised.translate(_SUPERSCRIPTS))
    return _script(text, _SUPERSCRIPTS, "^")


def subscript(text: str) -> str:
    """`text` as lowered characters, or as "_(...)" where Unicode lacks one: "CO₂", "k_(cat)"."""
    return _script(text, _SUBSCRIPTS, "_")


def _script(text: str, table: dict[int, int], sign: str) -> str:
    core = text.strip()
    if not core:
        return text
    if any(ord(character) not in table for character in core):
        return text.replace(core, f"{sign}{core}" if len(core) == 1 else f"{sign}({core})")
    return text.replace(core, core.translate(table))
