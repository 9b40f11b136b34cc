"""Command line of the corpus: check a folder of documents, list what is in it, or begin one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from corpus.check.findings import Finding, Report, Summary
from corpus.check.run import check_corpus
from corpus.command_line import folder, run, say
from corpus.init import write_sources
from corpus.load import DEFAULT_CORPUS, is_left_out, load_corpus, loading_errors
from corpus.model import Corpus, CorpusError
from corpus.online import DOI_SERVICE, check_online
from corpus.sources import SOURCES_FILE

_EXAMPLES = """examples:
  python -m corpus check                       check the bundled documents
  python -m corpus check my_documents          check a folder of your own
  python -m corpus check my_documents --online compare its references with doi.org too
  python -m corpus check --json > report.json  the same report for a program
  python -m corpus check --markdown            the table of documents for a README
  python -m corpus list my_documents           what is in the folder, and what is skipped
  python -m corpus init my_documents           write a sources.yaml to fill in

exit codes: 0 done, 1 the check found a fault or there is a sources.yaml already,
2 wrong arguments or a folder that cannot be read
"""

_TEXT_FIRST = (
    "Mend what is wrong with Markdown and text files, and with lists of sources, references and "
    "questions: nothing is read before. PDF, Word, HTML and XML files that cannot be read are "
    "left out, and the others are read."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; results go to standard output, messages to standard error."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "init":
            return _init(options.folder)
        corpus = load_corpus(options.folder)
    except CorpusError as error:
        _say_all(loading_errors(options.folder) or (error,))
        return 2
    if options.command == "list":
        return _list(corpus)
    more: tuple[Finding, ...] = ()
    if options.online:
        say(f"Looking up the DOIs at {options.doi_service} ...")
        more = check_online(corpus, service=options.doi_service)
    report = check_corpus(corpus, more=more)
    if options.json:
        _print_json(corpus, report)
    elif options.markdown:
        _print_markdown(report.documents)
    else:
        _print_report(report)
    return 1 if report.faults else 0


def _say_all(errors: Sequence[CorpusError]) -> None:
    for error in errors:
        say(_shown(f"error: {error}"))
    if 0 < sum(map(is_left_out, errors)) < len(errors):
        say(_TEXT_FIRST)


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m corpus", description=__doc__, epilog=_EXAMPLES, formatter_class=shape
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in (
        ("check", "find faults (exit code 1) and things to look at"),
        ("list", "show the documents, and the files that are skipped"),
        ("init", "write a sources.yaml to fill in, with what the files say of themselves"),
    ):
        command = commands.add_parser(
            name, help=purpose, description=purpose, epilog=_EXAMPLES, formatter_class=shape
        )
        command.add_argument(
            "folder",
            nargs=None if name == "init" else "?",
            type=folder,
            default=DEFAULT_CORPUS,
            metavar="DIR",
            help="the folder with the documents"
            + ("" if name == "init" else " (default: the bundled ones)"),
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
    shape = command.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="write the report as JSON")
    shape.add_argument(
        "--markdown",
        action="store_true",
        help="write just the table of documents, as a Markdown table",
    )
    command.add_argument(
        "--doi-service", type=_web_address, default=DOI_SERVICE, help=argparse.SUPPRESS
    )


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{value!r} is no http(s) address")
    return value.rstrip("/")


def _print_json(corpus: Corpus, report: Report) -> None:
    content = {
        "corpus": corpus.name,
        "digest": corpus.digest,
        "faults": report.faults,
        "notes": report.notes,
        **asdict(report),
    }
    print(json.dumps(content, ensure_ascii=False, indent=2))


def _print_report(report: Report) -> None:
    head = (
        "id",
        "words",
        "grade",
        "sections",
        "passages",
        "citations",
        "reviews/trials",
        "reviewed",
        "findings",
    )
    rows = [
        (
            row.id,
            str(row.words),
            _grade(row),
            str(row.sections),
            str(row.passages),
            f"{row.resolved}/{row.citations}",
            _reviews_and_trials(row),
            row.reviewed or "-",
            str(row.findings),
        )
        for row in report.documents
    ]
    _print_table(head, rows, to_the_right=(1, 2, 3, 4, 5, 6, 8))
    print()
    for finding in report.findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        mark = "fault" if finding.fault else "note "
        print(_shown(f"{mark} {place}: {finding.kind}: {finding.text}"))
    print(f"{len(rows)} documents, {report.faults} faults, {report.notes} notes")


def _print_markdown(documents: Iterable[Summary]) -> None:
    print("| document | words | grade | citations | reviews and trials | reviewed |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for row in documents:
        cells = (
            row.id.replace("|", "\\|"),
            str(row.words),
            _grade(row),
            f"{row.resolved}/{row.citations}",
            _reviews_and_trials(row),
            row.reviewed or "-",
        )
        print(_shown(f"| {' | '.join(cells)} |"))


def _grade(row: Summary) -> str:
    return "-" if row.grade is None else f"{row.grade:.1f}"


def _reviews_and_trials(row: Summary) -> str:
    share = row.from_reviews_and_trials
    return "-" if share is None else f"{share:.0%}"


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


def _init(folder: Path) -> int:
    written, files = write_sources(folder)
    if written:
        say(_shown(f"wrote {written}: fill it in, then run python -m corpus check {folder}"))
        return 0
    if (folder / SOURCES_FILE).exists():
        say(_shown(f"{folder / SOURCES_FILE} is there already and is left as it is"))
        for file in files:
            print(_shown(f"no entry: {file}"))
        return 1
    say("every document has front matter, so no sources.yaml is needed")
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
    run(main)
