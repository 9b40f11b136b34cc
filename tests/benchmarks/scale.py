# ruff: noqa: T201
"""Time, memory and disk of an index of about 50,000 passages, each step in a fresh process."""

from __future__ import annotations

import re
import resource
import shutil
from pathlib import Path

from index import IndexFolder
from tests.benchmarks import medquad
from tests.benchmarks.data import Options
from tests.benchmarks.figures import table
from tests.benchmarks.process import measured, megabytes

# All of MedQuAD is 34,700 passages. Copies of its first answers with the sentences in reverse
# order, so that each is a text of its own, bring it to just under 50,000.
_COPIES = 7_100
_QUESTIONS = 100
_END = re.compile(r"(?<=[.?!])\s+")


def run(options: Options) -> None:
    """Build, open and ask with the command lines that people use."""
    folder, questions = corpus(options)
    questions = questions[: _QUESTIONS + 1]
    shutil.rmtree(IndexFolder.of(folder, options.store).path, ignore_errors=True)
    where = ["--corpus", str(folder), "--store", str(options.store)]

    built = measured(["-m", "index", "build", *where], options.work)
    place = IndexFolder.of(folder, options.store)
    manifest = place.manifest()
    rate = manifest.passages / built[0]
    again = measured(["-m", "index", "build", *where], options.work)
    ask = ["-m", "chatbot", "--json", "--no-build", *where]
    one = measured(ask, options.work, given=questions[0])
    many = measured(ask, options.work, given="\n".join(questions))
    each = 1_000 * (many[0] - one[0]) / (len(questions) - 1)

    print(f"{manifest.documents:,} documents, {manifest.passages:,} passages")
    own = megabytes(resource.getrusage(resource.RUSAGE_SELF))
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


def corpus(options: Options) -> tuple[Path, list[str]]:
    """The folder of documents, written anew, and the held-back questions."""
    chosen, asked = medquad.rows(options)
    copies = [_reversed(row) for row in chosen[: min(_COPIES, len(chosen))]]
    folder = medquad.write_corpus(options.work / "scale", [*chosen, *copies])
    return folder, [row["question"] for row in asked]


def _reversed(row: medquad.Row) -> medquad.Row:
    text = " ".join(reversed(_END.split(" ".join(row["answer"].split()))))
    return {**row, "_id": f"{row['_id']}-reversed", "answer": text}
