"""What somebody typed -> what to search for: the steps together, and when they cost a search."""

import re

import pytest

from chatbot.understand import Reader, Understood
from chatbot.understand.rambling import question_in
from index.vocabulary import Vocabulary

TEXTS = (
    "Yoga\nDoes yoga ease nerve pain?\nGentle yoga may ease nerve pain.",
    "Water\nCan I swim?\nSwimming in a pool may ease nerve pain. Wear pool shoes.",
    "Feet\nIs walking safe?\nCheck numb feet. Tingling is common.",
)
LONG = (
    "Hello, I used to keep an allotment with the best beans in the street and my daughter gave me "
    "a blanket. We had cake and it rained all day. My feet are numb from diabetes. "
    "Is walking still safe for me, or should I rather stay in my chair and read the paper? "
    "Thank you and kind regards from rainy Wales."
)


class Looker:
    """Finds the passage that shares most words with a text; counts how often it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, understood):
        text = understood.words
        self.asked.append(text)
        best = max(TEXTS, key=lambda passage: len(words(text) & words(passage)))
        shared = len(words(text) & words(best))
        return "answered" if shared > 1 else "not_found"


def words(text):
    return set(re.findall(r"\w+", text.lower()))


@pytest.fixture(scope="module")
def reader():
    return Reader(lambda: Vocabulary.of(TEXTS), ["en"], fits=lambda text: len(text.split()) <= 40)


@pytest.fixture
def look():
    return Looker()


def test_an_ordinary_question_is_left_as_it_is(reader, look):
    question = "Is walking safe with numb feet?"
    assert reader.read(question, (), look) == Understood(question)
    assert look.asked == []
    assert reader.read(question, ["Does yoga help?"], look) == Understood(question)
    assert look.asked == [question]


def test_a_misspelt_question_is_shown_as_it_was_understood(reader, look):
    understood = reader.read("Is walkign safe?", (), look)
    assert understood.understood_as == understood.words == "Is walking safe?"


def test_the_documents_words_are_searched_for_besides_and_named(reader, look):
    understood = reader.read("pins and needles in my toes", (), look)
    assert understood.searched_also == ("tingling",)
    assert understood.words == "pins and needles in my toes (tingling)"
    assert understood.understood_as == ""


def test_nothing_is_added_to_a_long_message(look):
    whole = Reader(lambda: Vocabulary.of(TEXTS), ["en"], fits=lambda text: True)
    assert whole.read("pins and needles " * 14, (), look).searched_also == ()


def test_a_follow_up_takes_the_subject_of_the_last_answered_question(reader, look):
    understood = reader.read("and swimming?", ["Can walking ease nerve pain?"], look)
    assert understood.understood_as == "and swimming? (Can walking ease nerve pain?)"

    assert understood.embedded == ("and swimming?", "and swimming? (Can walking ease nerve pain?)")


def test_a_whole_question_takes_an_earlier_subject_if_only_both_are_answered(reader, look):
    history = ["Can walking ease nerve pain?"]
    together = reader.read("Would heated baths do?", history, look)
    assert together.understood_as == ("Would heated baths do? (Can walking ease nerve pain?)")
    assert reader.read("Would pool shoes ease numb feet?", history, look).understood_as == ""


def test_a_question_that_only_looks_like_a_follow_up_keeps_its_own_answer(reader):
    together = "But is yoga safe for nerve pain? (Can walking ease numb feet?)"

    def look(understood):
        return "related" if understood.meant == together else "answered"

    question, history = "But is yoga safe for nerve pain?", ["Can walking ease numb feet?"]
    assert reader.read(question, history, look).understood_as == ""
    assert reader.read(question, history, lambda _: "answered").understood_as == together


def test_a_follow_up_without_history_stands_alone(reader, look):
    assert reader.read("and swimming?", (), look).understood_as == ""
    assert look.asked == []


def test_of_a_message_that_does_not_fit_the_question_is_taken_in_its_own_words(reader, look):
    understood = reader.read(LONG, (), look)
    assert understood.understood_as == (
        "My feet are numb from diabetes. "
        "Is walking still safe for me, or should I rather stay in my chair and read the paper?"
    )
    assert look.asked == []


def test_a_message_that_fits_is_read_whole(look):
    whole = Reader(lambda: Vocabulary.of(TEXTS), ["en"], fits=lambda text: True)
    assert whole.read(LONG, (), look).understood_as == ""


def test_without_a_question_mark_the_sentence_that_wishes_to_know_is_the_question():
    message = "We had cake. I would like to know if yoga helps. Thank you so much for all."
    assert question_in(message, {"cake": 1.0}) == (
        "We had cake. I would like to know if yoga helps."
    )


def test_a_long_message_of_one_sentence_is_taken_whole():
    assert question_in("word " * 60, {}) == "word " * 60


def test_a_question_in_another_language_is_recognised(reader):
    assert reader.foreign_language("Hilft Gehen gegen kribbelnde Füße?").name == "German"


def test_documents_that_are_not_in_english_are_asked_in_the_words_typed(look):
    question = "Ist Gehen sihcer?"
    reader = Reader(lambda: Vocabulary.of(["Gehen ist sicher."]), ["de"], fits=lambda text: True)
    assert reader.read(question, (), look) == Understood(question)
