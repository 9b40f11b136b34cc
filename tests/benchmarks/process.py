"""Time and memory of a program in a process of its own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.data import PROJECT


class Measured(NamedTuple):
    """Seconds on the clock, peak resident megabytes, and seconds of all processors together.

    On a machine that does other things as well only the last are about this process.
    """

    seconds: float
    megabytes: float
    processor: float


def measured(arguments: Sequence[str], work: Path, *, given: str = "") -> Measured:
    """Run Python, and measure it together with the processes that it starts.

    Linux counts the peak of the process that starts another as the other's own, so this one
    must stay smaller than what it measures.

    :param given: what it reads from standard input; what it writes is in `said.txt` in `work`.
    """
    (work / "given.txt").write_text(given, encoding="utf-8")
    with (work / "given.txt").open() as source, (work / "said.txt").open("w") as target:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=PROJECT, stdin=source, stdout=target
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"python {' '.join(arguments)} ended with {process.returncode}")
    return Measured(seconds, megabytes(usage), usage.ru_utime + usage.ru_stime)


def megabytes(usage: resource.struct_rusage) -> float:
    """The peak of resident memory."""
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
