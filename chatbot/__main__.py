"""`python -m chatbot`: ask from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from chatbot.answer import Answer
from chatbot.bot import DEFAULT_COUNT, MOST_PASSAGES, Chatbot
from corpus.command_line import folder, run, say
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


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        bot = Chatbot.open(
            options.corpus,
            store=options.store,
            encoder=load_encoder(options.model),
            build=not options.no_build,
            report=say,
        )
    except (CorpusError, UnusableIndex, BuildError, ModelError) as error:
        say(f"error: {error}")
        return 2
    several = not options.question and sys.stdin is not None and not sys.stdin.isatty()
    for question in _questions(options.question):
        answer = bot.ask(question, k=options.k)
        if several and not options.json:  # tell one answer from the next
            print(f"=== {answer.question}\n")
        _print(answer, as_json=options.json)
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
        type=folder,
        default=DEFAULT_CORPUS,
        metavar="DIR",
        help="folder of documents (default: the bundled ones on exercise and nerve pain)",
    )
    parser.add_argument(
        "--store", type=folder, default=DEFAULT_STORE, metavar="DIR", help="where indexes are kept"
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
    if sys.stdin is None:
        return
    if sys.stdin.isatty():
        yield from _prompted()
    else:
        yield from (line.rstrip("\n") for line in sys.stdin)


def _prompted() -> Iterator[str]:
    say("Type a question and press Enter. An empty line ends.")
    while True:
        # Not by input(), which prompts on standard output, where the answers go.
        print("> ", end="", file=sys.stderr, flush=True)
        question = sys.stdin.readline().strip()
        if not question:
            return
        yield question


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False), flush=True)
    else:
        print(answer, flush=True)


if __name__ == "__main__":
    run(main)
