"""Answer -> JSON types."""

from __future__ import annotations

from typing import Any

from chatbot.answer import Answer, CorpusInfo, NumberedReference, Quote
from chatbot.render.citation import (
    HEADLINES,
    checked_note,
    citation_line,
    marker_note,
    source_line,
)
from chatbot.render.schema import SCHEMA_VERSION, AnswerJSON, CorpusJSON, PassageJSON
from corpus.references.csl import to_csl
from corpus.references.display import format_reference, reference_url


def to_dict(answer: Answer) -> AnswerJSON:
    """The answer as JSON types."""
    return {
        "schema_version": SCHEMA_VERSION,
        "question": answer.question,
        "understood_as": answer.understood_as,
        "searched_also": list(answer.searched_also),
        "status": answer.status,
        "headline": HEADLINES[answer.status],
        "confidence": answer.confidence,
        "passages": [_passage(quote) for quote in answer.passages],
        "references": [_reference(reference) for reference in answer.references],
        "notices": list(answer.notices),
        "suggestions": list(answer.suggestions),
        "corpus": corpus_dict(answer.corpus),
    }


def corpus_dict(corpus: CorpusInfo) -> CorpusJSON:
    """Which documents were asked, as JSON types."""
    return {
        "name": corpus.name,
        "digest": corpus.digest,
        "documents": corpus.documents,
        "passages": corpus.passages,
        "topics": list(corpus.topics),
    }


def _passage(quote: Quote) -> PassageJSON:
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
                "note": marker_note(cited),
            }
            for cited in quote.citations
        ],
        "references": list(quote.references),
        "url": quote.url,
        "selectors": [
            {"type": "TextPositionSelector", "start": quote.start, "end": quote.end},
            {
                "type": "TextQuoteSelector",
                "exact": quote.text,
                "prefix": quote.prefix,
                "suffix": quote.suffix,
            },
        ],
        "source": {
            "publisher": source.publisher,
            "url": source.url,
            "license": source.license,
            "language": source.language,
            "published": source.published,
            "reviewed": source.reviewed,
            "review_status": source.review_status,
        },
        "citation": citation_line(quote),
        "attribution": source_line(quote),
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
        "checked": checked_note(numbered),
    }
