"""`python -m chatbot`: ask from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from chatbot.answer import Answer
from chatbot.bot import DEFAULT_COUNT, MOST_PASSAGES, Chatbot
from chatbot.options import UNUSABLE, add_options, open_bot
from corpus.command_line import run, say

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
        _answer(open_bot(options), options)
    except UNUSABLE as error:
        say(f"error: {error}")
        return 2
    return 0


def _answer(bot: Chatbot, options: argparse.Namespace) -> None:
    several = not options.question and sys.stdin is not None and not sys.stdin.isatty()
    for question in _questions(options.question):
        answer = bot.ask(question, k=options.k, region=options.region, exactly=options.exactly)
        if several and not options.json:  # tell one answer from the next
            print(f"=== {answer.question}\n")
        _print(answer, as_json=options.json)


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
    add_options(parser)
    parser.add_argument(
        "-k",
        type=_count,
        default=DEFAULT_COUNT,
        metavar="N",
        help=f"show at most N passages, 1 to {MOST_PASSAGES} (default: %(default)s)",
    )
    parser.add_argument(
        "--exactly",
        action="store_true",
        help="search for exactly these words: nothing mended, nothing added",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
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
