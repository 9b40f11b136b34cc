"""PDF -> Document. What is printed, in the order in which it is read, with its pages.

Only what a page shows as characters is text. Pictures, drawings, fields of forms and what is
printed sideways are named in `Document.notes`; running heads and page numbers are left out.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.model import CorpusError, Document, Source
from corpus.readers.characters import (
    MAX_BYTES_WITH_PICTURES,
    is_reference_heading,
    read_bytes,
    slug,
)
from corpus.readers.draft import Draft, one_line
from corpus.readers.pdf.assembly import Assembly
from corpus.readers.pdf.chunks import Chunk, Typography, chunks
from corpus.readers.pdf.engine import PdfFile
from corpus.readers.pdf.lines import Line, segments
from corpus.readers.pdf.losses import Losses
from corpus.readers.pdf.margins import Running, running
from corpus.readers.pdf.order import Flow, flows
from corpus.readers.pdf.properties import date_of, language_of
from corpus.readers.pdf.tables import take_tables
from corpus.readers.pdf.wrapping import Wrapping
from corpus.readers.titles import choose_title

_MOST_UNKNOWN = 0.3  # share of the characters
_MOST_LEFTWARD = 0.3
_MANY_LINES = 4
_SAME_LEFT = 20.0  # points
_LONG_TEXT = 200  # characters
_SENTENCE = 40
_TITLE = 0.7  # of the size of the largest heading


@dataclass(frozen=True, slots=True)
class _Page:
    segments: list[Line]
    width: float
    height: float


def read(path: Path, file: str) -> Document:
    """Read one PDF.

    :param file: the path inside the corpus folder, as it is shown.
    :raises CorpusError: the file cannot be opened or is damaged, needs a password, has no text
        (a scan) or too many pages, or its text cannot be read rightly.
    """
    data = read_bytes(path, most=MAX_BYTES_WITH_PICTURES)
    draft = Draft()
    losses = Losses(draft.note)
    pages: list[_Page] = []
    with PdfFile(path, data) as pdf:
        properties = pdf.properties
        if pdf.has_form:
            draft.note("what is filled into the fields of its form is left out")
        for sheet in pdf.sheets():
            tables = take_tables(sheet)
            losses.see(sheet, tables)
            lines = [line for line in segments(sheet.glyphs, sheet.number) if losses.keeps(line)]
            pages.append(_Page(lines + tables, sheet.width, sheet.height))
    every = [line for page in pages for line in page.segments]
    _refuse_unreadable(every, losses, path)
    margins = running([page.segments for page in pages], [page.height for page in pages])
    losses.see_running(margins)
    usual = Typography([line for line in every if id(line) not in margins.lines])
    columns = [_flows(page, margins, usual, losses) for page in pages]
    edges = [flow for page in columns for flow in page if len(flow.lines) >= _MANY_LINES]
    printed = [
        chunk
        for page, own in zip(pages, columns, strict=True)
        for chunk in _chunks(own, page, margins, usual, edges)
    ]
    title, found = _title(printed, properties.get("Title", ""), path)
    language = language_of(properties)
    wrapping = Wrapping((line.text for line in every), english=language[:2] in ("", "en"))
    Assembly(draft, wrapping, _levels(found)).write(found, pages=len(pages))
    return draft.document(
        id=slug(path.stem),
        title=title,
        source=Source(language=language, published=date_of(properties)),
        sha256=hashlib.sha256(data).hexdigest(),
        file=file,
    )


def _refuse_unreadable(lines: Sequence[Line], losses: Losses, path: Path) -> None:
    text = "".join(line.text for line in lines)
    if losses.unknown > _MOST_UNKNOWN * max(1, losses.characters):
        raise CorpusError(
            "its fonts do not say which characters are printed",
            path=path,
            advice="Save it anew from the program that wrote it, or give the text in Word or HTML",
        )
    if not text.strip():
        problem, advice = _no_text(losses)
        raise CorpusError(problem, path=path, advice=advice)
    leftward = sum(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
    if leftward > _MOST_LEFTWARD * len(text):
        raise CorpusError(
            "it is written from right to left, which is not read from PDF",
            path=path,
            advice="Give the text in Word or HTML",
        )


def _no_text(losses: Losses) -> tuple[str, str]:
    if losses.scans:
        return (
            "it is a scan: pictures of pages, without text",
            "Have its text recognised (OCR) and proofread",
        )
    if losses.sideways:
        return "all its text is printed sideways", "Turn its pages and save it anew"
    return "there is no text", "Remove it"


def _flows(page: _Page, margins: Running, usual: Typography, losses: Losses) -> list[Flow]:
    """The columns of a page, in reading order."""
    return flows(
        [
            line
            for line in page.segments
            if id(line) not in margins.lines and not losses.is_label(line, usual)
        ]
    )


def _chunks(
    own: Sequence[Flow], page: _Page, margins: Running, usual: Typography, edges: Sequence[Flow]
) -> list[Chunk]:
    """What a page holds, in reading order; whole sentences at its edge come last."""
    found: list[Chunk] = []
    for flow in own:
        if len(flow.lines) < _MANY_LINES:  # too few to show how far lines may reach
            alike = [other.right for other in edges if abs(other.left - flow.left) < _SAME_LEFT]
            flow = replace(flow, right=max(alike, default=page.width - flow.left))
        found += chunks(flow, usual)
    edge = [line for line in margins.sentences if any(line is other for other in page.segments)]
    return found + [Chunk("footnote", (line,), line.x1) for line in edge]


def _title(found: list[Chunk], said: str, path: Path) -> tuple[str, list[Chunk]]:
    """The title, and the chunks without the heading that prints it.

    The printed title is the first of the large headings above the first text of some length; a
    name in a logo below it may be larger.
    """
    first = [chunk for chunk in found if chunk.page == found[0].page]
    texts = (n for n, chunk in enumerate(first) if _is_text(chunk))
    headings = [chunk for chunk in first[: next(texts, len(first))] if chunk.kind == "heading"]
    largest = max((chunk.style[0] for chunk in headings), default=0.0)
    words = {id(chunk): _said(chunk) for chunk in first}
    printed = next((words[id(c)] for c in headings if c.style[0] >= _TITLE * largest), "")
    title = choose_title(said, printed, " ".join(words.values()), path)
    same = [c for c in headings if words[id(c)].casefold() == title.casefold()]
    return title, [chunk for chunk in found if chunk not in same[:1]]


def _is_text(chunk: Chunk) -> bool:
    """Whether a chunk is more than a name or an address above the text."""
    said = _said(chunk)
    if chunk.kind == "heading":
        return is_reference_heading(said)
    return len(said) > _LONG_TEXT or (chunk.ended and len(said) > _SENTENCE)


def _said(chunk: Chunk) -> str:
    return one_line(" ".join(line.text for line in chunk.lines))


def _levels(found: Sequence[Chunk]) -> dict[tuple[float, bool], int]:
    """The level of each style of heading, the largest outermost."""
    styles = {chunk.style for chunk in found if chunk.kind == "heading"}
    return {style: level for level, style in enumerate(sorted(styles, reverse=True), 1)}
