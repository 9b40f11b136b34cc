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

from index.search import Held, Hit, Search

Numbers = NDArray[np.float64]

FIRST = 10  # hits that are compared with the first one
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
    """The words of a question, weighed by how rare each is."""

    def __init__(self, held: Held) -> None:
        rare = [np.log(1 + (held.passages - n + 0.5) / (n + 0.5)) for n in held.counts.tolist()]
        self.rarity = np.array(rare, dtype=np.float64)
        self.total = float(self.rarity.sum())

    def share(self, held: NDArray[np.bool_]) -> float:
        """Share of the words' rarity that is held; 0 for a question without words."""
        if not self.total:
            return 0.0
        return float(self.rarity @ held.astype(np.float64)) / self.total


def question_signals(
    question: str, hits: Sequence[Hit], searcher: Search, sides: Mapping[str, float]
) -> dict[str, float]:
    """The signals named in `ANSWERS` and `SUBJECT`.

    :param hits: best first, at least one.
    :param sides: "territory" and "subject_side", see `index.calibration.borders`.
    """
    first, near = hits[0], hits[:FIRST]
    held = searcher.held(question, first.row)
    words = _Words(held)
    same = Counter(hit.passage.document_id for hit in near)[first.passage.document_id]
    others = [hit.score for hit in near[_BEHIND:]] or [first.score]
    return {
        **sides,
        "nearness": first.dense / 2,
        "known": first.known,
        "passage_covers": words.share(held.passage),
        "document_covers": words.share(held.document),
        "known_words": words.share(held.counts > 0),
        "words": float(np.log1p(min(len(held.counts), _LONG))),
        "agreement": same / len(near),
        "lead": first.score - float(np.mean(others)),
    }


def passage_signals(hits: Sequence[Hit]) -> dict[str, Numbers]:
    """The signals named in `PASSAGE`, each `(n,)`, a number for every hit.

    Whether it is the best (1 or 0); how far the best other one is in front of it (0 or less), or
    it in front of that (0 or more).
    """
    scores = np.array([hit.score for hit in hits])
    best, second = np.sort(scores)[:-3:-1] if len(hits) > 1 else (0.0, 0.0)
    margins = scores - np.where(scores == best, second, best)
    return {
        "first": (margins >= 0).astype(np.float64),
        "behind": np.minimum(0.0, margins),
        "ahead": np.maximum(0.0, margins),
    }
