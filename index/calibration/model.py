"""How sure to be that an answer is one: numbers in the manifest, read by people and by `judged`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.calibration.borders import Border
from index.calibration.signals import passage_signals, question_signals
from index.logistic import Logistic, probability
from index.search import Hit, Search


class Point(msgspec.Struct, frozen=True):
    """At `threshold`, what share of questions is let through, of either kind.

    `wrongly` is of the questions that should not pass; `rightly` of those that should, and None
    where the corpus brought none to measure it on.
    """

    threshold: float
    wrongly: float
    rightly: float | None


class Calibration(msgspec.Struct, frozen=True):
    """Probabilities from signals, and what thresholds on them give.

    `source` is "own questions" where the weights were fitted on questions that these documents
    answer; "background" where only the borders and the thresholds are the corpus's own, for want
    of such questions; and "general" where all is as shipped, for a corpus too small to learn from.
    """

    source: str
    questions: int  # that the corpus is known to answer, and that were used
    answers: Logistic  # do the documents answer the question?
    subject: Logistic  # is it about what the documents are about?
    passage: Logistic  # if they answer it, does this passage?
    answered: list[Point]  # near misses against answerable questions, thresholds ascending
    related: list[Point]  # questions about something else against those on the subject


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of one question, and probabilities from 0 to 1.

    `answers`: that the documents answer the question; `subject`: that it is about their subject.
    The `confidence` of a hit is the probability that this very passage does.
    """

    hits: tuple[Hit, ...]
    answers: float
    subject: float


def judge(calibration: Calibration, signals: Mapping[str, float], hits: Sequence[Hit]) -> Found:
    """Put probabilities to hits, best first, by their `question_signals`."""
    answers = calibration.answers.probability(signals)
    sure = answers * calibration.passage.probabilities(passage_signals(hits))
    return Found(
        hits=tuple(
            msgspec.structs.replace(hit, confidence=round(one, 4))
            for hit, one in zip(hits, sure.tolist(), strict=True)
        ),
        answers=round(answers, 4),
        subject=round(calibration.subject.probability(signals), 4),
    )


def judged(
    calibration: Calibration,
    question: str,
    vector: NDArray[np.float32],
    hits: Sequence[Hit],
    searcher: Search,
    borders: Mapping[str, Border],
) -> Found:
    """Put probabilities to what a searcher found.

    :param vector: of the question, unit length.
    :param borders: by the signals that they give.
    """
    if not hits:
        return Found((), 0.0, 0.0)
    sides = {name: float(border.side(vector)) for name, border in borders.items()}
    return judge(calibration, question_signals(question, hits, searcher, sides), hits)


def threshold(points: Sequence[Point], error: float) -> float:
    """The lowest threshold that lets through at most the share `error` of what should not pass.

    Between two points of the curve it is interpolated on log-odds.
    """
    wrongly = [point.wrongly for point in reversed(points)]  # ascending
    odds = [float(np.log(p.threshold / (1 - p.threshold))) for p in reversed(points)]
    return probability(float(np.interp(error, wrongly, odds)))
