"""Questions to start with."""

from chatbot import Chatbot
from chatbot.starters import STARTERS, starters


def test_every_starter_is_answered_by_a_document_of_its_own(bundled):
    offered = starters(bundled)
    answers = [bundled.ask(question) for question in offered]
    assert [answer.status for answer in answers] == ["answered"] * STARTERS
    assert len({answer.passages[0].document_id for answer in answers}) == STARTERS


def test_a_topic_brings_its_own_questions(bundled):
    document = bundled.documents["exercise-in-water"]
    asked = {question.question for question in document.questions}
    assert set(starters(bundled, topic=document.topics[0].upper())) & asked
    assert starters(bundled, topic="no such topic") == starters(bundled)


def test_a_corpus_without_questions_offers_its_headings(leaflets, tmp_path, encoder):
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    assert set(starters(bot)) <= {
        "Is walking safe?", "Why is sleep hard?", "Can I swim?", "Who should ask first?",
    }  # fmt: skip
    assert starters(bot)
