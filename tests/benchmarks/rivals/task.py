"""What every system does: build an index once, or open it and answer, and say how that went.

`python -m tests.benchmarks.rivals.NAME build|ask` reads a task as JSON from standard input. What it
prints is a line of JSON for a build, and two for asking: after the first answer, and at the end.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

Build = Callable[[], object]
Ask = Callable[[str], Sequence[str]]  # a question -> ids of passages, best first

_STATUS = Path("/proc/self/status")


class Task(NamedTuple):
    """What to do; for asking, `passages` is empty: they are in the stored index."""

    model: str  # folder of the sentence-transformers model
    folder: str  # where the index is kept
    corpus: str  # the documents that the passages are cut from
    passages: list[dict[str, str]]  # `id` and `text`: the title and, below it, the passage
    warm_up: list[str]  # questions asked first; none of them is among the measured
    questions: list[str]
    count: int  # passages wanted for a question

    @property
    def texts(self) -> list[str]:
        return [passage["text"] for passage in self.passages]

    @property
    def ids(self) -> list[str]:
        return [passage["id"] for passage in self.passages]


def main(
    *distributions: str, prepare: Callable[[Task], Build], opened: Callable[[Task], Ask]
) -> None:
    """Do the task of standard input.

    :param distributions: whose versions are reported.
    :param prepare: loads the model; what it returns embeds the passages and stores the index.
    :param opened: opens the stored index.
    """
    say = _speaker()
    task = Task(**json.load(sys.stdin))
    if sys.argv[1] == "build":
        build = prepare(task)
        start = time.perf_counter()
        build()
        say({"seconds": time.perf_counter() - start})
        return
    ask = opened(task)
    say({"first": list(ask(task.warm_up[0]))})
    for question in task.warm_up[1:]:
        ask(question)
    found, seconds = [], []
    for question in task.questions:
        start = time.perf_counter()
        found.append(list(ask(question)))
        seconds.append(time.perf_counter() - start)
    say(
        {
            "seconds": seconds,
            "found": found,
            "megabytes": _megabytes(),
            "versions": [f"{name} {version(name)}" for name in distributions],
        }
    )


def _speaker() -> Callable[[dict[str, Any]], object]:
    """Writes to standard output, where nothing else can write from now on."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return lambda said: own.write(json.dumps(said) + "\n")


def _megabytes() -> float:
    """Peak of resident memory.

    `getrusage` would count, on Linux, the peak of the process that started this one as its own.
    """
    if _STATUS.exists():
        words = _STATUS.read_text().split()
        return int(words[words.index("VmHWM:") + 1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
