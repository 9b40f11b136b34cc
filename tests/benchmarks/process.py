"""Time and memory of a program in a process of its own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.data import PROJECT


def measured(arguments: Sequence[str], work: Path, *, given: str = "") -> tuple[float, float]:
    """Run Python: seconds and peak resident megabytes, of it or of a process that it started.

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
    return seconds, megabytes(usage)


def megabytes(usage: resource.struct_rusage) -> float:
    """The peak of resident memory."""
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
