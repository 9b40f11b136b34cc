"""The canonical text of a document whose file holds no plain text: written block by block.

A reader of PDF, Word, HTML or JATS says what it finds, in the order of the text; the draft writes
it down, one block after the other with an empty line between, and keeps the offsets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus.model import Block, BlockKind, Citation, Document, Reference, Section, Source
from corpus.readers.characters import is_reference_heading
from corpus.references.lists import parse_reference_list

_SPACE = re.compile(r"\s+")
_CELL = " | "
MOST_NOTES = 20  # notes of one document that are listed; the rest is counted


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text, NFC and without runs of white space, with the citations in it.

    `citations` are those that the file itself links to an entry of its reference list; their
    offsets count from the beginning of `text`. Others are found later, by their form. `pages`
    are the offsets at which a new page begins within the line.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    pages: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if any(self.text[c.start : c.end] != c.marker for c in self.citations):
            raise ValueError(f"a citation is not where it is said to be in {self.text!r}")

    def moved(self, by: int) -> tuple[Citation, ...]:
        """The citations, `by` characters further on."""
        return tuple(replace(c, start=c.start + by, end=c.end + by) for c in self.citations)


def one_line(text: str) -> str:
    """NFC, without white space at the ends, and one space for every run of it."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


@dataclass(slots=True)
class Draft:
    """Grows by `heading`, `paragraph`, `items`, `table`, `page` and `note`; `document` ends it."""

    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _sections: list[Section] = field(default_factory=list)
    _path: list[tuple[int, str]] = field(default_factory=list)
    _heading: tuple[int, int] = (0, 0)
    _blocks: list[Block] = field(default_factory=list)
    _citations: list[Citation] = field(default_factory=list)
    _pages: list[int] = field(default_factory=list)
    _references: int | None = None
    _notes: dict[str, int] = field(default_factory=dict)

    def note(self, left_out: str) -> None:
        """Say what the file holds and the text does not: "page 3: a picture is left out"."""
        line = one_line(left_out)
        self._notes[line] = self._notes.get(line, 0) + 1

    def page(self) -> None:
        """A page begins with whatever is written next."""
        self._pages.append(self._next)

    def heading(self, words: Words | str, *, level: int) -> None:
        """A heading begins a section. One that begins a reference list ends the readable text.

        :param level: 1 for the outermost below the title.
        """
        words = _words(words)
        if not words.text or self._references is not None:
            return
        self._close_section()
        start = self._next
        if is_reference_heading(words.text):
            self._references = start
        end = self._write(words.text)
        self._path = [(outer, name) for outer, name in self._path if outer < level]
        self._path.append((level, words.text))
        self._heading = (start, end)

    def paragraph(self, words: Words | str) -> None:
        """A paragraph; one without words is left out."""
        self._block("paragraph", [_words(words)], between="\n")

    def items(
        self, items: Sequence[Words | str], *, numbered: bool = False, first: int = 1
    ) -> None:
        """A list, one line an item; an item's own lists belong into it, joined by "; ".

        :param first: the first item's number, where they are numbered.
        """
        marks = [f"{n}. " if numbered else "- " for n in range(first, first + len(items))]
        marked = [(mark, _words(one)) for mark, one in zip(marks, items, strict=True)]
        self._block("list", [_after(mark, words) for mark, words in marked if words.text])

    def preformatted(self, lines: Sequence[Words | str]) -> None:
        """Lines that are broken where their author broke them."""
        self._block("code", [_words(line) for line in lines])

    def table(self, rows: Sequence[Sequence[Words | str]]) -> None:
        """A table, one line a row, cells between bars; the first row is the header."""
        lines = [_row([_words(cell) for cell in row]) for row in rows]
        self._block("table", [line for line in lines if line.text.strip(" |")])

    def reference(self, entry: str) -> tuple[int, int]:
        """An entry of the reference list, which a heading must have begun; gives its span."""
        start = self._next
        return start, self._write(one_line(entry))

    @property
    def in_references(self) -> bool:
        """Whether the heading of a reference list has been written."""
        return self._references is not None

    @property
    def text(self) -> str:
        """All that was written so far."""
        return "".join(self._parts)

    def document(
        self,
        *,
        id: str,
        title: str,
        source: Source,
        sha256: str,
        file: str,
        references: tuple[Reference, ...] = (),
    ) -> Document:
        """What was written, as a document. Nothing can be written after it.

        :param references: the entries of the reference list, or () to read them from its text.
        """
        self._close_section()
        text = self.text
        start = len(text) if self._references is None else self._references
        pages = tuple(min(page, len(text)) for page in self._pages)
        return Document(
            id=id,
            title=title,
            text=text,
            sections=tuple(self._sections),
            references=references or parse_reference_list(text, start, len(text), document_id=id),
            reference_list=(start, len(text)),
            source=replace(source, pages=pages),
            sha256=sha256,
            file=file,
            citations=tuple(self._citations),
            notes=self._said(),
        )

    def _said(self) -> tuple[str, ...]:
        said = [f"{line} ({n} times)" if n > 1 else line for line, n in self._notes.items()]
        more = len(said) - MOST_NOTES
        return (*said[:MOST_NOTES], f"and {more} more of this kind") if more > 0 else tuple(said)

    @property
    def _next(self) -> int:
        return self._length + 2 if self._length else 0

    def _write(self, text: str) -> int:
        """Write a block of text after an empty line; gives the offset of its end."""
        if self._length:
            text = "\n\n" + text
        self._parts.append(text)
        self._length += len(text)
        return self._length

    def _block(self, kind: BlockKind, lines: Sequence[Words], *, between: str = "\n") -> None:
        lines = [line for line in lines if line.text]
        if not lines:
            return
        spans: list[tuple[int, int]] = []
        at = self._next
        for line in lines:
            if self._references is None:
                self._citations += line.moved(at)
            self._pages += [at + page for page in line.pages]
            spans.append((at, at + len(line.text)))
            at += len(line.text) + len(between)
        end = self._write(between.join(line.text for line in lines))
        if self._references is None:
            items = tuple(spans) if kind in ("list", "table") else ()
            self._blocks.append(Block(kind, spans[0][0], end, items))

    def _close_section(self) -> None:
        if self._references is None and (self._blocks or self._heading[0] < self._heading[1]):
            end = self._blocks[-1].end if self._blocks else self._heading[1]
            path = tuple(name for _, name in self._path)
            self._sections.append(Section(path, *self._heading, end, tuple(self._blocks)))
        self._blocks, self._heading = [], (self._length, self._length)


def _words(given: Words | str) -> Words:
    return given if isinstance(given, Words) else Words(one_line(given))


def _after(mark: str, words: Words) -> Words:
    pages = tuple(page + len(mark) if page else 0 for page in words.pages)
    return Words(mark + words.text, words.moved(len(mark)), pages)


def _row(cells: Sequence[Words]) -> Words:
    text = ""
    citations: tuple[Citation, ...] = ()
    for number, cell in enumerate(cells):
        text += _CELL if number else ""
        citations += cell.moved(len(text))
        text += cell.text
    return Words(text, citations)
