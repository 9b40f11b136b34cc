"""One document, taken apart once for all rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import PurePosixPath
from typing import Final

from corpus.check.findings import Finding, Kind, Summary
from corpus.citations.bibliography import Bibliography
from corpus.model import Block, Citation, Document, Reference, Section
from corpus.readability import reading_grade, words
from corpus.readers import LIMITED
from corpus.sentences import sentence_spans
from corpus.split import WINDOW, estimate_tokens, split

_PROSE: Final = ("paragraph", "list")
_NESTED_ITEM: Final = re.compile(r"\n[ \t]*(?=(?:[-*+•–]|\d{1,3}[.)])\s)")
_LIST_MARK: Final = re.compile(r"\s*(?:[-*+•–]|\d{1,3}[.)])\s+")
_LINK_TARGET: Final = re.compile(r"(?<=\])\([^()\s]*\)|<?\b[a-z]+://[^\s<>]+>?", re.IGNORECASE)
# What is left of brackets when the citations in them are taken out: "(see ; and , p. 3)".
_EMPTIED: Final = re.compile(
    r"[(\[](?:[\s;,.:&]|\b(?:see|also|and|e\.g|cf|reviewed|by|in|pp?\.?\s?\d[\d–-]*)\b)*[)\]]",
    re.IGNORECASE,
)
_REVIEW_OR_TRIAL: Final = re.compile(
    r"\b(?:reviews?|meta-analys[ei]s|guidelines?|trials?)\b", re.IGNORECASE
)


class Sheet:
    """A document with everything that several rules need; offsets are those of its text."""

    def __init__(self, document: Document, shared: Sequence[Reference]) -> None:
        self.document = document
        self._genres = {r.id: r.genre for r in (*document.references, *shared)}
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
        """A finding at a place of this document: a line, or where files have none, a page."""
        if has_no_lines(self.document):
            page = self.document.page_at(offset)
            said, line = f"page {page}: {text}" if page else text, 0
        else:
            said, line = text, bisect_right(self._lines, offset) + 1
        fault = kind.fault_in(self.document)
        return Finding(self.document.id, self.document.file, line, kind, said, fault)

    def sentences(self, section: Section | None = None) -> Iterator[tuple[int, int]]:
        """The sentences of paragraphs and list items, without the marks of the items."""
        for one in (section,) if section else self.document.sections:
            for block in prose_blocks(one):
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
            from_reviews_and_trials=self._from_reviews_and_trials(),
            reviewed=self.document.source.reviewed,
            findings=findings,
        )

    def _from_reviews_and_trials(self) -> float | None:
        cited = [citation.reference_ids for citation in self.citations if citation.resolved]
        resting = [all(_REVIEW_OR_TRIAL.search(self._genres[i]) for i in ids) for ids in cited]
        return sum(resting) / len(cited) if cited else None


def has_no_lines(document: Document) -> bool:
    """Whether a document's file is not the text that its author wrote, line by line."""
    return PurePosixPath(document.file).suffix.lower() in LIMITED


def prose_blocks(section: Section) -> Iterator[Block]:
    """The paragraphs and lists of a section."""
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
    prose = blanked(text, spans)
    for useless in (_LINK_TARGET, _EMPTIED):
        prose = useless.sub(lambda found: " " * len(found[0]), prose)
    return prose


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with spaces, as many, for the spans."""
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += [text[last:start], " " * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])
