"""What an author should mend in a corpus before people read it, and what to look at again.

Faults are what a reader must not meet: a citation that leads nowhere, a text too hard to read, a
link that is no web address, a sentence cut in two. Notes are hints that a person has to judge:
the rules behind them look at words and numbers, not at meaning. Nothing here changes a file,
prints, or uses the network.
"""

from __future__ import annotations

import datetime
import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

from corpus.citations.bibliography import Bibliography
from corpus.load import (
    REFERENCES_FILE,
    _files,
    _read,
    _reason_to_skip,
    _refuse_second,
    load_corpus,
)
from corpus.model import (
    Block,
    Citation,
    Corpus,
    CorpusError,
    Document,
    Passage,
    Reference,
    Section,
)
from corpus.readability import reading_grade, words
from corpus.references.csl import load_references
from corpus.sentences import sentence_spans
from corpus.split import estimate_tokens, heading_of, split

WINDOW: Final = 256  # tokens, the default of `split`
MAX_GRADE: Final = 9.0
MAX_SENTENCE_WORDS: Final = 25
MAX_SECTION_WORDS: Final = 180
MAX_REVIEW_YEARS: Final = 2


class Kind(StrEnum):
    """What a finding is about, as it is printed."""

    UNRESOLVED = "unresolved citation"
    AMBIGUOUS = "ambiguous citation"
    NO_IDENTIFIER = "reference without identifier"
    GRADE = "reading grade"
    LINK = "link"
    WINDOW = "passage too long"
    CUT = "sentence cut"
    DOI_NOT_FOUND = "DOI not found"
    TITLE_DIFFERS = "title differs"
    # From here on: notes.
    UNCITED_CLAIM = "claim without citation"
    OVERCLAIM = "strong wording"
    NEVER_CITED = "reference never cited"
    LONG_SENTENCE = "long sentence"
    LONG_SECTION = "long section"
    ABBREVIATION = "abbreviation"
    REVIEW_DATE = "review date"
    UNVERIFIED = "reference not verified"
    SKIPPED = "skipped file"
    YEAR_DIFFERS = "year differs"
    NOT_LOOKED_UP = "DOI not looked up"

    @property
    def fault(self) -> bool:
        """Whether a finding of this kind fails the check."""
        return self in _FAULTS


