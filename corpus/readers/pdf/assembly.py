"""Paragraphs, headings, lists and tables of a PDF, in order, -> a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from corpus.readers.characters import is_reference_heading
from corpus.readers.draft import Draft, Words, one_line
from corpus.readers.pdf.chunks import Chunk, column_edges, column_of, mark_of
from corpus.readers.pdf.entries import entries
from corpus.readers.pdf.wrapping import Wrapping

_DEEPEST = 6
_SAME_SIZE = 0.08
_CUT = 1.5  # the first part of a heading is longer than the rest of it, at least so much
_NESTED = 0.8  # as a share of the letters' size: how much further right an inner list stands


class Assembly:
    """Writes chunks into a draft.

    A paragraph that the end of a column or page cuts is put together again. What stands between
    its parts (a footnote, a table, a caption) is written after it, and the reference list last
    of all, so that an appendix behind it is text like any other.
    """

    def __init__(
        self, draft: Draft, wrapping: Wrapping, levels: Mapping[tuple[float, bool], int]
    ) -> None:
        self._draft = draft
        self._wrapping = wrapping
        self._levels = levels
        self._pages = 0  # how many have begun
        self._open: list[list[Chunk]] = []  # one paragraph, or the items of a list
        self._waiting: list[Chunk] = []
        self._list_heading: Chunk | None = None
        self._list: list[Chunk] = []
        self._in_list = False

    def write(self, chunks: Iterable[Chunk], *, pages: int) -> None:
        """Write a document that has `pages` pages."""
        for chunk in _with_whole_headings(chunks):
            self._write(chunk)
        self._close()
        self._begin_page(pages)
        if self._list_heading:
            self._draft.heading(self._said(self._list_heading), level=1)
            for entry in entries(self._list, self._wrapping):
                self._draft.reference(entry)

    def _write(self, chunk: Chunk) -> None:
        if self._in_list and not self._ends_list(chunk):
            self._list.append(chunk)
            return
        self._in_list = False
        if self._begins_list(chunk):
            self._close()
            self._list_heading, self._in_list = chunk, True
        elif chunk.kind == "heading":
            self._close()
            self._begin_page(chunk.page)
            self._draft.heading(self._said(chunk), level=self._levels.get(chunk.style, _DEEPEST))
        elif chunk.kind in ("paragraph", "item"):
            self._write_text(chunk)
        else:
            self._wait(chunk)

    def _wait(self, chunk: Chunk) -> None:
        """Write a chunk after the sentence that is open, or at once if none is."""
        self._waiting.append(chunk)
        if not self._is_cut():
            self._close()

    def _begins_list(self, chunk: Chunk) -> bool:
        alone = len(chunk.lines) == 1 and chunk.kind in ("heading", "paragraph", "item")
        return alone and self._list_heading is None and is_reference_heading(self._said(chunk))

    def _ends_list(self, chunk: Chunk) -> bool:
        heading = self._list_heading
        return chunk.kind == "heading" and heading is not None and chunk.style >= heading.style

    def _is_cut(self) -> bool:
        """Whether the sentence that is being written is not at its end."""
        return bool(self._open) and not self._open[-1][-1].ended

    def _write_text(self, chunk: Chunk) -> None:
        if chunk.kind == "paragraph" and self._is_cut() and self._goes_on(chunk):
            self._open[-1].append(chunk)
        elif chunk.kind == "item" and self._open and self._open[0][0].kind == "item":
            self._open.append([chunk])
        elif chunk.kind == "paragraph" and self._is_cut() and self._stands_between(chunk):
            self._waiting.append(chunk)
        else:
            self._close()
            self._open = [[chunk]]

    def _goes_on(self, chunk: Chunk) -> bool:
        """Whether a paragraph is the rest of the one before, in another column or page."""
        before, first = self._open[-1][-1], chunk.lines[0]
        last = before.lines[-1]
        elsewhere = last.page != first.page or first.y < last.y or chunk.right != before.right
        alike = abs(last.size - first.size) <= _SAME_SIZE * first.size
        # After something else only what must be the rest of a sentence is taken for it.
        certain = first.text[0].islower() or last.text.endswith("-")
        return elsewhere and alike and (certain or (before.full and not self._waiting))

    def _stands_between(self, chunk: Chunk) -> bool:
        """Whether a chunk in other letters, such as a table's, parts a sentence."""
        last, first = self._open[-1][-1].lines[-1], chunk.lines[0]
        apart = last.page != first.page or first.y < last.y
        near = first.page - last.page <= 1
        return apart and near and abs(last.size - first.size) > _SAME_SIZE * last.size

    def _close(self) -> None:
        """Write what is open, then what waits for its end."""
        if self._open:
            self._begin_page(self._open[0][0].page)
            if self._open[0][0].kind == "item":
                self._write_items()
            else:
                self._draft.paragraph(self._running(self._open[0]))
        self._open = []
        for chunk in self._waiting:
            self._begin_page(chunk.page)
            if chunk.kind == "table":
                self._draft.table(chunk.lines[0].table or ())
            elif chunk.kind == "columns":
                self._draft.table(self._rows(chunk))
            else:
                self._draft.paragraph(self._running([chunk]))
        self._waiting = []

    def _begin_page(self, page: int) -> None:
        while self._pages < page:
            self._draft.page()
            self._pages += 1

    def _said(self, chunk: Chunk) -> str:
        text = ""
        for line in chunk.lines:
            text = self._wrapping.append(text, one_line(line.text))
        return text

    def _running(self, chunks: Sequence[Chunk]) -> Words:
        """The lines of a paragraph as one, with the places at which pages begin."""
        text, pages = "", []
        for line in (line for chunk in chunks for line in chunk.lines):
            before = len(text)
            text = self._wrapping.append(text, one_line(line.text))
            # What waits belongs to the page before, and would be given the new one.
            if line.page > self._pages and not self._waiting:
                pages += [min(before, len(text))] * (line.page - self._pages)
                self._pages = line.page
        return Words(one_line(text), (), tuple(pages))

    def _write_items(self) -> None:
        """A list; items further to the right belong to the one before them."""
        left: dict[tuple[int, float], float] = {}  # of the list, in each column
        for item in self._open:
            column = item[0].page, item[0].right
            left[column] = min(left.get(column, inf), item[0].lines[0].x0)
        top: list[list[Words]] = []
        marks: list[str] = []
        for item in self._open:
            words = self._running(item)
            found = mark_of(words.text)
            mark, rest = (found[0].strip(), _cut(words, found.end())) if found else ("", words)
            first_line, edge = item[0].lines[0], left[item[0].page, item[0].right]
            if top and first_line.x0 > edge + _NESTED * first_line.size:
                top[-1].append(words if mark[:-1].isalnum() else rest)
            else:
                top.append([rest])
                marks.append(mark)
        numbers = [mark.rstrip(".") for mark in marks]
        first = int(numbers[0]) if numbers[0].isdecimal() else 0
        if all(number == str(n) for n, number in enumerate(numbers, first)):
            self._draft.items([_together(item) for item in top], numbered=True, first=first)
            return
        for mark, said in zip(marks, top, strict=True):
            if any(map(str.isalnum, mark)):  # "a)" and "(2)" are kept as they are printed
                said[0] = Words(f"{mark} {said[0].text}", (), said[0].pages)
        self._draft.items([_together(item) for item in top])

    def _rows(self, chunk: Chunk) -> list[list[str]]:
        """A table without ruled lines; a row without its first cell goes on with the one before."""
        columns = column_edges([line.cells for line in chunk.lines])
        rows: list[list[str]] = []
        for line in chunk.lines:
            row = [""] * len(columns)
            for cell in line.cells:
                row[column_of(cell, columns)] = one_line(cell.text)
            if rows and not row[0]:
                pairs = zip(rows[-1], row, strict=True)
                rows[-1] = [self._wrapping.append(above, cell) for above, cell in pairs]
            else:
                rows.append(row)
        return rows


