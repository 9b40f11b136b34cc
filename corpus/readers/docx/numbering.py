"""The marks of list items in a Word file, which are nowhere written and must be counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.readers.tree import Element

_DEEPEST = 9
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str = "decimal"
    pattern: str = "%1."
    start: int = 1


class Numbering:
    """Counts the items of every list; ask for each item once, in the order of the text."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._list_of: dict[str, str] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        if root is None:
            return
        for one in root.elements:
            if one.name == "abstractNum":
                self._levels[one.get("abstractNumId")] = _levels(one)
            elif one.name == "num":
                self._read_list(one)

    def _read_list(self, one: Element) -> None:
        abstract = one.child("abstractNumId")
        number = one.get("numId")
        self._list_of[number] = abstract.get("val") if abstract else ""
        self._starts[number] = {
            _number(change.get("ilvl"), 0): _number(start.get("val"), 1)
            for change in one.elements
            if change.name == "lvlOverride" and (start := change.child("startOverride"))
        }

    def mark(self, number: str, depth: int) -> str | None:
        """The next mark of a list at a level from 0: "•", "3.", "b)"; None if it is no list.

        A list that is numbered without a visible number has the mark "".
        """
        abstract = self._list_of.get(number)
        if abstract is None or not 0 <= depth < _DEEPEST:
            return None
        levels = self._levels.get(abstract, {})
        level = levels.get(depth, _Level())
        if level.kind == "bullet":
            return "•"
        counts = self._counts.setdefault(abstract, [None] * _DEEPEST)
        if number not in self._begun:
            self._begun.add(number)
            for at, start in self._starts.get(number, {}).items():
                if 0 <= at < _DEEPEST:
                    counts[at] = start - 1
        before = counts[depth]
        counts[depth] = level.start if before is None else before + 1
        counts[depth + 1 :] = [None] * (_DEEPEST - depth - 1)
        if level.kind == "none":
            return ""
        return _PLACE.sub(lambda found: _shown(int(found[1]) - 1, counts, levels), level.pattern)


def _shown(at: int, counts: list[int | None], levels: dict[int, _Level]) -> str:
    level = levels.get(at, _Level())
    count = counts[at]
    return in_letters(level.start if count is None else count, level.kind)


def in_letters(count: int, kind: str) -> str:
    """A number as Word writes it: "decimal" (and what is not known), "lowerLetter" and so on."""
    if count < 1:
        return str(count)
    if kind in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (count - 1) % 26) * min(20, (count - 1) // 26 + 1)
        return letters if kind == "lowerLetter" else letters.upper()
    if kind in ("lowerRoman", "upperRoman") and count < 4000:
        roman = ""
        for value, digits in _ROMAN:
            roman += digits * (count // value)
            count %= value
        return roman if kind == "lowerRoman" else roman.upper()
    return f"{count:02}" if kind == "decimalZero" else str(count)


def _levels(abstract: Element) -> dict[int, _Level]:
    found = {}
    for one in abstract.elements:
        if one.name == "lvl":
            kind, pattern, start = one.child("numFmt"), one.child("lvlText"), one.child("start")
            found[_number(one.get("ilvl"), 0)] = _Level(
                kind.get("val") if kind else "decimal",
                pattern.get("val") if pattern else "",
                _number(start.get("val"), 1) if start else 1,
            )
    return found


def _number(value: str, otherwise: int) -> int:
    return int(value) if value.isdecimal() and len(value) < 7 else otherwise
