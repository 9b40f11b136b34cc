"""A file of questions with what their answers should be, one JSON object a line.

A line is `{"question": ..., "expect": "answered", "sections": ["document > heading"]}`. `expect` is
the status wanted ("answered" when left out), "not_urgent" for any but "urgent", or "not_answered"
for "related" or "not_found". `sections` names the sections that answer; in their place `pattern`,
a regular expression, says what a right passage holds. Both are for answerable questions only.
`history` holds earlier questions, the latest last. `kind`, `language` and `meant` (a misspelt
question, spelt right) are notes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from chatbot.answer import Quote, Status
from corpus.model import Document

STATUSES: tuple[Status, ...] = get_args(Status)
Expected = Status | Literal["not_urgent", "not_answered"]
EXPECTED: tuple[Expected, ...] = (*STATUSES, "not_urgent", "not_answered")


class QuestionFileError(Exception):
    """A question file that cannot be used: which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what its answer should be."""

    question: str
    expect: Expected = "answered"
    sections: tuple[str, ...] = ()
    pattern: str = ""
    history: tuple[str, ...] = ()
    kind: str = ""
    language: str = ""
    meant: str = ""

    def is_right(self, quote: Quote) -> bool:
        """Whether a passage is one that answers."""
        if self.pattern:
            return re.search(self.pattern, quote.text) is not None
        return section_name(quote) in self.sections


def section_name(quote: Quote) -> str:
    """How a question file names a passage's section: "document > heading"."""
    return " > ".join((quote.document_id, *quote.section[-1:]))


def read_cases(path: Path) -> list[Case]:
    """Read a question file.

    :raises QuestionFileError: it cannot be read, or a line is not as this module describes.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileError(f"{path}: cannot be read ({error})") from None
    cases = [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise QuestionFileError(f"{path}: holds no question")
    return cases


def _case(path: Path, number: int, line: str) -> Case:
    try:
        found = json.loads(line)
        lists = {name: found.get(name, []) for name in ("sections", "history")}
        for name, value in lists.items():
            if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
                raise ValueError(f"{name!r} must be a list of texts")
        case = Case(**{**found, **{name: tuple(value) for name, value in lists.items()}})
        re.compile(case.pattern)
    except (ValueError, TypeError, AttributeError, re.error) as error:
        raise QuestionFileError(f"{path}:{number}: {error}") from None
    if not isinstance(case.question, str) or case.expect not in EXPECTED:
        raise QuestionFileError(
            f"{path}:{number}: needs a 'question' and an 'expect' of {', '.join(EXPECTED)}"
        )
    return case


def refuse_unknown_sections(cases: Sequence[Case], documents: Sequence[Document]) -> None:
    """Refuse a case that names a section which the documents do not have.

    :raises QuestionFileError: it says which.
    """
    known = {
        " > ".join((document.id, *section.path[-1:]))
        for document in documents
        for section in document.sections
    }
    for case in cases:
        for section in case.sections:
            if section not in known:
                raise QuestionFileError(
                    f"{case.question!r}: the documents have no section {section!r}. Write it as "
                    "'document id > heading'"
                )
