"""What a searcher is made of, so that one can be made again without some of the known questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.model import Document, Passage
from index.dense import Dense, Vectors
from index.lexical import Lexical
from index.search import Searcher
from index.taught import Taught


@dataclass(frozen=True, slots=True)
class Material:
    """The passages of a corpus with their vectors, and the questions they are known to answer.

    `texts` are the passages' words with their headings; `questions` maps the known questions to
    their vectors, and `pairs` says which passages, by row, answer which question.
    """

    passages: Sequence[Passage]
    texts: Sequence[str]
    vectors: Vectors
    questions: Mapping[str, Vectors]
    pairs: Sequence[tuple[str, int]]
    language: str

    def searcher(self, *, without: Collection[str] = ()) -> Searcher:
        """A searcher that has learnt from all known questions, or from all but some.

        Its dense search is exact.
        """
        left_out = frozenset(without)
        pairs = [(question, row) for question, row in self.pairs if question not in left_out]
        taught = self._taught(pairs)
        return Searcher(
            passages=self.passages,
            vectors=self.vectors,
            dense=Dense.exact(taught.vectors if taught else self.vectors),
            lexical=self._lexical(pairs),
            taught=taught,
        )

    def _taught(self, pairs: Sequence[tuple[str, int]]) -> Taught | None:
        if not pairs:
            return None
        numbers = numbered(pairs)
        questions = np.array([self.questions[question] for question in numbers])
        return Taught.learn(
            self.vectors, questions, [(numbers[question], row) for question, row in pairs]
        )

    def _lexical(self, pairs: Sequence[tuple[str, int]]) -> Lexical:
        words = [[text] for text in self.texts]
        for question, row in pairs:
            words[row].append(question)
        return Lexical.build(["\n".join(lines) for lines in words], language=self.language)


def numbered(pairs: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Each question once, with its number in the arrays of `Taught`."""
    return {text: number for number, text in enumerate(sorted({text for text, _ in pairs}))}


def answering_rows(
    documents: Sequence[Document], passages: Sequence[Passage]
) -> list[tuple[str, int]]:
    """Each known question with each row of a passage in the section that answers it."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, passage in enumerate(passages):
        if passage.section:
            rows.setdefault((passage.document_id, passage.section[-1]), []).append(row)
    return [
        (item.question, row)
        for document in documents
        for item in document.questions
        for row in rows.get((document.id, item.section), ())
    ]
