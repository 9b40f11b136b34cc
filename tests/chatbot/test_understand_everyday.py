"""Everyday words lead to the documents' words, and only to those."""

import pytest

from chatbot.understand.everyday import (
    EverydayWords,
    Group,
    WordsFileError,
    read_groups,
    split,
)
from index.vocabulary import Vocabulary

GROUPS = (
    Group(("pins and needles", "tingly"), ("tingling", "paraesthesia")),
    Group(("sugar",), ("blood glucose",), not_with=("sugar free",)),
    Group(("topple",), ("fall",)),
)


def also(question, *texts):
    return EverydayWords(GROUPS, Vocabulary.of(texts)).also(question)


def test_only_words_that_the_documents_hold_are_looked_for():
    assert also("Why pins and needles?", "Tingling toes.") == ("tingling",)
    assert also("Why pins and needles?", "Sleep well.") == ()


def test_words_that_the_question_holds_in_any_form_are_not_looked_for():
    assert also("Do pins and needles tingle?", "Tingling toes.") == ()
    assert also("I topple and have falls", "You may fall.") == ()


def test_a_phrase_counts_only_as_whole_words():
    assert also("pins, not needles", "Tingling.") == ()
    assert also("toppled", "A fall.") == ()


def test_a_phrase_beside_which_a_word_means_something_else_is_left_out():
    text = "Blood glucose."
    assert also("my sugar is low", text) == ("blood glucose",)
    assert also("sugar free drinks", text) == ()


def test_a_question_without_such_words_is_left_as_it_is():
    assert also("Is walking safe?", "Tingling, paraesthesia, blood glucose, fall.") == ()


def test_the_list_that_comes_with_the_program_can_be_read():
    groups = read_groups()
    assert len(groups) > 50
    assert all(split(phrase) for group in groups for phrase in (*group.words, *group.look_for))


def test_no_phrase_of_the_list_stands_twice_in_a_group():
    for group in read_groups():
        assert len(set(map(split, group.words))) == len(group.words), group.words


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[group]]\nwords = ["a"]', "look_for"),
        ('[[group]]\nwords = ["a"]\nlook_for = ["b"]\nlookfor = 1', "'lookfor'"),
    ],
)
def test_a_list_with_a_mistake_is_refused_by_name(tmp_path, text, complaint):
    path = tmp_path / "words.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WordsFileError, match=complaint):
        read_groups(path)
