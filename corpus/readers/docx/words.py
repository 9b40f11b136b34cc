"""What stands in a paragraph of a Word file -> one line, with all tracked changes accepted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from unicodedata import normalize

from corpus.readers.docx.formulas import linear
from corpus.readers.docx.styles import Style, Styles, on
from corpus.readers.scripts import subscript, superscript
from corpus.readers.tree import Element

# Deleted text, the place text was moved from, and what is never part of the text.
_ABSENT = frozenset(
    "del moveFrom delText delInstrText instrText pPr rPr sdtPr sdtEndPr annotationRef "
    "footnoteRef endnoteRef separator continuationSeparator commentReference rt".split()
)
_PICTURES = frozenset(("drawing", "pict", "object"))
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_SYMBOLS = {0xB7: "•", 0xA7: "•", 0xB1: "±", 0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0xB0: "°", 0x6D: "μ",
            0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x6C: "λ", 0x70: "π", 0x73: "σ", 0x44: "Δ",
            0xAE: "→", 0xA5: "∞", 0xB9: "≠", 0xBB: "≈", 0xD7: "·"}  # fmt: skip
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


@dataclass(slots=True)
class Said:
    """A paragraph's text and what hangs on it.

    `boxes` are its text boxes, `notes` the numbers of its footnotes and endnotes. `bold` says
    that all its letters are, `size` is that of the largest in points, 0 where none is named.
    """

    text: str = ""
    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # "footnote" or "endnote", its id
    bold: bool = False
    size: float = 0.0


class Reading:
    """Reads paragraphs in order: fields and numbers of notes go on from one to the next."""

    def __init__(
        self, styles: Styles, note: Callable[[str], None], mark: Callable[[int], str]
    ) -> None:
        self._styles = styles
        self._note = note
        self._mark = mark
        self._fields: list[bool] = []  # for each open field whether its result has begun
        self._numbered = 0
        self._pieces: list[str] = []
        self._letters = [0, 0]  # all, and those in bold
        self._said = Said()

    @property
    def notes_seen(self) -> int:
        """How many footnotes and endnotes the text has referred to so far."""
        return self._numbered

    def paragraph(self, paragraph: Element, style: Style) -> Said:
        """One paragraph."""
        self._pieces, self._letters, self._said = [], [0, 0], Said()
        self._walk(paragraph, style)
        said = self._said
        said.text = " ".join("".join(self._pieces).split())
        said.bold = 0 < self._letters[0] == self._letters[1]
        return said

    def _walk(self, element: Element, style: Style) -> None:
        for child in element.elements:
            name = child.name
            if name == "r":
                self._run(child, style)
            elif name == "oMath":
                self._pieces.append(linear(child, self._note))
            elif name == "AlternateContent":
                self._walk_first(child, style)
            elif name in _PICTURES:
                self._picture(child)
            elif name not in _ABSENT:
                self._walk(child, style)

    def _walk_first(self, element: Element, style: Style) -> None:
        """The same thing in several forms: only the first."""
        chosen = element.child("Choice") or element.child("Fallback")
        if chosen:
            self._walk(chosen, style)

    def _run(self, run: Element, style: Style) -> None:
        properties = run.child("rPr")
        own = self._styles.of(properties, "rStyle")
        if self._is_hidden(properties, own, style):
            self._keep_fields(run)
            return
        before = len(self._pieces)
        for child in run.elements:
            self._part(child, style)
        text = "".join(self._pieces[before:])
        if not text.strip():
            return
        self._measure(text, properties, own, style)
        script = _value(properties, "vertAlign") or own.script
        if script in ("superscript", "subscript") and not self._said_note(run):
            write = superscript if script == "superscript" else subscript
            self._pieces[before:] = [write(text)]

    @staticmethod
    def _said_note(run: Element) -> bool:
        return any(run.child(name) for name in ("footnoteReference", "endnoteReference"))

    def _part(self, child: Element, style: Style) -> None:
        """One thing in a run; what is no text is looked at inside the codes of fields too."""
        name = child.name
        if name == "fldChar":
            self._field(child.get("fldCharType"))
        elif name == "AlternateContent":
            chosen = child.child("Choice") or child.child("Fallback")
            for inner in chosen.elements if chosen else ():
                self._part(inner, style)
        elif name in _PICTURES:
            self._picture(child)
        elif self._shows():
            self._text_part(child, style)

    def _text_part(self, child: Element, style: Style) -> None:
        name = child.name
        if name == "t":
            self._pieces.append(_plain("".join(child.texts())))
        elif name in _CHARACTERS:
            self._pieces.append(_CHARACTERS[name])
        elif name == "sym":
            self._pieces.append(self._symbol(child))
        elif name in ("footnoteReference", "endnoteReference"):
            self._refer(child, name.removesuffix("Reference"))
        elif name == "ruby":
            base = child.child("rubyBase")
            if base:
                self._walk(base, style)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _keep_fields(self, run: Element) -> None:
        for child in run.elements:
            if child.name == "fldChar":
                self._field(child.get("fldCharType"))

    def _shows(self) -> bool:
        """Whether what is read is text and no code of a field."""
        return all(self._fields)

    def _is_hidden(self, properties: Element | None, own: Style, style: Style) -> bool:
        said = properties.child("vanish") if properties else None
        return on(said) if said else own.hidden or style.hidden

    def _measure(self, text: str, properties: Element | None, own: Style, style: Style) -> None:
        letters = sum(map(str.isalnum, text))
        bold = properties.child("b") if properties else None
        self._letters[0] += letters
        self._letters[1] += letters * (on(bold) if bold else own.bold or style.bold)
        size = _value(properties, "sz")
        points = int(size) / 2 if size.isdecimal() and len(size) < 5 else own.size or style.size
        self._said.size = max(self._said.size, points or self._styles.size)

    def _symbol(self, symbol: Element) -> str:
        try:
            code = int(symbol.get("char"), 16) & 0x0FFF
        except ValueError:
            code = 0
        known = _SYMBOLS.get(code) if symbol.get("font") in ("Symbol", "Wingdings") else None
        if known is None:
            self._note("a sign of a symbol font cannot be read and is shown as " + _UNKNOWN)
        return known or _UNKNOWN

    def _refer(self, reference: Element, kind: str) -> None:
        self._numbered += 1
        self._said.notes.append((kind, reference.get("id")))
        self._pieces.append(self._mark(self._numbered))

    def _picture(self, picture: Element) -> None:
        boxes = list(picture.all("txbxContent"))
        self._said.boxes += boxes
        if not boxes:
            what = "an embedded object" if picture.name == "object" else "a picture or drawing"
            self._note(f"{what} is left out")


def _plain(text: str) -> str:
    """Without soft hyphens, and with ligatures as their letters."""
    text = text.replace("\u00ad", "")
    return _LIGATURE.sub(lambda found: normalize("NFKC", found[0]), text)


def _value(properties: Element | None, name: str) -> str:
    found = properties.child(name) if properties else None
    return found.get("val") if found else ""
