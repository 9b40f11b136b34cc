"""How near a passage is to a question, and from where on it counts as an answer.

For now the measure is the dense score alone, brought to 0 to 1, against two fixed thresholds. It
orders answers well within a corpus but is not a probability. The thresholds were set on the
questions in the front matter of the bundled documents and on health questions of other fields;
`python -m tests.benchmarks refusal` shows what they give.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.answer import Status
from index.store import Hit

ANSWERED = 0.45
RELATED = 0.36


def confidence(hit: Hit) -> float:
    """Mean of the cosines of question and text and of question and heading, within 0 to 1."""
    return round(min(1.0, max(0.0, hit.dense / 2)), 4)


def near_enough(hits: Sequence[Hit]) -> tuple[Status, list[Hit]]:
    """What the answer may be called, and the hits that may be shown in it, in their order.

    Beside a passage that is near enough to answer, none is shown that is only related.
    """
    related = [(hit, sure) for hit in hits if (sure := confidence(hit)) >= RELATED]
    if answering := [hit for hit, sure in related if sure >= ANSWERED]:
        return "answered", answering
    return ("related" if related else "not_found"), [hit for hit, _ in related]
