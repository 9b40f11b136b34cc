"""What a PDF shows and the text does not hold, said page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.readers.pdf.chunks import Typography
from corpus.readers.pdf.lines import Line
from corpus.readers.pdf.margins import Running
from corpus.readers.pdf.sheets import UNKNOWN, Box, Sheet

_PICTURE = 0.005  # smallest share of the page that is worth a word
_SCAN = 0.5  # a picture over this share of a page without text is a scan
_CURVES = 20  # pieces of a drawing that are more than the corners of a box
_LINES = 60
_LABEL = 0.6  # letters of a drawing are smaller than this share of the text's
_MOSTLY = 0.5


class Losses:
    """Looks at each page in turn and says what is left out, once for what repeats."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._pictures: set[Box] = set()
        self._drawn: set[int] = set()
        self.characters = 0
        self.unknown = 0
        self.scans = 0
        self.sideways = 0

    def see(self, sheet: Sheet, tables: Sequence[Line]) -> None:
        """Look at a page.

        :param tables: the ruled tables that were found on it.
        """
        page = f"page {sheet.number}"
        if sheet.broken:
            self._note(f"{page}: it is damaged and left out")
            return
        self.characters += len(sheet.glyphs)
        self.unknown += sheet.unknown
        self.sideways += sheet.sideways
        self._see_pictures(sheet, page, empty=not sheet.glyphs and not tables)
        if sheet.curves >= _CURVES or (len(sheet.boxes) >= _LINES and not tables):
            self._drawn.add(sheet.number)
            self._note(f"{page}: a drawing is left out")
        if sheet.scanned:
            self._note(f"{page}: its text was recognised in a scan and may hold mistakes")
        if sheet.lost_tables:
            self._note(f"{page}: a table whose columns cannot be told is left out")
        if sheet.sideways:
            self._note(f"{page}: {sheet.sideways} characters printed sideways are left out")
        if sheet.hidden:
            self._note(f"{page}: {sheet.hidden} characters that nobody sees are left out")
        if sheet.unknown:
            self._note(f"{page}: {sheet.unknown} characters cannot be read: their font does not "
                       "say which they are")  # fmt: skip

    def _see_pictures(self, sheet: Sheet, page: str, *, empty: bool) -> None:
        whole = max(1.0, sheet.width * sheet.height)
        shown = [picture for picture in sheet.pictures if picture.area >= _PICTURE * whole]
        if empty and sum(picture.area for picture in shown) >= _SCAN * whole:
            self.scans += 1
            self._note(f"{page}: it is a scan without text and left out")
            return
        places = {Box(*(float(round(n)) for n in (p.x0, p.y0, p.x1, p.y1))) for p in shown}
        fresh = places - self._pictures
        self._pictures |= places
        if fresh:
            what = "a picture is" if len(fresh) == 1 else f"{len(fresh)} pictures are"
            self._note(f"{page}: {what} left out")

    def keeps(self, line: Line) -> bool:
        """Whether enough of a line can be read."""
        said = line.text.replace(" ", "")
        return said.count(UNKNOWN) <= _MOSTLY * len(said)

    def is_label(self, line: Line, usual: Typography) -> bool:
        """Whether a line is a label in a drawing, which means nothing without it."""
        small = line.table is None and line.size < _LABEL * usual.size
        label = small and line.page in self._drawn
        if label:
            self._note(f"page {line.page}: labels in a drawing are left out")
        return label

    def see_running(self, margins: Running) -> None:
        """Say what was taken off the edges of the pages."""
        for line in margins.said:
            if line not in margins.sentences:
                self._note(f"{line.text!r} at the edge of the pages is left out")
