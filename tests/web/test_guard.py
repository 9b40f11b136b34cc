"""What was found broken in a mounted Gradio application, and that it is not in ours."""

import asyncio
import json
import logging

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from chatbot.web import log
from chatbot.web.application import create_application
from chatbot.web.guard.allow import is_allowed
from chatbot.web.guard.body import BodyLimit
from chatbot.web.service import Service

PREDICT = "/chat/gradio_api/run/predict"
GRADIO_PATHS = (
    "/chat/gradio_api/run/predict", "/chat/", "/chat/assets/{path:path}", "/chat/theme.css",
)  # fmt: skip


def all_routes(app, prefix=""):
    for route in app.routes:
        if isinstance(route, Mount) and hasattr(route.app, "routes"):
            yield from all_routes(route.app, prefix + route.path)
        elif hasattr(route, "original_router"):  # how FastAPI keeps an included router
            inside = route.include_context.prefix if hasattr(route, "include_context") else ""
            yield from all_routes(route.original_router, prefix + inside)
        elif hasattr(route, "path"):
            methods = getattr(route, "methods", None) or {"GET"}
            yield prefix + route.path, methods


def unwrapped(app):
    while not hasattr(app, "routes"):
        app = vars(app).get("app") or vars(app)["_app"]
    return app


def gradio_routes(app):
    return [r for r in all_routes(unwrapped(app)) if r[0].startswith("/chat")]


def test_the_router_is_really_walked(bot):
    paths = {path for path, _ in gradio_routes(create_application(Service(bot)))}
    assert len(paths) > 40
    assert "/chat/gradio_api/upload" in paths
    assert "/chat/monitoring" in paths


def test_gradio_routes_that_the_chat_does_not_need_are_not_there(bot, client):
    for path, methods in gradio_routes(create_application(Service(bot))):
        asked = path.replace("{path_or_url:path}", "etc/passwd").replace("{path:path}", "x.js")
        asked = asked.replace("{", "").replace("}", "")
        for method in methods:
            allowed = is_allowed({"type": "http", "method": method, "path": asked})
            if allowed:
                assert path.startswith(("/chat/assets/", "/chat/static/")) or path in (
                    "/chat", "/chat/", "/chat/theme.css", "/chat/gradio_api/run/{api_name}",
                    "/chat/gradio_api/run/{api_name}/", "/chat/gradio_api/app_id",
                    "/chat/gradio_api/app_id/",
                ), (method, path)  # fmt: skip
            else:
                body = {"json": {}} if method == "POST" else {}
                assert client.request(method, asked, **body).status_code == 404, (method, path)


@pytest.mark.parametrize(
    "path",
    ["/chat/gradio_api/run/predict/", "/chat//gradio_api/upload", "/chat/%2e%2e/healthz",
     "/chat/gradio_api/run/predict%2f..%2f..%2fupload", "/chat/gradio_api/queue/join",
     "/chat/gradio_api/file=/etc/passwd", "/chat/gradio_api/file=https://example.org/",
     "/chat/config", "/chat/login", "/chat/logout", "/docs", "/redoc", "/openapi.json",
     "/static/../app.py", "/static/%2e%2e/page.py"],
)  # fmt: skip
def test_no_way_round_the_list(client, path):
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        response = client.request(method, path, json={}, follow_redirects=False)
        assert response.status_code in (404, 405), (method, path)


def predict(client, *values, event="submit", **headers):
    function = next(
        number for number, dependency in enumerate(config(client)["dependencies"])
        if len(dependency["inputs"]) == 2 and dependency["targets"][0][1] == event
    )  # fmt: skip
    body = {"data": list(values), "fn_index": function, "session_hash": "s"}
    return client.post(PREDICT, json=body, headers=headers)


def config(client):
    page = client.get("/chat/").text
    start = page.index("window.gradio_config = ") + len("window.gradio_config = ")
    return json.JSONDecoder().raw_decode(page[start:])[0]


def test_finding_a_no_file_can_be_read_through_an_input(client, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret in a file")
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    for values in ((file, "[]"), ("question", file), ({"x": [file]}, "[]"), ([file], [file])):
        response = predict(client, *values)
        assert "a secret" not in response.text
        assert "/tmp/gradio" not in response.text
    assert client.get(f"/chat/gradio_api/file={secret}").status_code == 404


def test_finding_b_no_queue_can_be_filled(client):
    for path in ("queue/join", "call/ask", "call/v2/ask", "queue/data"):
        assert client.post(f"/chat/gradio_api/{path}", json={}).status_code == 404
    assert all(not dependency["queue"] for dependency in config(client)["dependencies"])


def test_findings_c_d_f_the_page_holds_no_storage_template_or_run_history(client):
    kinds = {component["type"] for component in config(client)["components"]}
    assert kinds <= {"markdown", "textbox", "button", "column", "row", "form"}
    assert config(client).get("run_history") in (None, False)


def test_finding_e_everything_in_an_answer_is_escaped(client):
    hostile = '<svg><a href="javascript:alert(1)"><text>x</text></a></svg>'
    block = predict(client, f"{hostile} walking safe?", "[]").json()["data"][0]
    assert "<svg" not in block
    assert "&lt;svg&gt;" in block


def test_finding_h_no_other_site_may_read_answers(client):
    for origin in ("https://evil.example", "null", "http://localhost:1"):
        headers = {"origin": origin, "host": "chat.hospital.example"}
        for response in (
            client.get("/chat/", headers=headers),
            client.post("/api/ask", json={"question": "walking"}, headers=headers),
            predict(client, "walking", "[]", **headers),
        ):
            assert "access-control-allow-origin" not in response.headers
            assert "access-control-allow-credentials" not in response.headers


def test_finding_i_nobody_can_say_where_the_page_is(client):
    for header in ("X-Forwarded-Host", "X-Gradio-Server"):
        page = client.get("/chat/", headers={header: "evil.example"}).text
        assert "evil.example" not in page


def test_finding_j_bodies_are_limited_whatever_they_claim(client):
    for path in ("/api/ask", PREDICT):
        big = json.dumps({"question": "x" * 20_000})
        headers = {"content-type": "application/json"}
        assert client.post(path, content=big, headers=headers).status_code == 413

        def pieces():
            for _ in range(100):
                yield b"x" * 1_000

        assert client.post(path, content=pieces(), headers=headers).status_code == 413


def test_a_body_that_never_ends_is_given_up():
    async def endless():
        await asyncio.sleep(3600)

    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/ask",
        "headers": [(b"content-type", b"application/json")],
    }  # fmt: skip
    asyncio.run(BodyLimit(None, seconds=0.01)(scope, endless, send))
    assert sent[0]["status"] == 408


