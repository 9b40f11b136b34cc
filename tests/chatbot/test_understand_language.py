"""Questions in other languages are recognised, and English ones never called foreign."""

import pytest

from chatbot.understand import said
from chatbot.understand.general_words import general_words
from chatbot.understand.language import foreign_language, languages
from index.vocabulary import lowered


def known(word):
    return lowered(word) in general_words() or lowered(word) in ("neuropathy", "gabapentin")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Hilft Gehen gegen kribbelnde Füße?", "German"),
        ("Schmerzen in den Beinen nachts was tun", "German"),
        ("Est-ce que la marche aide contre les douleurs nerveuses ?", "French"),
        ("¿Puedo caminar si tengo los pies dormidos?", "Spanish"),
        ("Hoe vaak moet ik per week bewegen", "Dutch"),
        ("Czy chodzenie pomaga na ból nerwów?", "Polish"),
        ("脚麻可以走路吗？", "Chinese"),
        ("هل يمكنني المشي؟", "Arabic"),
    ],
)
def test_another_language_is_named(question, name):
    assert foreign_language(question, ["en-GB"], known).name == name


@pytest.mark.parametrize(
    "question",
    [
        "meralgia paraesthetica exercise?", "gabapentin", "can my nervous system rewire itself",
        "is it 911 or 112 in Spain?", "yoga for CIPN, any good?", "asdfghjkl", "???", "", "ok",
        "what does cauda equina mean", "Hubby's feet r numb pls help", "x",
    ],
)  # fmt: skip
def test_short_english_with_latin_or_abbreviations_is_not_foreign(question):
    assert foreign_language(question, ["en"], known) is None


def test_a_language_that_the_documents_have_is_not_foreign():
    assert foreign_language("Hilft Gehen gegen kribbelnde Füße?", ["en", "de"], known) is None
    assert foreign_language("Hilft Gehen gegen kribbelnde Füße?", ["de-CH"], known) is None


def test_documents_in_another_language_find_english_foreign():
    found = foreign_language("Does walking help with tingling feet?", ["de"], lambda word: False)
    assert found.name == "English"
    assert said(found, ["de"]) == "This looks like English. The documents are in German."


def test_somebody_is_told_in_english_and_in_their_own_language():
    assert said(languages()["de"], ["en", "en-GB"]) == (
        "This looks like German. The documents are in English. "
        "Die Dokumente hier sind auf Englisch."
    )
    assert said(languages()["da"], ["en"]) == (
        "This looks like Danish. The documents are in English."
    )
