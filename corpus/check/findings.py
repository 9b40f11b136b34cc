"""What a check reports: findings, a summary of each document, and the limits that are applied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from corpus.model import Document

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
    UNREADABLE = "file not read"
    RETRACTED = "retracted"
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
    LEFT_OUT = "how it was read"
    NO_SOURCE = "source not given"
    YEAR_DIFFERS = "year differs"
    NOT_LOOKED_UP = "DOI not looked up"

    @property
    def fault(self) -> bool:
        """Whether a finding of this kind fails the check."""
        return self in _FAULTS

    def fault_in(self, document: Document) -> bool:
        """Whether it fails the check in this document: a published article is as it is."""
        return self.fault and not (self in _AS_PUBLISHED and is_article(document))


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
        Kind.UNREADABLE,
        Kind.RETRACTED,
    }
)


# What nobody can mend in an article that has been published.
_AS_PUBLISHED: Final = frozenset({Kind.GRADE, Kind.NO_IDENTIFIER})
_ARTICLES: Final = (".xml", ".nxml")


def is_article(document: Document) -> bool:
    """Whether a document is a published article, in JATS."""
    return document.file.lower().endswith(_ARTICLES)


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
    """A document in numbers. Words are those of the text, without headings and citations.

    `from_reviews_and_trials` is the share of the resolved citations that rest on reviews and
    trials alone: the `genre` of every reference that the citation leads to has one of the words
    review, meta-analysis, guideline or trial (or their plurals), in capitals or not. A reference
    without a genre does not count as one. The words say what kind of publication it is, and not
    how good it is, nor whom it studied. It is None where no citation is resolved.
    """

    id: str
    words: int
    grade: float | None  # None for a language other than English
    sections: int
    passages: int
    resolved: int
    citations: int
    from_reviews_and_trials: float | None
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


def short(text: str, most: int = 60) -> str:
    """Words of a document on one line, cut to `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
