"""What the styles of a Word file say about paragraphs and words that use them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.readers.tree import Element

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc \d|toc heading|table of figures|index \d)", re.IGNORECASE)
_BODY_LEVEL = 9  # the outline level of text that is no heading
_OFF = ("0", "false", "off", "none")
_LONGEST_CHAIN = 20


def on(element: Element | None) -> bool:
    """Whether a switch is there and not switched off."""
    return element is not None and element.get("val") not in _OFF


@dataclass(slots=True)
class Style:
    """A style, with what it takes from the styles it is based on."""

    name: str = ""
    level: int | None = None  # of a heading, from 1
    title: bool = False
    contents: bool = False  # an entry of a table of contents
    numbering: tuple[str, int] | None = None  # of its list, and the level there
    hidden: bool = False
    bold: bool = False
    size: float | None = None  # in points
    script: str = ""  # "superscript" or "subscript"


@dataclass(frozen=True, slots=True)
class Styles:
    """All styles by their id; those that Word names in another language too."""

    by_id: dict[str, Style] = field(default_factory=dict)
    language: str = ""
    size: float = 11.0

    def of(self, properties: Element | None, name: str) -> Style:
        """The style that `properties` name, or an empty one.

        :param name: "pStyle" for paragraphs, "rStyle" for words.
        """
        chosen = properties.child(name) if properties else None
        key = chosen.get("val") if chosen else self._default(name)
        return self.by_id.get(key, _EMPTY)

    def _default(self, name: str) -> str:
        return "" if name == "rStyle" else "\0default"


_EMPTY = Style()


def read_styles(root: Element | None) -> Styles:
    """The styles in a part, or none."""
    if root is None:
        return Styles()
    raw = {one.get("styleId"): one for one in root.elements if one.name == "style"}
    by_id = {key: _style(key, raw) for key in raw}
    for key, one in raw.items():
        if one.get("type") == "paragraph" and one.get("default") in ("1", "true", "on"):
            by_id["\0default"] = by_id[key]
    defaults = root.path("docDefaults", "rPrDefault", "rPr")
    language = defaults.child("lang") if defaults else None
    size = _points(defaults)
    return Styles(by_id, language.get("val") if language else "", size or 10.0)


def _style(key: str, raw: dict[str, Element]) -> Style:
    """The style with this id; what it does not say itself the style below it says."""
    found = Style()
    for number, one in enumerate(_chain(key, raw)):
        words, paragraph = one.child("rPr"), one.child("pPr")
        name = one.child("name")
        _name(found, name.get("val") if name else "", own=number == 0)
        _read_words(found, words)
        _read_paragraph(found, paragraph)
    if found.level == 0:
        found.level = None
    return found


def _chain(key: str, raw: dict[str, Element]) -> Iterator[Element]:
    for _ in range(_LONGEST_CHAIN):
        if key not in raw:
            return
        yield raw[key]
        below = raw[key].child("basedOn")
        key = below.get("val") if below else ""


def _name(found: Style, name: str, *, own: bool) -> None:
    heading = _HEADING.fullmatch(name.strip())
    if heading and found.level is None:
        found.level = int(heading[1])
    if own:
        found.name = name
        found.title = name.strip().lower() == "title"
        found.contents = bool(_CONTENTS.fullmatch(name.strip()))


def _read_words(found: Style, words: Element | None) -> None:
    if words is None:
        return
    found.hidden = found.hidden or on(words.child("vanish"))
    found.bold = found.bold or on(words.child("b"))
    found.size = found.size or _points(words)
    script = words.child("vertAlign")
    found.script = found.script or (script.get("val") if script else "")


def _read_paragraph(found: Style, paragraph: Element | None) -> None:
    if paragraph is None:
        return
    if found.level is None:
        found.level = outline_level(paragraph)
    if found.numbering is None:
        found.numbering = numbering_of(paragraph)


def outline_level(paragraph: Element | None) -> int | None:
    """The level of a heading, from 1; 0 for what is said to be none; None if nothing is said."""
    level = paragraph.child("outlineLvl") if paragraph else None
    if level is None or not level.get("val").isdecimal():
        return None
    number = int(level.get("val"))
    return 0 if number >= _BODY_LEVEL else number + 1


def numbering_of(paragraph: Element | None) -> tuple[str, int] | None:
    """The list that a paragraph is an item of, "0" for none, and its level there, from 0."""
    numbering = paragraph.child("numPr") if paragraph else None
    if numbering is None:
        return None
    number, level = numbering.child("numId"), numbering.child("ilvl")
    depth = level.get("val") if level else ""
    if number is None:
        return None
    return number.get("val"), int(depth) if depth.isdecimal() and len(depth) < 3 else 0


def _points(words: Element | None) -> float | None:
    size = words.child("sz") if words else None
    value = size.get("val") if size else ""
    return int(value) / 2 if value.isdecimal() and len(value) < 5 else None
