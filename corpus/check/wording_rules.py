"""The rules for the words of a document: claims, strong wording, lengths and abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from corpus.check.findings import MAX_SECTION_WORDS, MAX_SENTENCE_WORDS, Finding, Kind, short
from corpus.check.sheet import Sheet, prose_blocks
from corpus.model import Section
from corpus.readability import words


def wording_findings(sheet: Sheet) -> Iterator[Finding]:
    """What these rules find in a document."""
    yield from _overclaims(sheet)
    for section in sheet.document.sections:
        yield from _uncited_claims(sheet, section)
        yield from _lengths(sheet, section)
        yield from _abbreviations(sheet, section)


_OVERCLAIMS: Final = (
    "cure",
    "cures",
    "cured",
    "proven",
    "proves",
    "guarantee",
    "guarantees",
    "guaranteed",
    "always",
    "never fails",
    "no risk",
    "no risks",
    "risk-free",
    "without risk",
    "no side effects",
    "completely safe",
    "totally safe",
    "perfectly safe",
    "miracle",
    "miracles",
    "breakthrough",
    "works for everyone",
    "pain-free for good",
    "once and for all",
)
_OVERCLAIM: Final = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in _OVERCLAIMS)
    + r")(?![\w-])|(?<![\d.,])100\s?(?:%|per\s?cent\b)",
    re.IGNORECASE,
)


def _overclaims(sheet: Sheet) -> Iterator[Finding]:
    for block in (block for section in sheet.document.sections for block in section.blocks):
        for found in _OVERCLAIM.finditer(sheet.prose, block.start, block.end):
            column = found.start() - sheet.text.rfind("\n", 0, found.start())
            text = f"'{' '.join(found[0].split())}' at column {column}"
            yield sheet.finding(Kind.OVERCLAIM, found.start(), text)


# What the authors say of their own search ("We found no good studies of this") cites nothing.
_CLAIM: Final = re.compile(
    r"\bwe\s(?:found|have|know\sof)\sno\s(?:\w+\s){0,2}(?:studies|study|trials?|research|evidence)\b"
    r"|(?P<claim>\d\s?%|\b(?:per\s?cent|study|studies|trials?|research|researchers|evidence|risks?)\b)",
    re.IGNORECASE,
)


def _uncited_claims(sheet: Sheet, section: Section) -> Iterator[Finding]:
    if sheet.in_section(section):
        return
    for block in section.blocks:
        for found in _CLAIM.finditer(sheet.prose, block.start, block.end):
            if found["claim"]:
                text = f"'{found[0]}' in a section without any citation"
                yield sheet.finding(Kind.UNCITED_CLAIM, found.start(), text)
                return


def _lengths(sheet: Sheet, section: Section) -> Iterator[Finding]:
    size = sheet.words(section)
    if size > MAX_SECTION_WORDS:
        text = f"{size} words, at most {MAX_SECTION_WORDS} are wanted"
        yield sheet.finding(Kind.LONG_SECTION, section.heading_start, text)
    for start, end in sheet.sentences(section):
        size = len(words(sheet.prose[start:end]))
        if size > MAX_SENTENCE_WORDS:
            text = f"{size} words: '{short(sheet.text[start:end])}'"
            yield sheet.finding(Kind.LONG_SENTENCE, start, text)


_ABBREVIATION: Final = re.compile(r"(?<![\w-])[A-Z]{2,}\d*(?=s?(?!\w))")
# Known to everybody, Roman numerals, and words that people write in capitals for emphasis.
_KNOWN: Final = frozenset("UK US USA EU TV OK DNA II III IV NOT OR AND".split())


def _abbreviations(sheet: Sheet, section: Section) -> Iterator[Finding]:
    body = sheet.prose[section.start : section.end]
    seen = set(_KNOWN)
    for block in prose_blocks(section):
        for found in _ABBREVIATION.finditer(sheet.prose, block.start, block.end):
            if found[0] not in seen and not _is_explained(found[0], body):
                text = f"'{found[0]}' is not explained in its section"
                yield sheet.finding(Kind.ABBREVIATION, found.start(), text)
            seen.add(found[0])


def _is_explained(abbreviation: str, body: str) -> bool:
    """Whether "words (ABBR)", "ABBR (words)" or "ABBR ... stands for" is in the text."""
    before = rf"[a-z][*_]*\s+\([*_\"“]*{abbreviation}s?\b[^()]{{0,200}}\)"
    after = rf"\b{abbreviation}s?[*_]*\s+\([^()]{{0,80}}?[a-z]{{3}}[^()]{{0,200}}\)"
    said = rf"\b{abbreviation}\b[^\n]{{0,200}}\b(?:stands?|short) for\b"
    return re.search(f"{before}|{after}|{said}", body) is not None
