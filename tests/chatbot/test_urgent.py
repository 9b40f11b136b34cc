import hashlib
import json
import re

import pytest

from chatbot import Chatbot
from chatbot.urgent.__main__ import main
from chatbot.urgent.rules_file import RulesError
from corpus import DEFAULT_CORPUS, load_corpus
from tests.chatbot.red_flags import URGENT_DOCUMENT, names


@pytest.fixture
def clinic(leaflets, tmp_path, encoder):
    """A chatbot over documents that say nothing of emergencies."""
    return Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)


def test_an_urgent_answer_begins_with_the_authored_passage_word_for_word(bundled):
    answer = bundled.ask("I have crushing chest pain, can I go on cycling?", k=3)
    assert answer.status == "urgent"
    first = answer.passages[0]
    assert first.document_id == URGENT_DOCUMENT
    assert first.section[-1] == "What should I do if I have chest pain?"
    text = bundled.documents[URGENT_DOCUMENT].text
    assert text[first.start : first.end] == first.text
    assert len(answer.passages) <= 3
    assert len({quote.text for quote in answer.passages}) == len(answer.passages)
    assert not any(quote.also_in for quote in answer.passages)
    assert "may describe an emergency" in answer.notices[0]
    assert "not triage" in answer.notices[0]
    json.dumps(answer.to_dict())


def test_other_passages_follow_only_if_they_answer(bundled):
    answered = bundled.ask("crushing chest pain. How does BDNF help damaged nerves?", k=5)
    documents = [quote.document_id for quote in answered.passages]
    assert documents[0] == URGENT_DOCUMENT
    urgent = bundled.ask("the plumber collapsed in the bank", k=5)
    assert urgent.status == "urgent"
    assert {quote.document_id for quote in urgent.passages} == {URGENT_DOCUMENT}


@pytest.mark.parametrize("k", [1, 2, 10])
def test_k_is_the_most_passages_of_an_urgent_answer(bundled, k):
    answer = bundled.ask("chest pain, slurred speech, black toe, overdose, I can't pee", k=k)
    assert answer.status == "urgent"
    assert len(answer.passages) <= k


def test_suicide_is_answered_alone_with_its_own_notice(bundled):
    answer = bundled.ask("I want to kill myself. Which exercise helps nerve pain?", k=10)
    assert answer.status == "urgent"
    (quote,) = answer.passages
    assert quote.section[-1] == "What if I am thinking of suicide or of harming myself?"
    assert "suicide or self-harm" in answer.notices[0]
    assert answer.suggestions == ()


def test_an_overdose_to_die_brings_both_passages_and_nothing_else(bundled):
    answer = bundled.ask("I took 30 paracetamol because I want to die", k=10)
    assert [quote.section[-1] for quote in answer.passages] == [
        "What if I took too much medicine?",
        "What if I am thinking of suicide or of harming myself?",
    ]


@pytest.mark.parametrize(
    "message",
    [
        "my sugar is 29 and I keep throwing up",
        "type 1, ketones are 4 and I feel awful",
        "ran out of insulin, confused and so thirsty",
        "blood sugar 31, shaky and sweating",
    ],
)
def test_nobody_whose_sugar_may_be_high_is_told_to_take_sugar(bundled, message):
    answer = bundled.ask(message, k=10)
    assert answer.status == "urgent"
    first = answer.passages[0]
    assert first.section[-1] != "What should I do if my blood sugar is too low?"
    assert "low blood sugar" not in names(bundled._red_flags, message)


def test_a_message_that_is_too_long_is_still_looked_through(bundled):
    answer = bundled.ask("My husband collapsed and is not breathing. " + "please help " * 300)
    assert answer.status == "urgent"
    assert "emergency" in answer.notices[0]
    assert any("at most 2,000" in notice for notice in answer.notices)
    assert bundled.ask("I like walking. " * 300).status == "not_found"


