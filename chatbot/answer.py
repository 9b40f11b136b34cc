"""What a question gets back: an `Answer`, the same in Python, JSON and on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from corpus.model import Reference, Source
from corpus.references.csl import to_csl
from corpus.references.display import format_reference, reference_url

SCHEMA_VERSION = 1

Status = Literal["answered", "related", "not_found", "urgent"]


@dataclass(frozen=True, slots=True)
class Highlight:
    """A sentence near the question: `document.text[start:end]`, inside its passage."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CitedMarker:
    """An in-text citation of a quote: `document.text[start:end] == marker`.

    `references` are numbers in `Answer.references`. It is empty when the marker fits nothing in
    the reference lists; `ambiguous` says that one cited work fits several references.
    """

    marker: str
    start: int
    end: int
    references: tuple[int, ...]
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a near-identical copy of a quote stands."""

    document_id: str
    title: str
    section: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage as it is shown: `document.text[start:end] == text`, to the character.

    `score` orders the quotes of this answer and means nothing outside it. `confidence`, 0 to 1,
    says how near the passage is to the question; see `chatbot.confidence`. `lead_in` is the
    sentence that introduces a list whose later part this is, or empty. `references` are the
    numbers of all publications that the passage cites.
    """

    number: int
    text: str
    document_id: str
    file: str  # of the document, inside the corpus folder
    sha256: str  # of that file's bytes
    title: str
    section: tuple[str, ...]
    start: int
    end: int
    page: int | None
    score: float
    confidence: float
    highlights: tuple[Highlight, ...]
    citations: tuple[CitedMarker, ...]
    references: tuple[int, ...]
    url: str
    source: Source
    lead_in: str = ""
    also_in: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberedReference:
    """A publication with its number in this answer, from 1."""

    number: int
    reference: Reference


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """Which documents were asked. `digest` tells one state of them from another."""

    name: str
    digest: str
    documents: int
    passages: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Passages that answer a question, or a plain word that there are none.

    `status` is "answered" (each passage is near enough to answer), "related" (the nearest
    passages, which perhaps do not answer), "not_found" (no passages) or "urgent". `confidence`
    is the highest of its passages, 0 when there is none. `suggestions` are headings of
    other sections, as questions to ask next. `notices` are sentences about the answer, never
    about health.
    """

    question: str
    status: Status
    passages: tuple[Quote, ...]
    references: tuple[NumberedReference, ...]
    notices: tuple[str, ...]
    suggestions: tuple[str, ...]
    confidence: float
    corpus: CorpusInfo

    def __str__(self) -> str:
        """The answer as plain text, for a terminal."""
        from chatbot.render import to_text  # render describes answers, so it imports this file

        return to_text(self)

    def to_markdown(self) -> str:
        """The answer as Markdown in which quoted text cannot become markup."""
        from chatbot.render import to_markdown

        return to_markdown(self)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON types. Offsets count Unicode code points of the document's text."""
        return {
            "schema_version": SCHEMA_VERSION,
            "question": self.question,
            "status": self.status,
            "confidence": self.confidence,
            "passages": [_quote(quote) for quote in self.passages],
            "references": [_reference(reference) for reference in self.references],
            "notices": list(self.notices),
            "suggestions": list(self.suggestions),
            "corpus": {
                "name": self.corpus.name,
                "digest": self.corpus.digest,
                "documents": self.corpus.documents,
                "passages": self.corpus.passages,
                "topics": list(self.corpus.topics),
            },
        }


def _quote(quote: Quote) -> dict[str, Any]:
    source = quote.source
    return {
        "number": quote.number,
        "text": quote.text,
        "lead_in": quote.lead_in,
        "document_id": quote.document_id,
        "file": quote.file,
        "sha256": quote.sha256,
        "title": quote.title,
        "section": list(quote.section),
        "start": quote.start,
        "end": quote.end,
        "page": quote.page,
        "score": quote.score,
        "confidence": quote.confidence,
        "highlights": [{"start": mark.start, "end": mark.end} for mark in quote.highlights],
        "citations": [
            {
                "marker": cited.marker,
                "start": cited.start,
                "end": cited.end,
                "references": list(cited.references),
                "resolved": bool(cited.references),
                "ambiguous": cited.ambiguous,
            }
            for cited in quote.citations
        ],
        "references": list(quote.references),
        "url": quote.url,
        "source": {
            "publisher": source.publisher,
            "url": source.url,
            "license": source.license,
            "language": source.language,
            "published": source.published,
            "reviewed": source.reviewed,
            "review_status": source.review_status,
        },
        "also_in": [
            {
                "document_id": place.document_id,
                "title": place.title,
                "section": list(place.section),
                "start": place.start,
                "end": place.end,
            }
            for place in quote.also_in
        ],
    }


def _reference(numbered: NumberedReference) -> dict[str, Any]:
    return {
        "number": numbered.number,
        **to_csl(numbered.reference),
        "formatted": format_reference(numbered.reference),
        "link": reference_url(numbered.reference),
    }
