"""The main text of a page -> a draft, block by block, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from corpus.readers.draft import Draft, Words, one_line
from corpus.readers.html.inline import Lines
from corpus.readers.html.references import heading_level
from corpus.readers.html.tables import cells_of_layout, is_layout, table_rows
from corpus.readers.line import Line
from corpus.readers.tree import Element

_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
     "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
     "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main", "menu", "ol",
     "optgroup", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th",
     "thead", "tr", "ul")
)  # fmt: skip
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
# What makes an item of a list a part of the page with a structure of its own.
_TOO_MUCH_FOR_ITEM = (
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "pre", "blockquote", "figure", "section", "dl",
)  # fmt: skip
_LONGEST_ITEM = 2_000  # characters; a longer one of several paragraphs is no item


class Blocks:
    """Writes elements to a draft. `skipped` are the ids of elements that are written elsewhere."""

    def __init__(
        self, draft: Draft, lines: Lines, *, skipped: set[int], is_title: Callable[[str], bool]
    ) -> None:
        self._draft = draft
        self._lines = lines
        self._skipped = skipped
        self._is_title = is_title
        self._with_blocks: set[int] = set()

    def write(self, main: Element) -> None:
        """Write an element and all in it."""
        self._find_blocks(main)
        self._content(main.children)

    def _find_blocks(self, element: Element) -> bool:
        """Remember which elements hold blocks, such as a link around a whole card."""
        inner = [self._find_blocks(child) for child in element.elements]
        if any(inner):
            self._with_blocks.add(id(element))
        return any(inner) or element.name in _BLOCKS

    def _is_block(self, element: Element) -> bool:
        return element.name in _BLOCKS or id(element) in self._with_blocks

    def _content(self, children: Sequence[Element | str]) -> None:
        line = Line(self._lines.targets)
        breaks = 0
        for child in children:
            if isinstance(child, Element) and (self._is_block(child) or _has_role(child)):
                line = self._flushed(line)
                self._block(child)
                breaks = 0
                continue
            if isinstance(child, Element) and child.name == "br":
                breaks += 1
                if breaks == 2:  # an empty line: how old pages end a paragraph
                    line = self._flushed(line)
            elif not isinstance(child, str) or child.strip():
                breaks = 0
            if isinstance(child, str):
                line.add(child)
            else:
                self._lines.write_one(line, child)
        self._flushed(line)

    def _flushed(self, line: Line) -> Line:
        if not line.empty:
            self._draft.paragraph(line.words())
        return Line(self._lines.targets)

    def _block(self, element: Element) -> None:
        if id(element) in self._skipped:
            return
        level = heading_level(element)
        if level:
            self._heading(element, level)
        elif element.name in _LISTS or element.get("role") == "list":
            self._list(element)
        elif element.name == "dl":
            self._definitions(element)
        elif element.name == "table":
            self._table(element)
        elif element.name == "pre":
            self._preformatted(element)
        else:
            self._content(element.children)

    def _heading(self, element: Element, level: int) -> None:
        words = self._lines.words(element.children)
        if not self._is_title(words.text):
            self._draft.heading(words, level=level)

    def _list(self, element: Element) -> None:
        items = list(_items(element))
        loose = [c for c in element.children if c not in items and not _is_blank(c)]
        if not items or loose or any(map(self._is_too_much, items)):
            self._content([_opened(child) for child in element.children])
            return
        words = [self._flat(item) for item in items]
        start = element.get("start")
        first = int(start) if start.isascii() and start.isdigit() else 1
        bare, numbered = _without_marks(words)
        self._draft.items(bare, numbered=numbered or element.name == "ol", first=first)

    def _is_too_much(self, item: Element) -> bool:
        if item.first(*_TOO_MUCH_FOR_ITEM) is not None:
            return True
        paragraphs = sum(1 for _ in item.all("p"))
        return paragraphs > 1 and sum(map(len, item.texts())) > _LONGEST_ITEM

    def _flat(self, element: Element) -> Words:
        line = Line(self._lines.targets)
        self._write_flat(line, element.children)
        return line.words()

    def _write_flat(self, line: Line, children: Sequence[Element | str]) -> None:
        """Blocks inside an item or a cell as one line; the items of a list joined by "; "."""
        for child in children:
            if isinstance(child, str):
                line.add(child)
            elif child.name in _LISTS:
                self._write_flat_list(line, child)
            elif self._is_block(child):
                line.add(" ")
                self._write_flat(line, child.children)
                line.add(" ")
            else:
                self._lines.write_one(line, child)

    def _write_flat_list(self, line: Line, element: Element) -> None:
        line.part()
        for number, child in enumerate(c for c in element.children if not _is_blank(c)):
            if number:
                line.then("; ")
            self._write_flat(line, [_opened(child)])

    def _definitions(self, element: Element) -> None:
        parts = list(_definition_parts(element))
        if len(element.text().split()) > sum(len(part.text().split()) for part in parts):
            self._content(element.children)  # there are words outside the terms and definitions
            return
        entries: list[Line] = []
        in_terms = False
        for part in parts:
            if part.name == "dt":
                if in_terms:
                    entries[-1].then(", ")
                else:
                    entries.append(Line(self._lines.targets))
            elif entries:
                entries[-1].part()
            else:
                entries.append(Line(self._lines.targets))
            in_terms = part.name == "dt"
            self._write_flat(entries[-1], part.children)
        self._draft.items([entry.words() for entry in entries])

    def _table(self, table: Element) -> None:
        if is_layout(table):
            for cell in cells_of_layout(table):
                self._content(cell.children)
            return
        if caption := table.child("caption"):
            self._content(caption.children)
        self._draft.table(table_rows(table, self._flat))

    def _preformatted(self, element: Element) -> None:
        """Lines as they are broken; an empty line ends a block."""
        text = "".join(element.texts()).replace("\r\n", "\n").strip("\n")
        for block in text.split("\n\n"):
            lines = [one_line(line) for line in block.split("\n")]
            self._draft.preformatted([line for line in lines if line])


def _has_role(element: Element) -> bool:
    return element.get("role") in ("list", "heading")


def _is_blank(child: Element | str) -> bool:
    return isinstance(child, str) and not child.strip()


def _opened(child: Element | str) -> Element | str:
    """An item that is written as a part of the page, in no list."""
    if isinstance(child, Element) and (child.name == "li" or child.get("role") == "listitem"):
        return Element("div", {}, child.children)
    return child


def _items(element: Element) -> Iterator[Element]:
    for child in element.elements:
        if child.name == "li" or child.get("role") == "listitem":
            yield child


def _without_marks(items: Sequence[Words]) -> tuple[list[Words], bool]:
    """Items that bring their own bullets or numbers, without them; whether they were numbers."""
    for mark in ("- ", "– ", "• ", "* ", "· "):
        if items and all(item.text.startswith(mark) for item in items):
            return [_cut(item, len(mark)) for item in items], False
    marks = [f"{n}. " for n in range(1, len(items) + 1)]
    if items and all(i.text.startswith(m) for i, m in zip(items, marks, strict=True)):
        return [_cut(i, len(m)) for i, m in zip(items, marks, strict=True)], True
    return list(items), False


def _cut(words: Words, length: int) -> Words:
    kept = tuple(c for c in words.moved(-length) if c.start >= 0)
    return Words(words.text[length:], kept)


def _definition_parts(element: Element) -> Iterator[Element]:
    for child in element.elements:
        if child.name in ("dt", "dd"):
            yield child
        elif child.name == "div":
            yield from _definition_parts(child)
