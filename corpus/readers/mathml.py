"""MathML -> one line of characters: "P<0.05", "x²", "(a/b)". What has no such line gives None.

Nothing is simplified: brackets are added where the line would otherwise say something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from corpus.readers.scripts import subscript, superscript
from corpus.readers.tree import Element

_UNSEEN = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\u200b"))
_ACCENTS = {
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "∼": "\u0303",
    "¯": "\u0304", "‾": "\u0304", "-": "\u0304", "_": "\u0304", "―": "\u0304", "\u0305": "\u0304",
    "˙": "\u0307", ".": "\u0307", "¨": "\u0308", "→": "\u20d7", "⃗": "\u20d7", "ˇ": "\u030c",
}  # fmt: skip
_LAYOUT = frozenset(
    ("math", "mrow", "mstyle", "mpadded", "mtd", "semantics", "merror", "mtext", "mi", "mn", "mo")
)
_SKIPPED = frozenset(("annotation", "annotation-xml", "mphantom", "none", "maligngroup"))
_ONE_TERM = re.compile(r"[^\s()][\u0300-\u036f\u20d7]*|[\w.]+")
_PRIMES = str.maketrans("'", "′")


class _Unwritable(Exception):
    """A part of a formula needs two dimensions."""


def linear_formula(math: Element) -> str | None:
    """The formula on one line, or None where its meaning lies in its layout (a matrix)."""
    try:
        return " ".join(_row(math.children, outermost=True).split()) or None
    except _Unwritable:
        return None


def _row(children: Sequence[Element | str], *, outermost: bool = False) -> str:
    parts = [child for child in children if not isinstance(child, str)]
    alone = len([part for part in parts if part.name not in _SKIPPED]) == 1
    return "".join(_part(part, outermost=outermost and alone) for part in parts)


def _part(element: Element, *, outermost: bool = False) -> str:
    if element.name in ("mi", "mn", "mo", "mtext", "ms"):
        return "".join(element.texts()).translate(_UNSEEN)
    if element.name == "mspace":
        return " "
    if element.name in _SKIPPED:
        return ""
    if element.name in _LAYOUT:
        return _row(element.children, outermost=outermost)
    if element.name == "mtable" and outermost:
        return _lines(element)
    writer = _WRITERS.get(element.name)
    if writer is None:
        raise _Unwritable(element.name)
    return writer(element)


def _lines(table: Element) -> str:
    """Formulas below each other, aligned in columns: one after the other."""
    rows = [row for row in table.elements if row.name in ("mtr", "mlabeledtr")]
    lines = ["".join(_part(cell) for cell in row.elements) for row in rows]
    return "; ".join(line.strip() for line in lines if line.strip())


def _parts_of(element: Element, count: int) -> list[str]:
    parts = [_part(child) for child in element.elements]
    if len(parts) != count:
        raise _Unwritable(element.name)
    return parts


def _term(text: str) -> str:
    """In brackets, unless it is one term and cannot be misread."""
    text = text.strip()
    return text if _ONE_TERM.fullmatch(text) or _is_enclosed(text) else f"({text})"


def _is_enclosed(text: str) -> bool:
    """Whether the first bracket is closed by the last: "(a+b)", but not "(a)+(b)"."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place > 0 and place == len(text) - 1
    return False


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1] if _is_enclosed(text) else text


def _power(text: str) -> str:
    """A raised part. Primes are no powers, and stand as high by themselves."""
    primes = text.strip().translate(_PRIMES)
    return primes if primes and not primes.strip("′″‴") else superscript(_bare(text))


def _fraction(element: Element) -> str:
    above, below = _parts_of(element, 2)
    if element.get("linethickness").startswith("0"):
        raise _Unwritable("a binomial coefficient")
    return f"({_term(above)}/{_term(below)})"


def _raised(element: Element) -> str:
    base, power = _parts_of(element, 2)
    return _term(base) + _power(power)


def _lowered(element: Element) -> str:
    base, index = _parts_of(element, 2)
    return _term(base) + subscript(_bare(index))


def _both(element: Element) -> str:
    base, index, power = _parts_of(element, 3)
    return _term(base) + subscript(_bare(index)) + _power(power)


def _over(element: Element) -> str:
    base, above = _parts_of(element, 2)
    above = above.strip()
    combining = len(above) == 1 and unicodedata.combining(above) > 0
    accent = above if combining else _ACCENTS.get(above)
    if accent is None:
        return _term(base) + _power(above)
    if len([c for c in base.strip() if not unicodedata.combining(c)]) != 1:
        raise _Unwritable(f"an accent over {base!r}")
    return base.strip() + accent


def _root(element: Element) -> str:
    return f"√({_row(element.children).strip()})"


def _nth_root(element: Element) -> str:
    base, degree = _parts_of(element, 2)
    return f"{superscript(degree)}√({base.strip()})"


def _fenced(element: Element) -> str:
    opening = element.attributes.get("open", "(")
    closing = element.attributes.get("close", ")")
    separators = element.attributes.get("separators", ",").split() or [""]
    text = ""
    for number, child in enumerate(element.elements):
        if number:
            text += separators[min(number, len(separators)) - 1]
        text += _part(child)
    return f"{opening}{text}{closing}"


_WRITERS: dict[str, Callable[[Element], str]] = {
    "mfrac": _fraction,
    "msup": _raised,
    "msub": _lowered,
    "msubsup": _both,
    "munder": _lowered,
    "mover": _over,
    "munderover": _both,
    "msqrt": _root,
    "mroot": _nth_root,
    "mfenced": _fenced,
}
