"""`python -m tests.benchmarks [NAME ...]`: measure and print tables; without a name, `compare`."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

from tests.benchmarks.data import DATA, PROJECT, MissingData, Options

NAMES = (
    "compare", "latency", "throughput", "precision", "retrieval", "scale", "search", "highlights",
    "refusal", "weights", "web", "understanding", "confidence", "start", "jats", "fuzz", "folder",
    "milvus", "million",
)  # fmt: skip
_DEFAULT = "compare"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in NAMES]:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}")
    if options.list:
        _list()
        return 0
    options.names = options.names or [_DEFAULT]
    if len(options.names) > 1:
        return _one_by_one(options)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        try:
            _module(options.names[0]).run(
                Options(
                    data=options.data,
                    work=work.resolve(),
                    limit=options.limit,
                    only=tuple(options.only),
                    plot=options.plot,
                )
            )
        except MissingData as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        print(f"\n({time.perf_counter() - start:,.0f} s)")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"what to measure (default: {_DEFAULT})"
    )
    parser.add_argument("--list", action="store_true", help="say what can be measured, and end")
    parser.add_argument(
        "--data", type=Path, default=DATA, metavar="DIR", help="data sets (default: %(default)s)"
    )
    parser.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="keep corpora, indexes and installed libraries here and use them again (default: a "
        "temporary folder)",
    )
    parser.add_argument(
        "--limit",
        "--inputs",
        type=int,
        metavar="N",
        help="at most N MedQuAD documents, for a quick run; for fuzz: N damaged files a format; "
        "for million: no more than N passages",
    )
    parser.add_argument(
        "--only",
        "--format",
        nargs="+",
        default=(),
        metavar="PART",
        help="these parts of a benchmark (web, folder), systems (compare), formats (fuzz) or sizes "
        "(million)",
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="for million: draw latency and recall as SVG"
    )
    return parser


def _list() -> None:
    print("usage: python -m tests.benchmarks [NAME ...] [--data DIR] [--work DIR] [--limit N]\n")
    for name in NAMES:
        print(f"  {name:15}{(_module(name).__doc__ or '').splitlines()[0]}")


def _one_by_one(options: argparse.Namespace) -> int:
    """Each in a process of its own, so that none inherits the memory or threads of another."""
    shared = ["--data", str(options.data)]
    shared += ["--work", str(options.work.resolve())] if options.work else []
    shared += ["--limit", str(options.limit)] if options.limit else []
    shared += ["--plot", str(options.plot.resolve())] if options.plot else []
    shared += ["--only", *options.only] if options.only else []
    for name in options.names:
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", "tests.benchmarks", name, *shared]
        if code := subprocess.run(command, cwd=PROJECT, check=False).returncode:
            return code
    return 0


def _module(name: str) -> ModuleType:
    """A module whose first line says what it measures, with a function `run(options)`."""
    return importlib.import_module(f"tests.benchmarks.{name}")


if __name__ == "__main__":
    sys.exit(main())
