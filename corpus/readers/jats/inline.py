"""What stands inside a paragraph of a JATS article -> one line with its citations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from corpus.readers.inline import Inline, Writer
from corpus.readers.line import Line, LinkTargets
from corpus.readers.mathml import linear_formula
from corpus.readers.scripts import superscript
from corpus.readers.tex import linear_tex
from corpus.readers.tree import Element

# Not displayed where they stand, or no text.
UNSEEN = frozenset(
    ("index-term", "object-id", "alt-text", "long-desc", "permissions", "target", "milestone-start",
     "milestone-end", "sec-meta", "processing-meta", "alt-title")
)  # fmt: skip
_FORMULAS = ("inline-formula", "disp-formula", "math", "tex-math")
_PICTURES = ("inline-graphic", "graphic", "media", "inline-media", "private-char")


class Lines(Inline):
    """Makes lines of what stands in an article."""

    def __init__(self, targets: LinkTargets) -> None:
        super().__init__(targets, Counter())

    def _own_writers(self) -> Mapping[str, Writer]:
        return {
            "xref": self._cross_reference,
            "break": lambda line, element: line.add(" "),
            **dict.fromkeys(UNSEEN, lambda line, element: None),
            **dict.fromkeys(_FORMULAS, lambda line, element: line.add(self.formula(element))),
            **dict.fromkeys(_PICTURES, self._leave_out("a picture inside a line")),
            **dict.fromkeys(("strike", "del"), self._leave_out("struck-out text")),
            "fn": self._leave_out("a footnote"),
        }

    def write_one(self, line: Line, element: Element) -> None:
        """Add one element to a line."""
        if _holds_formula(element):
            line.add(self.formula(element))
        else:
            super().write_one(line, element)

    def formula(self, element: Element) -> str:
        """A formula on one line with its number, or `FORMULA`, which is then counted."""
        math = element if element.name == "math" else element.first("math")
        tex = element if element.name == "tex-math" else element.first("tex-math")
        written = linear_formula(math) if math else None
        if written is None and tex:
            written = linear_tex("".join(tex.texts()))
        if written is None and math is None and tex is None:
            written = self._plain(element)
        written = self._or_formula(written)
        label = element.child("label")
        spaced = f" {written} " if element.name == "disp-formula" else written
        return f"{spaced}{label.text()} " if label else spaced

    def _plain(self, element: Element) -> str | None:
        """A formula set with letters, raised and lowered characters alone."""
        children = [c for c in element.children if isinstance(c, str) or c.name != "label"]
        pictures = element.first(*_PICTURES)
        text = "" if pictures else self.words(children).text
        return text or None

    def _cross_reference(self, line: Line, element: Element) -> None:
        inner = self.words(element.children)
        named = [self.targets.ids.get(name) for name in element.get("rid").split()]
        ids = [name for name in named if name]
        kind = element.get("ref-type")
        if ids and kind in ("bibr", ""):
            only = element.elements[0] if len(element.elements) == 1 else None
            if only is not None and only.name == "sup" and only.text() == element.text():
                self._cite_raised(line, only.text(), ids)
            else:
                line.cite(inner.text, ids)
        elif kind == "fn":
            self.left_out["a footnote mark"] += 1
        elif kind == "table-fn":
            mark = element.text()
            # As a raised number it would be taken for a citation.
            line.add(f"^{mark}" if mark.isdigit() else superscript(mark))
        else:
            line.append(inner)


def _holds_formula(element: Element) -> bool:
    return element.name == "alternatives" and element.first("math", "tex-math") is not None
