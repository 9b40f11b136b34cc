"""Questions that documents are known to answer, or not to.

Those that they answer are the documents' own. `background.jsonl`, shipped with the program, holds
others, one object a line, of a `kind`: "near miss" (about health, yet answered by few documents)
or "elsewhere" (everyday requests, sums, small talk). All were written for this project;
`python -m tests.benchmarks confidence` measures on others.
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

_FILE = Path(__file__).parent / "background.jsonl"


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
def background() -> tuple[Known, ...]:
    """All questions of the file, in its order."""
    return msgspec.json.decode(
        b"[" + b",".join(_FILE.read_bytes().splitlines()) + b"]", type=tuple[Known, ...]
    )


def known_questions(
    documents: Iterable[Document], passages: Iterable[Passage]
) -> tuple[Known, ...]:
    """The questions that the documents answer, then the background ones."""
    sections = {section_name(passage) for passage in passages}
    own: dict[str, dict[str, None]] = {}
    for document in documents:
        for item in document.questions:
            name = f"{document.id} > {item.section}"
            if name in sections:
                own.setdefault(item.question, {})[name] = None
    answered = (Known(question, "answerable", tuple(names)) for question, names in own.items())
    return (*answered, *(known for known in background() if known.question not in own))
