"""Blocks of a JATS article that have to stand on one line: in a list's item or a table's cell."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.readers.draft import Words
from corpus.readers.jats.inline import UNSEEN, Lines
from corpus.readers.line import Line
from corpus.readers.tree import Element

# What is written behind the paragraph, list or table that it stands in.
FLOATS = frozenset(
    ("fig", "fig-group", "table-wrap", "table-wrap-group", "boxed-text", "supplementary-material",
     "media", "chem-struct-wrap", "array")
)  # fmt: skip
HEADS = ("label", "title", "subtitle")


def is_head(child: Element | str) -> bool:
    """Whether it belongs to what is above a block's text, or is not displayed at all."""
    return isinstance(child, Element) and (child.name in HEADS or child.name in UNSEEN)


def flat(lines: Lines, children: Sequence[Element | str]) -> Words:
    """The children of an item or a cell as one line."""
    line = Line(lines.targets)
    write_flat(lines, line, children)
    return line.words()


def write_flat(lines: Lines, line: Line, children: Sequence[Element | str]) -> None:
    """Paragraphs with a space between, the items of lists with "; "."""
    for child in children:
        if isinstance(child, str):
            line.add(child)
        elif child.name in ("p", "label", "title", "def"):
            line.add("" if line.empty else " ")
            write_flat(lines, line, child.children)
            line.add(" ")
        elif child.name in ("list", "def-list"):
            line.part()
            for number, item in enumerate(child.elements):
                if number:
                    line.then("; ")
                write_flat(lines, line, item.children)
        elif child.name not in FLOATS:
            lines.write_one(line, child)
