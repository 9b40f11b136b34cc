"""Question -> Answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from chatbot import wording
from chatbot.answer import (
    Answer,
    CitedMarker,
    CorpusInfo,
    NumberedReference,
    Place,
    Quote,
    Status,
)
from chatbot.confidence import confidence, near_enough
from chatbot.duplicates import grouped
from chatbot.highlight import Sentences, highlights, sentences_of
from chatbot.question import MAX_CHARACTERS, cleaned, says_something
from corpus.load import DEFAULT_CORPUS
from corpus.model import Document, Passage, Reference
from index.encoder import Encoder, Vectors
from index.folder import DEFAULT_STORE
from index.store import Hit, Index

DEFAULT_COUNT = 3
MOST_PASSAGES = 10
_SUGGESTIONS = 3
_TOPICS = 40
# Searched beyond what is shown, so that copies of a passage can give way to the next one and
# other sections can be suggested.
_SEARCHED = 100
# Passages whose sentences are kept at hand: about two kilobytes each. Questions are never kept.
_KEPT = 4_096
# Below this confidence a question is about something else altogether, and its nearest headings
# would be odd things to suggest.
_FAR = 0.25


class Chatbot:
    """Answers questions from one corpus. Made by `Chatbot.open`; safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self._index = index
        documents = index.documents.values()
        topics = dict.fromkeys(topic for document in documents for topic in document.topics)
        self._corpus = CorpusInfo(
            name=index.manifest.corpus,
            digest=index.manifest.corpus_digest,
            documents=len(index.documents),
            passages=len(index.passages),
            topics=tuple(topics or (document.title for document in documents))[:_TOPICS],
        )
        self._sentences = lru_cache(maxsize=_KEPT)(self._cut)

    @classmethod
    def open(
        cls,
        corpus: Path | str = DEFAULT_CORPUS,
        *,
        store: Path | str = DEFAULT_STORE,
        encoder: Encoder | None = None,
        build: bool = True,
        report: Callable[[str], None] | None = None,
    ) -> Chatbot:
        """Open the index of a folder of documents; see `index.Index.open` for the parameters."""
        index = Index.open(
            Path(corpus), store=Path(store), encoder=encoder, build=build, report=report
        )
        return cls(index)

    @property
    def corpus(self) -> CorpusInfo:
        """Which documents are asked."""
        return self._corpus

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, with the text that passages are cut from."""
        return self._index.documents

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages, in the order of the documents."""
        return self._index.passages

    @property
    def references(self) -> Mapping[str, Reference]:
        """All publications that the documents list, by id."""
        return self._index.references

    def ask(
        self,
        question: str,
        *,
        k: int = DEFAULT_COUNT,
        history: Sequence[str] = (),
        region: str = "",
    ) -> Answer:
        """Answer a question with passages from the documents, word for word.

        :param k: show at most this many passages, 1 to 10.
        :param history: earlier questions, the latest last. They are not used yet: each question
            is answered by itself.
        :return: always an `Answer`, also to an empty question or one that nothing answers.
        :raises ValueError: `k` is out of range.
        :raises TypeError: the question is not a `str`, or `k` not an `int`.
        """
        if not isinstance(question, str):
            raise TypeError(f"the question must be a str, not {type(question).__name__}")
        if not isinstance(k, int):
            raise TypeError(f"k must be an int, not {type(k).__name__}")
        if not 1 <= k <= MOST_PASSAGES:
            raise ValueError(f"k must be 1 to {MOST_PASSAGES}, not {k}")
        if len(question) > MAX_CHARACTERS:
            shown = f"{cleaned(question[:MAX_CHARACTERS])}…"
            return self._without_passages(shown, (wording.too_long(len(question)),), ())
        asked = cleaned(question)
        if not says_something(asked):
            return self._without_passages(asked, (wording.EMPTY_QUESTION,), self._typical)
        return self._answer(asked, self._index.search(asked, count=_SEARCHED), k)

    def _answer(self, question: str, hits: Sequence[Hit], k: int) -> Answer:
        status, near = near_enough(hits)
        if not near:
            far = max(confidence(hit) for hit in hits) < _FAR
            suggestions = self._typical if far else self._headings(hits, ())
            notices = (wording.not_found(self._corpus), wording.EMERGENCY)
            return self._without_passages(question, notices, suggestions)
        shown = grouped(near, self._index.documents)[:k]
        return self._with_passages(question, status, shown, self._headings(hits, shown))

    def _without_passages(
        self, question: str, notices: tuple[str, ...], suggestions: tuple[str, ...]
    ) -> Answer:
        return Answer(
            question=question,
            status="not_found",
            passages=(),
            references=(),
            notices=notices,
            suggestions=suggestions,
            confidence=0.0,
            corpus=self._corpus,
        )

    def _with_passages(
        self,
        question: str,
        status: Status,
        shown: Sequence[Sequence[Hit]],
        suggestions: tuple[str, ...],
    ) -> Answer:
        numbers = self._numbered([group[0].passage for group in shown])
        encoder = self._index.encoder
        words = encoder.word_vectors(encoder.word_ids(question)[0])
        quotes = tuple(
            self._quote(number, group, numbers, words) for number, group in enumerate(shown, 1)
        )
        return Answer(
            question=question,
            status=status,
            passages=quotes,
            references=self._references(numbers),
            notices=wording.notices(status, quotes, read_in_full=self._read_in_full(question)),
            suggestions=suggestions,
            confidence=max(quote.confidence for quote in quotes),
            corpus=self._corpus,
        )

    def _quote(
        self, number: int, group: Sequence[Hit], numbers: Mapping[str, int], words: Vectors
    ) -> Quote:
        hit, *copies = group
        passage = hit.passage
        document = self._index.documents[passage.document_id]
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
            confidence=confidence(hit),
            highlights=highlights(words, self._sentences(passage), self._index.encoder),
            citations=cited,
            references=tuple(dict.fromkeys(n for marker in cited for n in marker.references)),
            url=document.source.url,
            source=document.source,
            lead_in=document.text[slice(*passage.lead_in)] if passage.lead_in else "",
            also_in=tuple(self._place(copy.passage) for copy in copies),
        )

    def _cut(self, passage: Passage) -> Sentences:
        document = self._index.documents[passage.document_id]
        return sentences_of(passage, document, self._index.encoder)

    def _place(self, passage: Passage) -> Place:
        title = self._index.documents[passage.document_id].title
        return Place(passage.document_id, title, passage.section, passage.start, passage.end)

    def _headings(self, hits: Sequence[Hit], shown: Sequence[Sequence[Hit]]) -> tuple[str, ...]:
        """Headings of the nearest sections that are not shown, as questions to ask next."""
        taken = {self._heading(hit.passage) for group in shown for hit in group}
        headings = (self._heading(hit.passage) for hit in hits)
        return _first(heading for heading in headings if heading not in taken)

    @cached_property
    def _typical(self) -> tuple[str, ...]:
        """Headings nearest to the corpus's name, for somebody who asked something else."""
        return self._headings(self._index.search(self._corpus.name, count=_SEARCHED), ())

    def _read_in_full(self, question: str) -> bool:
        encoder = self._index.encoder
        return encoder.count_tokens(question) <= encoder.window - 2

    def _numbered(self, passages: Iterable[Passage]) -> dict[str, int]:
        """Reference id -> number from 1, in the order in which the passages cite them.

        Two entries for one publication, in the lists of two documents, have one number.
        """
        numbers: dict[str, int] = {}
        first: dict[object, int] = {}
        for passage in passages:
            for citation in passage.citations:
                for reference_id in citation.reference_ids:
                    reference = self._index.references[reference_id]
                    key = reference.doi.lower() or reference.pmid or reference_id
                    numbers[reference_id] = first.setdefault(key, len(first) + 1)
        return numbers

    def _references(self, numbers: Mapping[str, int]) -> tuple[NumberedReference, ...]:
        first = {number: reference_id for reference_id, number in reversed(list(numbers.items()))}
        return tuple(
            NumberedReference(number, self._index.references[first[number]])
            for number in sorted(first)
        )

    def _heading(self, passage: Passage) -> str:
        return (passage.section or (self._index.documents[passage.document_id].title,))[-1]


@lru_cache(maxsize=1)
def _default() -> Chatbot:
    return Chatbot.open()


def ask(question: str, *, k: int = DEFAULT_COUNT, history: Sequence[str] = ()) -> Answer:
    """Answer a question from the bundled documents; see `Chatbot.ask`.

    The index is opened, and built if need be, by the first call.
    """
    return _default().ask(question, k=k, history=history)


def _promised_text(document: Document, passage: Passage) -> str:
    """The words of the passage, taken from the document and compared with what was indexed."""
    text = document.text[passage.start : passage.end]
    if text != passage.text:  # cannot happen with an index that opened; never show it if it does
        raise RuntimeError(f"passage {passage.id} is not a part of its document")
    return text


def _first(headings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(headings))[:_SUGGESTIONS]
