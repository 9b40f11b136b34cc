"""What a page of a PDF holds: characters and lines with their places.

Places are in points (1/72 inch) from the upper left corner of the page as it is shown.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_HYPHENS = (0x02, 0xAD)  # PDFium's sign for a hyphen at the end of a line; the soft hyphen
# Bullets of the fonts Symbol and Wingdings, which PDF files give as characters for private use.
_BULLETS = (0xF0B7, 0xF0A7, 0xF0D8, 0xF0FC, 0xF076, 0xF06E, 0xF0A8, 0x25AA)
_THIN = 2.5  # a box thinner than this, in points, is a line


@dataclass(slots=True, eq=False)
class Glyph:
    """One printed character: from `x0` to `x1`, on the baseline `y`, `size` points high."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    order: int = 0  # its place among the characters of the file
    raised: int = 0  # 1: superscript, -1: subscript


@dataclass(frozen=True, slots=True)
class Box:
    """A line or rectangle that is drawn, or the area that a picture takes."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def level(self) -> bool:
        """Whether it is a line from left to right."""
        return self.y1 - self.y0 <= _THIN < self.x1 - self.x0

    @property
    def upright(self) -> bool:
        """Whether it is a line from top to bottom."""
        return self.x1 - self.x0 <= _THIN < self.y1 - self.y0

    @property
    def area(self) -> float:
        """In square points."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def edges(self) -> tuple[Box, ...]:
        """The line itself, or the four sides of a rectangle."""
        if self.level or self.upright:
            return (self,)
        return (
            Box(self.x0, self.y0, self.x1, self.y0),
            Box(self.x0, self.y1, self.x1, self.y1),
            Box(self.x0, self.y0, self.x0, self.y1),
            Box(self.x1, self.y0, self.x1, self.y1),
        )


@dataclass(slots=True)
class Sheet:
    """A page: what is printed on it, and a count of what is not read."""

    number: int  # from 1
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    curves: int = 0  # pieces of drawings that are no straight lines
    lost_tables: int = 0  # whose columns cannot be told
    sideways: int = 0  # characters that are turned
    hidden: int = 0  # characters that nobody sees
    scanned: bool = False  # whether the text is what a program recognised in a picture
    broken: bool = False  # whether the page cannot be opened

    @property
    def unknown(self) -> int:
        """How many characters have no known meaning."""
        return sum(glyph.text == UNKNOWN for glyph in self.glyphs)


def readable(code: int) -> str:
    """The character of a code; ligatures as their letters, bullets of symbol fonts as bullets."""
    if code in _HYPHENS:
        return "-"
    if code in _BULLETS:
        return "•"
    if code == 0 or 0xD800 <= code <= 0xF8FF or code & 0xFFFE == 0xFFFE or code > 0x10FFFF:
        return UNKNOWN  # no character, half of one, or one for private use
    character = chr(code)
    if "\ufb00" <= character <= "\ufb06":
        return unicodedata.normalize("NFKC", character)
    if unicodedata.category(character) in ("Cc", "Cf"):
        return " " if character.isspace() else ""
    return character
