"""Formulas of a Word file on one line: "x²", "(a+b)/c", "√(x)"; others are said to be left out."""

from __future__ import annotations

from collections.abc import Callable

from corpus.readers.scripts import subscript, superscript
from corpus.readers.tree import Element

_LEFT_OUT = "[formula]"
_WRAPPERS = frozenset(
    "r e num den sup sub oMath deg box borderBox lim fName ins".split(),
)
_PROPERTIES = ("rPr", "ctrlPr", "del")


class _Unknown(Exception):
    """A kind of formula that has no form on one line."""


def linear(formula: Element, note: Callable[[str], None]) -> str:
    """The formula as text; "[formula]" where it cannot be written on one line.

    :param note: is told of a formula that is left out.
    """
    try:
        return _text(formula)
    except _Unknown:
        note("a formula that cannot be written on one line is left out")
        return _LEFT_OUT


def _text(element: Element) -> str:
    if element.name == "t":
        return "".join(element.texts())
    if element.name in _PROPERTIES or element.name.endswith("Pr"):
        return ""
    if element.name in _WRAPPERS:
        return "".join(_text(child) for child in element.elements)
    write = _FORMS.get(element.name)
    if write is None:
        raise _Unknown
    return write(element)


def _part(element: Element, name: str) -> str:
    found = element.child(name)
    return _text(found) if found else ""


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def _fraction(element: Element) -> str:
    return f"{_grouped(_part(element, 'num'))}/{_grouped(_part(element, 'den'))}"


def _root(element: Element) -> str:
    return f"{superscript(_part(element, 'deg'))}√{_grouped(_part(element, 'e'))}"


def _delimited(element: Element) -> str:
    properties = element.child("dPr")
    begin = properties.child("begChr") if properties else None
    end = properties.child("endChr") if properties else None
    inner = ", ".join(_text(child) for child in element.elements if child.name == "e")
    return f"{begin.get('val') if begin else '('}{inner}{end.get('val') if end else ')'}"


_FORMS: dict[str, Callable[[Element], str]] = {
    "f": _fraction,
    "rad": _root,
    "d": _delimited,
    "sSup": lambda e: _grouped(_part(e, "e")) + superscript(_part(e, "sup")),
    "sSub": lambda e: _grouped(_part(e, "e")) + subscript(_part(e, "sub")),
    "sSubSup": lambda e: (
        _grouped(_part(e, "e")) + subscript(_part(e, "sub")) + superscript(_part(e, "sup"))
    ),
    "func": lambda e: f"{_part(e, 'fName')} {_part(e, 'e')}",
}
