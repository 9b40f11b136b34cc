"""Which questions lean on an earlier one, and when that may count."""

import pytest

from chatbot.understand.follow_up import leans_on_earlier, subject


@pytest.mark.parametrize(
    "question",
    [
        "and swimming?", "why?", "how often?", "what about at night?", "carpal tunnel too?",
        "does it help with CRPS?", "can I do it lying down?", "how do they go?", "is that normal?",
        "is it better than training on the floor?", "sitting down?", "in bed then?",
        "what do doctors call that?",
    ],
)  # fmt: skip
def test_a_question_that_is_not_whole_leans(question):
    assert leans_on_earlier(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is pacing?", "What are endorphins?", "Tell me about the talk test",
        "Is it safe to walk with numb feet?", "What if I am afraid of falling?",
        "I wear a lidocaine patch on my back. Can I train with it stuck on?",
        "Is it true that rest is best for nerve pain?", "Does yoga ease nerve pain?",
        "Is this exercise good for numb feet?", "on duloxetine, fine to hit the gym?", "", "?",
    ],
)  # fmt: skip
def test_a_whole_question_does_not_lean(question):
    assert not leans_on_earlier(question)


def test_the_subject_is_the_latest_whole_question_that_was_answered():
    history = ["Does yoga help?", "What is a quark?", "and tai chi?"]
    assert subject(history, lambda earlier: "quark" not in earlier) == "Does yoga help?"
    assert subject(history, lambda earlier: False) == ""
    assert subject([], lambda earlier: True) == ""
