"""Misspelt words are mended; medicines, names and words that somebody knows are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.understand.general_words import GeneralWords, edits, general_words
from chatbot.understand.spelling import KNOWN, PROTECTED, Speller, read_words
from index.vocabulary import Vocabulary

TEXTS = (
    "Nerve pain and neuropathy. Walking and exercise help some people with numb feet.",
    "Balance training. Colberg and Vinik wrote about paraesthesia. Wear good shoes.",
)


@pytest.fixture(scope="module")
def speller():
    return Speller(Vocabulary.of(TEXTS))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Can I exersise with neuropthy?", "Can I exercise with neuropathy?"),
        ("is walkign safe", "is walking safe"),
        ("NEUROPTHY AND EXERCISE", "NEUROPATHY AND EXERCISE"),
        ("Neuropthy’s causes", "Neuropathy’s causes"),
        ("shoud I go", "should I go"),
        ("diffrent shoes", "different shoes"),
    ],
)
def test_a_misspelt_word_is_mended_in_its_own_capitals(speller, typed, meant):
    assert speller.correct(typed).question == meant


def test_a_correction_says_what_was_typed_and_what_it_was_taken_for(speller):
    (correction,) = speller.correct("neuropthy").corrections
    assert (correction.typed, correction.meant) == ("neuropthy", "neuropathy")


@pytest.mark.parametrize(
    "question",
    [
        "Is gabapentin or pregabalin better than Lyrica?",  # medicines that no document names
        "paresthesia, paraesthesia, oedema, edema, fibre, fiber, colour, color, organise, organize",
        "I dont think ive got DOMS, im on 300mg B12",
        "Does seltobrinib or vaxomab help?",  # no medicine known to us, but they look like ones
        "my Garmin and my Hoka shoes",  # names
        "Is Colberg right?",  # an author
        "email me@wlaking.example",
        "asdf qwre zxcv hgtz",  # nothing
        "x",
        "",
    ],
)
def test_what_is_known_or_no_clear_misspelling_is_left_alone(speller, question):
    assert speller.correct(question) == type(speller.correct(""))(question, ())


def test_a_medicine_is_mended_only_into_a_medicine_one_letter_away(speller):
    assert speller.correct("is gabapentn safe").question == "is gabapentin safe"
    assert speller.correct("is amitriptylin safe").question == "is amitriptyline safe"
    assert speller.correct("is nortriptulina safe").corrections == ()


def test_between_two_words_that_are_about_as_likely_none_is_chosen(speller):
    assert speller.correct("outr or shar").corrections == ()


def test_a_word_of_three_letters_is_never_mended(speller):
    assert speller.correct("teh fet").corrections == ()


def test_the_name_of_an_author_is_never_what_is_meant():
    speller = Speller(Vocabulary.of(["Wulkingham (2019) and Wulkingham (2020) wrote it."]))
    assert speller.correct("wulkinghan").corrections == ()


def test_lists_are_lower_case_words_and_hold_what_they_promise():
    protected, known = read_words(PROTECTED), read_words(KNOWN)
    assert {"gabapentin", "oxaliplatin", "sciatic", "neuropathy"} <= protected
    assert {"dont", "cipn", "crps"} <= known
    assert all(word == word.lower() for word in protected | known)
    assert {"colour", "color", "fibre", "fiber", "exercise"} <= general_words().keys()


def test_edits_count_one_for_each_way_to_err():
    assert [edits("nerve", typed, 2) for typed in ("nervee", "nrve", "nevre", "nerbe")] == [1] * 4
    assert edits("nerve", "exercise", 2) is None


WORDS = st.text(st.characters(codec="utf-8", categories=("Ll",)), min_size=1, max_size=6)


@given(st.dictionaries(WORDS, st.integers(0, 10**12)), WORDS, st.integers(0, 10**12))
def test_the_table_of_words_is_the_mapping_that_was_written(written, other, least):
    lines = "".join(f"{word} {count}\n" for word, count in written.items())
    words = GeneralWords(lines.encode())
    assert dict(words) == written
    assert (other in words) == (other in written)
    assert words.common(least) == {w: count for w, count in written.items() if count >= least}
    assert words.total == sum(written.values())
