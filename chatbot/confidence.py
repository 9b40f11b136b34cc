"""From which probability on an answer may be called one, and what may be shown in it.

The probabilities come with the hits (`Index.find`). The thresholds on them are read from the
curve that was measured when the index was built, for an error that the reader of the answers can
bear: `low` strictness answers more and is wrong more often, `high` the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from chatbot.answer import Status
from index import Calibration, Found, Hit, threshold

Strictness = Literal["low", "normal", "high"]

STRICTNESSES: tuple[Strictness, ...] = get_args(Strictness)
# Share of near misses (on the subject, but not answered by the documents) that may be answered.
NEAR_MISSES_ANSWERED = {"low": 0.15, "normal": 0.1, "high": 0.04}
# Share of questions about something else that may get any passage at all.
ELSEWHERE_SHOWN = {"low": 0.05, "normal": 0.02, "high": 0.01}
# An earlier question brings passages with it, whatever the new one asks. At this share of the error
# on the curve, which is of whole questions, follow-ups for tuning were wrongly answered as often.
_JOINED = 0.7
# A passage this much less likely to answer than the first is not shown beside it.
_LEAST_SHARE = 0.05
_AS_NEAR = 0.95


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From `answered` on a question counts as answered, one that was taken together with an
    earlier one from `joined` on, and from `related` on it is on the subject.
    """

    answered: float
    joined: float
    related: float

    @classmethod
    def of(cls, calibration: Calibration, strictness: Strictness | float = "normal") -> Thresholds:
        """Thresholds for a strictness, or for a share of near misses that may be answered.

        :raises ValueError: no such strictness, or a share outside 0 to 1.
        """
        if isinstance(strictness, str):
            if strictness not in STRICTNESSES:
                raise ValueError(
                    f"strictness must be {', '.join(STRICTNESSES)} or a share, not {strictness!r}"
                )
            wrongly, shown = NEAR_MISSES_ANSWERED[strictness], ELSEWHERE_SHOWN[strictness]
        else:
            if not 0 < strictness < 1:
                raise ValueError(f"the share must be between 0 and 1, not {strictness}")
            wrongly, shown = strictness, ELSEWHERE_SHOWN["normal"]
        return cls(
            answered=threshold(calibration.answered, wrongly),
            joined=threshold(calibration.answered, _JOINED * wrongly),
            related=threshold(calibration.related, shown),
        )


def status_of(found: Found, thresholds: Thresholds, *, joined: bool = False) -> Status:
    """What the answer may be called; never "urgent", which is not a matter of searching.

    :param joined: the question was taken together with an earlier one.
    """
    if found.hits and found.answers >= (thresholds.joined if joined else thresholds.answered):
        return "answered"
    return "related" if found.hits and found.subject >= thresholds.related else "not_found"


def worth_showing(hit: Hit, first: Hit) -> bool:
    """Whether a passage may be shown beside the first one of an answer.

    One that is nearly as near as the first is shown in any case: in a corpus of a few passages
    the differences between their scores say little.
    """
    sure = hit.confidence >= _LEAST_SHARE * first.confidence
    return sure or hit.dense >= _AS_NEAR * first.dense
