"""The systems that are compared: each builds and answers in a process of its own, and says how."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from tests.benchmarks.data import PROJECT
from tests.benchmarks.environments import CannotInstall, python_with, variables

_RIVALS = Path(__file__).parent / "rivals"
_PATIENCE = 3_600  # seconds for one build, or for all questions


class Failed(Exception):
    """A system that could not be installed, ended early, or said what cannot be read."""


@dataclass(frozen=True, slots=True)
class System:
    """A file of `tests/benchmarks/rivals`."""

    name: str
    label: str
    index_of: str = ""  # whose index it asks, where it builds none of its own

    def folder(self, work: Path) -> Path:
        """Where its index is kept."""
        return work / f"index-{self.index_of or self.name}"


@dataclass(frozen=True, slots=True)
class Asked:
    """How one process answered all questions."""

    first: float  # seconds from the command to the first answer
    seconds: tuple[float, ...]  # of each question, warm
    found: tuple[tuple[str, ...], ...]  # ids of passages, best first, for each question
    megabytes: float  # peak of resident memory
    versions: str


def python_of(system: System, environments: Path) -> Path:
    """The Python that has what a system needs: our own, unless it lists requirements.

    :raises Failed: they cannot be installed.
    """
    requirements = _RIVALS / f"{system.name}.txt"
    if not requirements.is_file():
        return Path(sys.executable)
    try:
        return python_with(requirements, environments)
    except CannotInstall as error:
        raise Failed(f"not installed: {error}") from error


def built(system: System, python: Path, task: dict[str, Any], work: Path) -> float:
    """Build the index anew: seconds, with the model loaded before.

    :raises Failed: it did not work, and why.
    """
    folder = system.folder(work)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _, lines = _run(system, python, "build", task, work)
    return float(_read(lines[0], "seconds"))


def asked(system: System, python: Path, task: dict[str, Any], work: Path) -> Asked:
    """Open the stored index and ask all questions, one at a time.

    :raises Failed: it did not work, and why.
    """
    first, lines = _run(system, python, "ask", {**task, "passages": []}, work)
    return answers(first, lines, questions=len(task["questions"]))


def answers(first: float, lines: Sequence[str], *, questions: int) -> Asked:
    """What a process said that was asked.

    :param first: seconds until its first line.
    :raises Failed: it did not say it.
    """
    if len(lines) != 2:
        raise Failed(f"said {len(lines)} lines, not 2")
    end = lines[1]
    seconds, found = _read(end, "seconds"), _read(end, "found")
    if not len(seconds) == len(found) == questions:
        raise Failed(f"answered {len(found)} of {questions} questions")
    return Asked(
        first=first,
        seconds=tuple(seconds),
        found=tuple(tuple(ids) for ids in found),
        megabytes=_read(end, "megabytes"),
        versions=", ".join(_read(end, "versions")),
    )


def _run(
    system: System, python: Path, action: str, task: dict[str, Any], work: Path
) -> tuple[float, Sequence[str]]:
    """Seconds from the command to its first line, and all its lines."""
    given, errors = work / "task.json", work / f"{system.name}-{action}.log"
    given.write_text(json.dumps({**task, "folder": str(system.folder(work))}), encoding="utf-8")
    command = [str(python), "-m", f"{__package__}.rivals.{system.name}", action]
    with given.open() as source, errors.open("w") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=PROJECT, env=variables(), stdin=source, stdout=subprocess.PIPE,
            stderr=log, text=True, encoding="utf-8",
        )  # fmt: skip
        assert process.stdout
        patience = Timer(_PATIENCE, process.kill)
        patience.daemon = True
        patience.start()
        line = process.stdout.readline()
        first = time.perf_counter() - start
        lines = [line, *process.stdout]
        code = process.wait()
        patience.cancel()
    if code or not line:
        said = errors.read_text(encoding="utf-8", errors="replace").split("\n")
        reason = next((text for text in reversed(said) if text.strip()), "")
        raise Failed(f"{action} ended with {code}: {reason.strip()}")
    return first, lines


def _read(line: str, name: str) -> Any:
    try:
        return json.loads(line)[name]
    except (ValueError, KeyError, TypeError):
        raise Failed(f"said no {name!r}: {line.strip()[:80]!r}") from None
