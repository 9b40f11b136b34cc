"""Misspelt words are mended; medicines, names and words that somebody knows are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.understand.general_words import GeneralWords, edits, general_words
from chatbot.understand.sounds import cost
from chatbot.understand.spelling import (
    KNOWN,
    PROTECTED,
    SPELT_BY_EAR,
    Speller,
    misheard,
    read_words,
    spelt_by_ear,
)
from index.vocabulary import WORD, Vocabulary, lowered

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


def test_a_word_of_three_letters_is_never_guessed(speller):
    assert speller.correct("tge fgt").corrections == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("duz ecksersize help nurv payn", "does exercise help nerve pain"),
        ("iz wauking safe wiv nummness", "is walking safe with numbness"),
        ("how mych exrrcise is too muxh", "how mych exercise is too much"),
        ("Doesexercise help", "Does exercise help"),
        ("fizzio for nuropathy", "physio for neuropathy"),
    ],
)
def test_spelling_by_ear_and_with_numb_fingers_is_understood(speller, typed, meant):
    assert speller.correct(typed).question == meant


def test_a_word_that_sounds_like_another_is_that_one_only_for_somebody_who_spells_by_ear(speller):
    assert speller.correct("The pane of my window").corrections == ()
    heard = speller.correct("nurv pane in numm feat wiv wauking")
    assert heard.question == "nerve pain in numb feet with walking"


def test_no_more_than_some_unknown_words_of_a_question_are_looked_at(speller, monkeypatch):
    question = "is wlaking and exersise good with neuropthy and numb feet and shoes"
    assert len(speller.correct(question).corrections) == 3
    monkeypatch.setattr("chatbot.understand.spelling._MOST_LOOKED_AT", 2)
    assert len(speller.correct(question).corrections) == 2


def test_a_word_too_long_to_be_one_is_left_alone(speller):
    word = "walk" * 50
    assert speller.correct(f"is {word} good for feet").corrections == ()


@pytest.mark.parametrize(
    "question",
    [
        "Is vitamin B6 or B12 good, and what are these waits at the gym, and L4 and L5?",
        "Mr Wulkham and Dr Pelkinson asked about the pane of the window",
        "My gym pane says wlk on it",
    ],
)
def test_codes_names_and_one_misspelt_word_make_nobody_one_who_spells_by_ear(speller, question):
    assert "pain" not in speller.correct(question).question
    assert "weights" not in speller.correct(question).question


def test_a_medicine_with_a_capital_is_mended_where_all_else_is_spelt_well(speller):
    assert speller.correct("Is Gabapentn safe").question == "Is Gabapentin safe"


def test_a_name_that_is_a_spelling_by_ear_is_left_alone(speller):
    assert speller.correct("I saw Dr Bowell and Mr Brocken").corrections == ()


@given(st.text(max_size=60))
def test_of_any_text_only_whole_words_are_replaced(speller, text):
    corrected = speller.correct(text)
    assert all(correction.typed in text for correction in corrected.corrections)
    assert bool(corrected.corrections) == (corrected.question != text)


def test_words_that_sound_like_others_are_words_of_their_own():
    assert misheard()
    assert misheard().keys() <= general_words().keys()
    assert not misheard().keys() & (read_words(PROTECTED) | read_words(KNOWN))


def test_in_a_sentence_a_capital_is_a_name_that_is_not_mended_by_ear(speller):
    assert speller.correct("My doctor is Mr Nurv").corrections == ()


def test_each_spelling_by_ear_stands_once_and_is_no_word_of_the_other_lists():
    lines = SPELT_BY_EAR.read_text(encoding="utf-8").splitlines()
    rows = [line.split(": ") for line in lines if not line.startswith("#")]
    spellings = [typed for _, written in rows for typed in written.split()]
    assert len(set(spellings)) == len(spellings) == len(spelt_by_ear())
    assert all(WORD.fullmatch(typed) and lowered(typed) == typed for typed in spellings)
    assert [meant for meant, _ in rows] == sorted({meant for meant, _ in rows})
    assert not (read_words(PROTECTED) | read_words(KNOWN)) & spelt_by_ear().keys()
    assert not spelt_by_ear().keys() & set(spelt_by_ear().values())
    common = [word for word in spelt_by_ear() if general_words().get(word, 0) > 6_000_000]
    assert common == []


def test_what_sounds_alike_or_lies_beside_the_right_key_costs_less_than_another_letter():
    assert cost("nerve", "nerve") == 0
    assert cost("fizio", "physio") < cost("nizio", "physio")
    assert cost("nrrve", "nerve") < cost("nprve", "nerve")  # r is beside e, p is not
    assert cost("nevre", "nerve") < cost("nefre", "nerve") + cost("nerfe", "nerve")
    assert cost("perve", "nerve") > cost("nerpe", "nerve")  # people seldom mistake the first


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


LETTERS = st.text("abcdeghknprstu", min_size=1, max_size=7)


@given(LETTERS, LETTERS)
def test_a_cost_is_at_most_that_of_the_wrong_letters(typed, meant):
    first = 0.25
    assert 0 <= cost(typed, meant) <= (edits(typed, meant, 14) or 0) + first
    assert (cost(typed, meant) == 0) == (typed == meant)
