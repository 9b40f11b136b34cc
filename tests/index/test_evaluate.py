from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.evaluate import hit_rate, mean_reciprocal_rank, ndcg

ONE = {"q": {"a": 1.0}}


def test_ndcg_by_hand():
    found = 2 / log2(3) + 1 / log2(4)
    best = 2 / log2(2) + 1 / log2(3)
    assert ndcg({"q": {"x": 2, "y": 1}}, {"q": ["z", "x", "y"]}, k=10) == found / best
    assert round(found / best, 3) == 0.67


@pytest.mark.parametrize(
    ("ranking", "hit", "reciprocal", "gain"),
    [
        (["a"], 1, 1, 1),
        (["b", "a"], 1, 1 / 2, 1 / log2(3)),
        (["b", "c", "a"], 0, 0, 0),
        ([], 0, 0, 0),
    ],
)
def test_one_right_answer_by_hand(ranking, hit, reciprocal, gain):
    rankings = {"q": ranking}
    assert hit_rate(ONE, rankings, k=2) == hit
    assert mean_reciprocal_rank(ONE, rankings, k=2) == reciprocal
    assert ndcg(ONE, rankings, k=2) == pytest.approx(gain)


def test_a_question_without_a_ranking_counts_as_missed():
    judgements = {"q": {"a": 1.0}, "r": {"b": 1.0}}
    assert hit_rate(judgements, {"q": ["a"]}, k=1) == 0.5


@given(st.permutations("abcde"), st.integers(1, 6))
def test_measures_lie_between_zero_and_one_and_grow_with_k(ranking, k):
    judgements = {"q": {"a": 3.0, "c": 1.0}}
    for measure in (hit_rate, mean_reciprocal_rank):
        values = [measure(judgements, {"q": ranking}, k=depth) for depth in range(1, k + 1)]
        assert values == sorted(values)
        assert 0 <= values[-1] <= 1
    assert 0 <= ndcg(judgements, {"q": ranking}, k=k) <= 1
    assert ndcg(judgements, {"q": ["a", "c", *ranking]}, k=2) == 1


@pytest.mark.parametrize("judgements", [{}, {"q": {}}, {"q": {"a": 0.0}}])
def test_nothing_judged_is_an_error(judgements):
    with pytest.raises(ValueError, match="judged"):
        ndcg(judgements, {"q": ["a"]}, k=1)
