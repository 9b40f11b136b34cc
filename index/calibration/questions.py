"""Questions shipped with the program: what the bundled documents answer, and what they do not.

`questions.jsonl` holds one object a line. With `sections` ("document id > heading") it is answered
there, and used for a corpus that has such a section. Without, it is `background`: `kind`
"near miss" (about health, yet answered by few documents) or "elsewhere" (everyday requests, sums,
small talk). All were written for this project; `python -m tests.benchmarks confidence` measures
on others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from corpus.model import Document, Passage

Kind = Literal["answerable", "near miss", "elsewhere"]

_FILE = Path(__file__).parent / "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Known:
    """A question of which it is known whether, and where, the documents answer it."""

    question: str
    kind: Kind
    sections: tuple[str, ...] = ()  # "document id > heading"

    def is_answered_by(self, passage: Passage) -> bool:
        """Whether the passage stands in a section that answers."""
        return section_name(passage) in self.sections


def section_name(passage: Passage) -> str:
    """How question files name a passage's section."""
    return " > ".join((passage.document_id, *passage.section[-1:]))


@cache
def shipped() -> tuple[Known, ...]:
    """All questions of the file, in its order."""
    return msgspec.json.decode(
        b"[" + b",".join(_FILE.read_bytes().splitlines()) + b"]", type=tuple[Known, ...]
    )


def known_questions(
    documents: Iterable[Document], passages: Iterable[Passage]
) -> tuple[Known, ...]:
    """The questions in the documents' front matter, and the shipped ones that fit the corpus."""
    sections = {section_name(passage) for passage in passages}
    own = {
        item.question: Known(item.question, "answerable", (f"{document.id} > {item.section}",))
        for document in documents
        for item in document.questions
        if f"{document.id} > {item.section}" in sections
    }
    fitting = (
        known
        for known in shipped()
        if known.kind != "answerable" or sections.issuperset(known.sections)
    )
    return (*own.values(), *(known for known in fitting if known.question not in own))
