import pytest
from msgspec.structs import replace

from chatbot.confidence import STRICTNESSES, Thresholds, status_of, worth_showing
from corpus.model import Passage
from index import Found, Hit
from index.calibration.fit import read_general

GENERAL = read_general().with_borders
THRESHOLDS = Thresholds(answered=0.6, joined=0.8, related=0.5)


def found(answers, subject, *confidences):
    hits = tuple(
        Hit(
            Passage(f"d:{n}-{n + 1}", "d", (), n, n + 1, "x"),
            -float(n), 0.5 - 0.1 * n, 0.0, row=n, confidence=sure,
        )
        for n, sure in enumerate(confidences)
    )  # fmt: skip
    return Found(hits, answers, subject)


@pytest.mark.parametrize(
    ("answers", "subject", "status"),
    [
        (0.6, 0.5, "answered"),
        (0.59, 0.9, "related"),
        (0.99, 0.49, "answered"),
        (0.1, 0.1, "not_found"),
    ],
)
def test_the_status_follows_the_two_thresholds(answers, subject, status):
    assert status_of(found(answers, subject, 0.5), THRESHOLDS) == status


def test_a_question_joined_to_an_earlier_one_must_be_surer_to_be_called_answered():
    between = found(0.7, 0.9, 0.5)
    assert status_of(between, THRESHOLDS) == "answered"
    assert status_of(between, THRESHOLDS, joined=True) == "related"
    assert status_of(found(0.8, 0.9, 0.5), THRESHOLDS, joined=True) == "answered"
    for name in STRICTNESSES:
        thresholds = Thresholds.of(GENERAL, name)
        assert thresholds.joined > thresholds.answered


def test_nothing_found_is_shown_as_nothing():
    assert status_of(found(0.1, 0.1, 0.8), THRESHOLDS) == "not_found"
    assert status_of(Found((), 0.9, 0.9), THRESHOLDS) == "not_found"


def test_a_passage_far_less_likely_than_the_first_is_not_shown():
    first, *others = found(0.9, 0.9, 0.5, 0.2, 0.02).hits
    assert [worth_showing(hit, first) for hit in others] == [True, False]


def test_a_passage_as_near_as_the_first_is_shown_whatever_its_score():
    first, other = found(0.9, 0.9, 0.5, 0.001).hits
    near = replace(other, dense=0.96 * first.dense)
    assert worth_showing(near, first)


def test_more_strictness_means_higher_thresholds():
    low, normal, high = (Thresholds.of(GENERAL, name) for name in STRICTNESSES)
    assert low.answered < normal.answered < high.answered
    assert low.related < normal.related <= high.related


def test_a_share_of_wrong_answers_may_be_named_instead():
    assert Thresholds.of(GENERAL, 0.1) == Thresholds.of(GENERAL, "normal")
    assert Thresholds.of(GENERAL, 0.02).answered > Thresholds.of(GENERAL, "high").answered


@pytest.mark.parametrize("wrong", ["strict", "", 0.0, 1.0, -0.1, 2])
def test_an_impossible_strictness_is_refused(wrong):
    with pytest.raises(ValueError, match=r"strictness|share"):
        Thresholds.of(GENERAL, wrong)
