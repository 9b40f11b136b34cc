"""`python -m index build|verify|info|push`: make, prove, describe and send an index."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Collection

from corpus.check.findings import MAX_REVIEW_YEARS
from corpus.check.review import is_due, last_date
from corpus.command_line import folder, run, say
from corpus.load import DEFAULT_CORPUS, corpus_digest
from corpus.model import CorpusError, Document
from index.build import BuildError, build_index
from index.calibration import Calibration
from index.disk.contents import read_contents
from index.disk.folder import DEFAULT_STORE, AskingRecord, IndexFolder
from index.encoding.encoder import DEFAULT_MODEL
from index.encoding.reference import load_encoder
from index.errors import ModelError, UnusableIndex
from index.server.milvus import ENGINE_HELP, engine
from index.server.push import push
from index.store import verify_index

_NAMED = 10  # documents that are due for review; a long list would hide the rest
_EXAMPLES = """examples:
  python -m index build                        # the bundled documents
  python -m index build --corpus my_leaflets   # again after a change: only what changed is read
  python -m index verify --corpus my_leaflets  # prove every passage against its document
  python -m index info --corpus my_leaflets
  python -m index push http://milvus.example:19530 --corpus my_leaflets  # for many servers

exit codes: 0 done, 1 verification failed, 2 bad arguments or unusable documents
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.action(options)
    except (CorpusError, BuildError, ModelError, UnusableIndex) as error:
        say(f"error: {error}")
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="Makes, proves, describes and sends the index of a folder of documents.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, action, text in (
        ("build", _build, "bring the index up to date"),
        ("verify", _verify, "prove the index against itself and the documents on disk"),
        ("info", _info, "say what is in the index"),
        ("push", _push, "copy the index to a Milvus server, and have it served from there"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(action=action)
        command.add_argument(
            "--corpus",
            type=folder,
            default=DEFAULT_CORPUS,
            metavar="DIR",
            help="folder of documents (default: the bundled ones)",
        )
        command.add_argument(
            "--store",
            type=folder,
            default=DEFAULT_STORE,
            metavar="DIR",
            help="where indexes are kept (default: %(default)s)",
        )
        if name == "build":
            command.add_argument(
                "--model", default=DEFAULT_MODEL, help="folder or hub name (default: %(default)s)"
            )
            command.add_argument(
                "--full", action="store_true", help="read and embed all again, changed or not"
            )
        if name == "push":
            command.add_argument("address", type=engine, metavar="ADDRESS", help=ENGINE_HELP)
            command.add_argument(
                "--full", action="store_true", help="copy it also if the server has it already"
            )
    return parser


def _build(options: argparse.Namespace) -> int:
    encoder = load_encoder(options.model)
    built = build_index(options.corpus, encoder, store=options.store, full=options.full, report=say)
    if built.unchanged:
        print(f"The index is up to date: {built.manifest.passages:,} passages.")
    else:
        print(
            f"Indexed {built.manifest.documents:,} documents, {built.manifest.passages:,} "
            f"passages, {built.embedded:,} of them embedded anew."
        )
    return 0


def _push(options: argparse.Namespace) -> int:
    pushed = push(
        options.corpus, options.address, store=options.store, full=options.full, report=say
    )
    if pushed.unchanged:
        print(f"{options.address.shown} has this index already, as {pushed.name!r}.")
    else:
        print(
            f"Pushed {pushed.manifest.documents:,} documents, {pushed.manifest.passages:,} "
            f"passages, to {options.address.shown} as {pushed.name!r}."
        )
    return 0


def _verify(options: argparse.Namespace) -> int:
    try:
        manifest = verify_index(options.corpus, store=options.store)
    except UnusableIndex as error:
        say(f"failed: {error}")
        return 1
    print(
        f"Verified: {manifest.passages:,} passages are slices of {manifest.documents:,} "
        f"documents as they are on disk; {len(manifest.files)} files have their recorded hashes."
    )
    return 0


def _info(options: argparse.Namespace) -> int:
    digest = corpus_digest(options.corpus)
    place = IndexFolder.of(options.corpus, options.store)
    contents = read_contents(place)
    manifest = contents.manifest
    documents = contents.documents.values()
    written = datetime.datetime.fromtimestamp((place.path / "manifest.json").stat().st_mtime)
    size = sum(record.bytes for record in manifest.files.values())
    rows = {
        "corpus": manifest.corpus,
        "corpus digest": manifest.corpus_digest,
        "up to date": "yes" if manifest.corpus_digest == digest else "no, the documents changed",
        "documents": f"{manifest.documents:,}",
        "dated": _dates(documents),
        "due for review": _due(documents, datetime.date.today()),
        "passages": f"{manifest.passages:,}",
        "language": manifest.language,
        "model": f"{manifest.model.name}, {manifest.model.precision}",
        "model sha256": manifest.model.fingerprint,
        "questions": _asking(manifest.asking),
        "size": f"{size / 1e6:,.1f} MB",
        "written": f"{written:%Y-%m-%d %H:%M}",
        "folder": str(place.path),
    }
    for name, value in rows.items():
        print(f"{name:14} {value}")
    _print_calibration(manifest.calibration)
    return 0


def _dates(documents: Collection[Document]) -> str:
    """The first and the last day on which documents were reviewed or published."""
    dates = sorted(date for document in documents if (date := last_date(document.source)))
    return f"from {dates[0]} to {dates[-1]}, {len(dates):,} documents" if dates else "none"


def _due(documents: Collection[Document], today: datetime.date) -> str:
    """The documents that somebody should look at again, the oldest first."""
    due = sorted(
        (last_date(document.source) or "no date", document.id)
        for document in documents
        if is_due(document.source, today)
    )
    if not due:
        return f"none is older than {MAX_REVIEW_YEARS} years"
    named = ", ".join(f"{name} ({date})" for date, name in due[:_NAMED])
    more = f", and {len(due) - _NAMED:,} more" if len(due) > _NAMED else ""
    return f"{len(due):,}: {named}{more}"


def _asking(record: AskingRecord) -> str:
    if not record.export:
        return f"embedded by sentence-transformers: {record.reason}"
    return f"embedded by its export, the same on {record.compared} texts"


_SOURCES = {
    "own questions": "fitted on questions that these documents are known to answer",
    "background": "weights as shipped, thresholds from questions that no document answers; give "
    "the documents a list of questions in their front matter to have it fitted on them",
    "general": "as shipped: these documents are too few, or not in English, to fit it on",
}


def _print_calibration(calibration: Calibration) -> None:
    """What each threshold gives, so that a strictness can be chosen."""
    print(f"{'confidence':14} {_SOURCES[calibration.source]}")
    for title, wrong, points in (
        ("answered from", "near misses answered", calibration.answered),
        ("related from", "other subjects shown", calibration.related),
    ):
        print(f"\n{title:14} {wrong:>22} {'answerable questions kept':>27}")
        for point in points:
            kept = "not measured" if point.rightly is None else f"{point.rightly:.1%}"
            print(f"{point.threshold:<14.3f} {point.wrongly:>22.1%} {kept:>27}")


if __name__ == "__main__":
    run(main)
