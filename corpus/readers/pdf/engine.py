"""A PDF, page by page, as characters and lines. The only file that knows pypdfium2.

PDFium, the engine of Chrome, reads the file: it mends what broken writers leave, and gives about
150,000 characters a second with their places, thirty times as many as pdfminer and pdfplumber do.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from corpus.model import CorpusError
from corpus.readers.pdf.sheets import UNKNOWN, Box, Glyph, Sheet, readable

MOST_PAGES = 6000
_INVISIBLE = 3  # the text render mode of hidden text, and of text recognised in a scan
_UPRIGHT = 0.1  # how far, as a share of its width, text may be turned
_BOLD = 600
_LIGATURE = 0.01  # points between the places of letters that are printed as one
_SCAN = 0.5  # a picture over this share of the page, with invisible text, is a scan
_MOST_DRAWN = 20_000  # pieces of drawings on a page that are looked at
_DEEPEST = 12  # groups of objects within groups
_SAME = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class _Style:
    """What the characters of one text object have in common, and how wide each of them is."""

    font: Any
    size: float
    stretch: float
    bold: bool
    hidden: bool
    sideways: bool
    widths: dict[int, float] = field(default_factory=dict)

    def width(self, code: int) -> float:
        """How far a character moves what follows it, in points; 0 where the font does not say."""
        found = self.widths.get(code)
        if found is None:
            width = ctypes.c_float()
            known = pdfium.FPDFFont_GetGlyphWidth(self.font, code, 1000, width)
            found = self.widths[code] = width.value / 1000 * self.stretch if known else 0.0
        return found


class PdfFile:
    """An open PDF; `sheets` gives its pages one by one, so that only one is in memory.

    :raises CorpusError: PDFium cannot open it, or only with a password, or it is too long.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        self._path = path
        try:
            self._pdf = pypdfium2.PdfDocument(data)
            self.pages = len(self._pdf)
        except pypdfium2.PdfiumError as error:
            raise _unusable(path, error) from None
        if not 0 < self.pages <= MOST_PAGES:
            raise CorpusError(
                f"it has {self.pages:,} pages; from 1 to {MOST_PAGES:,} are read",
                path=path,
                advice="Split it into several files",
            )

    def __enter__(self) -> PdfFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._pdf.close()

    @property
    def properties(self) -> dict[str, str]:
        """Title, Author, CreationDate and so on, as far as the file has them, and "Language"."""
        found = {name: str(value) for name, value in self._pdf.get_metadata_dict().items() if value}
        buffer = (ctypes.c_ushort * 100)()
        size = pdfium.FPDFCatalog_GetLanguage(self._pdf.raw, buffer, 200)
        if 2 < size <= 200:
            found["Language"] = "".join(map(chr, buffer[: size // 2 - 1]))
        return found

    @property
    def has_form(self) -> bool:
        """Whether there are fields to fill in."""
        return bool(self._pdf.get_formtype())

    def sheets(self) -> Iterator[Sheet]:
        """Each page in turn."""
        for index in range(self.pages):
            try:
                page = self._pdf[index]
                text = page.get_textpage()
            except pypdfium2.PdfiumError:
                yield Sheet(index + 1, 0, 0, broken=True)
                continue
            yield _sheet(page, text.raw, index + 1)
            text.close()
            page.close()


def _unusable(path: Path, error: Exception) -> CorpusError:
    if "assword" in str(error) or "ecurity" in str(error):
        return CorpusError(
            "it is encrypted and opens only with a password",
            path=path,
            advice="Save a copy without a password",
        )
    return CorpusError(
        "it is no PDF, or a damaged one",
        path=path,
        advice="Open it in a PDF program and save it anew",
    )


def _sheet(page: Any, text: Any, number: int) -> Sheet:
    place = _Place(page)
    sheet = Sheet(number, *place.size)
    _read_drawing(page.raw, sheet, place)
    hidden = _read_glyphs(text, sheet, place)
    largest = max((picture.area for picture in sheet.pictures), default=0.0)
    if hidden and not sheet.glyphs and largest >= _SCAN * sheet.width * sheet.height:
        sheet.glyphs, sheet.scanned = hidden, True
    else:
        sheet.hidden = sum(not glyph.text.isspace() for glyph in hidden)
    return sheet


class _Place:
    """From the page's own coordinates to those of the page as shown: turned, from the top."""

    def __init__(self, page: Any) -> None:
        self._turn = page.get_rotation()
        self._left, self._bottom, right, top = page.get_cropbox()
        self._width, self._height = right - self._left, top - self._bottom
        upright = self._turn in (0, 180)
        wide, high = self._width, self._height
        self.size = (wide, high) if upright else (high, wide)

    def of(self, x: float, y: float) -> tuple[float, float]:
        """The point as it is shown."""
        x, y = x - self._left, y - self._bottom
        if self._turn == 90:
            return y, x
        if self._turn == 180:
            return self._width - x, y
        if self._turn == 270:
            return self._height - y, self._width - x
        return x, self._height - y

    def box(self, *corners: tuple[float, float]) -> Box:
        """The smallest box around points of the page."""
        across, down = zip(*(self.of(x, y) for x, y in corners), strict=True)
        return Box(min(across), min(down), max(across), max(down))

    def direction(self, a: float, b: float) -> tuple[float, float]:
        """Which way a line of text runs, as shown."""
        (x0, y0), (x1, y1) = self.of(0, 0), self.of(a, b)
        return x1 - x0, y1 - y0


def _read_glyphs(text: Any, sheet: Sheet, place: _Place) -> list[Glyph]:
    """Put what is seen on the sheet; give back what is invisible or beside the page."""
    hidden: list[Glyph] = []
    styles: dict[int, _Style] = {}
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(pdfium.FPDFText_CountChars(text)):
        owner = pdfium.FPDFText_GetTextObject(text, index)
        # Spaces that PDFium guesses are not taken: it sees one in "REAC T" set with small capitals.
        if not owner or pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        key = ctypes.cast(owner, ctypes.c_void_p).value or 0
        style = styles.get(key) or _style(text, index, owner, place)
        styles[key] = style
        pdfium.FPDFText_GetLooseCharBox(text, index, box)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        code = pdfium.FPDFText_GetUnicode(text, index)
        unmapped = pdfium.FPDFText_HasUnicodeMapError(text, index) == 1
        said = UNKNOWN if unmapped else readable(code)
        corner, opposite = place.of(box.left, box.bottom), place.of(box.right, box.top)
        end = max(corner[0], opposite[0])
        left, baseline = place.of(x.value, y.value)
        # Slanted letters lean over the space beside them: their place is where they are set.
        width = 0.0 if unmapped or style.sideways else style.width(code)
        right = left + width if width else end
        before = sheet.glyphs[-1] if sheet.glyphs else None
        if before and abs(before.x0 - left) < _LIGATURE and before.y == baseline:
            before.x1 = right = end  # letters of one ligature
        glyph = Glyph(said, left, right, baseline, style.size, style.bold, index)
        outside = end < 0 or left > sheet.width or not 0 <= baseline <= sheet.height
        if style.sideways:
            sheet.sideways += not said.isspace()
        elif style.hidden or outside:
            hidden.append(glyph)
        elif said:
            sheet.glyphs.append(glyph)
    return hidden


def _style(text: Any, index: int, owner: Any, place: _Place) -> _Style:
    size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(owner, size)
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    across, down = place.direction(matrix.a, matrix.b)
    font = pdfium.FPDFTextObj_GetFont(owner)
    points = abs(size.value)
    return _Style(
        font=font,
        size=points * (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0,
        stretch=points * (matrix.a**2 + matrix.b**2) ** 0.5,
        bold=_is_bold(font),
        hidden=pdfium.FPDFTextObj_GetTextRenderMode(owner) == _INVISIBLE,
        sideways=across <= 0 or abs(down) > _UPRIGHT * across,
    )


def _is_bold(font: Any) -> bool:
    if not font:
        return False
    name = ctypes.create_string_buffer(200)
    pdfium.FPDFFont_GetBaseFontName(font, name, 200)
    words = name.value.decode("latin-1").lower()
    named = any(word in words for word in ("bold", "black", "heavy", "medi", "demi"))
    return named or (pdfium.FPDFFont_GetWeight(font) >= _BOLD and "regu" not in words)


def _read_drawing(page: Any, sheet: Sheet, place: _Place) -> None:
    """Lines, boxes and pictures, as far as `_MOST_DRAWN` pieces."""
    pieces = 0
    for item, matrix in _objects(page):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            own = _multiplied(_matrix_of(item), matrix)
            corners = [_applied(own, x, y) for x, y in ((0, 0), (0, 1), (1, 0), (1, 1))]
            sheet.pictures.append(place.box(*corners))
            pieces += 1
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            pieces += _read_path(item, _multiplied(_matrix_of(item), matrix), sheet, place)
        if pieces > _MOST_DRAWN:
            return


def _objects(page: Any) -> Iterator[tuple[Any, _Matrix]]:
    """Every object of a page, those in groups too, with the matrix of its groups."""
    top = [pdfium.FPDFPage_GetObject(page, n) for n in range(pdfium.FPDFPage_CountObjects(page))]
    waiting = [(item, _SAME, 0) for item in reversed(top)]
    while waiting:
        item, matrix, depth = waiting.pop()
        if not item:
            continue
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, matrix
        elif depth < _DEEPEST:
            own = _multiplied(_matrix_of(item), matrix)
            count = min(pdfium.FPDFFormObj_CountObjects(item), _MOST_DRAWN)
            inner = (pdfium.FPDFFormObj_GetObject(item, n) for n in reversed(range(count)))
            waiting += [(one, own, depth + 1) for one in inner]


def _read_path(item: Any, matrix: _Matrix, sheet: Sheet, place: _Place) -> int:
    """Add the straight level and upright lines of a path, and count its curves."""
    count = min(pdfium.FPDFPath_CountSegments(item), _MOST_DRAWN)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    begins: list[bool] = []
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        sheet.curves += kind == pdfium.FPDF_SEGMENT_BEZIERTO
        points.append(_applied(matrix, x.value, y.value))
        begins.append(kind == pdfium.FPDF_SEGMENT_MOVETO)
    whole = place.box(*points) if points else Box(0, 0, 0, 0)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if whole.level or whole.upright:
        sheet.boxes.append(whole)
    elif stroke.value:  # what is only filled is a background
        for (first, second), new in zip(pairwise(points), begins[1:], strict=True):
            box = place.box(first, second)
            if not new and (box.level or box.upright):
                sheet.boxes.append(box)
        if sum(begins) == 1 and 4 <= count <= 5:
            sheet.boxes += whole.edges()
    return int(count)


def _matrix_of(item: Any) -> _Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _applied(m: _Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _multiplied(inner: _Matrix, outer: _Matrix) -> _Matrix:
    """The matrix that applies `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    left, right = outer[:2], outer[2:4]
    return (
        a * left[0] + b * right[0],
        a * left[1] + b * right[1],
        c * left[0] + d * right[0],
        c * left[1] + d * right[1],
        *_applied(outer, e, f),
    )