_FAULTS: Final = frozenset(
    {
        Kind.UNRESOLVED,
        Kind.AMBIGUOUS,
        Kind.NO_IDENTIFIER,
        Kind.GRADE,
        Kind.LINK,
        Kind.WINDOW,
        Kind.CUT,
        Kind.DOI_NOT_FOUND,
        Kind.TITLE_DIFFERS,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend (`fault`) or to look at. `file` is the path inside the corpus folder.

    `line` counts from 1, and is 0 where the finding is about a file as a whole. `document_id`
    is empty where it belongs to no one document.
    """

    document_id: str
    file: str
    line: int
    kind: Kind
    text: str
    fault: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """A document in numbers. Words are those of the text, without headings and citations."""

    id: str
    words: int
    grade: float | None  # None for a language other than English
    sections: int
    passages: int
    resolved: int
    citations: int
    reviewed: str
    findings: int


@dataclass(frozen=True, slots=True)
class Report:
    """What `check_corpus` found: documents in the order of their ids, faults before notes."""

    documents: tuple[Summary, ...]
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> int:
        """How many findings fail the check."""
        return sum(finding.fault for finding in self.findings)

    @property
    def notes(self) -> int:
        """How many findings do not."""
        return len(self.findings) - self.faults


def check_corpus(
    corpus: Corpus, *, today: datetime.date | None = None, more: Iterable[Finding] = ()
) -> Report:
    """Check every document and the shared reference list.

    :param today: the day from which the age of a review counts, by default the real one.
    :param more: findings made elsewhere, to be reported together with these.
    """
    today = today or datetime.date.today()
    sheets = [_Sheet(document, corpus.references) for document in corpus.documents]
    findings = [finding for sheet in sheets for finding in _document_findings(sheet, today)]
    findings += _reference_findings(corpus, sheets)
    findings += [
        Finding("", skipped.file, 0, Kind.SKIPPED, skipped.reason, fault=False)
        for skipped in corpus.skipped
    ]
    findings = sorted([*findings, *more], key=lambda f: (not f.fault, f.file, f.line, f.kind))
    counts = Counter(finding.document_id for finding in findings)
    return Report(
        documents=tuple(sheet.summary(counts[sheet.document.id]) for sheet in sheets),
        findings=tuple(findings),
    )


def loading_errors(folder: Path | str) -> tuple[CorpusError, ...]:
    """Every reason why `load_corpus` refuses a folder, where it names only the first itself."""
    path = Path(folder)
    try:
        load_corpus(path)
        return ()
    except CorpusError as error:
        errors = {str(error): error}
    try:
        files = [file for file in _files(path) if not _reason_to_skip(file, path)]
    except CorpusError:
        return tuple(errors.values())
    known: dict[str, Document] = {}
    for file in files:
        try:
            _try_file(file, path, known)
        except CorpusError as error:
            errors.setdefault(str(error), error)
    return tuple(errors.values())


def _try_file(file: Path, folder: Path, known: dict[str, Document]) -> None:
    name = file.relative_to(folder).as_posix()
    if name == REFERENCES_FILE:
        load_references(file)
        return
    document = _read(file, name)
    _refuse_second(document, known, folder)
    known[document.id] = document


def reference_places(corpus: Corpus) -> Mapping[str, tuple[str, int]]:
    """File and line of each reference, by its id: in the shared file, or in its document's list.

    The line is 0 where the entry cannot be found in the file as it is now.
    """
    places = {
        reference.id: (document.file, _own_line(document, reference))
        for document in corpus.documents
        for reference in document.references
    }
    path = corpus.path / REFERENCES_FILE
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    lines = {
        json.loads(found[1]): text.count("\n", 0, found.start()) + 1
        for found in re.finditer(r'"id"\s*:\s*("(?:[^"\\\n]|\\.)*")', text)
    }
    shared = {r.id: (REFERENCES_FILE, lines.get(r.id, 0)) for r in corpus.references}
    return places | shared


def _own_line(document: Document, reference: Reference) -> int:
    """The printed entry may be wrapped, so it is found by its first words."""
    opening = r"\s+".join(re.escape(word) for word in reference.text.split()[:4])
    found = re.compile(opening).search(document.text, *document.reference_list)
    return document.text.count("\n", 0, found.start()) + 1 if found and opening else 0


# --- One document, taken apart once for all rules ----------------------------------------------

_PROSE: Final = ("paragraph", "list")
_NESTED_ITEM: Final = re.compile(r"\n[ \t]*(?=(?:[-*+•–]|\d{1,3}[.)])\s)")
_LIST_MARK: Final = re.compile(r"\s*(?:[-*+•–]|\d{1,3}[.)])\s+")
_LINK_TARGET: Final = re.compile(r"(?<=\])\([^()\s]*\)|<?\b[a-z]+://[^\s<>]+>?", re.IGNORECASE)
# What is left of brackets when the citations in them are taken out: "(see ; and , p. 3)".
_EMPTIED: Final = re.compile(
    r"[(\[](?:[\s;,.:&]|\b(?:see|also|and|e\.g|cf|reviewed|by|in|pp?\.?\s?\d[\d–-]*)\b)*[)\]]",
    re.IGNORECASE,
)


class _Sheet:
    """A document with everything that several rules need; offsets are those of its text."""

    def __init__(self, document: Document, shared: Sequence[Reference]) -> None:
        self.document = document
        self.text = document.text
        self.passages = split(
            document,
            Bibliography((*document.references, *shared)),
            measure=estimate_tokens,
            window=WINDOW,
        )
        self.citations = tuple(c for passage in self.passages for c in passage.citations)
        self.prose = _without_citations(document.text, self.citations)
        self._lines = tuple(accumulate(len(line) + 1 for line in document.text.split("\n")))

    @property
    def english(self) -> bool:
        """Whether the text is English; where nothing is said it is, as for splitting it."""
        return self.document.source.language.split("-")[0].lower() in ("en", "")

    @property
    def grade(self) -> float | None:
        """The reading grade, to the one decimal that is shown."""
        if not self.english:
            return None
        sentences = (self.prose[start:end] for start, end in self.sentences())
        grade = reading_grade(sentences)
        return None if grade is None else round(grade, 1)

    def finding(self, kind: Kind, offset: int, text: str) -> Finding:
        """A finding at a place of this document."""
        line = bisect_right(self._lines, offset) + 1
        return Finding(self.document.id, self.document.file, line, kind, text, kind.fault)

    def sentences(self, section: Section | None = None) -> Iterator[tuple[int, int]]:
        """The sentences of paragraphs and list items, without the marks of the items."""
        for one in (section,) if section else self.document.sections:
            for block in _prose_blocks(one):
                for span in self._units(block):
                    yield from sentence_spans(self.text, *span, self.document.source.language)

    def _units(self, block: Block) -> Iterator[tuple[int, int]]:
        """A paragraph, or the items of a list, nested ones apart."""
        if not block.items:
            yield block.start, block.end
        for start, end in block.items:
            nested = [found.end() for found in _NESTED_ITEM.finditer(self.text, start, end)]
            for left, right in pairwise([start, *nested, end]):
                mark = _LIST_MARK.match(self.text, left, right)
                yield (mark.end() if mark else left), right

    def words(self, section: Section) -> int:
        """How many words stand in a section."""
        return sum(len(words(self.prose[block.start : block.end])) for block in section.blocks)

    def in_section(self, section: Section) -> list[Citation]:
        """The citations of a section."""
        return [c for c in self.citations if section.start <= c.start < section.end]

    def summary(self, findings: int) -> Summary:
        """The document in numbers."""
        return Summary(
            id=self.document.id,
            words=sum(self.words(section) for section in self.document.sections),
            grade=self.grade,
            sections=len(self.document.sections),
            passages=len(self.passages),
            resolved=sum(citation.resolved for citation in self.citations),
            citations=len(self.citations),
            reviewed=self.document.source.reviewed,
            findings=findings,
        )


def _prose_blocks(section: Section) -> Iterator[Block]:
    return (block for block in section.blocks if block.kind in _PROSE)


def _without_citations(text: str, citations: Iterable[Citation]) -> str:
    """`text` with spaces, as many, for bracketed citations and addresses, so that offsets stay.

    "Smith et al. (2017) found" keeps its names, as they are words of the sentence.
    """
    spans = []
    for citation in citations:
        narrative = citation.marker.endswith(")") and not citation.marker.startswith("(")
        names = max(0, citation.marker.find("(")) if narrative else 0
        spans.append((citation.start + names, citation.end))
    blanked = _blanked(text, spans)
    for useless in (_LINK_TARGET, _EMPTIED):
        blanked = useless.sub(lambda found: " " * len(found[0]), blanked)
    return blanked


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += [text[last:start], " " * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])


# --- The rules for a document ------------------------------------------------------------------


def _document_findings(sheet: _Sheet, today: datetime.date) -> Iterator[Finding]:
    yield from _citations(sheet)
    yield from _grade(sheet)
    yield from _links(sheet)
    yield from _passages(sheet)
    yield from _cut_sentences(sheet)
    yield from _overclaims(sheet)
    yield from _review(sheet, today)
    for section in sheet.document.sections:
        yield from _uncited_claims(sheet, section)
        yield from _lengths(sheet, section)
        yield from _abbreviations(sheet, section)


def _citations(sheet: _Sheet) -> Iterator[Finding]:
    for citation in sheet.citations:
        shown = f"'{_short(citation.marker)}'"
        if not citation.resolved:
            text = f"{shown} fits no reference"
            yield sheet.finding(Kind.UNRESOLVED, citation.start, text)
        elif citation.ambiguous:
            text = f"{shown} fits several references: {', '.join(citation.reference_ids)}"
            yield sheet.finding(Kind.AMBIGUOUS, citation.start, text)


def _grade(sheet: _Sheet) -> Iterator[Finding]:
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


def _links(sheet: _Sheet) -> Iterator[Finding]:
    """Everything a Markdown program might make a link of, in the text or the reference list."""
    sections = sheet.document.sections
    blocks = (block for section in sections for block in section.blocks)
    code = ((block.start, block.end) for block in blocks if block.kind == "code")
    text = _blanked(sheet.text, code)
    text = _CODE_SPAN.sub(lambda found: " " * len(found[0]), text)
    for found in _LINK.finditer(text, sections[0].heading_start):
        target = next((group for group in found.groups() if group is not None), "").strip("<>\"'")
        if not _WEB.match(target):
            shown = f"'{_short(target)}' is no http(s) address"
            yield sheet.finding(Kind.LINK, found.start(), shown)


def _passages(sheet: _Sheet) -> Iterator[Finding]:
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


def _cut_sentences(sheet: _Sheet) -> Iterator[Finding]:
    ends = [passage.end for passage in sheet.passages]
    language = sheet.document.source.language
    for section in sheet.document.sections:
        for block in section.blocks:
            for unit in block.items or [(block.start, block.end)]:
                for start, end in sentence_spans(sheet.text, *unit, language):
                    first = bisect_right(ends, start)
                    if first < len(ends) and ends[first] < end:
                        text = f"too long for one passage: '{_short(sheet.text[start:end])}'"
                        yield sheet.finding(Kind.CUT, start, text)


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


def _overclaims(sheet: _Sheet) -> Iterator[Finding]:
    for block in (block for section in sheet.document.sections for block in section.blocks):
        for found in _OVERCLAIM.finditer(sheet.prose, block.start, block.end):
            column = found.start() - sheet.text.rfind("\n", 0, found.start())
            text = f"'{' '.join(found[0].split())}' at column {column}"
            yield sheet.finding(Kind.OVERCLAIM, found.start(), text)


def _review(sheet: _Sheet, today: datetime.date) -> Iterator[Finding]:
    reviewed = sheet.document.source.reviewed
    if not reviewed:
        yield sheet.finding(Kind.REVIEW_DATE, 0, "no 'reviewed' date")
        return
    day = datetime.date.fromisoformat(reviewed)
    if (day.year + MAX_REVIEW_YEARS, day.month, day.day) < (today.year, today.month, today.day):
        found = re.search(r"^reviewed\s*:", sheet.text, re.MULTILINE)
        text = f"reviewed {reviewed}, more than {12 * MAX_REVIEW_YEARS} months ago"
        yield sheet.finding(Kind.REVIEW_DATE, found.start() if found else 0, text)


# What the authors say of their own search ("We found no good studies of this") cites nothing.
_CLAIM: Final = re.compile(
    r"\bwe\s(?:found|have|know\sof)\sno\s(?:\w+\s){0,2}(?:studies|study|trials?|research|evidence)\b"
    r"|(?P<claim>\d\s?%|\b(?:per\s?cent|study|studies|trials?|research|researchers|evidence|risks?)\b)",
    re.IGNORECASE,
)


def _uncited_claims(sheet: _Sheet, section: Section) -> Iterator[Finding]:
    if sheet.in_section(section):
        return
    for block in section.blocks:
        for found in _CLAIM.finditer(sheet.prose, block.start, block.end):
            if found["claim"]:
                text = f"'{found[0]}' in a section without any citation"
                yield sheet.finding(Kind.UNCITED_CLAIM, found.start(), text)
                return


def _lengths(sheet: _Sheet, section: Section) -> Iterator[Finding]:
    size = sheet.words(section)
    if size > MAX_SECTION_WORDS:
        text = f"{size} words, at most {MAX_SECTION_WORDS} are wanted"
        yield sheet.finding(Kind.LONG_SECTION, section.heading_start, text)
    for start, end in sheet.sentences(section):
        size = len(words(sheet.prose[start:end]))
        if size > MAX_SENTENCE_WORDS:
            text = f"{size} words: '{_short(sheet.text[start:end])}'"
            yield sheet.finding(Kind.LONG_SENTENCE, start, text)


_ABBREVIATION: Final = re.compile(r"(?<![\w-])[A-Z]{2,}\d*(?=s?(?!\w))")
# Known to everybody, Roman numerals, and words that people write in capitals for emphasis.
_KNOWN: Final = frozenset("UK US USA EU TV OK DNA II III IV NOT OR AND".split())


def _abbreviations(sheet: _Sheet, section: Section) -> Iterator[Finding]:
    body = sheet.prose[section.start : section.end]
    seen = set(_KNOWN)
    for block in _prose_blocks(section):
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


# --- The rules for references ------------------------------------------------------------------


def _reference_findings(corpus: Corpus, sheets: Sequence[_Sheet]) -> Iterator[Finding]:
    places = reference_places(corpus)
    cited = {id_ for sheet in sheets for c in sheet.citations for id_ in c.reference_ids}
    for reference in corpus.references:
        yield from _shared_entry(reference, places[reference.id], cited=reference.id in cited)
    for document in corpus.documents:
        for reference in document.references:
            if reference.id in cited and not _has_identifier(reference):
                yield _at(places[reference.id], Kind.NO_IDENTIFIER, _NO_IDENTIFIER, document.id)


_NO_IDENTIFIER: Final = "has neither DOI nor PMID nor URL"


def _shared_entry(
    reference: Reference, place: tuple[str, int], *, cited: bool
) -> Iterator[Finding]:
    if not _has_identifier(reference):
        yield _at(place, Kind.NO_IDENTIFIER, f"'{reference.id}' {_NO_IDENTIFIER}")
    if not cited:
        yield _at(place, Kind.NEVER_CITED, f"'{reference.id}' is in the list, but in no text")
    if reference.verified is not True:
        said = "nobody looked it up" if reference.verified is None else "could not be confirmed"
        yield _at(place, Kind.UNVERIFIED, f"'{reference.id}': {said}")


def _has_identifier(reference: Reference) -> bool:
    return bool(reference.doi or reference.pmid or reference.url)


def _at(place: tuple[str, int], kind: Kind, text: str, document_id: str = "") -> Finding:
    return Finding(document_id, *place, kind, text, kind.fault)


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
