"""`python -m chatbot.evaluate FILE.jsonl`: how well questions with known answers are answered.

A line of the file is `{"question": ..., "expect": "answered", "sections": ["document > heading"]}`.
`expect` is the status wanted ("answered" when left out), "not_urgent" for any but "urgent", or
"not_answered" for "related" or "not_found". `sections` names the sections that answer; in their
place `pattern`, a regular expression, says what a right passage holds. Both are for answerable
questions only. `history` holds earlier questions, the latest last. `kind` and `language` are notes.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from chatbot.answer import Answer, Quote, Status
from chatbot.bot import MOST_PASSAGES, Chatbot
from chatbot.options import UNUSABLE, add_options, open_bot
from corpus.command_line import run, say
from corpus.load import DEFAULT_CORPUS, load_corpus
from corpus.model import Document
from index.evaluate import hit_rate, mean_reciprocal_rank, ndcg

_STATUSES: tuple[Status, ...] = get_args(Status)
Expected = Status | Literal["not_urgent", "not_answered"]
_EXPECTED: tuple[Expected, ...] = (*_STATUSES, "not_urgent", "not_answered")
_REFUSALS = ("related", "not_found")
Interval = tuple[float, float]
_EXAMPLES = """examples:
  python -m chatbot.evaluate tests/data/paraphrases.jsonl
  python -m chatbot.evaluate tests/data/urgent.jsonl
  python -m chatbot.evaluate my_questions.jsonl --corpus my_leaflets --at-least hit_at_3=0.9

exit codes: 0 done, 1 a figure is beyond its bar, 2 bad arguments or unusable input
"""

_BARS = (
    "status_right", "hit_at_1", "hit_at_3", "mrr", "ndcg_at_10", "answered_and_right",
    "wrongly_answered", "sensitivity", "false_alarms",
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
    history: tuple[str, ...] = ()
    kind: str = ""
    language: str = ""

    def is_right(self, quote: Quote) -> bool:
        """Whether a passage is one that answers."""
        if self.pattern:
            return re.search(self.pattern, quote.text) is not None
        return section_name(quote) in self.sections


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over a question file; shares and ranking measures from 0 to 1, higher is better.

    The ranking measures are None for a file without answerable questions. `answered_and_right` is
    the share of those called answered with a right passage among the first three;
    `wrongly_answered` the share of questions that are not to be answered and were (here lower is
    better). `sensitivity` is the
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
    answered_and_right: float | None
    answered_and_right_interval: Interval | None
    wrongly_answered: float | None
    wrongly_answered_interval: Interval | None
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
        lists = {name: found.get(name, []) for name in ("sections", "history")}
        for name, value in lists.items():
            if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
                raise ValueError(f"{name!r} must be a list of texts")
        case = Case(**{**found, **{name: tuple(value) for name, value in lists.items()}})
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
    right: list[bool] = []  # of the answerable questions
    milliseconds: list[float] = []
    bot.ask(cases[0].question)  # the first question pays for loading the model
    for number, case in enumerate(cases):
        start = time.perf_counter()
        answer = bot.ask(case.question, k=MOST_PASSAGES, history=case.history)
        milliseconds.append(1000 * (time.perf_counter() - start))
        answers.append(answer)
        statuses[case.expect][answer.status] += 1
        if case.sections or case.pattern:
            judgements[str(number)], rankings[str(number)] = _judged(case, answer)
            found = any(case.is_right(quote) for quote in answer.passages[:3])
            right.append(found and answer.status == "answered")
    refusable = statuses["not_answered"] + statuses["not_found"] + statuses["related"]
    urgent = statuses["urgent"]
    others = statuses["not_urgent"]
    quotes = [quote for answer in answers for quote in answer.passages]
    cited = [citation for quote in quotes for citation in quote.citations]
    return Report(
        questions=len(cases),
        status_right=_agreeing(statuses) / len(cases),
        hit_at_1=hit_rate(judgements, rankings, k=1) if judgements else None,
        hit_at_3=hit_rate(judgements, rankings, k=3) if judgements else None,
        mrr=mean_reciprocal_rank(judgements, rankings, k=10) if judgements else None,
        ndcg_at_10=ndcg(judgements, rankings, k=10) if judgements else None,
        answered_and_right=_share(sum(right), len(right)),
        answered_and_right_interval=interval(sum(right), len(right)),
        wrongly_answered=_share(refusable["answered"], refusable.total()),
        wrongly_answered_interval=interval(refusable["answered"], refusable.total()),
        sensitivity=_share(urgent["urgent"], urgent.total()),
        sensitivity_interval=interval(urgent["urgent"], urgent.total()),
        false_alarms=_share(others["urgent"], others.total()),
        false_alarms_interval=interval(others["urgent"], others.total()),
        statuses={status: dict(counts) for status, counts in statuses.items() if counts},
        verbatim_violations=sum(
            texts[quote.sha256][quote.start : quote.end] != quote.text for quote in quotes
        ),
        citations=len(cited),
        citations_resolved=sum(bool(citation.references) for citation in cited),
        milliseconds_median=statistics.median(milliseconds),
        milliseconds_p95=sorted(milliseconds)[int(0.95 * (len(milliseconds) - 1))],
    )


def _agreeing(statuses: Mapping[Expected, Counter[str]]) -> int:
    """How many answers have a status that was expected of them."""
    others, refused = statuses["not_urgent"], statuses["not_answered"]
    exact = sum(statuses[status][status] for status in _STATUSES)
    return exact + others.total() - others["urgent"] + sum(refused[s] for s in _REFUSALS)


def _share(successes: int, trials: int) -> float | None:
    return successes / trials if trials else None


def interval(successes: int, trials: int) -> Interval | None:
    """95 % confidence interval of a share, by Wilson's score; None without trials."""
    if not trials:
        return None
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
        bot = open_bot(options)
        report = evaluate(bot, cases, corpus=options.corpus)
    except (QuestionFileError, *UNUSABLE) as error:
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
    add_options(parser)
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
    lines = [
        f"{name:28} {shown(value)}"
        for name, value in rows
        if value is not None and not isinstance(value, dict)
    ]
    lines += ["", f"{'expected':12}" + "".join(f"{status:>12}" for status in _STATUSES)]
    for expected, given in report.statuses.items():
        counts = "".join(f"{given.get(status, 0):>12}" for status in _STATUSES)
        lines.append(f"{expected:12}{counts}")
    return "\n".join(lines)


if __name__ == "__main__":
    run(main)
