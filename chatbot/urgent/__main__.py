"""`python -m chatbot.urgent`: what the red flags see in a message, and what decided."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from chatbot.understand.reader import Reader
from chatbot.urgent.flags import Judgement, RedFlags
from chatbot.urgent.passages import UrgentPassages
from chatbot.urgent.rules_file import RULES
from corpus.command_line import folder, run, say
from corpus.load import DEFAULT_CORPUS
from corpus.model import CorpusError
from index import (
    DEFAULT_MODEL,
    DEFAULT_STORE,
    BuildError,
    Index,
    ModelError,
    UnusableIndex,
    load_encoder,
)

_EXAMPLES = """examples:
  python -m chatbot.urgent "my chest feels tight"
  python -m chatbot.urgent < messages.txt               # a message a line
  python -m chatbot.urgent --red-flags my_red_flags.toml --corpus my_leaflets "I bleed a lot"

exit codes: 0 done, 2 the rules or the documents cannot be used
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        index = Index.open(
            options.corpus,
            store=options.store,
            encoder=load_encoder(DEFAULT_MODEL),
            report=say,
        )
        flags = RedFlags.open(options.red_flags, encoder=index.encoder, folder=options.store)
        UrgentPassages.of(index, flags.sections)
        if options.ship:
            flags.ship()
            return 0
    except (CorpusError, UnusableIndex, BuildError, ModelError, ValueError) as error:
        say(f"error: {error}")
        return 2
    reader = Reader.of(index)
    for message in _messages(options.message):
        print(message)
        for line in _told(flags.judged(message, spelt=reader.spelt(message))):
            print(f"  {line}")
    return 0


def _told(judgement: Judgement) -> Iterator[str]:
    """What is seen in a message, and what decided."""
    for flag in judgement.flags:
        yield f"{flag.name}: {flag.because or 'by the examples'}"
    if not judgement.flags:
        yield "nothing"
        yield from (f"this line fits, but the examples say harmless: {x}" for x in judgement.lines)
    if judgement.score is not None:
        yield f"score by the examples {judgement.score:.2f}, urgent from {judgement.bar:.2f}"
        for text, urgent in judgement.nearest:
            yield f"nearest {'urgent' if urgent else 'harmless'} example: {text}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chatbot.urgent",
        description="Checks the rules for red flags, and says what they see in a message.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("message", nargs="*", help="without one, a message a line is read")
    parser.add_argument("--red-flags", type=Path, default=RULES, metavar="FILE")
    parser.add_argument(
        "--ship",
        action="store_true",
        help="fit to the examples and write it beside the rules, so that no start has to",
    )
    parser.add_argument("--corpus", type=folder, default=DEFAULT_CORPUS, metavar="DIR")
    parser.add_argument("--store", type=folder, default=DEFAULT_STORE, metavar="DIR")
    return parser


def _messages(words: list[str]) -> Iterator[str]:
    if words:
        yield " ".join(words)
    else:
        yield from (line.strip() for line in sys.stdin if line.strip())


if __name__ == "__main__":
    run(main)
