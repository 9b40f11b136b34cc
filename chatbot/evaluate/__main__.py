"""`python -m chatbot.evaluate FILE.jsonl`: how well questions with known answers are answered."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chatbot.evaluate.cases import STATUSES, QuestionFileError, read_cases
from chatbot.evaluate.report import Report, evaluate
from chatbot.options import UNUSABLE, add_options, open_bot
from corpus.command_line import run, say
from corpus.load import DEFAULT_CORPUS

_EXAMPLES = """examples:
  python -m chatbot.evaluate tests/data/paraphrases.jsonl
  python -m chatbot.evaluate tests/data/urgent.jsonl
  python -m chatbot.evaluate tests/data/paraphrases.jsonl tests/data/heldback/near_misses.jsonl
  python -m chatbot.evaluate my_questions.jsonl --corpus my_leaflets --at-least hit_at_3=0.9

exit codes: 0 done, 1 a figure is beyond its bar, 2 bad arguments or unusable input
"""

_BARS = (
    "status_right", "hit_at_1", "hit_at_3", "mrr", "ndcg_at_10", "answered_and_right",
    "wrongly_answered", "sensitivity", "false_alarms", "auroc", "calibration_error",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        cases = [case for file in options.files for case in read_cases(file)]
        bot = open_bot(options)
        report = evaluate(bot, cases, corpus=options.corpus or DEFAULT_CORPUS)
    except (QuestionFileError, *UNUSABLE) as error:
        say(f"error: {error}")
        return 2
    print(json.dumps(asdict(report), indent=1) if options.json else _table(report))
    missed = [_missed(report, *bar, below=True) for bar in options.at_least]
    missed += [_missed(report, *bar, below=False) for bar in options.at_most]
    for sentence in filter(None, missed):
        say(sentence)
    return 1 if any(missed) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chatbot.evaluate",
        description="Asks every question of the files and says how well they were answered.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="questions, one JSON object a line"
    )
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
        bar = float(number)
    except ValueError:
        bar = math.nan
    if not 0 <= bar <= 1:
        raise argparse.ArgumentTypeError(f"{number!r} is no number from 0 to 1")
    return figure, bar


def _missed(report: Report, figure: str, bar: float, *, below: bool) -> str:
    """In what a figure misses its bar; "" if it does not. One that was not measured does."""
    value: float | None = getattr(report, figure)
    if value is None:
        return f"{figure} was not measured: the files hold no questions for it"
    if below and value < bar:
        return f"{figure} is {value}, below its bar"
    if not below and value > bar:
        return f"{figure} is {value}, above its bar"
    return ""


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
    for coverage, risk in report.risk_at_coverage.items():
        lines.append(f"{f'wrong of the surest {coverage:.0%}':28} {risk:.3f}")
    lines += ["", f"{'expected':12}" + "".join(f"{status:>12}" for status in STATUSES)]
    for expected, given in report.statuses.items():
        counts = "".join(f"{given.get(status, 0):>12}" for status in STATUSES)
        lines.append(f"{expected:12}{counts}")
    return "\n".join(lines)


if __name__ == "__main__":
    run(main)
