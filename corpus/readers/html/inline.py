"""What stands inside a paragraph of a page -> one line with its citations."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from corpus.readers.inline import FORMULA, Inline, Writer
from corpus.readers.line import Line
from corpus.readers.mathml import linear_formula
from corpus.readers.tex import linear_tex
from corpus.readers.tree import Element


def fragment(link: Element) -> str:
    """The name of the place on this page that a link leads to, or ""."""
    address = link.get("href")
    _, mark, name = address.partition("#")
    return unquote(name) if mark else ""


class Lines(Inline):
    """Makes lines of what stands in a page."""

    def _own_writers(self) -> Mapping[str, Writer]:
        return {
            "br": lambda line, element: line.add(" "),
            "img": self._picture,
            "math": lambda line, element: self._formula(line, linear_formula(element)),
            "q": self._quotation,
            "a": self._link,
            **dict.fromkeys(("del", "s", "strike"), self._leave_out("struck-out text")),
        }

    def write_one(self, line: Line, element: Element) -> None:
        """Add one element that stands in a line of text."""
        if not _is_ornament(element):
            super().write_one(line, element)

    def _quotation(self, line: Line, element: Element) -> None:
        line.add("“")  # browsers write the marks
        self.write(line, element.children)
        line.add("”")

    def _link(self, line: Line, link: Element) -> None:
        reference = self.targets.ids.get(fragment(link))
        if reference is None:
            self.write(line, link.children)
        elif link.child("sup") and link.elements[0].text() == link.text():
            self._cite_raised(line, link.text(), (reference,))
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
        line.add(self._or_formula(written) or FORMULA)


def _is_ornament(element: Element) -> bool:
    """Whether an element is hidden from screen readers and holds signs only: "#", "▶"."""
    if element.get("aria-hidden").lower() != "true":
        return False
    return not any(map(str.isalnum, element.text()))
