"""The web application over an index in Milvus, and when that is gone."""

from starlette.testclient import TestClient

from chatbot import Chatbot
from chatbot.web.application import create_application
from chatbot.web.service import Service
from index import Address, build_index
from index.server.push import push

QUESTION = {"question": "Can I swim?"}


def test_a_server_whose_engine_is_gone_says_so_and_when_to_try_again(
    leaflets, new_engine, tmp_path, encoder, monkeypatch
):
    build_index(leaflets, encoder, store=tmp_path / "store")
    push(leaflets, Address.of(new_engine), store=tmp_path / "store", report=str)
    bot = Chatbot.open(engine=new_engine, store=tmp_path / "store", encoder=encoder)
    right = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    with TestClient(create_application(Service(bot))) as client:
        assert client.get("/healthz").json()["digest"] == right.corpus.digest
        answer = client.post("/api/ask", json=QUESTION).json()
        assert answer == right.ask(QUESTION["question"]).to_dict()

        from milvus_lite.server_manager import server_manager_instance as running

        running.release_server(new_engine)
        monkeypatch.setattr("index.server.milvus._SECONDS", 0.5)
        for response in (client.get("/healthz"), client.post("/api/ask", json=QUESTION)):
            assert response.status_code == 503
            assert response.headers["Retry-After"] == "5"
            assert "cannot be searched right now" in response.json()["error"]
