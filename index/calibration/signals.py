"""What speaks for an answer, in numbers of which more is always better.

Near misses are as near to the documents as real questions are (on the bundled documents the cosine
tells them apart no better than a coin), so the words count that the documents do not cover, and
on which side of the corpus's border the question lies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.search import Hit, Searcher

Rows = NDArray[np.int32]

_FIRST = 10  # hits that are compared with the first one
_BEHIND = 3  # of them, the first few may answer as well
_LONG = 10  # words; a longer story is no better answerable for its length

# Do the documents answer the question?
ANSWERS = (
    "territory", "nearness", "known", "lead", "passage_covers", "document_covers", "known_words",
    "words",
)  # fmt: skip
# Is it about what they are about?
SUBJECT = (
    "subject_side", "nearness", "known", "lead", "passage_covers", "document_covers", "known_words",
    "words", "agreement",
)  # fmt: skip
# If they answer it, does this passage?
PASSAGE = ("first", "behind", "ahead")


class _Words:
    """The words of a question: how rare each is, and which passages hold it."""

    def __init__(self, question: str, searcher: Searcher) -> None:
        self.rows: list[Rows] = searcher.lexical.rows_with(question)
        total = len(searcher.passages)
        rare = [np.log(1 + (total - len(r) + 0.5) / (len(r) + 0.5)) for r in self.rows]
        self.rarity = np.array(rare, dtype=np.float64)
        self.total = float(self.rarity.sum())

    def share(self, held: Sequence[bool]) -> float:
        """Share of the words' rarity that is held; 0 for a question without words."""
        if not self.total:
            return 0.0
        return float(self.rarity @ np.array(held, dtype=np.float64)) / self.total


def question_signals(
    question: str, hits: Sequence[Hit], searcher: Searcher, sides: Mapping[str, float]
) -> dict[str, float]:
    """The signals named in `ANSWERS` and `SUBJECT`.

    :param hits: best first, at least one.
    :param sides: "territory" and "subject_side", see `index.calibration.borders`.
    """
    words = _Words(question, searcher)
    first, near = hits[0], hits[:_FIRST]
    same = Counter(hit.passage.document_id for hit in near)[first.passage.document_id]
    start, end = searcher.document_rows(first.row)
    others = [hit.score for hit in near[_BEHIND:]] or [first.score]
    return {
        **sides,
        "nearness": first.dense / 2,
        "known": first.known,
        "passage_covers": words.share([_holds(r, first.row, first.row + 1) for r in words.rows]),
        "document_covers": words.share([_holds(rows, start, end) for rows in words.rows]),
        "known_words": words.share([len(rows) > 0 for rows in words.rows]),
        "words": float(np.log1p(min(len(words.rows), _LONG))),
        "agreement": same / len(near),
        "lead": first.score - float(np.mean(others)),
    }


def passage_signals(hits: Sequence[Hit]) -> list[dict[str, float]]:
    """The signals named in `PASSAGE`, of each hit.

    Whether it is the best (1 or 0); how far the best other one is in front of it (0 or less), or
    it in front of that (0 or more).
    """
    best, second = sorted((hit.score for hit in hits), reverse=True)[:2] if hits[1:] else (0.0, 0.0)
    margins = [hit.score - (second if hit.score == best else best) for hit in hits]
    return [
        {"first": float(margin >= 0), "behind": min(0.0, margin), "ahead": max(0.0, margin)}
        for margin in margins
    ]


def _holds(rows: Rows, start: int, end: int) -> bool:
    """Whether one of `rows`, ascending, lies in `start:end`."""
    # A number of another type would have all rows converted to it first.
    place = int(rows.searchsorted(np.int32(start)))
    return place < len(rows) and bool(rows[place] < end)
