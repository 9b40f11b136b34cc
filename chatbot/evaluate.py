"""`python -m chatbot.evaluate FILE.jsonl`: how well questions with known answers are answered.

A line of the file is `{"question": ..., "expect": "answered", "sections": ["document > heading"]}`.
`expect` is the status wanted ("answered" when left out), or "not_urgent" for any but "urgent".
`sections` names the sections that answer; in their place `pattern`, a regular expression, says what
a right passage holds. Both are for answerable questions only. `kind` is a note to the reader.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from chatbot.answer import Answer, Quote, Status
from chatbot.bot import MOST_PASSAGES, Chatbot
from corpus.command_line import folder, run, say
from corpus.load import DEFAULT_CORPUS, load_corpus
from corpus.model import CorpusError, Document
from index import DEFAULT_STORE, BuildError, ModelError, UnusableIndex
from index.evaluate import hit_rate, mean_reciprocal_rank, ndcg

_STATUSES: tuple[Status, ...] = get_args(Status)
Expected = Status | Literal["not_urgent"]
_EXPECTED: tuple[Expected, ...] = (*_STATUSES, "not_urgent")
Interval = tuple[float, float]
_EXAMPLES = """examples:
  python -m chatbot.evaluate tests/data/paraphrases.jsonl
  python -m chatbot.evaluate tests/data/urgent.jsonl
  python -m chatbot.evaluate my_questions.jsonl --corpus my_leaflets --at-least hit_at_3=0.9

exit codes: 0 done, 1 a figure is beyond its bar, 2 bad arguments or unusable input
"""

_BARS = (
    "status_right", "hit_at_1", "hit_at_3", "mrr", "ndcg_at_10", "sensitivity", "false_alarms",
)  # fmt: skip


class QuestionFileError(Exception):
    """A question file that cannot be used: which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what its answer should be."""

    question: str
    expect: Expected = "answered"
    sections: tuple[str, ...] = ()
    pattern: str = ""
    kind: str = ""

    def is_right(self, quote: Quote) -> bool:
        """Whether a passage is one that answers."""
        if self.pattern:
            return re.search(self.pattern, quote.text) is not None
        return section_name(quote) in self.sections


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over a question file; shares and ranking measures from 0 to 1, higher is better.

    The ranking measures are None for a file without answerable questions. `sensitivity` is the
    share of urgent questions that were seen to be urgent, `false_alarms` the share of "not_urgent"
    ones that were called urgent (here lower is better); None for a file without such questions;
    with 95 % intervals. `statuses` counts answers as `{expected: {given: number}}`. `milliseconds`
    are those of `Chatbot.ask`.
    """

    questions: int
    status_right: float
    hit_at_1: float | None
    hit_at_3: float | None
    mrr: float | None
    ndcg_at_10: float | None
    sensitivity: float | None
    sensitivity_interval: Interval | None
    false_alarms: float | None
    false_alarms_interval: Interval | None
    statuses: dict[str, dict[str, int]]
    verbatim_violations: int
    citations: int
    citations_resolved: int
    milliseconds_median: float
    milliseconds_p95: float


def section_name(quote: Quote) -> str:
    """How a question file names a passage's section: "document > heading"."""
    return " > ".join((quote.document_id, *quote.section[-1:]))


def read_cases(path: Path) -> list[Case]:
    """Read a question file.

    :raises QuestionFileError: it cannot be read, or a line is not as this module describes.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileError(f"{path}: cannot be read ({error})") from None
    cases = [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise QuestionFileError(f"{path}: holds no question")
    return cases


def _case(path: Path, number: int, line: str) -> Case:
    try:
        found = json.loads(line)
        if not isinstance(found.get("sections", []), list):
            raise ValueError("'sections' must be a list")
        case = Case(**{**found, "sections": tuple(found.get("sections", ()))})
        re.compile(case.pattern)
    except (ValueError, TypeError, AttributeError, re.error) as error:
        raise QuestionFileError(f"{path}:{number}: {error}") from None
    if not isinstance(case.question, str) or case.expect not in _EXPECTED:
        raise QuestionFileError(
            f"{path}:{number}: needs a 'question' and an 'expect' of {', '.join(_EXPECTED)}"
        )
    return case


def evaluate(bot: Chatbot, cases: Sequence[Case], *, corpus: Path) -> Report:
    """Ask every question and compare. `corpus` is read again to check that quotes are verbatim.

    :raises QuestionFileError: a case names a section that the corpus does not have.
    """
    documents = load_corpus(corpus).documents
    _refuse_unknown_sections(cases, documents)
    # Red flags bring up the bundled document in any corpus.
    bundled = load_corpus(DEFAULT_CORPUS).documents
    texts = {document.sha256: document.text for document in (*bundled, *documents)}
    judgements: dict[str, dict[str, float]] = {}
    rankings: dict[str, list[str]] = {}
    statuses = {expected: Counter[str]() for expected in _EXPECTED}
    answers: list[Answer] = []
    milliseconds: list[float] = []
    bot.ask(cases[0].question)  # the first question pays for loading the model
    for number, case in enumerate(cases):
        start = time.perf_counter()
        answer = bot.ask(case.question, k=MOST_PASSAGES)
        milliseconds.append(1000 * (time.perf_counter() - start))
        answers.append(answer)
        statuses[case.expect][answer.status] += 1
        if case.sections or case.pattern:
            judgements[str(number)], rankings[str(number)] = _judged(case, answer)
    urgent = statuses["urgent"]
    others = statuses["not_urgent"]
    quotes = [quote for answer in answers for quote in answer.passages]
    cited = [citation for quote in quotes for citation in quote.citations]
    return Report(
        questions=len(cases),
        status_right=(sum(statuses[s][s] for s in _STATUSES) + others.total() - others["urgent"])
        / len(cases),
        hit_at_1=hit_rate(judgements, rankings, k=1) if judgements else None,
        hit_at_3=hit_rate(judgements, rankings, k=3) if judgements else None,
        mrr=mean_reciprocal_rank(judgements, rankings, k=10) if judgements else None,
        ndcg_at_10=ndcg(judgements, rankings, k=10) if judgements else None,
        sensitivity=urgent["urgent"] / urgent.total() if urgent else None,
        sensitivity_interval=interval(urgent["urgent"], urgent.total()) if urgent else None,
        false_alarms=others["urgent"] / others.total() if others else None,
        false_alarms_interval=interval(others["urgent"], others.total()) if others else None,
        statuses={status: dict(counts) for status, counts in statuses.items() if counts},
        verbatim_violations=sum(
            texts[quote.sha256][quote.start : quote.end] != quote.text for quote in quotes
        ),
        citations=len(cited),
        citations_resolved=sum(bool(citation.references) for citation in cited),
        milliseconds_median=statistics.median(milliseconds),
        milliseconds_p95=sorted(milliseconds)[int(0.95 * (len(milliseconds) - 1))],
    )


def interval(successes: int, trials: int) -> Interval:
    """95 % confidence interval of a share, by Wilson's score."""
    z = 1.959964
    share = successes / trials
    middle = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2)
    scale = 1 + z * z / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _refuse_unknown_sections(cases: Sequence[Case], documents: Sequence[Document]) -> None:
    known = {
        " > ".join((document.id, *section.path[-1:]))
        for document in documents
        for section in document.sections
    }
    for case in cases:
        for section in case.sections:
            if section not in known:
                raise QuestionFileError(
                    f"{case.question!r}: the documents have no section {section!r}. Write it as "
                    "'document id > heading'"
                )


