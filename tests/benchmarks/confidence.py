# ruff: noqa: T201
"""How well the confidence tells answers from near misses: AUROC, calibration, risk, thresholds.

Without `--only` the questions in `tests/data` that nothing was fitted on. `--only tuning` asks
the ones it was fitted on, each judged by weights fitted on other documents' questions.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.bot import SEARCHED
from chatbot.confidence import STRICTNESSES, Thresholds, status_of
from chatbot.evaluate.measures import COVERAGES, Measure, auroc, bootstrap, calibration_error
from corpus.load import DEFAULT_CORPUS, load_corpus
from index import Calibration, Found, Index
from index.calibration import judge
from index.calibration.asked import Asked, ask, fold
from index.calibration.fit import fitted
from index.calibration.questions import known_questions, section_name
from index.encoding.reference import DEFAULT_MODEL, load_encoder
from index.gather import gather
from tests.benchmarks.data import PROJECT, MissingData, Options, bundled_index
from tests.benchmarks.figures import Numbers, mean_interval, table

_DATA = PROJECT / "tests" / "data"
_ANSWERABLE = "paraphrases.jsonl"
_NEAR = "heldback/near_misses.jsonl"
_OTHERS = ("heldback/off_topic.jsonl", "heldback/rambling.jsonl", "heldback/other_language.jsonl")


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, what was found, and the places (from 0) of passages that answer."""

    found: Found
    right: tuple[int, ...]

    @property
    def first_answers(self) -> bool:
        return self.right[:1] == (0,)

    @property
    def right_among_three(self) -> bool:
        return any(place < 3 for place in self.right)


def run(options: Options) -> None:
    """Judge every question and print."""
    index = bundled_index(options)
    calibration = index.manifest.calibration
    if "tuning" in options.only:
        sets = _tuning()
    else:
        sets = {name: _file(index, name) for name in (_ANSWERABLE, _NEAR, *_OTHERS)}
    thresholds = {name: Thresholds.of(calibration, name) for name in STRICTNESSES}
    answerable, near, *_ = sets.values()
    _print_ranking(answerable, near)
    _print_risk([*answerable, *near])
    for strictness, cut in thresholds.items():
        print(f"\n{strictness}: answered from {cut.answered:.3f}, related from {cut.related:.3f}\n")
        table(
            ("questions", "number", "answered", "related", "not found", "answered, right in 3"),
            [_operating(name, judged, cut) for name, judged in sets.items()],
        )
    print(f"\nadded time: {_milliseconds(index, answerable):.2f} ms median")


def _file(index: Index, name: str) -> list[Judged]:
    path = _DATA / name
    if not path.is_file():
        raise MissingData(f"{path} does not exist")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        _judged(index.find(row["question"], count=SEARCHED), row.get("sections", ()))
        for row in rows
    ]


def _judged(found: Found, sections: Sequence[str]) -> Judged:
    names = [section_name(hit.passage) for hit in found.hits]
    return Judged(found, tuple(place for place, name in enumerate(names) if name in sections))


def _tuning() -> dict[str, list[Judged]]:
    """The questions that the calibration was fitted on, judged without their own fold."""
    corpus, encoder = load_corpus(DEFAULT_CORPUS), load_encoder(DEFAULT_MODEL)
    material, _ = gather(corpus, encoder)
    documents = corpus.documents
    known = known_questions(documents, material.passages)
    embed = encoder.encode_texts
    asked = ask(known, material, documents, questions=embed, sentences=embed)
    known = asked.questions
    folds = np.array([fold(one) for one in known])
    sets: dict[str, list[Judged]] = {"answerable": [], "near miss": [], "elsewhere": []}
    for held in np.unique(folds):
        calibration = fitted(asked.part(np.flatnonzero(folds != held)))
        for row in np.flatnonzero(folds == held):
            sets[known[row].kind].append(_without_own_fold(calibration, asked, row))
    return sets


def _without_own_fold(calibration: Calibration, asked: Asked, row: int) -> Judged:
    # The borders' sides among the signals are cross-judged already.
    found = judge(calibration, asked.signals[row], asked.hits[row])
    return _judged(found, asked.questions[row].sections)


def _print_ranking(answerable: Sequence[Judged], near: Sequence[Judged]) -> None:
    every = [*answerable, *near]
    answers = np.array([one.found.answers for one in every])
    first = np.array([one.found.hits[0].confidence for one in every])
    documents = np.array([1.0] * len(answerable) + [0.0] * len(near))
    right = np.array([float(one.first_answers) for one in every])
    three = np.array([float(one.right_among_three) for one in answerable])
    print(f"{len(answerable)} answerable, {len(near)} near misses")
    print(f"right first {mean_interval(right[: len(answerable)])}")
    print(f"right among three {mean_interval(three)}")
    rows = [
        ("the documents answer (answers)", documents, answers),
        ("the first passage answers (answers)", right, answers),
        ("the first passage answers (its confidence)", right, first),
    ]
    print()
    table(
        ("claim (measure)", "AUROC", "calibration error"),
        [
            (name, _interval(auroc, truth, sure), _interval(calibration_error, truth, sure))
            for name, truth, sure in rows
        ],
    )


def _interval(measure: Measure, truth: Numbers, sure: Numbers) -> str:
    low, high = bootstrap(measure, truth, sure)
    return f"{measure(truth, sure):.3f} [{low:.3f}, {high:.3f}]"


def _print_risk(every: Sequence[Judged]) -> None:
    """Of the surest questions, the share whose first three hold nothing right."""
    order = sorted(every, key=lambda one: -one.found.answers)
    print("\nrisk-coverage: share answered, and of those without a right passage among three")
    for coverage in COVERAGES:
        surest = order[: max(1, round(coverage * len(order)))]
        wrong = [float(not one.right_among_three) for one in surest]
        print(f"  {coverage:5.2f}  {mean_interval(wrong)}")


def _operating(name: str, judged: Sequence[Judged], cut: Thresholds) -> tuple[str, ...]:
    statuses = [status_of(one.found, cut) for one in judged]
    shares = [
        mean_interval([float(status == wanted) for status in statuses])
        for wanted in ("answered", "related", "not_found")
    ]
    right = [
        float(status == "answered" and one.right_among_three)
        for status, one in zip(statuses, judged, strict=True)
    ]
    answerable = any(one.right for one in judged)
    return name, str(len(judged)), *shares, mean_interval(right) if answerable else ""


def _milliseconds(index: Index, judged: Sequence[Judged]) -> float:
    """What judging adds to searching."""
    questions = [one.found.hits[0].passage.text[:60] for one in judged[:100]]
    added = []
    for question in questions:
        start = time.perf_counter()
        index.search(question, count=SEARCHED)
        middle = time.perf_counter()
        index.find(question, count=SEARCHED)
        added.append(1000 * ((time.perf_counter() - middle) - (middle - start)))
    return statistics.median(added)