PAGES = ["/chat/", "/embed", "/embed/howto", "/print", "/source", "/source/walking", "/api/docs"]


@pytest.mark.parametrize("path", [*PAGES, "/source/none", "/healthz", "/nothing"])
def test_every_response_has_the_safe_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'self'" in policy
    script = policy.split("script-src ")[1].split(";")[0]
    assert "unsafe-inline" not in script
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", PAGES[1:])
def test_our_own_pages_need_no_exception_from_the_policy(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert "unsafe" not in response.headers["content-security-policy"]
    assert "nonce" not in response.headers["content-security-policy"]
    assert " style=" not in response.text
    assert "<style" not in response.text


def test_a_nonce_is_used_once(client):
    policies = {client.get("/chat/").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


def test_only_named_sites_may_frame_the_pages(open_client):
    with open_client(allow_embed=("https://clinic.example",)) as client:
        policy = client.get("/embed").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://clinic.example")
    with open_client(allow_embed=("*",)) as client:
        assert client.get("/embed").headers["content-security-policy"].endswith("frame-ancestors *")


def test_an_unexpected_error_is_told_without_its_words(bot, open_client, monkeypatch, capsys):
    log.start()

    def broken(question, **_):
        raise KeyError(question)

    with open_client() as client:
        monkeypatch.setattr(bot, "ask", broken)
        response = client.post("/api/ask", json={"question": "my secret question"})
        assert response.status_code == 500
        page = predict(client, "my secret question", "[]").json()["data"]
    assert "Something went wrong" in page[0]
    assert page[2] == "my secret question"  # stays in the field
    written = capsys.readouterr().err
    assert '"error": "KeyError"' in written
    assert "secret" not in written + response.text


def test_the_log_holds_status_and_passages_but_no_question(client, capsys):
    log.start()
    client.post("/api/ask", json={"question": "Is walking safe?"})
    predict(client, "Is walking safe?", json.dumps(["Is swimming safe?"]))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["way"] for line in lines] == ["api", "chat"]
    for line in lines:
        assert set(line) == {"time", "event", "way", "status", "passages", "milliseconds"}
        assert line["passages"]
        assert "safe" not in json.dumps(line)
    logging.getLogger("chatbot.web").handlers.clear()


def test_the_history_field_may_hold_anything(client):
    for earlier in ("", "{", "5", "null", "[[[", json.dumps([1, None, "Can I swim?"]), "[" * 5_000):
        block, history, box = predict(client, "Is walking safe?", earlier).json()["data"]
        assert "Check your feet" in block
        assert json.loads(history)[-1] == "Is walking safe?"
        assert box == ""
    many = predict(client, "Is walking safe?", json.dumps(["q"] * 500)).json()["data"][1]
    assert len(json.loads(many)) == 3


def test_a_question_asked_exactly_is_the_same_to_the_next_one(client):
    asked = ("Is walkng safe?", "[]")
    mended = predict(client, *asked).json()["data"]
    as_typed = predict(client, *asked, event="click").json()["data"]
    assert "Understood as: Is walking safe?" in mended[0]
    assert "Understood as" not in as_typed[0]
    assert ' exactly" id="answer-' in as_typed[0]
    assert as_typed[1:] == mended[1:] == ['["Is walkng safe?"]', ""]


def test_long_questions_never_fill_a_request_up(client):
    history = "[]"
    for _ in range(5):
        response = predict(client, "ж" * 2_000, history)
        assert response.status_code == 200
        history = response.json()["data"][1]
    assert predict(client, "Can I swim?", history).status_code == 200


def test_the_server_keeps_no_conversation(bot):
    app = create_application(Service(bot))
    with TestClient(app) as client:
        predict(client, "Is walking safe?", "[]")
        (chat,) = (r.app for r in unwrapped(app).routes if getattr(r, "path", "") == "/chat"
                   and isinstance(r, Mount))  # fmt: skip
        assert chat.state_holder.session_data == {}


def test_a_malformed_request_does_not_print_what_it_held(client, capsys):
    body = {"data": ["my secret question"], "fn_index": 0, "session_hash": "s"}
    client.post(PREDICT, json=body)
    predict(client, "my secret question")
    said = capsys.readouterr()
    assert "secret" not in said.err + said.out