def _with_whole_headings(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The chunks, with headings that the end of a column or page cuts put together."""
    before: Chunk | None = None
    for chunk in chunks:
        if before and _is_rest(before, chunk):
            before = replace(before, lines=before.lines + chunk.lines)
            continue
        if before:
            yield before
        before = chunk
    if before:
        yield before


def _is_rest(heading: Chunk, rest: Chunk) -> bool:
    """Whether a heading goes on in another column or page."""
    last, first = heading.lines[-1], rest.lines[0]
    elsewhere = last.page != first.page or first.y < last.y
    both = heading.kind == rest.kind == "heading" and heading.style == rest.style
    unfinished = first.text[0].islower() or last.width >= _CUT * first.width
    return both and elsewhere and not heading.ended and unfinished


def _cut(words: Words, start: int) -> Words:
    """The words from an offset on."""
    return Words(words.text[start:], (), tuple(max(0, page - start) for page in words.pages))


def _together(item: Sequence[Words]) -> Words:
    """An item with the items of its inner list."""
    text, pages = item[0].text, item[0].pages
    for inner in item[1:]:
        text += " " if text.endswith((".", ":", ";", ",", "!", "?")) else "; "
        pages += tuple(page + len(text) for page in inner.pages)
        text += inner.text
    return Words(text, (), pages)