def test_the_end_of_a_message_that_is_too_long_is_not_forgotten_for_its_beginning(bundled):
    message = f"I have crushing chest pain. {'please help ' * 300}. I want to kill myself."
    answer = bundled.ask(message)
    sections = [quote.section[-1] for quote in answer.passages]
    alone = bundled.ask("I want to kill myself.").passages[0].section[-1]
    assert sections[0] == alone
    assert bundled.ask("I have crushing chest pain").passages[0].section[-1] in sections


def test_documents_without_urgent_sections_use_the_bundled_ones(clinic):
    answer = clinic.ask("I have crushing chest pain", k=3)
    assert answer.status == "urgent"
    quote = answer.passages[0]
    file = DEFAULT_CORPUS / quote.file
    assert quote.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert file.read_text(encoding="utf-8")[quote.start : quote.end] == quote.text
    assert quote.title == "When to stop exercising and when to get urgent help"
    assert quote.source.review_status == "not clinically reviewed"
    assert quote.document_id in clinic.documents
    assert answer.corpus.documents == 3


def test_a_bundled_passage_keeps_its_references_in_another_corpus(clinic):
    answer = clinic.ask("I cannot pass urine and I am numb between my legs", k=1)
    (quote,) = answer.passages
    (cited,) = quote.citations
    assert cited.marker == "Jensen et al., 2019"
    (numbered,) = answer.references
    assert numbered.number in cited.references
    assert numbered.reference.year == 2019


def test_a_corpus_with_another_publication_under_the_same_id_keeps_both(write, tmp_path, encoder):
    bundled = load_corpus(DEFAULT_CORPUS).references
    (jensen,) = [r for r in bundled if r.year == 2019 and r.author[0].family == "Jensen"]
    write("walking.md", "## Is walking safe?\n\nWalking helps (Smith, 2010).\n")
    entry = {
        "id": jensen.id, "type": "article", "title": "Walking",
        "author": [{"family": "Smith"}], "issued": {"date-parts": [[2010]]},
    }  # fmt: skip
    (tmp_path / "leaflets" / "references.json").write_text(json.dumps([entry]))
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    urgent = bot.ask("I cannot pass urine and I am numb between my legs", k=1)
    assert [numbered.reference.title for numbered in urgent.references] == [jensen.title]
    walking = bot.ask("Is walking safe?")
    assert [numbered.reference.title for numbered in walking.references] == ["Walking"]


def test_a_clinic_can_name_its_own_sections(write, tmp_path, encoder, small):
    write("help.md", "## If your chest hurts\n\nRing the bell beside your bed.\n")
    rules = small(f"{URGENT_DOCUMENT} > What should I do if I have chest pain?",
                  "help > If your chest hurts")  # fmt: skip
    bot = Chatbot.open(
        tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder, red_flags=rules
    )
    answer = bot.ask("chest pain")
    assert [quote.text for quote in answer.passages] == ["Ring the bell beside your bed."]
    assert set(bot.documents) == {"help"}


def test_a_section_that_no_document_has_is_an_error(leaflets, tmp_path, encoder, small):
    rules = small(" > What should I do", " > What shall I do")
    with pytest.raises(RulesError, match="no document has the section"):
        Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder, red_flags=rules)


def test_a_document_with_the_same_id_but_other_headings_is_an_error(write, tmp_path, encoder):
    write(f"{URGENT_DOCUMENT}.md", "## Brustschmerzen\n\nRufen Sie an.\n")
    with pytest.raises(RulesError, match="has no section 'What should I do if someone faints"):
        Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)


def test_the_command_says_what_is_seen_and_by_which_line(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "store")]
    assert main([*options, "I", "can't", "breathe"]) == 0
    assert "severe breathlessness: i cant breathe" in capsys.readouterr().out
    assert main([*options, "Can I swim?"]) == 0
    told = capsys.readouterr().out
    assert "nothing" in told
    assert re.search(r"score by the examples -\d\.\d\d, urgent from -?\d\.\d\d", told)
    assert "nearest harmless example: " in told
    assert main([*options, "--red-flags", str(tmp_path / "none.toml"), "Hi"]) == 2
    assert "none.toml: cannot be read" in capsys.readouterr().err
