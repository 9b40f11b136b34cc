"""Asks every question of a file and compares: ranking, statuses, confidence, quotes, time."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chatbot.answer import Answer
from chatbot.bot import MOST_PASSAGES, Chatbot
from chatbot.evaluate.cases import (
    EXPECTED,
    STATUSES,
    Case,
    Expected,
    refuse_unknown_sections,
    section_name,
)
from chatbot.evaluate.measures import (
    COVERAGES,
    Interval,
    Measure,
    auroc,
    bootstrap,
    calibration_error,
    interval,
    risk_at,
    share,
)
from corpus.load import DEFAULT_CORPUS, load_corpus
from index.evaluate import hit_rate, mean_reciprocal_rank, ndcg

_REFUSALS: tuple[Expected, ...] = ("related", "not_found")
_TO_REFUSE: tuple[Expected, ...] = ("not_answered", "related", "not_found")


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over questions; shares and ranking measures from 0 to 1, higher is better.

    The ranking measures are None without answerable questions. `answered_and_right` is the share
    of those called answered with a right passage among the first three; `wrongly_answered` the
    share of questions that are not to be answered and were (here lower is better). `sensitivity`
    is the share of urgent questions that were seen to be urgent, `false_alarms` the share of
    "not_urgent" ones that were called urgent (here lower is better); None without such questions.

    `auroc`, `calibration_error` (lower is better) and `risk_at_coverage` (how many of the surest
    share of all questions have a first passage that does not answer; lower is better) hold the
    confidence in the first passage against whether it answers. They are None (or empty) without
    questions of both kinds, answerable and not. Urgent answers are left out of them.

    Intervals are 95 %: Wilson's for shares, bootstrapped for the rest. `statuses` counts answers
    as `{expected: {given: number}}`. `milliseconds` are those of `Chatbot.ask`.
    """

    questions: int
    status_right: float
    hit_at_1: float | None
    hit_at_3: float | None
    mrr: float | None
    ndcg_at_10: float | None
    answered_and_right: float | None
    answered_and_right_interval: Interval | None
    wrongly_answered: float | None
    wrongly_answered_interval: Interval | None
    sensitivity: float | None
    sensitivity_interval: Interval | None
    false_alarms: float | None
    false_alarms_interval: Interval | None
    auroc: float | None
    auroc_interval: Interval | None
    calibration_error: float | None
    calibration_error_interval: Interval | None
    risk_at_coverage: dict[float, float]
    statuses: dict[str, dict[str, int]]
    verbatim_violations: int
    citations: int
    citations_resolved: int
    milliseconds_median: float
    milliseconds_p95: float


@dataclass(frozen=True, slots=True)
class _Asked:
    case: Case
    answer: Answer
    milliseconds: float

    @property
    def answerable(self) -> bool:
        return bool(self.case.sections or self.case.pattern)

    def right_among(self, count: int) -> bool:
        return any(self.case.is_right(quote) for quote in self.answer.passages[:count])

    @property
    def sure(self) -> float:
        """Confidence in the first passage."""
        return self.answer.passages[0].confidence if self.answer.passages else 0.0


