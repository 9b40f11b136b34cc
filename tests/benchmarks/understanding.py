# ruff: noqa: T201
"""What spelling and everyday words do to answers: misspelt questions, sections found, time."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

import numpy as np

from chatbot.answer import Status
from chatbot.bot import SEARCHED
from chatbot.understand import Reader, Understood
from chatbot.urgent.flags import RedFlags
from corpus.model import Passage
from index import Hit, Index
from index.lexical import Tokenizer
from tests.benchmarks.data import PROJECT, Options, bundled_index, read_jsonl
from tests.benchmarks.figures import table

TUNING = PROJECT / "tests" / "data" / "spelling_tuning.jsonl"
_SEED = 20_261_122
_WARM_UP = 20
_MOST_BEYOND = 3  # milliseconds, median
_SHORTEST = 5  # letters of a word that is misspelt
_LETTERS = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Misspelt:
    """A question, and the same with one letter wrong in one word."""

    question: str
    misspelt: str


def run(options: Options) -> None:
    """Ask the held-back questions as they are, and each with one word misspelt by one letter."""
    index = bundled_index(options)
    rows = read_jsonl(options, str(PROJECT / "tests" / "data" / "paraphrases.jsonl"))
    report(index, rows, seed=_SEED)
    _report_people(index, read_jsonl(options, str(TUNING)))
    flags = RedFlags.open(encoder=index.encoder, folder=options.store)
    _report_time(index, flags, [row["question"] for row in rows])


def report(index: Index, rows: Sequence[dict[str, Any]], *, seed: int) -> None:
    """Print the tables for questions whose right sections are known."""
    reader = Reader.of(index)

    def read(question: str) -> Understood:
        return reader.read(question, (), _no_look)

    ways = {"as typed": Understood, "understood": read}
    pairs = list(misspellings([row["question"] for row in rows], reader, seed=seed))
    figures = []
    for name, way in ways.items():
        found = [_sections(index, way(row["question"])) for row in rows]
        changed = sum(
            _first(index, way(pair.question)).id != _first(index, way(pair.misspelt)).id
            for pair in pairs
        )
        right = [set(row["sections"]) for row in rows]
        shares = (
            np.mean(
                [
                    bool(wanted.intersection(names[:k]))
                    for names, wanted in zip(found, right, strict=True)
                ]
            )
            for k in (1, 3)
        )
        figures.append((name, *(f"{share:.3f}" for share in shares), f"{changed / len(pairs):.3f}"))
    print(f"{len(rows)} questions, {len(pairs)} misspellings of one letter (seed {seed})\n")
    table(("searched", "section first", "in first three", "misspelling changes first"), figures)
    print(f"\nmisspelt words put right {_put_right(reader, pairs):.3f}")
    times = [_milliseconds(lambda q=row["question"]: reader.read(q, (), _no_look)) for row in rows]
    middle, slow = np.percentile(times, (50, 95))
    print(f"time of understanding: median {middle:.2f} ms, 95th percentile {slow:.2f} ms")


def _report_people(index: Index, rows: Sequence[dict[str, Any]]) -> None:
    """Questions as people misspell them, with how they should be spelt; ways of mending were chosen
    on them.
    """
    reader = Reader.of(index)
    found: dict[str, list[tuple[bool, bool]]] = {}
    for row in rows:
        first = _first(index, Understood(row["meant"])).id
        ways = (Understood(row["question"]), reader.read(row["question"], (), _no_look))
        typed, understood = (
            first in [hit.passage.id for hit in _search(index, way, count=3)] for way in ways
        )
        found.setdefault(row["kind"], []).append((typed, understood))
    print(f"\n{len(rows)} questions misspelt by people: the first passage of the question spelt")
    print("right is among the first three\n")
    figures = [
        (kind, len(both), *(f"{share:.2f}" for share in np.mean(both, axis=0)))
        for kind, both in found.items()
    ]
    table(("", "questions", "as typed", "understood"), figures)
    print()


def _report_time(index: Index, flags: RedFlags, questions: Sequence[str]) -> None:
    """What red flags, reading and confidence take of the processor beyond a plain search."""
    reader = Reader.of(index)

    times = []
    for question in (*questions[:_WARM_UP], *questions):
        spelt = reader.spelt(question)
        vector = index.encoder.encode_question(spelt)  # which any search needs
        understood = Understood(question)

        def read(question: str = question) -> None:
            nonlocal understood
            mended = reader.spelt(question)
            reader.foreign_language(question)
            understood = reader.read(question, (), _no_look, spelt=mended)

        seen = _work(lambda: flags.seen(question, spelt=spelt, vector=vector))  # noqa: B023
        reading = _work(read)
        again = 0.0
        if understood.meant != spelt:
            again = _work(lambda: index.encoder.encode_question(understood.meant))  # noqa: B023
        words = understood.words
        vector = index.encoder.encode_question(understood.meant)
        plain = _work(lambda: index.search(words, count=SEARCHED, vector=vector))  # noqa: B023
        judged = _work(lambda: index.find(words, count=SEARCHED, vector=vector))  # noqa: B023
        times.append((seen, reading, max(0.0, judged - plain), again))
    parts = np.array(times[_WARM_UP:])
    names = ("red flags", "spelling, everyday words", "confidence", "second encoding")
    print("\nbeyond a plain search, ms of the processor for a question\n")
    rows = [
        (name, *(f"{value:.2f}" for value in np.percentile(column, (50, 95))))
        for name, column in zip(
            (*names, "all but the second encoding", "all"),
            (*parts.T, parts[:, :3].sum(axis=1), parts.sum(axis=1)),
            strict=True,
        )
    ]
    table(("", "median", "p95"), rows)
    print(f"\ngoal: {_MOST_BEYOND} ms; questions encoded twice: {np.mean(parts[:, 3] > 0):.0%}")


def misspellings(questions: Sequence[str], reader: Reader, *, seed: int) -> Iterator[Misspelt]:
    """One content word of each question with a letter put in, left out, swapped or replaced."""
    draw = random.Random(seed)
    content = Tokenizer("en")
    for question in questions:
        words = [
            word
            for word in _LETTERS.finditer(question)
            if len(word[0]) >= _SHORTEST and content(word[0]) and reader.knows(word[0])
        ]
        if words:
            word = draw.choice(words)
            wrong = _one_letter_wrong(word[0], draw)
            yield Misspelt(question, question[: word.start()] + wrong + question[word.end() :])


def _one_letter_wrong(word: str, draw: random.Random) -> str:
    while True:
        place, letter = draw.randrange(len(word)), draw.choice(ascii_lowercase)
        before, at, after = word[:place], word[place], word[place + 1 :]
        wrong = draw.choice(
            (
                f"{before}{letter}{at}{after}",
                f"{before}{after}",
                f"{before}{after[:1]}{at}{after[1:]}",
                f"{before}{letter}{after}",
            )
        )
        if wrong.lower() != word.lower():
            return wrong


def _put_right(reader: Reader, pairs: Sequence[Misspelt]) -> float:
    """Share of the questions whose spelling comes out as that of the question spelt right."""
    spelt = reader.spelt
    return float(np.mean([spelt(p.misspelt).lower() == spelt(p.question).lower() for p in pairs]))


def _no_look(understood: Understood) -> Status:
    raise AssertionError("a question without history needs no search to be understood")


def _search(index: Index, question: Understood, *, count: int = 10) -> list[Hit]:
    vector = index.encoder.encode_question(question.meant)
    return index.search(question.words, count=count, vector=vector)


def _first(index: Index, question: Understood) -> Passage:
    return _search(index, question, count=1)[0].passage


def _sections(index: Index, question: Understood) -> list[str]:
    passages = [hit.passage for hit in _search(index, question)]
    return list(dict.fromkeys(" > ".join((p.document_id, *p.section[-1:])) for p in passages))


def _work(call: Callable[[], object]) -> float:
    """Milliseconds of this thread: on a machine with other work the clock says too much."""
    start = time.thread_time()
    call()
    return 1_000 * (time.thread_time() - start)


def _milliseconds(call: Any) -> float:
    start = time.perf_counter()
    call()
    return 1_000 * (time.perf_counter() - start)
