# ruff: noqa: T201
"""A folder of pages from files to answer, and again after a change; the readers' speed.

MedQuAD is written as a page of HTML a document. Every step is a command in a process of its own.
The readers read the real files of the data folder, as a build does: in a process with limits.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

from corpus.limits import LimitedReading
from corpus.model import CorpusError
from index import IndexFolder
from tests.benchmarks import medquad
from tests.benchmarks.data import MissingData, Options
from tests.benchmarks.figures import table
from tests.benchmarks.process import measured, megabytes

_CHANGED = 10
_GOAL = 0.02
_RUNS = 3  # of the readers
# Its own peak, which is less than what this process has taken before.
_READ = (
    "import sys, pathlib; from corpus.readers import LIMITED\n"
    "path = pathlib.Path(sys.argv[1]); LIMITED[path.suffix.lower()](path, path.name)\n"
    "status = pathlib.Path('/proc/self/status').read_text().split()\n"
    "print(int(status[status.index('VmHWM:') + 1]) * 1024 / 1e6)"
)


def run(options: Options) -> None:
    """Measure both parts, or those of `--only`: pages, readers."""
    parts = {"pages": _pages, "readers": _readers}
    for name in options.only or parts:
        parts[name](options)
        print()


def _pages(options: Options) -> None:
    chosen, asked = medquad.rows(options)
    folder = medquad.write_pages(options.work / "pages", chosen)
    # The first build of a store exports the model; that is done here, on one page.
    one = medquad.write_pages(options.work / "page", chosen[:1])
    question, count = asked[0]["question"], len(chosen)
    changed = chosen[:: max(1, count // _CHANGED)][:_CHANGED]
    del chosen, asked
    measured(["-m", "index", "build", *_where(one, options)], options.work)
    load = measured(["-m", "corpus", "list", str(folder)], options.work)
    build = measured(["-m", "index", "build", *_where(folder, options)], options.work)
    ask = ["-m", "chatbot", "--json", "--no-build", *_where(folder, options), question]
    first = measured(ask, options.work)
    manifest = IndexFolder.of(folder, options.store).manifest()
    for row in changed:
        _change(folder / f"{row['_id']}.html")
    again = measured(["-m", "index", "build", *_where(folder, options)], options.work)
    nothing = measured(["-m", "index", "build", *_where(folder, options)], options.work)
    size = sum(record.bytes for record in manifest.files.values()) / 1e6
    print(f"{count:,} pages, {manifest.passages:,} passages, index of {size:,.0f} MB\n")
    steps = {
        "load": load,
        "load and build": build,
        "open and answer 1": first,
        f"build, {len(changed)} pages changed": again,
        "build, nothing changed": nothing,
    }
    own = megabytes(resource.getrusage(resource.RUSAGE_SELF))
    table(
        ("", "seconds", "of the processors", "peak MB", "of the first build"),
        [
            (
                name,
                f"{one.seconds:,.1f}",
                f"{one.processor:,.1f}",
                f"{one.megabytes:,.0f}" if one.megabytes > own else "",
                f"{one.processor / build.processor:.1%}",
            )
            for name, one in steps.items()
        ],
    )
    print(f"\n(no peak: less than the {own:,.0f} MB of this process itself)")
    whole = build.seconds + first.seconds
    print(f"folder to answer: {whole:,.1f} s; goal after a change: {_GOAL:.0%}")


def _where(folder: Path, options: Options) -> list[str]:
    return ["--corpus", str(folder), "--store", str(options.store)]


def _change(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    more = "<p>Ask a nurse when you are not sure.</p></main>"
    page.write_text(text.replace("</main>", more), encoding="utf-8")


def _readers(options: Options) -> None:
    folders = (options.data / "parser_files", options.data / "jats")
    files = [file for folder in folders for file in folder.glob("*.*")]
    files.sort(key=lambda file: file.stat().st_size)
    rows = []
    for suffix in (".pdf", ".docx", ".html", ".xml"):
        own = [file for file in files if file.suffix == suffix]
        if not own:
            raise MissingData(f"no {suffix} files in {folders[0].parent}")
        rows.append(_read(suffix, own, options.work))
    head = ("format", "files", "read", "KB/s", "pages/s", "largest KB", "peak MB on it")
    table(head, rows)


def _read(suffix: str, files: list[Path], work: Path) -> tuple[str, ...]:
    """Figures of one format. What cannot be read (scanned, encrypted, empty) is left out."""
    with LimitedReading() as limited:
        readable = [file for file in files if _pages_of(file, limited) is not None]
        times = []
        for _ in range(_RUNS):
            start = time.perf_counter()
            pages = sum(_pages_of(file, limited) or 0 for file in readable)
            times.append(time.perf_counter() - start)
    seconds = min(times)  # whatever else the machine does can only take more
    kilobytes = [file.stat().st_size / 1000 for file in readable]
    measured(["-c", _READ, str(readable[-1])], work)
    peak = float((work / "said.txt").read_text())
    return (
        suffix.removeprefix("."),
        str(len(files)),
        str(len(readable)),
        f"{sum(kilobytes) / seconds:,.0f}",
        f"{pages / seconds:,.1f}" if pages else "",
        f"{kilobytes[-1]:,.0f}",
        f"{peak:,.0f}",
    )


def _pages_of(file: Path, limited: LimitedReading) -> int | None:
    """How many pages a file has, 0 in a format without pages; None where it cannot be read."""
    try:
        return len(limited.read(file, file.name).source.pages)
    except CorpusError:
        return None
