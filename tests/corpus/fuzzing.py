"""Reads damaged files and tells reasons for a refusal from failures of a reader."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from corpus.limits import LimitedReading
from corpus.model import CorpusError
from tests.corpus.spans import assert_spans_lie_in_the_text

_FAILURES = ("it cannot be parsed", "reading it made the parser", "reading it takes")
SECONDS = 20.0  # for a file of a few kilobytes: more is a hang


@dataclass(frozen=True, slots=True)
class Damage:
    """An input, by its number, and what the reader did wrong with it."""

    number: int
    failure: str


@dataclass(slots=True)
class Tried:
    """What became of the inputs; `slowest` in seconds."""

    inputs: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    seconds: float = 0.0
    failures: list[Damage] = field(default_factory=list)


def try_damaged(suffix: str, inputs: Iterable[bytes], folder: Path) -> Tried:
    """Read each input in the process with limits; whatever is neither read nor refused fails."""
    tried = Tried()
    path = folder / f"damaged{suffix}"
    begin = time.perf_counter()
    with LimitedReading(seconds=SECONDS) as limited:
        for number, data in enumerate(inputs):
            path.write_bytes(data)
            start = time.perf_counter()
            tried.inputs += 1
            try:
                assert_spans_lie_in_the_text(limited.read(path, path.name))
                tried.read += 1
            except CorpusError as error:
                if error.problem.startswith(_FAILURES):
                    tried.failures.append(Damage(number, error.problem))
                else:
                    tried.refused += 1
            except AssertionError as error:
                tried.failures.append(Damage(number, f"spans: {error}"))
            tried.slowest = max(tried.slowest, time.perf_counter() - start)
    tried.seconds = time.perf_counter() - begin
    return tried
