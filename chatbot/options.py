"""The options by which every command chooses documents and how to answer from them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from chatbot.bot import Chatbot
from chatbot.confidence import STRICTNESSES, Strictness
from chatbot.regions import region_of
from chatbot.urgent.rules_file import RULES
from corpus.command_line import folder, say
from corpus.model import CorpusError
from index import (
    DEFAULT_MODEL,
    DEFAULT_STORE,
    BuildError,
    ModelError,
    UnusableIndex,
    load_encoder,
)
from index.server.milvus import ENGINE_HELP, engine

# What `open_bot` raises for a user's mistake; each message says what to do.
UNUSABLE = (CorpusError, UnusableIndex, BuildError, ModelError)


def add_options(parser: argparse._ArgumentGroup | argparse.ArgumentParser) -> None:
    """Add the options that `open_bot` reads, and `--region`."""
    parser.add_argument(
        "--corpus",
        type=folder,
        metavar="DIR",
        help="folder of documents (default: the bundled ones on exercise and nerve pain)",
    )
    parser.add_argument(
        "--engine",
        type=engine,
        metavar="ADDRESS",
        help=f"ask an index that `python -m index push` has copied to a server: {ENGINE_HELP}",
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
        "--no-build",
        action="store_true",
        help="stop when the index is missing or out of date instead of building it",
    )
    parser.add_argument(
        "--strictness",
        type=_strictness,
        default="normal",
        metavar="S",
        help="low, normal or high, or the share of near misses that may be answered, such as 0.05 "
        "(default: %(default)s; `python -m index info` shows what each gives)",
    )
    parser.add_argument(
        "--red-flags",
        type=Path,
        default=RULES,
        metavar="FILE",
        help="rules by which emergencies are seen (default: the bundled ones)",
    )
    parser.add_argument(
        "--region",
        type=_region,
        default="",
        metavar="XX",
        help="country whose emergency number is named, in two letters: GB, US",
    )


def open_bot(
    options: argparse.Namespace,
    *,
    build: bool = True,
    thorough: bool = False,
    report: Callable[[str], None] = say,
) -> Chatbot:
    """The bot that the options describe.

    :param build: False finds an index that is there, whatever the options say.
    :param thorough: see `index.Index.open`.
    :raises CorpusError, UnusableIndex, BuildError, ModelError: see `Chatbot.open`.
    """
    return Chatbot.open(
        options.corpus,
        store=options.store,
        engine=options.engine,
        encoder=load_encoder(options.model),
        build=build and not options.no_build,
        thorough=thorough,
        report=report,
        strictness=options.strictness,
        red_flags=options.red_flags,
    )


def _strictness(text: str) -> Strictness | float:
    for name in STRICTNESSES:
        if text == name:
            return name
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        names = ", ".join(STRICTNESSES)
        raise argparse.ArgumentTypeError(f"{text!r} is none of {names}, nor a share such as 0.05")
    return share


def _region(text: str) -> str:
    try:
        region_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text
