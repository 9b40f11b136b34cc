"""The one JSON of an answer, as types: what Python, the command line and HTTP give out.

All offsets count Unicode code points of the document's text, half-open.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict  # pydantic reads it, and needs this one below Python 3.12

from chatbot.answer import Status

SCHEMA_VERSION = 1


class SpanJSON(TypedDict):
    """A stretch of a document's text."""

    start: int
    end: int


class CitationJSON(TypedDict):
    """An in-text citation, and the numbers in `references` that it means."""

    marker: str
    start: int
    end: int
    references: list[int]
    resolved: bool
    ambiguous: bool
    note: str


class SourceJSON(TypedDict):
    """Where a document comes from; empty strings where it does not say."""

    publisher: str
    url: str
    license: str
    language: str
    published: str
    reviewed: str
    review_status: str


class PlaceJSON(TypedDict):
    """Where a copy of a passage stands."""

    document_id: str
    title: str
    section: list[str]
    start: int
    end: int


class PositionSelectorJSON(TypedDict):
    """The place of a passage in its document's text, as a W3C Web Annotation selector."""

    type: Literal["TextPositionSelector"]
    start: int
    end: int


class QuoteSelectorJSON(TypedDict):
    """The words of a passage, and up to 32 characters before and behind them (W3C selector)."""

    type: Literal["TextQuoteSelector"]
    exact: str
    prefix: str
    suffix: str


class PassageJSON(TypedDict):
    """A passage, word for word: the document's text from `start` to `end`.

    `citation` and `attribution` say in words where it stands and who published it. `url` is the
    publisher's copy, at the page of a PDF and at the words of an HTML page where that can be.
    """

    number: int
    text: str
    lead_in: str
    document_id: str
    file: str
    sha256: str
    title: str
    section: list[str]
    start: int
    end: int
    page: int | None
    score: float
    confidence: float
    highlights: list[SpanJSON]
    citations: list[CitationJSON]
    references: list[int]
    url: str
    selectors: list[PositionSelectorJSON | QuoteSelectorJSON]
    source: SourceJSON
    citation: str
    attribution: str
    also_in: list[PlaceJSON]


class CorpusJSON(TypedDict):
    """Which documents were asked."""

    name: str
    digest: str
    documents: int
    passages: int
    topics: list[str]


class AnswerJSON(TypedDict):
    """An answer. `references` are CSL-JSON with `number`, `formatted`, `link` and `checked`."""

    schema_version: int
    question: str
    understood_as: str
    searched_also: list[str]
    status: Status
    headline: str
    confidence: float
    passages: list[PassageJSON]
    references: list[dict[str, Any]]
    notices: list[str]
    suggestions: list[str]
    corpus: CorpusJSON
