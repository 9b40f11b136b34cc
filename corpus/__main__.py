"""Command line of the corpus: check a folder of documents, or list what is in it."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from corpus.check import Finding, Report, check_corpus, loading_errors
from corpus.load import DEFAULT_CORPUS, load_corpus
from corpus.model import Corpus, CorpusError
from corpus.online import DOI_SERVICE, check_online

_EXAMPLES = """examples:
  python -m corpus check                       check the bundled documents
  python -m corpus check my_documents          check a folder of your own
  python -m corpus check my_documents --online compare its references with doi.org too
  python -m corpus check --json > report.json  the same report for a program
  python -m corpus list my_documents           what is in the folder, and what is skipped

exit codes: 0 done, 1 the check found a fault, 2 wrong arguments or a folder that cannot be read
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; results go to standard output, messages to standard error."""
    options = _parser().parse_args(arguments)
    try:
        corpus = load_corpus(options.folder)
    except CorpusError as error:
        for each in loading_errors(options.folder) or (error,):
            print(_shown(f"error: {each}"), file=sys.stderr)
        return 2
    if options.command == "list":
        return _list(corpus)
    more: tuple[Finding, ...] = ()
    if options.online:
        print(f"Looking up the DOIs at {options.doi_service} ...", file=sys.stderr)
        more = check_online(corpus, service=options.doi_service)
    return _check(corpus, check_corpus(corpus, more=more), as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m corpus", description=__doc__, epilog=_EXAMPLES, formatter_class=shape
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in (
        ("check", "find faults (exit code 1) and things to look at"),
        ("list", "show the documents, and the files that are skipped"),
    ):
        command = commands.add_parser(
            name, help=purpose, description=purpose, epilog=_EXAMPLES, formatter_class=shape
        )
        command.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=DEFAULT_CORPUS,
            metavar="DIR",
            help="the folder with the documents (default: the bundled ones)",
        )
        if name == "check":
            _add_check_options(command)
    return parser


def _add_check_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--online",
        action="store_true",
        help="also compare title and year of each reference with what doi.org has; "
        "sends the DOIs and nothing else",
    )
    command.add_argument("--json", action="store_true", help="write the report as JSON")
    command.add_argument(
        "--doi-service", type=_web_address, default=DOI_SERVICE, help=argparse.SUPPRESS
    )


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{value!r} is no http(s) address")
    return value.rstrip("/")


def _check(corpus: Corpus, report: Report, *, as_json: bool) -> int:
    if as_json:
        content = {
            "corpus": corpus.name,
            "digest": corpus.digest,
            "faults": report.faults,
            "notes": report.notes,
            **asdict(report),
        }
        print(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        _print_report(report)
    return 1 if report.faults else 0


def _print_report(report: Report) -> None:
    head = ("id", "words", "grade", "sections", "passages", "citations", "reviewed", "findings")
    rows = [
        (
            row.id,
            str(row.words),
            "-" if row.grade is None else f"{row.grade:.1f}",
            str(row.sections),
            str(row.passages),
            f"{row.resolved}/{row.citations}",
            row.reviewed or "-",
            str(row.findings),
        )
        for row in report.documents
    ]
    _print_table(head, rows, to_the_right=(1, 2, 3, 4, 5, 7))
    print()
    for finding in report.findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        mark = "fault" if finding.fault else "note "
        print(_shown(f"{mark} {place}: {finding.kind}: {finding.text}"))
    print(f"{len(rows)} documents, {report.faults} faults, {report.notes} notes")


def _list(corpus: Corpus) -> int:
    summaries = check_corpus(corpus).documents
    rows = [
        (
            document.id,
            document.title,
            document.source.language or "-",
            document.source.review_status or "-",
            str(summary.sections),
            str(summary.words),
            document.file,
        )
        for document, summary in zip(corpus.documents, summaries, strict=True)
    ]
    head = ("id", "title", "language", "review status", "sections", "words", "file")
    _print_table(head, rows, to_the_right=(4, 5))
    for skipped in corpus.skipped:
        print(_shown(f"skipped {skipped.file}: {skipped.reason}"))
    return 0


def _print_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, to_the_right: Sequence[int]
) -> None:
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (
            cell.rjust(width) if number in to_the_right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print(_shown("  ".join(cells).rstrip()))


def _shown(line: str) -> str:
    """A line of a stranger's words, without characters that could steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
