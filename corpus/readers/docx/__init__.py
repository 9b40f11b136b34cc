"""Word (.docx) -> Document: the text as it reads when all tracked changes are accepted.

Comments, hidden text, the codes of fields, headers and footers of pages are no part of it;
pictures, objects and formulas that have no form on one line are named in `Document.notes`.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from corpus.model import CorpusError, Document, Source
from corpus.readers.characters import MAX_BYTES_WITH_PICTURES, read_bytes, slug
from corpus.readers.docx.content import Content
from corpus.readers.docx.numbering import Numbering
from corpus.readers.docx.package import Package
from corpus.readers.docx.styles import Styles, outline_level, read_styles
from corpus.readers.docx.words import Reading
from corpus.readers.draft import Draft
from corpus.readers.titles import choose_title
from corpus.readers.tree import Element, text_of

_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def read(path: Path, file: str) -> Document:
    """Read one Word file.

    :param file: the path inside the corpus folder, as it is shown.
    :raises CorpusError: the file cannot be opened, is no Word file, a damaged, encrypted or old
        one, unpacks to more than any document has, or holds no text.
    """
    data = read_bytes(path, most=MAX_BYTES_WITH_PICTURES)
    package = Package(data, path)
    main = package.part(package.main)
    body = main.child("body") if main else None
    if body is None:
        raise CorpusError(
            "it has no text: some other kind of Office file",
            path=path,
            advice="Save the text as a Word document (.docx)",
        )
    styles = read_styles(package.related("styles"))
    draft = Draft()
    notes = {kind: _notes(package.related(f"{kind}s"), kind) for kind in ("footnote", "endnote")}
    properties = package.properties()
    printed = _printed_title(body, styles)
    said = text_of(properties.child("title")) if properties else ""
    title = choose_title(said, printed, body.text(), path)
    content = Content(
        draft,
        styles,
        Numbering(package.related("numbering")),
        notes,
        leave_out=printed if printed.casefold() == title.casefold() else "",
    )
    content.write(body)
    if any(text_of(package.related(place)) for place in ("header", "footer")):
        draft.note("what stands at the head and foot of its pages is left out")
    if not draft.text.strip():
        raise CorpusError("there is no text", path=path, advice="Write the document or remove it")
    return draft.document(
        id=slug(path.stem),
        title=title,
        source=_source(properties, styles),
        sha256=hashlib.sha256(data).hexdigest(),
        file=file,
    )


def _notes(root: Element | None, kind: str) -> dict[str, Element]:
    """The footnotes or endnotes by their id, without the lines that part them from the text."""
    if root is None:
        return {}
    return {
        one.get("id"): one
        for one in root.elements
        if one.name == kind and one.get("type") in ("", "normal")
    }


def _printed_title(body: Element, styles: Styles) -> str:
    """The paragraph in the style for titles, or a first heading of a level that no other has."""
    reading = Reading(styles, lambda _: None, lambda _: "")
    levels: list[int] = []
    opening = ""
    begun = False
    for paragraph in body.all("p"):
        properties = paragraph.child("pPr")
        style = styles.of(properties, "pStyle")
        level = outline_level(properties) or style.level
        if not (style.title or level or not begun):
            continue
        text = reading.paragraph(paragraph, style).text
        if text and style.title:
            return text
        if text and level:
            levels.append(level)
            opening = opening if begun else text
        begun = begun or bool(text)
    return opening if levels and sum(level <= levels[0] for level in levels) == 1 else ""


def _source(properties: Element | None, styles: Styles) -> Source:
    said = text_of(properties.child("language")) if properties else ""
    language = next((one for one in (said, styles.language) if _LANGUAGE.fullmatch(one)), "")
    changed = text_of(properties.child("modified")) if properties else ""
    found = _DATE.match(changed)
    return Source(language=language, published=found[0] if found else "")
