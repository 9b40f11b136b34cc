"""How good a ranking is: hit@k, MRR and nDCG, as pure functions.

`judgements` maps each question to the grades of what answers it, `{question: {id: grade}}`, with
grades above 0 for what is right (1 where there is only right and wrong); what is not listed has
grade 0. `rankings` maps each question to the ids that were found, best first. A question without
a ranking counts as one that found nothing. All results are means over the judged questions, from
0 (worst) to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log2

Judgements = Mapping[str, Mapping[str, float]]
Rankings = Mapping[str, Sequence[str]]


def hit_rate(judgements: Judgements, rankings: Rankings, *, k: int) -> float:
    """Share of questions with something right among the first `k`."""
    return _mean(judgements, rankings, lambda gains, _: float(any(gains[:k])))


def mean_reciprocal_rank(judgements: Judgements, rankings: Rankings, *, k: int) -> float:
    """Mean of 1 / (place of the first right one), 0 where none is among the first `k`."""

    def reciprocal(gains: Sequence[float], _: Sequence[float]) -> float:
        return next((1 / place for place, gain in enumerate(gains[:k], 1) if gain), 0.0)

    return _mean(judgements, rankings, reciprocal)


def ndcg(judgements: Judgements, rankings: Rankings, *, k: int) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002), gain = grade.

    By hand: grades found 0, 2, 1 and nothing else to find give 2 / log2(3) + 1 / log2(4) = 1.762,
    the best order 2, 1 gives 2 / log2(2) + 1 / log2(3) = 2.631, so nDCG is 0.670.
    """

    def normalised(gains: Sequence[float], ideal: Sequence[float]) -> float:
        return _discounted(gains[:k]) / _discounted(ideal[:k])

    return _mean(judgements, rankings, normalised)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, 1))


def _mean(
    judgements: Judgements,
    rankings: Rankings,
    measure: Callable[[Sequence[float], Sequence[float]], float],
) -> float:
    if not judgements:
        raise ValueError("there is no judged question")
    total = 0.0
    for question, grades in judgements.items():
        ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
        if not ideal:
            raise ValueError(f"nothing is judged right for {question!r}")
        gains = [max(0.0, grades.get(found, 0.0)) for found in rankings.get(question, ())]
        total += measure(gains, ideal)
    return total / len(judgements)
