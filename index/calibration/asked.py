"""Known questions, asked of a corpus: what the calibration is fitted on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Passage
from corpus.sentences import sentence_spans
from index.calibration.borders import ENOUGH, FOLDS, Border, cross_judged, draw
from index.calibration.questions import Known
from index.calibration.signals import FIRST, question_signals
from index.encoding.encoder import Embed, Vectors
from index.material import Material
from index.ranking import Rows
from index.sample import sample
from index.search import Hit, Searcher

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SENTENCES = 500  # that stand for the documents
_SHORTEST_SENTENCE = 3  # words
_HITS = 100
_ASKED = 2_000  # answerable questions, evenly spread; more would only take longer
_NEVER_LEFT_OUT = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """The known questions with what was found for each."""

    questions: tuple[Known, ...]
    hits: list[list[Hit]]
    signals: list[dict[str, float]]
    borders: Mapping[str, Border]
    sentences: Vectors  # that stood for the documents; none where questions enough do
    # Of each answerable question once more, as if the sections that answer it were never found.
    orphaned: list[dict[str, float] | None]

    def of(self, *kinds: str) -> Flags:
        """Which questions are of these kinds."""
        return np.array([known.kind in kinds for known in self.questions])

    def part(self, rows: Iterable[int]) -> Asked:
        """Some of the questions, with the borders that all have drawn."""
        chosen = list(rows)
        return Asked(
            questions=tuple(self.questions[row] for row in chosen),
            hits=[self.hits[row] for row in chosen],
            signals=[self.signals[row] for row in chosen],
            borders=self.borders,
            sentences=self.sentences,
            orphaned=[self.orphaned[row] for row in chosen],
        )


def ask(
    known: tuple[Known, ...],
    material: Material,
    documents: Sequence[Document],
    *,
    questions: Embed,
    sentences: Embed,
    searcher: Searcher | None = None,
) -> Asked:
    """Search for the background questions and a sample of those that are answered; draw borders.

    A question that the searcher has learnt from would find its own answer too well. It is asked
    of one that has learnt from all known questions but those of its fold.

    :param questions: embeds the background questions.
    :param sentences: embeds sentences of the documents.
    :param searcher: that of the material, if it has been made already.
    """
    vectors = _vectors(known, material, questions)
    folds = _folds(known)
    drawn = _drawn(known, taught=bool(material.pairs))
    few = _are_few(known, folds, drawn)
    inner = sentences(sample_sentences(material.passages, documents) if few else [])
    searchers = _searchers(known, folds, material, searcher)
    borders, sides = _borders(known, vectors, inner, folds, drawn)
    asked = np.flatnonzero(folds != _NEVER_LEFT_OUT)
    candidates = _candidates(searchers, vectors, folds)
    hits = [
        searchers[int(folds[row])].search(
            known[row].question,
            vectors[row],
            candidates=candidates[int(row)],
            # Of a question without an answer no more are looked at.
            count=_HITS if known[row].kind == "answerable" else FIRST,
        )
        for row in asked
    ]
    signals: list[dict[str, float]] = []
    orphaned: list[dict[str, float] | None] = []
    for row, found in zip(asked, hits, strict=True):
        one = known[row]
        own = {name: float(sides[name][row]) for name in sides}
        searcher = searchers[int(folds[row])]
        signals.append(question_signals(one.question, found, searcher, own))
        left = without_answers(one, found) if one.kind == "answerable" else []
        orphaned.append(question_signals(one.question, left, searcher, own) if left else None)
    chosen = tuple(known[row] for row in asked)
    return Asked(chosen, hits, signals, borders, inner, orphaned)


def _folds(known: Sequence[Known]) -> NDArray[np.int64]:
    """In which fold each question is judged; of the answerable ones only a sample is."""
    folds = np.array([fold(one) for one in known])
    answerable = np.array([row for row, one in enumerate(known) if one.kind == "answerable"])
    if len(answerable) > _ASKED:
        chosen = np.linspace(0, len(answerable) - 1, _ASKED).astype(int)
        folds[np.delete(answerable, chosen)] = _NEVER_LEFT_OUT
    return folds


def _vectors(known: Sequence[Known], material: Material, embed: Embed) -> Vectors:
    new = sorted({one.question for one in known} - material.questions.keys())
    encoded = dict(zip(new, embed(new), strict=True))
    return np.array([{**material.questions, **encoded}[one.question] for one in known])


def _searchers(
    known: Sequence[Known],
    folds: NDArray[np.int64],
    material: Material,
    whole: Searcher | None,
) -> dict[int, Searcher]:
    """For each fold the searcher that has not learnt from it."""
    if not material.pairs:
        return dict.fromkeys(range(FOLDS), whole or material.searcher())
    return {
        number: material.searcher(
            without={one.question for one, own in zip(known, folds, strict=True) if own == number}
        )
        for number in range(FOLDS)
    }


def _candidates(
    searchers: Mapping[int, Searcher], vectors: Vectors, folds: NDArray[np.int64]
) -> dict[int, Rows]:
    """The candidates of each question that is judged, by its row."""
    found: dict[int, Rows] = {}
    for number, searcher in searchers.items():
        rows = np.flatnonzero(folds == number)
        near = searcher.candidates(vectors[rows])
        found.update(zip(map(int, rows), near, strict=True))
    return found


def _inside(known: Sequence[Known]) -> dict[str, Flags]:
    """Which questions lie inside each border."""
    kinds = np.array([one.kind for one in known])
    return {"territory": kinds == "answerable", "subject_side": kinds != "elsewhere"}


def _drawn(known: Sequence[Known], *, taught: bool) -> Flags:
    """Which questions the borders are drawn with.

    :param taught: those that are answered, too, and not just sentences in their place.
    """
    return np.array([taught or one.kind != "answerable" for one in known])


def _are_few(known: Sequence[Known], folds: NDArray[np.int64], drawn: Flags) -> bool:
    """Whether some border has so few questions inside that sentences stand in for more."""
    return any(
        (inside & drawn & (folds != number)).sum() < ENOUGH
        for inside in _inside(known).values()
        for number in range(FOLDS)
    )


def _borders(
    known: Sequence[Known],
    vectors: Vectors,
    sentences: Vectors,
    folds: NDArray[np.int64],
    drawn: Flags,
) -> tuple[dict[str, Border], dict[str, Numbers]]:
    """The borders, and on which side of them each question lies, judged without its own fold."""
    borders: dict[str, Border] = {}
    sides: dict[str, Numbers] = {}
    for name, inside in _inside(known).items():
        borders[name] = draw(vectors[drawn], inside[drawn], sentences)
        sides[name] = borders[name].side(vectors)
        judged = cross_judged(vectors[drawn], inside[drawn], folds[drawn], sentences)
        sides[name][drawn] = judged
    return borders, sides


def without_answers(known: Known, hits: Sequence[Hit]) -> list[Hit]:
    """The hits as if the sections that answer the question were not in the documents."""
    return [hit for hit in hits if not known.is_answered_by(hit.passage)]


def fold(known: Known) -> int:
    """In which of the `FOLDS` a question is judged, by questions of the others."""
    return hashlib.sha256(known.question.encode()).digest()[0] % FOLDS


def sample_sentences(passages: Sequence[Passage], documents: Iterable[Document]) -> list[str]:
    """Different sentences from all over the corpus."""
    wanted = set(sample((passage.text for passage in passages), _SENTENCES))
    chosen = [passage for passage in passages if passage.text in wanted]
    owners = {passage.document_id for passage in chosen}
    by_id = {document.id: document for document in documents if document.id in owners}
    found: set[str] = set()
    for passage in chosen:
        document = by_id[passage.document_id]
        language = document.source.language
        spans = sentence_spans(document.text, passage.start, passage.end, language)
        sentences = (document.text[start:end].strip() for start, end in spans)
        found.update(one for one in sentences if len(one.split()) >= _SHORTEST_SENTENCE)
    return sample(found, _SENTENCES)