def _judged(case: Case, answer: Answer) -> tuple[dict[str, float], list[str]]:
    """What is right, and what was found, in names that both share.

    A section in several passages counts once, where it first stands. Of a pattern it is only
    known which of the passages found are right, so those, and at least one, are all there is.
    """
    if not case.pattern:
        found = dict.fromkeys(section_name(quote) for quote in answer.passages)
        return dict.fromkeys(case.sections, 1.0), list(found)
    names = [str(quote.number) for quote in answer.passages]
    right = [str(quote.number) for quote in answer.passages if case.is_right(quote)]
    return dict.fromkeys(right or ["none found"], 1.0), names


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        cases = read_cases(options.file)
        bot = Chatbot.open(options.corpus, store=options.store, report=say)
        report = evaluate(bot, cases, corpus=options.corpus)
    except (QuestionFileError, CorpusError, UnusableIndex, BuildError, ModelError) as error:
        say(f"error: {error}")
        return 2
    print(json.dumps(asdict(report), indent=1) if options.json else _table(report))
    missed = [f for f, bar in options.at_least if not (getattr(report, f) or 0.0) >= bar]
    for figure in missed:
        say(f"{figure} is {getattr(report, figure)}, below its bar")
    exceeded = [f for f, bar in options.at_most if not (getattr(report, f) or 0.0) <= bar]
    for figure in exceeded:
        say(f"{figure} is {getattr(report, figure)}, above its bar")
    return 1 if missed or exceeded else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chatbot.evaluate",
        description="Asks every question of a file and says how well they were answered.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="questions, one JSON object a line")
    parser.add_argument("--corpus", type=folder, default=DEFAULT_CORPUS, metavar="DIR")
    parser.add_argument("--store", type=folder, default=DEFAULT_STORE, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object")
    parser.add_argument(
        "--at-least",
        type=_bar,
        action="append",
        default=[],
        metavar="FIGURE=NUMBER",
        help="exit with 1 when a figure is lower, for example hit_at_3=0.9",
    )
    parser.add_argument(
        "--at-most",
        type=_bar,
        action="append",
        default=[],
        metavar="FIGURE=NUMBER",
        help="exit with 1 when a figure is higher, for example false_alarms=0.05",
    )
    return parser


def _bar(text: str) -> tuple[str, float]:
    figure, _, number = text.partition("=")
    if figure not in _BARS:
        raise argparse.ArgumentTypeError(f"{figure!r} is no figure from 0 to 1 of the report")
    try:
        return figure, float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{number!r} is no number") from None


def _table(report: Report) -> str:
    def shown(value: Any) -> str:
        if isinstance(value, tuple):
            return " to ".join(shown(bound) for bound in value)
        return f"{value:.3f}" if isinstance(value, float) else str(value)

    rows = [(name.replace("_", " "), value) for name, value in asdict(report).items()]
    lines = [f"{name:22} {shown(value)}" for name, value in rows if not isinstance(value, dict)]
    lines += ["", f"{'expected':12}" + "".join(f"{status:>12}" for status in _STATUSES)]
    for expected, given in report.statuses.items():
        counts = "".join(f"{given.get(status, 0):>12}" for status in _STATUSES)
        lines.append(f"{expected:12}{counts}")
    return "\n".join(lines)


if __name__ == "__main__":
    run(main)
