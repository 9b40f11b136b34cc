# ruff: noqa: T201
"""Time, memory and disk of an index of about 50,000 passages, each step in a fresh process."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from index import IndexFolder
from tests.benchmarks import medquad
from tests.benchmarks.data import PROJECT, Options
from tests.benchmarks.figures import table

# All of MedQuAD is 34,700 passages. Copies of its first answers with the sentences in reverse
# order, so that each is a text of its own, bring it to just under 50,000.
_COPIES = 7_100
_QUESTIONS = 100
_END = re.compile(r"(?<=[.?!])\s+")


def run(options: Options) -> None:
    """Build, open and ask with the command lines that people use."""
    chosen, asked = medquad.rows(options)
    copies = [_reversed(row) for row in chosen[: min(_COPIES, len(chosen))]]
    folder = medquad.write_corpus(options.work / "scale", [*chosen, *copies])
    questions = [row["question"] for row in asked[: _QUESTIONS + 1]]
    del chosen, copies, asked
    shutil.rmtree(IndexFolder.of(folder, options.store).path, ignore_errors=True)
    where = ["--corpus", str(folder), "--store", str(options.store)]

    built = _measured(["index", "build", *where], "", options.work)
    place = IndexFolder.of(folder, options.store)
    manifest = place.manifest()
    rate = manifest.passages / built[0]
    again = _measured(["index", "build", *where], "", options.work)
    ask = ["chatbot", "--json", "--no-build", *where]
    one = _measured(ask, questions[0], options.work)
    many = _measured(ask, "\n".join(questions), options.work)
    each = 1_000 * (many[0] - one[0]) / (len(questions) - 1)

    print(f"{len(manifest.documents):,} documents, {manifest.passages:,} passages")
    own = _megabytes(resource.getrusage(resource.RUSAGE_SELF))
    print(f"(this process itself: at most {own:,.0f} MB)\n")
    table(
        ("", "seconds", "peak MB", ""),
        [
            ("build", f"{built[0]:,.1f}", f"{built[1]:,.0f}", f"{rate:.1f} passages/s"),
            ("build, nothing changed", f"{again[0]:,.1f}", f"{again[1]:,.0f}", ""),
            ("open and answer 1", f"{one[0]:,.1f}", f"{one[1]:,.0f}", ""),
            ("open and answer 101", f"{many[0]:,.1f}", f"{many[1]:,.0f}", f"{each:.1f} ms each"),
        ],
    )
    print()
    sizes = {name: record.bytes / 1e6 for name, record in manifest.files.items()}
    sizes["manifest.json"] = (place.path / "manifest.json").stat().st_size / 1e6
    table(
        ("file", "MB"),
        [(name, f"{size:,.2f}") for name, size in [*sizes.items(), ("all", sum(sizes.values()))]],
    )


def _reversed(row: medquad.Row) -> medquad.Row:
    text = " ".join(reversed(_END.split(" ".join(row["answer"].split()))))
    return {**row, "_id": f"{row['_id']}-reversed", "answer": text}


def _measured(command: list[str], given: str, work: Path) -> tuple[float, float]:
    """Run `python -m COMMAND`: seconds and peak resident megabytes.

    Linux counts the peak of the process that starts another as the other's own, so this one
    must stay smaller than what it measures; its own peak is printed.
    """
    (work / "given.txt").write_text(given, encoding="utf-8")
    with (work / "given.txt").open() as source, (work / "said.txt").open("w") as target:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=PROJECT, stdin=source, stdout=target
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"python -m {' '.join(command)} ended with {process.returncode}")
    return seconds, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
