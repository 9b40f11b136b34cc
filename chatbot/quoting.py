"""Hits -> quotes with numbered references. Every quote is cut from its document once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from chatbot.answer import CitedMarker, NumberedReference, Place, Quote
from chatbot.highlight import Sentences, highlights, sentences_of
from chatbot.home import home_address
from corpus.model import Document, Passage, Reference
from index.encoding.encoder import Encoder, Vectors
from index.search import Hit

# Passages whose sentences are kept at hand: about two kilobytes each. Questions are never kept.
_KEPT = 4_096
_CONTEXT = 32  # characters before and behind a quote, by which it can be found again


class Quoter:
    """Quotes passages of these documents. Safe to share between threads."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        references: Mapping[str, Reference],
        encoder: Encoder,
    ) -> None:
        self._documents = documents
        self._all_references = references
        self._encoder = encoder
        self._sentences = lru_cache(maxsize=_KEPT)(self._cut)

    def quotes(
        self, question: str, shown: Sequence[Sequence[Hit]]
    ) -> tuple[tuple[Quote, ...], tuple[NumberedReference, ...]]:
        """The quotes of an answer and the publications that they cite.

        :param question: decides which sentences are marked.
        :param shown: groups of hits; the first of a group is quoted, the others are its copies.
        """
        numbers = self._numbered([group[0].passage for group in shown])
        words = self._encoder.word_vectors(self._encoder.word_ids(question)[0])
        quotes = tuple(
            self._quote(number, group, numbers, words) for number, group in enumerate(shown, 1)
        )
        return quotes, self._references(numbers)

    def _quote(
        self, number: int, group: Sequence[Hit], numbers: Mapping[str, int], words: Vectors
    ) -> Quote:
        hit, *copies = group
        passage = hit.passage
        document = self._documents[passage.document_id]
        cited = tuple(
            CitedMarker(
                marker=citation.marker,
                start=citation.start,
                end=citation.end,
                references=tuple(numbers[reference] for reference in citation.reference_ids),
                ambiguous=citation.ambiguous,
            )
            for citation in passage.citations
        )
        return Quote(
            number=number,
            text=_promised_text(document, passage),
            document_id=document.id,
            file=document.file,
            sha256=document.sha256,
            title=document.title,
            section=passage.section,
            start=passage.start,
            end=passage.end,
            page=document.page_at(passage.start),
            score=round(hit.score, 6),
            confidence=hit.confidence,
            highlights=highlights(words, self._sentences(passage), self._encoder),
            citations=cited,
            references=tuple(dict.fromkeys(n for marker in cited for n in marker.references)),
            url=home_address(document, passage),
            source=document.source,
            lead_in=document.text[slice(*passage.lead_in)] if passage.lead_in else "",
            prefix=document.text[max(0, passage.start - _CONTEXT) : passage.start],
            suffix=document.text[passage.end : passage.end + _CONTEXT],
            also_in=tuple(self._place(copy.passage) for copy in copies),
        )

    def _cut(self, passage: Passage) -> Sentences:
        return sentences_of(passage, self._documents[passage.document_id], self._encoder)

    def _place(self, passage: Passage) -> Place:
        title = self._documents[passage.document_id].title
        return Place(passage.document_id, title, passage.section, passage.start, passage.end)

    def _numbered(self, passages: Iterable[Passage]) -> dict[str, int]:
        """Reference id -> number from 1, in the order in which the passages cite them.

        Two entries for one publication, in the lists of two documents, have one number.
        """
        numbers: dict[str, int] = {}
        first: dict[object, int] = {}
        for passage in passages:
            for citation in passage.citations:
                for reference_id in citation.reference_ids:
                    reference = self._all_references[reference_id]
                    key = reference.doi.lower() or reference.pmid or reference_id
                    numbers[reference_id] = first.setdefault(key, len(first) + 1)
        return numbers

    def _references(self, numbers: Mapping[str, int]) -> tuple[NumberedReference, ...]:
        first = {number: reference_id for reference_id, number in reversed(list(numbers.items()))}
        return tuple(
            NumberedReference(number, self._all_references[first[number]])
            for number in sorted(first)
        )


def _promised_text(document: Document, passage: Passage) -> str:
    """The words of the passage, taken from the document and compared with what was indexed."""
    text = document.text[passage.start : passage.end]
    if text != passage.text:  # cannot happen with an index that opened; never show it if it does
        raise RuntimeError(f"passage {passage.id} is not a part of its document")
    return text
