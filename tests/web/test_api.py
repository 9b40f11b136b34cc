"""The JSON routes."""

import json

import jsonschema
import pytest

from chatbot.question import MAX_CHARACTERS

QUESTION = "Is walking safe?"


def test_an_answer_over_http_is_the_one_of_the_python_function(client, bot):
    answer = client.post("/api/ask", json={"question": QUESTION, "k": 2}).json()
    assert answer == json.loads(json.dumps(bot.ask(QUESTION, k=2).to_dict()))
    assert answer["passages"]


def test_a_question_can_be_asked_exactly(client, bot):
    asked = {"question": "Is walkng safe?", "history": ["Can I swim?"]}
    assert client.post("/api/ask", json=asked).json()["understood_as"] == "Is walking safe?"
    answer = client.post("/api/ask", json={**asked, "exactly": True}).json()
    assert answer == json.loads(json.dumps(bot.ask("Is walkng safe?", exactly=True).to_dict()))
    assert answer["understood_as"] == ""


def test_nothing_found_is_an_answer_too(client):
    response = client.post("/api/ask", json={"question": "zebra quantum tax"})
    assert response.status_code == 200
    assert response.json()["passages"] == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "question"),
        ({"question": 5}, "question"),
        ({"question": None}, "question"),
        ({"question": "a", "k": 0}, "k"),
        ({"question": "a", "k": 11}, "k"),
        ({"question": "a", "k": "3"}, "k"),
        ({"question": "a", "k": True}, "k"),
        ({"question": "a", "region": "Atlantis"}, "region"),
        ({"question": "a", "history": "b"}, "history"),
        ({"question": "a", "history": [None]}, "history"),
        ({"question": "a", "history": ["b"] * 11}, "history"),
        ({"question": "a", "exactly": "yes"}, "exactly"),
        ({"question": "a", "exactly": 1}, "exactly"),
        ({"question": "a", "colour": "red"}, "colour"),
        ([], "body"),
    ],
)
def test_a_wrong_field_is_named(client, body, named):
    response = client.post("/api/ask", json=body)
    assert response.status_code == 422
    assert named in response.json()["error"]


def test_an_error_does_not_repeat_what_was_sent(client):
    response = client.post("/api/ask", json={"question": ["secret words"]})
    assert "secret" not in response.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"question": "\\ud800"'])
def test_what_is_no_json_is_refused_as_such(client, body):
    headers = {"content-type": "application/json"}
    response = client.post("/api/ask", content=body, headers=headers)
    assert response.status_code in (400, 422)
    assert response.json()["status"] == response.status_code


def test_a_lone_surrogate_is_answered(client):
    headers = {"content-type": "application/json"}
    response = client.post("/api/ask", content=b'{"question": "walk\\ud800"}', headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_form_of_another_site_is_refused(client, kind):
    body = json.dumps({"question": QUESTION})
    response = client.post("/api/ask", content=body, headers={"content-type": kind})
    assert response.status_code == 415


def test_a_question_over_the_limit_is_told_so(client):
    answer = client.post("/api/ask", json={"question": "x" * (MAX_CHARACTERS + 1)}).json()
    assert f"at most {MAX_CHARACTERS:,}" in answer["notices"][0]


def test_the_corpus_is_described(client, bot):
    described = client.get("/api/corpus").json()
    assert described["corpus"]["documents"] == 3
    assert described["languages"] == ["en"]
    own = [bot.document_at(number) for number in range(3)]  # not those of red flags alone
    assert [d["sha256"] for d in described["documents"]] == [d.sha256 for d in own]
    for question in described["starters"]:
        assert bot.ask(question).status == "answered"


def test_health_names_the_open_index(client, bot):
    assert client.get("/healthz").json() == {
        "status": "ready",
        "corpus": bot.corpus.name,
        "digest": bot.corpus.digest,
        "passages": bot.corpus.passages,
    }


def test_the_description_holds_our_routes_only(client):
    described = client.get("/api/openapi.json").json()
    assert set(described["paths"]) == {"/api/ask", "/api/corpus", "/healthz"}


def test_every_answer_fits_its_description(client):
    """Against the schema, by an outside validator."""
    described = client.get("/api/openapi.json").json()
    answered = described["paths"]["/api/ask"]["post"]["responses"]["200"]
    schema = answered["content"]["application/json"]["schema"]
    schema = {**schema, "components": described["components"]}
    for question in (QUESTION, "Can I swim?", "zebra quantum tax", ""):
        answer = client.post("/api/ask", json={"question": question}).json()
        jsonschema.validate(answer, schema)


def test_thumbs_are_off_by_default(client):
    given = {"passage": "walking:0-1", "thumb": "up"}
    assert client.post("/api/feedback", json=given).status_code == 404


def test_a_thumb_keeps_passage_and_thumb_and_nothing_else(open_client, bot, tmp_path):
    path = tmp_path / "thumbs.jsonl"
    passage = bot.passages_of("sleep")[0].id
    with open_client(feedback=path) as client:
        given = {"passage": passage, "thumb": "down"}
        assert client.post("/api/feedback", json=given).status_code == 200
        assert client.post("/api/feedback", json={**given, "passage": "no"}).status_code == 404
        assert client.post("/api/feedback", json={**given, "comment": "I"}).status_code == 422
    assert [json.loads(line) for line in path.read_text().splitlines()] == [given]
