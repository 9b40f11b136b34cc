"""Questions that a folder's documents answer: `questions.jsonl`, one JSON object a line.

    {"question": "Can I swim with numb feet?", "sections": ["exercise-in-water > Is it safe?"]}

The program finds a section also by the questions that it is known to answer. Few fit into the
front matter of a document; this file holds as many as there are, also for formats without front
matter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from corpus.model import CorpusError, Document, Question, is_unicode
from corpus.readers.characters import read_text

QUESTIONS_FILE = "questions.jsonl"
_ADVICE = 'Write {"question": "...", "sections": ["document id > heading", ...]}, each on one line'


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    question: str
    sections: tuple[str, ...]


def with_questions(documents: Sequence[Document], path: Path) -> tuple[Document, ...]:
    """The documents with the questions of a file beside their own.

    :param path: a file as this module describes; one that does not exist adds nothing.
    :raises CorpusError: a line is malformed or names a section that no document has.
    """
    if not path.is_file():
        return tuple(documents)
    headings = {
        f"{document.id} > {section.path[-1]}": (document.id, section.path[-1])
        for document in documents
        for section in document.sections
        if section.path
    }
    added: dict[str, dict[Question, None]] = {}
    for line in read_lines(path):
        for name in line.sections:
            if name not in headings:
                raise _unknown_section(name, headings, path, line.number)
            document, heading = headings[name]
            added.setdefault(document, {})[Question(line.question, heading)] = None
    return tuple(
        replace(d, questions=tuple(dict.fromkeys((*d.questions, *added.get(d.id, ())))))
        for d in documents
    )


def read_lines(path: Path) -> list[_Line]:
    """Every line of a question file that is not blank.

    :raises CorpusError: the file cannot be read, or a line is malformed.
    """
    lines = enumerate(read_text(path).text.split("\n"), 1)
    return [_line(content, path, number) for number, content in lines if content.strip()]


def _line(content: str, path: Path, number: int) -> _Line:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise CorpusError(f"no JSON ({error})", path=path, line=number, advice=_ADVICE) from None
    if not isinstance(found, dict) or set(found) != {"question", "sections"}:
        raise CorpusError("no question with its sections", path=path, line=number, advice=_ADVICE)
    question, sections = found["question"], found["sections"]
    if not isinstance(question, str) or not question.strip():
        raise CorpusError("must be text", path=path, line=number, field="question", advice=_ADVICE)
    if not is_unicode(question):
        raise CorpusError(
            "holds half a character", path=path, line=number, field="question", advice=_ADVICE
        )
    texts = isinstance(sections, list) and all(isinstance(name, str) for name in sections)
    if not sections or not texts:
        raise CorpusError(
            "must be a list of sections", path=path, line=number, field="sections", advice=_ADVICE
        )
    return _Line(number, " ".join(question.split()), tuple(sections))


def _unknown_section(
    name: str, headings: Mapping[str, object], path: Path, line: int
) -> CorpusError:
    near = get_close_matches(name, headings, n=1)
    return CorpusError(
        f"no document has a section {name!r}",
        path=path,
        line=line,
        field="sections",
        advice=f"Did you mean {near[0]!r}?" if near else "`python -m corpus list` names documents",
    )
