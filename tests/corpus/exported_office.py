"""A document of the bundled corpus, written as Word and PDF: to be read back and compared."""

import re
import textwrap
from html import escape

from tests.corpus.docx_files import p, write
from tests.corpus.pdf_files import HEIGHT, Pdf

_MARK = re.compile(r"(?:[-*+]|\d+\.)\s+")
_LEFT, _TOP, _BOTTOM = 72, 72, HEIGHT - 72
_SIZE, _LEADING, _CHARACTERS = 10, 12, 88


def _parts(document):
    """Headings with their level, and blocks with their items, in order."""
    for section in document.sections:
        if section.path:
            yield "heading", len(section.path), [section.path[-1]]
        for block in section.blocks:
            spans = block.items if block.kind == "list" else [(block.start, block.end)]
            texts = [" ".join(document.text[a:b].split()) for a, b in spans]
            numbered = block.kind == "list" and texts[0][0].isdigit()
            yield block.kind, numbered, [_without_mark(text, block.kind) for text in texts]


def _without_mark(text, kind):
    return _MARK.sub("", text, count=1) if kind == "list" else text


def write_docx(document, path):
    """A Word file with styles and lists."""
    body = p(escape(document.title), style="Titel")
    for kind, detail, texts in _parts(document):
        if kind == "heading":
            style = f"berschrift{min(detail, 2)}"
            body += p(escape(texts[0]), style=style)
        elif kind == "list":
            body += "".join(p(escape(text), number=2 if detail else 1) for text in texts)
        else:
            body += p(escape(texts[0]))
    return write(path, body)


def write_pdf(document, path, *, columns=1):
    """A PDF whose lines are wrapped and whose paragraphs run over columns and pages."""
    page = _Printer(columns)
    page.write(textwrap.wrap(document.title, 30 // columns), size=22, font="bold")
    for kind, detail, texts in _parts(document):
        if kind == "heading":
            page.write(textwrap.wrap(texts[0], 45 // columns), size=17 - 2 * detail, font="bold")
        elif kind == "list":
            for number, text in enumerate(texts, 1):
                page.item(f"{number}." if detail else "\u2022", text)
        else:
            page.paragraph(texts[0])
    return page.pdf.write(path)


class _Printer:
    """Sets lines below one another, from column to column and page to page."""

    def __init__(self, columns):
        self.pdf = Pdf().page()
        self._columns = columns
        self._column = 0
        self._y = _TOP
        self._width = _CHARACTERS if columns == 1 else 38

    def write(self, lines, *, size=_SIZE, font="plain", indent=0):
        self._y += 0.6 * size
        for line in lines:
            self._line(line, size, font, indent)

    def paragraph(self, text):
        self.write(self._wrapped(text, self._width))

    def item(self, mark, text):
        self._y += 3
        for number, line in enumerate(self._wrapped(text, self._width - 4)):
            self._line(line, _SIZE, "plain", 14, mark="" if number else mark)

    def _wrapped(self, text, width):
        return textwrap.wrap(text, width, break_on_hyphens=False)

    def _line(self, line, size, font, indent, mark=""):
        self._y += 1.2 * size
        if self._y > _BOTTOM:
            self._y = _TOP + 1.2 * size
            self._column += 1
            if self._column == self._columns:
                self._column = 0
                self.pdf.page()
        left = _LEFT + self._column * 240
        if mark:
            self.pdf.text(left, self._y, mark, size=size, font=font)
        self.pdf.text(left + indent, self._y, line, size=size, font=font)
