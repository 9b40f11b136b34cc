"""Known questions, asked of a corpus: what the calibration is fitted on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Passage
from corpus.sentences import sentence_spans
from index.calibration.borders import FOLDS, Border, cross_judged, draw
from index.calibration.questions import Known
from index.calibration.signals import question_signals
from index.encoder import Encoder, Vectors
from index.material import Material
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
            orphaned=[self.orphaned[row] for row in chosen],
        )


def ask(
    known: tuple[Known, ...],
    material: Material,
    documents: Sequence[Document],
    encoder: Encoder,
    *,
    searcher: Searcher | None = None,
) -> Asked:
    """Search for the background questions and a sample of those that are answered; draw borders.

    A question that the searcher has learnt from would find its own answer too well. It is asked
    of one that has learnt from all known questions but those of its fold.

    :param searcher: that of the material, if it has been made already.
    """
    vectors = _vectors(known, material, encoder)
    sentences = encoder.encode_texts(sample_sentences(material.passages, documents))
    folds = _folds(known)
    searchers = _searchers(known, folds, material, searcher)
    borders, sides = _borders(known, vectors, sentences, folds, taught=bool(material.pairs))
    asked = np.flatnonzero(folds != _NEVER_LEFT_OUT)
    hits = [
        searchers[int(folds[row])].search(known[row].question, vectors[row], count=_HITS)
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
    return Asked(tuple(known[row] for row in asked), hits, signals, borders, orphaned)


def _folds(known: Sequence[Known]) -> NDArray[np.int64]:
    """In which fold each question is judged; of the answerable ones only a sample is."""
    folds = np.array([fold(one) for one in known])
    answerable = np.array([row for row, one in enumerate(known) if one.kind == "answerable"])
    if len(answerable) > _ASKED:
        chosen = np.linspace(0, len(answerable) - 1, _ASKED).astype(int)
        folds[np.delete(answerable, chosen)] = _NEVER_LEFT_OUT
    return folds


def _vectors(known: Sequence[Known], material: Material, encoder: Encoder) -> Vectors:
    new = sorted({one.question for one in known} - material.questions.keys())
    encoded = dict(zip(new, encoder.encode_texts(new), strict=True))
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


def _borders(
    known: Sequence[Known],
    vectors: Vectors,
    sentences: Vectors,
    folds: NDArray[np.int64],
    *,
    taught: bool,
) -> tuple[dict[str, Border], dict[str, Numbers]]:
    """The borders, and on which side of them each question lies, judged without its own fold.

    :param taught: draw them with the questions that are answered, too, and not just with sentences.
    """
    kinds = np.array([one.kind for one in known])
    drawn = np.ones(len(known), dtype=bool) if taught else kinds != "answerable"
    borders: dict[str, Border] = {}
    sides: dict[str, Numbers] = {}
    for name, inside, involved in (
        ("territory", kinds == "answerable", drawn),
        ("subject_side", kinds != "elsewhere", drawn),
    ):
        borders[name] = draw(vectors[involved], inside[involved], sentences)
        sides[name] = borders[name].side(vectors)
        judged = cross_judged(vectors[involved], inside[involved], folds[involved], sentences)
        sides[name][involved] = judged
    return borders, sides


def without_answers(known: Known, hits: Sequence[Hit]) -> list[Hit]:
    """The hits as if the sections that answer the question were not in the documents."""
    return [hit for hit in hits if not known.is_answered_by(hit.passage)]


def fold(known: Known) -> int:
    """In which of the `FOLDS` a question is judged, by questions of the others."""
    return hashlib.sha256(known.question.encode()).digest()[0] % FOLDS


def sample_sentences(passages: Sequence[Passage], documents: Sequence[Document]) -> list[str]:
    """Different sentences from all over the corpus, evenly spread."""
    step = max(1, len(passages) // _SENTENCES)
    chosen = passages[::step]
    wanted = {passage.document_id for passage in chosen}
    by_id = {document.id: document for document in documents if document.id in wanted}
    found: dict[str, None] = {}
    for passage in chosen:
        text = by_id[passage.document_id].text
        language = by_id[passage.document_id].source.language
        for start, end in sentence_spans(text, passage.start, passage.end, language):
            sentence = text[start:end].strip()
            if len(sentence.split()) >= _SHORTEST_SENTENCE:
                found[sentence] = None
    every = list(found)
    places = np.linspace(0, len(every) - 1, min(_SENTENCES, len(every))).astype(int)
    return [every[place] for place in places]
