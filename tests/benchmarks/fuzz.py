# ruff: noqa: T201
"""Damaged PDF, Word, HTML and JATS files: crashes and hangs of the readers, and speed."""

from __future__ import annotations

from tests.benchmarks.data import Options
from tests.benchmarks.figures import table
from tests.corpus.fuzzing import try_damaged
from tests.corpus.mutations import damaged

_SUFFIXES = {"pdf": ".pdf", "docx": ".docx", "html": ".html", "jats": ".xml"}
_INPUTS = 10_000


def run(options: Options) -> None:
    """Damage and read `--inputs` files of each `--format`."""
    rows = []
    for name in options.only or _SUFFIXES:
        suffix = _SUFFIXES[name]
        inputs = damaged(suffix, options.limit or _INPUTS, more=options.data)
        tried = try_damaged(suffix, inputs, options.work)
        hangs = sum("seconds" in failure.failure for failure in tried.failures)
        rows.append(
            (
                name,
                f"{tried.inputs:,}",
                f"{tried.read:,}",
                f"{tried.refused:,}",
                f"{len(tried.failures) - hangs:,}",
                f"{hangs:,}",
                f"{tried.slowest:.2f}",
                f"{tried.inputs / tried.seconds:,.0f}",
            )
        )
        for failure in tried.failures[:20]:
            print(f"{name} {failure.number}: {failure.failure}", flush=True)
    head = ("format", "inputs", "read", "refused", "crashes", "hangs", "slowest s", "inputs/s")
    table(head, rows)
