"""What a searcher is made of, so that one can be made again without some of the known questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.model import Document, Passage
from index.dense import Dense, Record, Vectors, is_large
from index.lexical import Lexical
from index.ranking import Rows
from index.search import Searcher
from index.taught import Taught


@dataclass(frozen=True, slots=True)
class Material:
    """The passages of a corpus with their vectors, and the questions they are known to answer.

    `texts` are the passages' words with their headings; `questions` maps the known questions to
    their vectors, and `pairs` says which passages, by row, answer which question. `approximate` is
    an index of `vectors` for which exact search would take too long; see `index.dense`.
    """

    passages: Sequence[Passage]
    texts: Sequence[str]
    vectors: Record
    starts: Rows
    questions: Mapping[str, Vectors]
    pairs: Sequence[tuple[str, int]]
    language: str
    approximate: Path | None = None

    def searcher(self, *, without: Collection[str] = ()) -> Searcher:
        """A searcher that has learnt from all known questions, or from all but some.

        Its dense search is exact, unless there is an approximate index of the vectors.
        """
        left_out = frozenset(without)
        pairs = [(question, row) for question, row in self.pairs if question not in left_out]
        taught = self._taught(pairs)
        searched = taught.vectors if taught else self.vectors
        return Searcher(
            passages=self.passages,
            vectors=self.vectors,
            dense=(
                Dense.approximate(searched, self.approximate)
                if self.approximate
                else Dense.exact(searched)
            ),
            lexical=self._lexical(pairs),
            starts=self.starts,
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
        asked: dict[int, list[str]] = {}
        for question, row in pairs:
            asked.setdefault(row, []).append(question)

        def words() -> Iterator[str]:
            for row, text in enumerate(self.texts):
                yield "\n".join((text, *asked.get(row, ())))

        return Lexical.build(words(), language=self.language, compact=is_large(len(self.passages)))


def numbered(pairs: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Each question once, with its number in the arrays of `Taught`."""
    return {text: number for number, text in enumerate(sorted({text for text, _ in pairs}))}


def answering_rows(
    documents: Sequence[Document], passages: Sequence[Passage]
) -> list[tuple[str, int]]:
    """Each known question with each row of a passage in the section that answers it."""
    rows: dict[tuple[str, str], list[int]] = {}
    asked = {document.id for document in documents if document.questions}
    for row, passage in enumerate(passages if asked else ()):
        if passage.section and passage.document_id in asked:
            rows.setdefault((passage.document_id, passage.section[-1]), []).append(row)
    return [
        (item.question, row)
        for document in documents
        for item in document.questions
        for row in rows.get((document.id, item.section), ())
    ]
