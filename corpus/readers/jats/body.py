"""The sections of a JATS article -> a draft, block by block.

Figures, tables and boxes that stand inside a paragraph are written after it, so that no sentence
is cut; a formula that is displayed by itself stays in the sentence that it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.readers.draft import Draft, Words
from corpus.readers.jats.flat import FLOATS, HEADS, flat, is_head, write_flat
from corpus.readers.jats.inline import Lines
from corpus.readers.jats.tables import below_table, table_rows, tables_of
from corpus.readers.line import Line
from corpus.readers.tree import Element, text_of

_LEFT_OUT = {"ref-list", "fn-group", "graphic", "notes", "bio"}
_DEEPEST_HEADING = 6


class Body:
    """Writes to a draft; `left_out` of the lines counts what was not written."""

    def __init__(self, draft: Draft, lines: Lines) -> None:
        self._draft = draft
        self._lines = lines
        self._boxes: list[tuple[Element, int]] = []
        self._writers: dict[str, Callable[[Element, int], None]] = {
            "p": lambda part, level: self.content(part.children, level),
            "sec": self.section,
            "list": lambda part, level: self._list(part),
            "def-list": lambda part, level: self._definitions(part),
            "fig": self._captioned,
            "supplementary-material": self._captioned,
            "media": self._captioned,
            "chem-struct-wrap": self._captioned,
            "table-wrap": self._table_wrap,
            "table": self._table,
            "array": self._table,
            "boxed-text": lambda part, level: self._boxes.append((part, level)),
        }
        for name in (
            "fig-group", "table-wrap-group", "disp-quote", "statement", "speech", "verse-group",
            "disp-formula-group", "caption", "preformat", "def", "floats-group", "floats-wrap",
            "alternatives", "table-wrap-foot", "question", "answer", "explanation",
        ):  # fmt: skip
            self._writers[name] = self._group

    def section(self, section: Element, level: int) -> None:
        """A section with its heading, and those below it.

        :param level: of the heading, 1 for the outermost.
        """
        self.boxes()
        heading = self.heading(section)
        if heading.text:
            self._draft.heading(heading, level=min(level, _DEEPEST_HEADING))
        inner = level + 1 if heading.text else level
        self.content([c for c in section.children if not is_head(c)], inner)
        self.boxes()

    def heading(self, section: Element) -> Words:
        """Label and title of a section as one line."""
        holder = section if section.child("title") else section.child("caption") or section
        parts = [part for part in holder.elements if part.name in HEADS]
        if holder is not section and (label := section.child("label")):
            parts.insert(0, label)
        line = Line(self._lines.targets)
        for part in parts:
            line.add(" ")
            self._lines.write(line, part.children)
        return line.words()

    def boxes(self) -> None:
        """Write the boxes met so far, each as a section of its own."""
        pending, self._boxes = self._boxes, []
        for box, level in pending:
            caption = box.child("caption")
            heading = self.heading(box)
            self._draft.heading(heading, level=min(level, _DEEPEST_HEADING))
            if caption:
                self.content([c for c in caption.children if not is_head(c)], level + 1)
            rest = [c for c in box.children if c is not caption and not is_head(c)]
            self.content(rest, level + 1 if heading.text else level)
            self.boxes()

    def content(self, children: Sequence[Element | str], level: int) -> None:
        """Blocks and loose text; what floats is written behind the paragraph it stands in."""
        line = Line(self._lines.targets)
        floats: list[Element] = []
        for child in children:
            if isinstance(child, Element) and child.name in FLOATS:
                floats.append(child)
            elif isinstance(child, Element) and self._is_block(child):
                self._flush(line)
                line = Line(self._lines.targets)
                self._write_floats(floats, level)
                self._block(child, level)
            elif isinstance(child, str):
                line.add(child)
            else:
                self._lines.write_one(line, child)
        self._flush(line)
        self._write_floats(floats, level)

    def _is_block(self, element: Element) -> bool:
        if element.name == "alternatives":
            return element.child("table") is not None
        return element.name in self._writers or element.name in _LEFT_OUT

    def _block(self, element: Element, level: int) -> None:
        if element.name in _LEFT_OUT:
            if element.name != "ref-list":
                self._lines.left_out[f"<{element.name}>"] += 1
            return
        self._writers[element.name](element, level)

    def _flush(self, line: Line) -> None:
        if not line.empty:
            self._draft.paragraph(line.words())

    def _write_floats(self, floats: list[Element], level: int) -> None:
        for element in floats:
            self._writers[element.name](element, level)
        floats.clear()

    def _group(self, element: Element, level: int) -> None:
        """Label and title as the beginning of the first paragraph, then what is in it."""
        if element.name == "alternatives":
            self._table(element, level)
            return
        head = self.heading(element)
        if head.text and element.child("title", "label"):
            self._draft.paragraph(head)
        self.content([c for c in element.children if not is_head(c)], level)

    def _captioned(self, element: Element, level: int) -> None:
        """A figure: what is printed below it. The picture itself is counted."""
        if element.first("graphic", "media") or element.name == "media":
            self._lines.left_out["a picture (not its caption)"] += 1
        self._caption(element)
        rest = [
            c
            for c in element.children
            if not is_head(c)
            and not (isinstance(c, Element) and c.name in ("caption", "graphic", "alternatives"))
        ]
        self.content(rest, level)

    def _caption(self, element: Element) -> None:
        """Label, title and first paragraph as one paragraph: "Figure 1. Title. Text."."""
        caption = element.child("caption") or Element("caption")
        parts = [self._lines.words(p.children) for p in (element.child("label"),) if p]
        titles = [part for part in caption.elements if part.name in ("title", "subtitle")]
        parts += [self._lines.words(part.children) for part in titles]
        paragraphs = [part for part in caption.elements if part.name not in ("title", "subtitle")]
        simple = bool(paragraphs) and not any(self._is_block(e) for e in paragraphs[0].elements)
        if simple and paragraphs[0].name == "p":
            parts.append(self._lines.words(paragraphs.pop(0).children))
        line = Line(self._lines.targets)
        for part in parts:
            if not line.empty and part.text:
                line.add(" " if line.words().text[-1] in ".?!:;" else ". ")
            line.append(part)
        self._flush(line)
        self.content(list(paragraphs), _DEEPEST_HEADING)

    def _table(self, table: Element, level: int) -> None:
        self._draft.table(table_rows(self._lines, table))

    def _table_wrap(self, wrap: Element, level: int) -> None:
        self._caption(wrap)
        tables = tables_of(wrap)
        for table in tables:
            self._draft.table(table_rows(self._lines, table))
        if not tables:
            label = text_of(wrap.child("label")) or "a table"
            self._lines.left_out[f"{label}, which is a picture (not its caption)"] += 1
        for part in below_table(wrap):
            self._footnotes(part)

    def _footnotes(self, part: Element) -> None:
        """The lines below a table, each with its mark."""
        notes = list(part.all("fn")) or [part]
        for note in notes:
            self._draft.paragraph(flat(self._lines, note.children))
        if notes != [part]:
            loose = [e for e in part.elements if e.name not in ("fn", "fn-group")]
            self.content(loose, _DEEPEST_HEADING)

    def _list(self, element: Element) -> None:
        items = [
            flat(self._lines, item.children)
            for item in element.elements
            if item.name == "list-item"
        ]
        if title := element.child("title"):
            self._draft.paragraph(self._lines.words(title.children))
        labelled = any(item.child("label") for item in element.elements)
        self._draft.items(items, numbered=element.get("list-type") == "order" and not labelled)
        self._floats_in(element)

    def _definitions(self, element: Element) -> None:
        if title := element.child("title"):
            self._draft.paragraph(self._lines.words(title.children))
        items = []
        for item in (part for part in element.elements if part.name == "def-item"):
            line = Line(self._lines.targets)
            for number, term in enumerate(e for e in item.elements if e.name == "term"):
                line.add(", " if number else "")
                self._lines.write(line, term.children)
            for definition in (e for e in item.elements if e.name == "def"):
                line.add(": ")
                write_flat(self._lines, line, definition.children)
            items.append(line.words())
        self._draft.items(items)
        self._floats_in(element)

    def _floats_in(self, element: Element) -> None:
        """Write the figures and tables of a list behind it, those inside others with them."""
        for part in element.elements:
            if part.name in FLOATS:
                self._writers[part.name](part, _DEEPEST_HEADING)
            else:
                self._floats_in(part)
