# ruff: noqa: T201
"""About 50,000 passages in Milvus Lite: are the first ten those of the index on disk, how fast?

Milvus Lite is one process of Python for tests. A server or a cluster answers in another time; what
it is asked for, and what is computed here, is the same.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from index import Address, Hit, Index, open_pushed
from tests.benchmarks import scale
from tests.benchmarks.data import Options
from tests.benchmarks.figures import table
from tests.benchmarks.process import measured

Result = TypeVar("Result")

_FIRST = 10
_FOUND = 100  # hits in which a passage's score on disk is looked up
# Scores so near to each other are a tie: sums of float32 are that far apart.
_TIE = 1e-5


def run(options: Options) -> None:
    """Build, push, and ask both the same questions in turn."""
    folder, questions = scale.corpus(options)
    engine = options.work / "engine.db"
    shutil.rmtree(engine, ignore_errors=True)
    where = ["--corpus", str(folder), "--store", str(options.store)]
    measured(["-m", "index", "build", *where], options.work)
    pushed = measured(["-m", "index", "push", str(engine), *where], options.work)
    disk, opened_disk = _timed(lambda: Index.open(folder, store=options.store, build=False))
    ours, opened = _timed(lambda: open_pushed(Address.of(str(engine)), store=options.store))
    compared = [_compared(disk, ours, question) for question in questions]
    same, but_for_ties, *seconds = np.array(compared).T
    print(f"{len(disk.passages):,} passages, {len(questions)} held-back questions\n")
    print(
        f"the same first ten passages: {same.mean():.1%}; but for ties: {but_for_ties.mean():.1%}"
    )
    print(f"push: {pushed.seconds:,.0f} s, {pushed.megabytes:,.0f} MB at most;", end=" ")
    print(f"{_bytes(engine) / 1e6:,.0f} MB on disk\n")
    on_disk, in_milvus = (1_000 * np.array(one) for one in seconds)
    table(
        ("", "open s", "median ms a question", "95th percentile"),
        [
            _row("on disk", opened_disk, on_disk),
            _row("in Milvus Lite", opened, in_milvus),
        ],
    )


def _compared(disk: Index, ours: Index, question: str) -> tuple[float, float, float, float]:
    """Whether the first ten are the same, and but for ties; and the seconds that each took."""
    vector = disk.encoder.encode_question(question)
    right, seconds_right = _timed(lambda: disk.find(question, count=_FOUND, vector=vector).hits)
    found, seconds = _timed(lambda: ours.find(question, count=_FOUND, vector=vector).hits)
    rows = [hit.row for hit in found[:_FIRST]]
    same = rows == [hit.row for hit in right[:_FIRST]]
    return same, _same_but_for_ties(rows, right), seconds_right, seconds


def _same_but_for_ties(rows: Sequence[int], right: Sequence[Hit]) -> bool:
    """Whether the passages in these rows have the right first scores, one by one."""
    scores = {hit.row: hit.score for hit in right}
    ours = [scores.get(row, -np.inf) for row in rows]
    best = [hit.score for hit in right[: len(rows)]]
    return bool(np.allclose(ours, best, rtol=0, atol=_TIE))


def _row(name: str, opened: float, milliseconds: np.ndarray) -> tuple[str, ...]:
    middle, high = np.percentile(milliseconds, (50, 95))
    return name, f"{opened:.1f}", f"{middle:.1f}", f"{high:.1f}"


def _bytes(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start
