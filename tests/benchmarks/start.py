# ruff: noqa: T201
"""From the command to the printed answer, over merely importing sentence-transformers."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np

from tests.benchmarks.data import PROJECT, Options
from tests.benchmarks.figures import table

_QUESTION = "Is walking safe if my feet are numb?"
_RUNS = 5
_GOAL = 0.25


def run(options: Options) -> None:
    """Start both in turn, each in a process of its own, after one question that fills the store."""
    where = ["--store", str(options.store)]
    ask = ["-m", "chatbot", "--no-build", *where, _QUESTION]
    ways = {
        "import sentence_transformers": ["-c", "import sentence_transformers"],
        "import torch": ["-c", "import torch"],
        "import numpy, faiss, onnxruntime": ["-c", "import numpy, faiss, onnxruntime, tokenizers"],
        "python -m chatbot QUESTION": ask,
    }
    _measured(["-m", "index", "build", *where])
    _measured(ask)
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for number in range(_RUNS):
        for name in sorted(ways, reverse=bool(number % 2)):
            measured[name].append(_measured(ways[name]))
    seconds = {name: np.array([one[0] for one in runs]) for name, runs in measured.items()}
    floor = seconds["import sentence_transformers"]
    table(
        (f"median of {_RUNS} processes", "seconds", "slowest", "peak MB", "ratio"),
        [
            (
                name,
                f"{np.median(seconds[name]):.2f}",
                f"{seconds[name].max():.2f}",
                f"{np.median([one[1] for one in runs]):.0f}",
                f"{np.median(seconds[name]) / np.median(floor):.2f}",
            )
            for name, runs in measured.items()
        ],
    )
    print(f"\ngoal: ratio {_GOAL}")


def _measured(arguments: list[str]) -> tuple[float, float]:
    """Run Python: seconds and peak resident megabytes.

    Linux counts the peak of the process that starts another as the other's own; this one imports
    nothing large.
    """
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=PROJECT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"python {' '.join(arguments)} ended with {process.returncode}")
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
