# ruff: noqa: T201
"""Time of `Chatbot.ask` over that of a bare encode and an exact FAISS search (goal: 0.6)."""

from __future__ import annotations

import time
from collections.abc import Callable

import faiss
import numpy as np

from chatbot import Chatbot
from corpus.load import DEFAULT_CORPUS
from tests.benchmarks.data import (
    Options,
    bare_model,
    bundled_index,
    bundled_questions,
    stored_vectors,
)
from tests.benchmarks.figures import table

_QUESTIONS = 200
_WARM_UP = 20
_GOAL = 0.6


def run(options: Options) -> None:
    """Ask every question in both ways, one right after the other, taking turns to go first."""
    index = bundled_index(options)
    questions = [asked.question for asked in bundled_questions(index)][:_QUESTIONS]
    ways = {"Chatbot.ask": Chatbot(index).ask, "encode + IndexFlatIP.search": _bare(options)}
    for question in questions[-_WARM_UP:]:
        for way in ways.values():
            way(question)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for number, question in enumerate(questions):
        for name in sorted(ways, reverse=bool(number % 2)):
            times[name].append(_milliseconds(ways[name], question))
    (ours, our_work), (floor, floor_work) = (np.array(times[name]).T for name in ways)
    print(f"{len(questions)} questions, {len(index.passages)} passages, warm\n")
    table(
        ("", "median ms", "p95 ms"),
        [
            (name, f"{np.median(values):.2f}", f"{np.percentile(values, 95):.2f}")
            for name, values in zip(ways, (ours, floor), strict=True)
        ]
        + [
            (
                "ratio",
                f"{np.median(ours) / np.median(floor):.2f}",
                f"{np.percentile(ours, 95) / np.percentile(floor, 95):.2f}",
            )
        ],
    )
    print(f"\nmedian of the ratios by question: {np.median(ours / floor):.2f} (goal {_GOAL})")
    # On a machine with other work only this is about the two ways, and not about who waited.
    work = np.median(our_work / floor_work)
    print(
        f"the same of the processors' time: {work:.2f} "
        f"({np.median(our_work):.1f} against {np.median(floor_work):.1f} ms)"
    )


def _bare(options: Options) -> Callable[[str], object]:
    model = bare_model()
    vectors = stored_vectors(DEFAULT_CORPUS, options.store)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    return lambda question: flat.search(model.encode([question]), 10)


def _milliseconds(way: Callable[[str], object], question: str) -> tuple[float, float]:
    """On the clock, and of the processors together."""
    clock, processors = time.perf_counter(), time.process_time()
    way(question)
    return 1_000 * (time.perf_counter() - clock), 1_000 * (time.process_time() - processors)
