"""What stands inside a paragraph -> one line with its citations: what HTML and JATS share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from corpus.readers.draft import Words
from corpus.readers.line import Line, LinkTargets
from corpus.readers.scripts import subscript
from corpus.readers.tree import Element

FORMULA = "[formula]"  # stands in the text where a formula cannot be written on a line

Writer = Callable[[Line, Element], None]


class Inline:
    """Makes lines, and counts in `left_out` what they cannot hold, by what is said of it."""

    def __init__(self, targets: LinkTargets, left_out: Counter[str]) -> None:
        self.targets = targets
        self.left_out = left_out
        self._writers: Mapping[str, Writer] = {
            "sup": lambda line, element: line.raise_(self.words(element.children)),
            "sub": self._lower,
            **self._own_writers(),
        }

    def _own_writers(self) -> Mapping[str, Writer]:
        """How the format's own elements are written, by their names."""
        return {}

    def words(self, children: Sequence[Element | str]) -> Words:
        """The children of an element as one line."""
        line = Line(self.targets)
        self.write(line, children)
        return line.words()

    def write(self, line: Line, children: Sequence[Element | str]) -> None:
        """Add the children of an element to a line."""
        for child in children:
            if isinstance(child, str):
                line.add(child)
            else:
                self.write_one(line, child)

    def write_one(self, line: Line, element: Element) -> None:
        """Add one element that stands in a line of text."""
        if element.name in self._writers:
            self._writers[element.name](line, element)
        else:
            self.write(line, element.children)

    def _lower(self, line: Line, element: Element) -> None:
        inner = self.words(element.children)
        if inner.citations:
            line.append(inner)
        else:
            line.add(subscript(inner.text))

    def _cite_raised(self, line: Line, text: str, ids: Sequence[str]) -> None:
        """Add a link to references that is raised as a whole."""
        raised = Line(self.targets)
        raised.cite(text, ids)
        line.raise_(raised.words())

    def _leave_out(self, what: str) -> Writer:
        def count(line: Line, element: Element) -> None:
            self.left_out[what] += 1

        return count

    def _or_formula(self, written: str | None) -> str:
        """A formula as it was written on a line, or `FORMULA`, which is then counted."""
        if written is None:
            self.left_out[f"a formula that has no form on one line (shown as {FORMULA})"] += 1
        return FORMULA if written is None else written
