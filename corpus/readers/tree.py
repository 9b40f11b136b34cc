"""A tree of elements, the same for HTML and XML, and shallow enough to walk by recursion.

Made by `TreeBuilder` from what a parser library gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

# Files have some thirty levels. Below the first of these, elements without a meaning of their own
# are unwrapped; a file that still has more levels than the second is refused.
DEEP = 100
DEEPEST = 200


class TooDeep(Exception):
    """Elements are nested deeper than `DEEPEST`."""


@dataclass(slots=True, eq=False)
class Element:
    """An element: its local name without prefix, its attributes likewise, and what is in it."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def get(self, attribute: str) -> str:
        """The attribute's value, or "" where it is not given."""
        return self.attributes.get(attribute, "")

    @property
    def elements(self) -> list[Element]:
        """The child elements, without the text between them."""
        return [child for child in self.children if isinstance(child, Element)]

    def child(self, *names: str) -> Element | None:
        """The first child element with one of these names."""
        return next((child for child in self.elements if child.name in names), None)

    def all(self, *names: str) -> Iterator[Element]:
        """The descendants with one of these names, in the order of the text."""
        pending: list[Element] = self.elements[::-1]
        while pending:
            element = pending.pop()
            if element.name in names:
                yield element
            pending += element.elements[::-1]

    def first(self, *names: str) -> Element | None:
        """The first descendant with one of these names."""
        return next(self.all(*names), None)

    def path(self, *names: str) -> Element | None:
        """The child of a child ..., each the first of its name."""
        found: Element | None = self
        for name in names:
            found = found.child(name) if found else None
        return found

    def texts(self) -> Iterator[str]:
        """Every piece of text inside, in order."""
        pending: list[Element | str] = self.children[::-1]
        while pending:
            part = pending.pop()
            if isinstance(part, str):
                yield part
            else:
                pending += part.children[::-1]

    def text(self) -> str:
        """All text inside on one line, with single spaces."""
        return " ".join("".join(self.texts()).split())


def text_of(element: Element | None) -> str:
    """The element's text on one line, or "" for None."""
    return element.text() if element else ""


class TreeBuilder:
    """Builds a tree from events in the order of the file: `begin`, `add` and `end`.

    :param leave_out: says of an element whether it and all in it is dropped.
    :param wrappers: names of elements that may be unwrapped, with what is put in the place of
        their beginning and end: a space where text on both sides must not run together.
    """

    def __init__(
        self,
        leave_out: Callable[[Element], bool] | None = None,
        wrappers: Mapping[str, str] | None = None,
    ) -> None:
        self.root = Element("")
        self._kept = [self.root]
        self._open: list[str | None] = []  # of each open element, what its end leaves behind
        self._leave_out = leave_out
        self._wrappers = wrappers or {}

    def begin(self, element: Element) -> bool:
        """Open an element; False when it is left out, and then its content and end must be too.

        :raises TooDeep: see there.
        """
        if self._leave_out and self._leave_out(element):
            return False
        between = self._wrappers.get(element.name) if len(self._kept) > DEEP else None
        self._open.append(between)
        if between is not None:
            self.add(between)
            return True
        if len(self._kept) > DEEPEST:
            raise TooDeep(element.name)
        self._kept[-1].children.append(element)
        self._kept.append(element)
        return True

    def add(self, text: str) -> None:
        """Text inside the element that is open."""
        if text:
            self._kept[-1].children.append(text)

    def end(self) -> None:
        """Close the element that is open."""
        between = self._open.pop()
        if between is None:
            self._kept.pop()
        else:
            self.add(between)
