"""What a question gets back: an `Answer`, the same in Python, JSON and on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from corpus.model import Reference, Source

if TYPE_CHECKING:
    from chatbot.render.schema import AnswerJSON

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

    `score` orders the quotes of this answer and means nothing outside it. `confidence` is the
    probability, 0 to 1, that this very passage answers; 0 for one that an emergency brings up.
    `lead_in` is the sentence that introduces a list whose later part this is, or empty.
    `references` are the numbers of all publications that the passage cites. `url` is the
    publisher's copy, opened at the quote where its format allows that; `prefix` and `suffix` are
    up to 32 characters of the document's text before and behind the quote.
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
    prefix: str = ""
    suffix: str = ""
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

    `status` is "answered" (the passages are likely to answer), "related" (the nearest passages,
    which perhaps do not answer), "not_found" (no passages) or "urgent" (an emergency may be
    described; what to do comes first). `confidence` is the probability, 0 to 1, that the documents
    answer the question; 0 without a search. `suggestions` are headings of other sections, as
    questions to ask next. `notices` are sentences about the answer, never about health.
    `understood_as` is the question that was searched for in place of the one typed, and
    `searched_also` the words that were looked for besides it; both are empty when the question
    was taken as it stands.
    """

    question: str
    status: Status
    passages: tuple[Quote, ...]
    references: tuple[NumberedReference, ...]
    notices: tuple[str, ...]
    suggestions: tuple[str, ...]
    confidence: float
    corpus: CorpusInfo
    understood_as: str = ""
    searched_also: tuple[str, ...] = ()

    # The renderers describe answers and so import this file; hence the imports inside.

    def __str__(self) -> str:
        """The answer as plain text, for a terminal."""
        from chatbot.render.text import to_text

        return to_text(self)

    def to_markdown(self) -> str:
        """The answer as Markdown in which quoted text cannot become markup."""
        from chatbot.render.markdown import to_markdown

        return to_markdown(self)

    def to_dict(self) -> AnswerJSON:
        """The answer as JSON types. Offsets count Unicode code points of the document's text."""
        from chatbot.render.json_types import to_dict

        return to_dict(self)
