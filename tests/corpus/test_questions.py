import json

import pytest

from corpus import CorpusError, load_corpus
from corpus.load import corpus_digest, loading_errors
from corpus.model import Question
from tests.corpus.test_load import GOOD, error_of, put

QUESTIONS = "questions.jsonl"
FEET = f"{GOOD}\n## Washing\n\nWash them.\n\n## Drying\n\nDry them.\n"


def lines(*items):
    return "\n".join(json.dumps(item) for item in items)


def corpus(tmp_path, *items):
    put(tmp_path, "feet.md", FEET)
    put(tmp_path, QUESTIONS, lines(*items))
    return tmp_path


def test_questions_belong_to_the_documents_that_answer_them(tmp_path):
    own = 'questions:\n  - {question: "Wash?", section: Washing}\nlanguage'
    put(tmp_path, "feet.md", FEET.replace("language", own))
    put(tmp_path, "hands.md", FEET)
    one = {"question": " How do I  dry? ", "sections": ["feet > Drying", "hands > Drying"]}
    put(tmp_path, QUESTIONS, lines(one) + "\n\n")
    feet, hands = load_corpus(tmp_path).documents
    assert feet.questions == (Question("Wash?", "Washing"), Question("How do I dry?", "Drying"))
    assert hands.questions == (Question("How do I dry?", "Drying"),)


def test_a_question_given_twice_counts_once(tmp_path):
    one = {"question": "How?", "sections": ["feet > Drying", "feet > Drying"]}
    (document,) = load_corpus(corpus(tmp_path, one, one)).documents
    assert document.questions == (Question("How?", "Drying"),)


def test_a_question_more_is_another_corpus(tmp_path):
    one = {"question": "How?", "sections": ["feet > Drying"]}
    before = corpus_digest(corpus(tmp_path, one))
    assert corpus_digest(corpus(tmp_path, one, {**one, "question": "When?"})) != before


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "no JSON"),
        ("[]", "no question with its sections"),
        ('{"question": "How?"}', "no question with its sections"),
        ('{"question": "How?", "sections": ["feet > Drying"], "x": 1}', "no question with"),
        ('{"question": " ", "sections": ["feet > Drying"]}', "'question': must be text"),
        (r'{"question": "\ud83d", "sections": ["feet > Drying"]}', "'question': holds half a"),
        ('{"question": "How?", "sections": []}', "'sections': must be a list"),
        ('{"question": "How?", "sections": "feet > Drying"}', "'sections': must be a list"),
        ('{"question": "How?", "sections": ["feet > Dryin"]}', "Did you mean 'feet > Drying'?"),
        ('{"question": "How?", "sections": ["zzz"]}', "no document has a section 'zzz'"),
    ],
)
def test_an_unusable_line_is_named(tmp_path, line, says):
    put(tmp_path, "feet.md", FEET)
    put(tmp_path, QUESTIONS, '{"question": "How?", "sections": ["feet > Drying"]}\n' + line)
    error = error_of(tmp_path)
    assert says in str(error)
    assert error.line == 2
    assert [str(each) for each in loading_errors(tmp_path)] == [str(error)]


def test_questions_alone_are_no_documents(tmp_path):
    put(tmp_path, QUESTIONS, lines({"question": "How?", "sections": ["feet > Drying"]}))
    with pytest.raises(CorpusError, match="holds no document"):
        load_corpus(tmp_path)


def test_shared_files_count_only_beside_the_documents(tmp_path):
    put(tmp_path, "feet.md", FEET)
    for name in (QUESTIONS, "references.json"):
        put(tmp_path, f"below/{name}", "no JSON")
    skipped = {item.file for item in load_corpus(tmp_path).skipped}
    assert skipped == {"below/questions.jsonl", "below/references.json"}
