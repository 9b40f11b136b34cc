"""`python -m chatbot`: ask from the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from chatbot.answer import Answer
from chatbot.bot import DEFAULT_COUNT, MOST_PASSAGES, Chatbot
from corpus.load import DEFAULT_CORPUS
from corpus.model import CorpusError
from index import (
    DEFAULT_MODEL,
    DEFAULT_STORE,
    BuildError,
    ModelError,
    UnusableIndex,
    load_encoder,
)

_EXAMPLES = """examples:
  python -m chatbot "Is walking safe if my feet are numb?"
  python -m chatbot --corpus my_leaflets -k 5 "Can I swim?"
  python -m chatbot --json < questions.txt > answers.jsonl
  python -m chatbot                       # asks you for questions, one by one

exit codes: 0 done (also when nothing was found), 2 bad arguments or unusable documents
"""

# A document's text is shown as it stands, but it must not steer the terminal.
_CONTROLS = dict.fromkeys({*range(32), *range(127, 160)} - {ord("\n"), ord("\t")}, "\ufffd")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a question in another encoding is no reason to stop
            stream.reconfigure(errors="replace")
    try:
        bot = Chatbot.open(
            options.corpus,
            store=options.store,
            encoder=load_encoder(options.model),
            build=not options.no_build,
            report=_report,
        )
    except (CorpusError, UnusableIndex, BuildError, ModelError) as error:
        _report(f"error: {error}")
        return 2
    try:
        for question in _questions(options.question):
            _print(bot.ask(question, k=options.k), as_json=options.json)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chatbot",
        description="Shows the passages of reviewed documents that answer a question, word for "
        "word, with their citations. It writes nothing of its own about health.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "question",
        nargs="*",
        help="the question; without one, a question a line from standard input",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        default=DEFAULT_CORPUS,
        metavar="DIR",
        help="folder of documents (default: the bundled ones on exercise and nerve pain)",
    )
    parser.add_argument(
        "--store", type=Path, default=DEFAULT_STORE, metavar="DIR", help="where indexes are kept"
    )
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="folder or hub name of a sentence-transformers model (default: %(default)s, packaged)",
    )
    parser.add_argument(
        "-k",
        type=_count,
        default=DEFAULT_COUNT,
        metavar="N",
        help=f"show at most N passages, 1 to {MOST_PASSAGES} (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--no-build",
        action="store_true",
        help="stop when the index is missing or out of date instead of building it",
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PASSAGES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_PASSAGES}")
    return int(text)


def _questions(words: list[str]) -> Iterator[str]:
    if words:
        yield " ".join(words)
        return
    if not sys.stdin.isatty():
        for line in sys.stdin:
            yield line.rstrip("\n")
        return
    _report("Type a question and press Enter. An empty line ends.")
    while True:
        try:
            question = input("> ")
        except EOFError:
            return
        if not question.strip():
            return
        yield question


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False), flush=True)
    else:
        print(str(answer).translate(_CONTROLS), flush=True)


def _report(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
