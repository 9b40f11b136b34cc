"""Known questions + the corpus at hand -> a `Calibration`. Runs at the end of a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.model import Document
from index.calibration.asked import Asked, ask
from index.calibration.borders import Border
from index.calibration.model import Calibration, Point
from index.calibration.questions import known_questions
from index.calibration.signals import ANSWERS, PASSAGE, SUBJECT, passage_signals
from index.encoding.encoder import Embed, Vectors
from index.logistic import Logistic, fit
from index.material import Material
from index.search import Searcher

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

GENERAL = Path(__file__).parent / "general.json"
SENTENCES = "sentences.npy"

# Fewer passages have no border to speak of, and one question more or less would move it.
FEWEST_PASSAGES = 40
# Fewer answerable questions cannot weigh nine signals.
FEWEST_QUESTIONS = 100
# Of a question whose section is taken out, which other sections may answer too, and of one about
# something else; chosen on questions by other writers than those it was fitted to.
_OTHERS_WEIGHT = 0.3
_JUDGED_PASSAGES = 20
_ERRORS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)


class General(msgspec.Struct, frozen=True):
    """What is shipped: fitted on the bundled documents, with and without borders."""

    with_borders: Calibration
    alone: Calibration


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibration, and the borders by whose names it goes; none for a corpus that is too small.

    `sentences`, `(n, dimension)`: of `sample_sentences`, where they were needed, else none.
    """

    calibration: Calibration
    borders: Mapping[str, Border]
    sentences: Vectors | None = None

    def save(self, folder: Path) -> None:
        """Write borders and sentences; the calibration itself goes into the manifest."""
        for name, border in self.borders.items():
            border.save(folder / f"border-{name}.npy")
        if self.sentences is not None and len(self.sentences):
            np.save(folder / SENTENCES, self.sentences, allow_pickle=False)


def calibrate(
    material: Material,
    documents: Sequence[Document],
    *,
    questions: Embed,
    sentences: Embed,
    searcher: Searcher | None = None,
) -> Calibrated:
    """Fit what the corpus allows, and take the rest from what is shipped.

    The same passages and the same model give the same numbers.

    :param questions: embeds the background questions.
    :param sentences: embeds sentences of the documents.
    :param searcher: that of the material, if it has been made already.
    """
    english = material.language.lower().startswith("en")
    if len(material.passages) < FEWEST_PASSAGES or not english:
        return Calibrated(read_general().alone, {})
    known = known_questions(documents, material.passages)
    asked = ask(
        known, material, documents, questions=questions, sentences=sentences, searcher=searcher
    )
    if asked.of("answerable").sum() >= FEWEST_QUESTIONS:
        return Calibrated(fitted(asked), asked.borders, asked.sentences)
    shipped = read_general().with_borders
    found = _measured(asked, shipped.answers, shipped.subject, shipped.passage, "background")
    return Calibrated(found, asked.borders, asked.sentences)


def read_general() -> General:
    """The shipped calibration, `general.json`."""
    return msgspec.json.decode(GENERAL.read_bytes(), type=General)


def fit_general(material: Material, documents: Sequence[Document], embed: Embed) -> General:
    """Fit what is shipped; `python -m index.calibration` writes it.

    It is for documents of which no questions are known, so nothing is learnt from questions here.
    """
    untaught = replace(material, pairs=())
    known = known_questions(documents, material.passages)
    asked = ask(known, untaught, documents, questions=embed, sentences=embed)
    both = (fitted(asked), fitted(asked, without=frozenset(asked.borders)))
    return General(*(msgspec.structs.replace(one, source="general") for one in both))


def fitted(asked: Asked, *, without: Iterable[str] = ()) -> Calibration:
    """All weights from the questions asked.

    :param without: names of signals to leave out.
    """
    left_out = frozenset(without)
    answers = _fit_answers(asked, [name for name in ANSWERS if name not in left_out])
    on_subject = ~asked.of("elsewhere")  # near misses are
    subject = fit(
        asked.signals,
        on_subject,
        [name for name in SUBJECT if name not in left_out],
        weight=_balanced(on_subject),
    )
    return _measured(asked, answers, subject, _fit_passage(asked), "own questions")


def _fit_answers(asked: Asked, names: Sequence[str]) -> Logistic:
    """Near misses against answerable questions, which count again without their section.

    Without it they teach what a good passage adds, yet they are too hard to set probabilities by;
    and questions about something else are too easy, though they must not be answered either.
    """
    rows = np.flatnonzero(~asked.of("elsewhere"))
    samples = [asked.signals[row] for row in rows]
    right = asked.of("answerable")[rows]
    weight = _balanced(right)
    others = [signals for signals in asked.orphaned if signals]
    others += [asked.signals[row] for row in np.flatnonzero(asked.of("elsewhere"))]
    found = fit(
        [*samples, *others],
        np.concatenate([right, np.zeros(len(others), dtype=bool)]),
        names,
        weight=np.concatenate([weight, np.full(len(others), _OTHERS_WEIGHT)]),
    )
    return found.recalibrated(samples, right, weight)


def _fit_passage(asked: Asked) -> Logistic:
    """Of the answerable questions: passages of the sections that answer against all others."""
    samples: list[dict[str, float]] = []
    right: list[bool] = []
    for known, hits in zip(asked.questions, asked.hits, strict=True):
        if known.kind == "answerable":
            columns = passage_signals(hits)
            table = np.column_stack(list(columns.values()))[:_JUDGED_PASSAGES]
            samples += [dict(zip(columns, row, strict=True)) for row in table.tolist()]
            right += [known.is_answered_by(hit.passage) for hit in hits[:_JUDGED_PASSAGES]]
    if all(right) or not any(right):  # documents of one section: nothing to tell apart
        return read_general().with_borders.passage
    return fit(samples, np.array(right), PASSAGE, weight=np.ones(len(right)), penalty=0.0)


def _measured(
    asked: Asked, answers: Logistic, subject: Logistic, passage: Logistic, source: str
) -> Calibration:
    sure = np.array([answers.probability(one) for one in asked.signals])
    near = np.array([subject.probability(one) for one in asked.signals])
    answerable = asked.of("answerable")
    return Calibration(
        source=source,
        questions=int(answerable.sum()),
        answers=answers,
        subject=subject,
        passage=passage,
        answered=_curve(sure[asked.of("near miss")], sure[answerable]),
        related=_curve(near[asked.of("elsewhere")], near[answerable]),
    )


def _curve(wrong: Numbers, right: Numbers) -> list[Point]:
    """The lowest threshold for each share of wrong ones let through, thresholds ascending."""
    ascending = np.sort(wrong)
    points: dict[float, Point] = {}
    for error in _ERRORS:
        let_through = int(error * len(wrong))
        edge = float(ascending[len(wrong) - let_through - 1])
        cut = min(float(np.ceil(edge * 1e4 + 1) / 1e4), 0.9999)
        rightly = round(float((right >= cut).mean()), 4) if len(right) else None
        points[cut] = Point(cut, round(float((wrong >= cut).mean()), 4), rightly)
    return [points[cut] for cut in sorted(points)]


def _balanced(right: Flags) -> Numbers:
    weight = np.where(right, len(right) / (2 * right.sum()), len(right) / (2 * (~right).sum()))
    return np.asarray(weight)
