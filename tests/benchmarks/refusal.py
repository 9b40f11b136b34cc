# ruff: noqa: T201
"""How often each kind of question is answered, and how often it is refused, as it should be."""

from __future__ import annotations

import random
from collections import Counter

from chatbot import Chatbot
from tests.benchmarks.data import Options, bundled_index, bundled_questions, read_jsonl
from tests.benchmarks.figures import table

_SAMPLE = 150
_STATUSES = ("answered", "related", "not_found", "urgent")
# Questions that the bundled documents do not answer, but for a few by chance.
_FOREIGN = (
    ("kqa", "kqa/questions_1212.jsonl", "text"),
    ("medquad without answer", "medquad/questions_without_answer.jsonl", "question"),
    ("meqsum", "meqsum/queries.jsonl", "text"),
    ("clinc150 out of scope", "clinc150/oos_train.jsonl", "text"),
    ("clinc150 small talk", "clinc150/small_talk.jsonl", "text"),
)


def run(options: Options) -> None:
    """Ask the bundled corpus questions of its own and questions from elsewhere."""
    index = bundled_index(options)
    bot = Chatbot(index)
    sets = {
        "listed by the documents (tuned on)": [asked.question for asked in bundled_questions(index)]
    }
    sets |= _foreign(options)
    rows = []
    for name, questions in sets.items():
        statuses = Counter(bot.ask(question).status for question in questions)
        shares = (f"{statuses[status] / len(questions):.3f}" for status in _STATUSES)
        rows.append((name, len(questions), *shares))
    print("share of questions by status of the answer\n")
    table(("questions", "number", *_STATUSES), rows)


def _foreign(options: Options) -> dict[str, list[str]]:
    """A fixed sample of each set, without the questions that the thresholds were set on."""
    seen, draw = random.Random(0), random.Random(1)
    samples = {}
    for name, file, field in _FOREIGN:
        questions = [row[field] for row in read_jsonl(options, file)]
        if not name.startswith("clinc150"):  # of those the thresholds' set was another file
            used = set(seen.sample(questions, _SAMPLE))
            questions = [question for question in questions if question not in used]
        questions = list(dict.fromkeys(questions))
        samples[name] = draw.sample(questions, min(_SAMPLE, len(questions)))
    return samples
