"""Raised and lowered characters in plain text: so that 10 to the third never becomes 103."""

from __future__ import annotations

_PLAIN = "0123456789+-−=()n"
_SUPERSCRIPTS = str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙ")


def superscript(text: str) -> str:
    """`text` as raised characters, or as "^(...)" where Unicode lacks one: "10³", "x^(ab)"."""
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
