"""The body of a Word file -> a draft: headings, paragraphs, lists, tables, notes, text boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.readers.characters import is_reference_heading
from corpus.readers.docx.numbering import Numbering
from corpus.readers.docx.styles import Style, Styles, numbering_of, outline_level
from corpus.readers.docx.tables import is_layout, table_rows
from corpus.readers.docx.words import Reading, Said
from corpus.readers.draft import Draft
from corpus.readers.scripts import superscript
from corpus.readers.tree import Element

# Elements that only wrap blocks; what is deleted or moved away is not among them.
_WRAPPERS = frozenset(
    "sdt sdtContent ins moveTo customXml smartTag AlternateContent Choice".split()
)
_SKIPPED = frozenset("sectPr bookmarkStart bookmarkEnd proofErr tblPr tblGrid".split())
_LONGEST_HEADING = 200
_LONGEST_IN_BOLD = 120
_LEVELS = 9


@dataclass(slots=True)
class _Item:
    text: str
    mark: str
    depth: int


class Content:
    """Writes a draft. `title` is the text of the paragraph in the style for titles, if any."""

    def __init__(
        self,
        draft: Draft,
        styles: Styles,
        numbering: Numbering,
        notes: Mapping[str, Mapping[str, Element]],
        *,
        leave_out: str = "",
    ) -> None:
        """What the body refers to.

        :param notes: footnotes and endnotes, by "footnote" or "endnote" and their id.
        :param leave_out: a heading that is the document's title and not written as a heading.
        """
        self._draft = draft
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._leave_out = leave_out
        self._marks_are_words = False
        self._reading = Reading(styles, draft.note, self._mark)
        self._items: list[_Item] = []
        self._waiting: list[tuple[str, str, int]] = []  # kind and id of notes, and their numbers
        self._carried = ""
        self._entries: list[str] | None = None  # of the reference list, once it has begun
        self._list_heading = ("", 1)
        self._in_list = False
        self._said_numbers = 0

    def write(self, body: Element) -> None:
        """Write the whole body; the reference list comes last."""
        self._marks_are_words = any(
            is_reference_heading(paragraph.text()) for paragraph in body.all("p")
        )
        for block in self._blocks(body):
            self._block(block)
        if self._carried:
            self._draft.paragraph(self._carried)
        self._close()
        if self._entries is not None:
            self._draft.heading(self._list_heading[0], level=self._list_heading[1])
            for entry in self._entries:
                self._draft.reference(entry)

    def _mark(self, number: int) -> str:
        """How a footnote is referred to; never so that it could be an entry of the list."""
        return superscript(f"note {number}" if self._marks_are_words else str(number))

    def _blocks(self, parent: Element) -> Iterator[Element]:
        for child in parent.elements:
            if child.name in ("p", "tbl", "altChunk"):
                yield child
            elif child.name in _WRAPPERS:
                yield from self._blocks(child)

    def _block(self, block: Element) -> None:
        if block.name == "altChunk":
            self._draft.note("a part that is stored in another format is left out")
        elif block.name == "tbl":
            self._table(block)
        else:
            self._paragraph(block)

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.child("pPr")
        style = self._styles.of(properties, "pStyle")
        said = self._reading.paragraph(paragraph, style)
        text = f"{self._carried} {said.text}".strip()
        self._carried = ""
        if _mark_is_deleted(properties):
            self._carried = text
        elif text:
            self._write(text, said, properties, style)
        self._remember_notes(said)
        if not self._items:
            self._close()
        for box in said.boxes:
            self._close()
            for block in self._blocks(box):
                self._block(block)

    def _write(self, text: str, said: Said, properties: Element | None, style: Style) -> None:
        level = self._level(text, said, properties, style)
        if style.contents:
            self._draft.note("its table of contents is left out")
        elif level is None or len(text) > _LONGEST_HEADING:  # a style used to make text look big
            self._write_text(text, properties, style)
        else:
            self._heading(text, level)

    def _level(self, text: str, said: Said, properties: Element | None, style: Style) -> int | None:
        """The level of a heading, from its style or from letters that only headings have."""
        own = outline_level(properties)
        level = own if own is not None else style.level
        if level:
            return level
        if style.title:
            return 1
        short = len(text) <= _LONGEST_IN_BOLD and text[-1] not in ".,;:"
        listed = self._list_of(properties, style) is not None
        bold = said.bold and not style.bold and short and not listed
        if is_reference_heading(text) or bold:
            # Larger letters make an outer heading; all are below those with a style of their own.
            return _LEVELS if said.size <= self._styles.size else _LEVELS - 1
        return None

    def _heading(self, text: str, level: int) -> None:
        self._close()
        if self._leave_out and text.casefold() == self._leave_out.casefold():
            self._leave_out = ""
            return
        if self._in_list and level > self._list_heading[1]:
            return
        self._in_list = False
        if is_reference_heading(text) and self._entries is None:
            self._entries, self._in_list = [], True
            self._list_heading = (text, level)
            return
        self._draft.heading(text, level=level)

    def _list_of(self, properties: Element | None, style: Style) -> tuple[str, int] | None:
        own = numbering_of(properties)
        found = own if own is not None else style.numbering
        return None if found is None or found[0] in ("", "0") else found

    def _write_text(self, text: str, properties: Element | None, style: Style) -> None:
        numbering = self._list_of(properties, style)
        mark = self._numbering.mark(*numbering) if numbering else None
        if self._in_list and self._entries is not None:
            numbered = f"{mark} " if mark and any(map(str.isdigit, mark)) else ""
            self._entries.append(numbered + text)
        elif mark is not None and numbering:
            self._items.append(_Item(text, mark, numbering[1]))
        else:
            self._close()
            self._draft.paragraph(text)

    def _remember_notes(self, said: Said) -> None:
        for kind, key in said.notes:
            self._said_numbers += 1
            self._waiting.append((kind, key, self._said_numbers))

    def _close(self) -> None:
        """Write the list that is open, then the footnotes that wait for its end."""
        items, self._items = self._items, []
        if items:
            self._write_items(items)
        waiting, self._waiting = self._waiting, []
        for kind, key, number in waiting:
            note = self._notes.get(kind, {}).get(key)
            text = self._flat(note) if note else ""
            if text:
                self._draft.paragraph(f"Note {number}: {text}")
            else:
                self._draft.note(f"note {number} has no text")

    def _write_items(self, items: list[_Item]) -> None:
        outer = min(item.depth for item in items)
        top: list[str] = []
        marks: list[str] = []
        for item in items:
            plain = item.text if item.mark in ("•", "") else f"{item.mark} {item.text}"
            if item.depth > outer and top:
                top[-1] = together(top[-1], plain)
            else:
                top.append(item.text)
                marks.append(item.mark)
        first = int(marks[0][:-1]) if marks[0][:-1].isdecimal() and marks[0][-1] in ".)" else 0
        if all(mark[:-1] == str(n) for n, mark in enumerate(marks, first)):
            self._draft.items(top, numbered=True, first=first)
            return
        pairs = zip(marks, top, strict=True)
        self._draft.items([text if mark in ("•", "") else f"{mark} {text}" for mark, text in pairs])

    def _table(self, table: Element) -> None:
        self._close()
        if is_layout(table, self._styles):
            for cell in (c for row in table.all("tr") for c in row.elements if c.name == "tc"):
                for block in self._blocks(cell):
                    self._block(block)
            self._close()
            return
        rows = table_rows(table, self._flat)
        if self._in_list and self._entries is not None:
            self._entries += [" ".join(cell.text for cell in row if cell.text) for row in rows]
        else:
            self._draft.table(rows)
        self._close()

    def _flat(self, parent: Element) -> str:
        """All paragraphs of a cell or note as one line."""
        text = ""
        for block in self._blocks(parent):
            if block.name == "p":
                style = self._styles.of(block.child("pPr"), "pStyle")
                said = self._reading.paragraph(block, style)
                self._remember_notes(said)
                text = together(text, said.text)
                for box in said.boxes:
                    text = together(text, self._flat(box))
            elif block.name == "tbl":
                for row in table_rows(block, self._flat):
                    text = together(text, ", ".join(cell.text for cell in row if cell.text))
        return text


def together(before: str, after: str) -> str:
    """Two paragraphs on one line."""
    if not before or not after:
        return before + after
    return before + (" " if before.endswith((".", ":", ";", ",", "!", "?")) else "; ") + after


def _mark_is_deleted(properties: Element | None) -> bool:
    """Whether the end of a paragraph is deleted, so that it goes on with the next one."""
    words = properties.child("rPr") if properties else None
    return words is not None and words.child("del") is not None