def evaluate(bot: Chatbot, cases: Sequence[Case], *, corpus: Path) -> Report:
    """Ask every question and compare. `corpus` is read again to check that quotes are verbatim.

    :raises QuestionFileError: a case names a section that the corpus does not have.
    """
    documents = load_corpus(corpus).documents
    refuse_unknown_sections(cases, documents)
    # Red flags bring up the bundled document in any corpus.
    bundled = load_corpus(DEFAULT_CORPUS).documents
    texts = {document.sha256: document.text for document in (*bundled, *documents)}
    bot.ask(cases[0].question)  # the first question pays for loading the model
    asked = [_ask(bot, case) for case in cases]
    statuses = {expected: Counter[str]() for expected in EXPECTED}
    for one in asked:
        statuses[one.case.expect][one.answer.status] += 1
    answerable = [one for one in asked if one.answerable]
    right = sum(one.answer.status == "answered" and one.right_among(3) for one in answerable)
    refusable = sum((statuses[expected] for expected in _TO_REFUSE), Counter[str]())
    urgent, others = statuses["urgent"], statuses["not_urgent"]
    quotes = [quote for one in asked for quote in one.answer.passages]
    cited = [citation for quote in quotes for citation in quote.citations]
    milliseconds = sorted(one.milliseconds for one in asked)
    judged = {str(number): _judged(one) for number, one in enumerate(answerable)}
    judgements = {key: wanted for key, (wanted, _) in judged.items()}
    rankings = {key: found for key, (_, found) in judged.items()}
    confidence = _Confidence(asked)
    return Report(
        questions=len(cases),
        status_right=_agreeing(statuses) / len(cases),
        hit_at_1=hit_rate(judgements, rankings, k=1) if judged else None,
        hit_at_3=hit_rate(judgements, rankings, k=3) if judged else None,
        mrr=mean_reciprocal_rank(judgements, rankings, k=10) if judged else None,
        ndcg_at_10=ndcg(judgements, rankings, k=10) if judged else None,
        answered_and_right=share(right, len(answerable)),
        answered_and_right_interval=interval(right, len(answerable)),
        wrongly_answered=share(refusable["answered"], refusable.total()),
        wrongly_answered_interval=interval(refusable["answered"], refusable.total()),
        sensitivity=share(urgent["urgent"], urgent.total()),
        sensitivity_interval=interval(urgent["urgent"], urgent.total()),
        false_alarms=share(others["urgent"], others.total()),
        false_alarms_interval=interval(others["urgent"], others.total()),
        auroc=confidence.value(auroc),
        auroc_interval=confidence.interval(auroc),
        calibration_error=confidence.value(calibration_error),
        calibration_error_interval=confidence.interval(calibration_error),
        risk_at_coverage=confidence.risks(),
        statuses={status: dict(counts) for status, counts in statuses.items() if counts},
        verbatim_violations=sum(
            texts[quote.sha256][quote.start : quote.end] != quote.text for quote in quotes
        ),
        citations=len(cited),
        citations_resolved=sum(bool(citation.references) for citation in cited),
        milliseconds_median=statistics.median(milliseconds),
        milliseconds_p95=milliseconds[int(0.95 * (len(milliseconds) - 1))],
    )


def _ask(bot: Chatbot, case: Case) -> _Asked:
    start = time.perf_counter()
    answer = bot.ask(case.question, k=MOST_PASSAGES, history=case.history)
    return _Asked(case, answer, 1000 * (time.perf_counter() - start))


class _Confidence:
    """How sure the first passages were, against whether they answer."""

    def __init__(self, asked: Sequence[_Asked]) -> None:
        calm = [one for one in asked if one.answer.status != "urgent"]
        answerable = [one for one in calm if one.answerable]
        others = [one for one in calm if one.case.expect in _TO_REFUSE]
        # Of one kind alone there is nothing to tell apart.
        judged = [*answerable, *others] if answerable and others else []
        self._truth = np.array([float(one.answerable and one.right_among(1)) for one in judged])
        self._sure = np.array([one.sure for one in judged])

    def value(self, measure: Measure) -> float | None:
        found = measure(self._truth, self._sure) if len(self._truth) else np.nan
        return None if np.isnan(found) else found

    def interval(self, measure: Measure) -> Interval | None:
        if self.value(measure) is None:
            return None
        return bootstrap(measure, self._truth, self._sure)

    def risks(self) -> dict[float, float]:
        """By coverage; empty where nothing can be told apart."""
        found = {coverage: self.value(risk_at(coverage)) for coverage in COVERAGES}
        return {coverage: risk for coverage, risk in found.items() if risk is not None}


def _agreeing(statuses: Mapping[Expected, Counter[str]]) -> int:
    """How many answers have a status that was expected of them."""
    others, refused = statuses["not_urgent"], statuses["not_answered"]
    exact = sum(statuses[status][status] for status in STATUSES)
    return exact + others.total() - others["urgent"] + sum(refused[s] for s in _REFUSALS)


def _judged(asked: _Asked) -> tuple[dict[str, float], list[str]]:
    """What is right, and what was found, in names that both share.

    A section in several passages counts once, where it first stands. Of a pattern it is only
    known which of the passages found are right, so those, and at least one, are all there is.
    """
    case, answer = asked.case, asked.answer
    if not case.pattern:
        found = dict.fromkeys(section_name(quote) for quote in answer.passages)
        return dict.fromkeys(case.sections, 1.0), list(found)
    names = [str(quote.number) for quote in answer.passages]
    right = [str(quote.number) for quote in answer.passages if case.is_right(quote)]
    return dict.fromkeys(right or ["none found"], 1.0), names
