"""The rules for a document: its citations, grade, links, passages and review date."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from corpus.check.findings import MAX_GRADE, MAX_REVIEW_YEARS, Finding, Kind, short
from corpus.check.review import is_old
from corpus.check.sheet import Sheet, blanked
from corpus.model import Document, Passage
from corpus.sentences import sentence_spans
from corpus.split import WINDOW, estimate_tokens, heading_of


def text_findings(sheet: Sheet, today: datetime.date) -> Iterator[Finding]:
    """What these rules find in a document.

    :param today: the day from which the age of its review counts.
    """
    yield from _citations(sheet)
    yield from _grade(sheet)
    yield from _links(sheet)
    yield from _passages(sheet)
    yield from _cut_sentences(sheet)
    yield from _review(sheet, today)


def _citations(sheet: Sheet) -> Iterator[Finding]:
    for citation in sheet.citations:
        shown = f"'{short(citation.marker)}'"
        if not citation.resolved:
            text = f"{shown} fits no reference"
            yield sheet.finding(Kind.UNRESOLVED, citation.start, text)
        elif citation.ambiguous:
            text = f"{shown} fits several references: {', '.join(citation.reference_ids)}"
            yield sheet.finding(Kind.AMBIGUOUS, citation.start, text)


def _grade(sheet: Sheet) -> Iterator[Finding]:
    grade = sheet.grade
    if grade is not None and grade > MAX_GRADE:
        text = f"Flesch-Kincaid grade {grade:.1f}, at most {MAX_GRADE:.1f} is wanted"
        yield sheet.finding(Kind.GRADE, sheet.document.sections[0].heading_start, text)


_WEB: Final = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_CODE_SPAN: Final = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_LINK: Final = re.compile(
    r"""
    \]\([ \t]*+(?: <([^<>\n]*)> | ([^\s<>()]*(?:\([^\s()]*\)[^\s()<>]*)*) )  # [words](target)
        \s*+(?:"[^"]*"|'[^']*'|\([^()]*\))?\s*+\)
    | ^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[ \t]*+(\S++)[ \t]*+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\))?[ \t]*+$
    | <([a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@\w[\w.-]*)>                 # <scheme:...>, <a@b.c>
    | <[a-z][^<>]*?\s(?:href|src|action)\s*=\s*("[^"<>]*"|'[^'<>]*'|[^\s<>"']+)
    | (?<!\w)((?:[a-z][a-z0-9+.-]*://|(?:mailto|javascript|vbscript):(?=\S)|data:(?=\w+/))[^\s<>"']+)
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


def _links(sheet: Sheet) -> Iterator[Finding]:
    """Everything a Markdown program might make a link of, in the text or the reference list."""
    sections = sheet.document.sections
    blocks = (block for section in sections for block in section.blocks)
    code = ((block.start, block.end) for block in blocks if block.kind == "code")
    text = blanked(sheet.text, code)
    text = _CODE_SPAN.sub(lambda found: " " * len(found[0]), text)
    for found in _LINK.finditer(text, sections[0].heading_start):
        target = next((group for group in found.groups() if group is not None), "").strip("<>\"'")
        if not _WEB.match(target):
            shown = f"'{short(target)}' is no http(s) address"
            yield sheet.finding(Kind.LINK, found.start(), shown)


def _passages(sheet: Sheet) -> Iterator[Finding]:
    for passage in sheet.passages:
        size = _size(sheet.document, passage)
        if size > WINDOW:
            text = f"heading and text have about {size} tokens, {WINDOW} fit"
            yield sheet.finding(Kind.WINDOW, passage.start, text)


def _size(document: Document, passage: Passage) -> int:
    """Tokens that the encoder would read, with its two marks."""
    texts = [heading_of(document.title, passage.section), passage.text]
    if passage.lead_in:
        texts.append(document.text[slice(*passage.lead_in)])
    return sum(estimate_tokens(text) for text in texts) + 2


def _cut_sentences(sheet: Sheet) -> Iterator[Finding]:
    ends = [passage.end for passage in sheet.passages]
    language = sheet.document.source.language
    for section in sheet.document.sections:
        for block in section.blocks:
            for unit in block.items or [(block.start, block.end)]:
                for start, end in sentence_spans(sheet.text, *unit, language):
                    first = bisect_right(ends, start)
                    if first < len(ends) and ends[first] < end:
                        text = f"too long for one passage: '{short(sheet.text[start:end])}'"
                        yield sheet.finding(Kind.CUT, start, text)


def _review(sheet: Sheet, today: datetime.date) -> Iterator[Finding]:
    reviewed = sheet.document.source.reviewed
    if not reviewed:
        yield sheet.finding(Kind.REVIEW_DATE, 0, "no 'reviewed' date")
        return
    if is_old(reviewed, today):
        found = re.search(r"^reviewed\s*:", sheet.text, re.MULTILINE)
        text = f"reviewed {reviewed}, more than {12 * MAX_REVIEW_YEARS} months ago"
        yield sheet.finding(Kind.REVIEW_DATE, found.start() if found else 0, text)
