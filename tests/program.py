"""The web application as a process of its own, for tests and benchmarks."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_READY = re.compile(r"^Ready: (http://\S+/) ", re.MULTILINE)
_PATIENCE = 900  # seconds; an index may have to be built first


@dataclass(frozen=True)
class Program:
    """A running `python app.py`."""

    address: str  # "http://127.0.0.1:7860/"
    process: subprocess.Popen[bytes]
    log: Path  # what it wrote to standard error


@contextmanager
def running(log: Path, *options: str | Path) -> Iterator[Program]:
    """Start `python app.py` on a free port, wait until it is ready, and end it afterwards."""
    command = [sys.executable, "app.py", "--no-open", "--port", "0", *map(str, options)]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stderr=errors)
    try:
        yield Program(_address(process, log), process, log)
    finally:
        process.terminate()
        process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if found := _READY.search(log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.02)
    raise RuntimeError(f"app.py did not get ready:\n{log.read_text(encoding='utf-8')}")
