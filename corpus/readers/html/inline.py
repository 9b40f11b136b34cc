"""What stands inside a paragraph of a page -> one line with its citations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from corpus.readers.draft import Words
from corpus.readers.line import Line, LinkTargets
from corpus.readers.mathml import linear_formula
from corpus.readers.scripts import subscript
from corpus.readers.tex import linear_tex
from corpus.readers.tree import Element

FORMULA = "[formula]"  # stands in the text where a formula cannot be written on a line


def fragment(link: Element) -> str:
    """The name of the place on this page that a link leads to, or ""."""
    address = link.get("href")
    _, mark, name = address.partition("#")
    return unquote(name) if mark else ""


class Lines:
    """Makes lines, and counts in `left_out` what they cannot hold."""

    def __init__(self, targets: LinkTargets, left_out: Counter[str]) -> None:
        self.targets = targets
        self.left_out = left_out
        self._writers: dict[str, Callable[[Line, Element], None]] = {
            "br": lambda line, element: line.add(" "),
            "img": self._picture,
            "math": lambda line, element: self._formula(line, linear_formula(element)),
            "sup": lambda line, element: line.raise_(self.words(element.children)),
            "sub": self._lower,
            "q": self._quotation,
            "a": self._link,
            **dict.fromkeys(("del", "s", "strike"), self._struck_out),
        }

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
        if _is_ornament(element):
            return
        if element.name in self._writers:
            self._writers[element.name](line, element)
        else:
            self.write(line, element.children)

    def _quotation(self, line: Line, element: Element) -> None:
        line.add("“")  # browsers write the marks
        self.write(line, element.children)
        line.add("”")

    def _struck_out(self, line: Line, element: Element) -> None:
        self.left_out["struck-out text"] += 1

    def _lower(self, line: Line, element: Element) -> None:
        inner = self.words(element.children)
        if inner.citations:
            line.append(inner)
        else:
            line.add(subscript(inner.text))

    def _link(self, line: Line, link: Element) -> None:
        reference = self.targets.ids.get(fragment(link))
        if reference is None:
            self.write(line, link.children)
        elif link.child("sup") and link.elements[0].text() == link.text():
            raised = Line(self.targets)
            raised.cite(link.text(), (reference,))
            line.raise_(raised.words())
        else:
            line.cite(self.words(link.children).text, (reference,))

    def _picture(self, line: Line, image: Element) -> None:
        shown = image.get("alt").strip()
        if "math" in image.get("class") or "\\displaystyle" in shown:
            formula = shown.removeprefix("{").removesuffix("}").strip()
            self._formula(line, linear_tex(formula.removeprefix("\\displaystyle")))
        elif shown:
            self.left_out["a picture"] += 1

    def _formula(self, line: Line, written: str | None) -> None:
        if written is None:
            said = f"a formula that has no form on one line (shown as {FORMULA})"
            self.left_out[said] += 1
        line.add(written or FORMULA)


def _is_ornament(element: Element) -> bool:
    """Whether an element is hidden from screen readers and holds signs only: "#", "▶"."""
    if element.get("aria-hidden").lower() != "true":
        return False
    return not any(map(str.isalnum, element.text()))
