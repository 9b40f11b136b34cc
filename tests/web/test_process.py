"""`python app.py` as an operator runs it: options, crowds, slow clients, and its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import main
from tests.program import ROOT, running

QUESTION = "Is walking safe if my feet are numb?"


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("process")
    return lambda *options: running(folder / f"{time.monotonic_ns()}.log", *options)


def post(address, question=QUESTION, **headers):
    request = urllib.request.Request(
        f"{address}api/ask",
        data=json.dumps({"question": question}).encode(),
        headers={"content-type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture(scope="module")
def program(start):
    with start("--per-minute", "100000") as running_program:
        yield running_program


def connected(program):
    host, port = program.address.removeprefix("http://").rstrip("/").split(":")
    return socket.create_connection((host, int(port)), timeout=60)


def test_a_hundred_clients_at_once_are_all_answered(program):
    with ThreadPoolExecutor(100) as crowd:
        results = list(crowd.map(lambda _: post(program.address), range(300)))
    assert {status for status, _ in results} == {200}
    assert {answer["passages"][0]["text"] for _, answer in results} == {
        results[0][1]["passages"][0]["text"]
    }


def test_clients_that_send_slowly_keep_nobody_waiting(program):
    head = b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    slow = [connected(program) for _ in range(100)]
    for number, client in enumerate(slow):
        client.sendall(head + (b"Content-Length: 500\r\n\r\n{" if number % 2 else b""))
    assert post(program.address)[0] == 200
    for client in slow:
        client.close()


def test_clients_that_leave_in_mid_question_harm_nothing(program):
    body = json.dumps({"question": QUESTION}).encode()
    head = f"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"  # noqa: E501
    for _ in range(50):
        client = connected(program)
        client.sendall(head.encode() + body)
        client.close()
    assert post(program.address)[0] == 200
    assert '"failed"' not in program.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"POST /api/ask HTTP/1.1\r\nHost: x\r\n"
     b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\nContent-Type: application/json\r\n\r\nzz",
     b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n", b"\x00" * 1_000],
)  # fmt: skip
def test_what_is_no_http_is_refused_and_forgotten(program, sent):
    with connected(program) as client:
        client.sendall(sent)
        client.settimeout(20)
        try:
            answer = client.recv(64)
        except (TimeoutError, ConnectionError):
            answer = b""
    assert b" 200 " not in answer
    assert post(program.address)[0] == 200


def test_head_is_answered_without_a_body(program):
    for path in ("healthz", "embed", "source", "chat/"):
        request = urllib.request.Request(program.address + path, method="HEAD")
        with urllib.request.urlopen(request, timeout=20) as response:
            assert response.status == 200
            assert response.read() == b""


def test_only_a_trusted_proxy_may_say_who_asks(start):
    with start("--per-minute", "2") as alone:
        statuses = [
            post(alone.address, "x", **{"X-Forwarded-For": f"192.0.2.{n}"})[0] for n in range(4)
        ]
    assert statuses == [200, 200, 429, 429]
    with start("--per-minute", "2", "--trusted-proxy", "127.0.0.1") as behind:
        statuses = [
            post(behind.address, "x", **{"X-Forwarded-For": f"192.0.2.{n}"})[0] for n in range(4)
        ]
        again = [post(behind.address, "x", **{"X-Forwarded-For": "192.0.2.0"})[0] for _ in range(2)]
    assert statuses == [200] * 4
    assert again == [200, 429]


def test_a_question_that_is_under_way_is_answered_before_the_end(start):
    with start("--per-minute", "100000") as program:
        post(program.address)
        with ThreadPoolExecutor(30) as crowd:
            asking = [crowd.submit(post, program.address) for _ in range(30)]
            time.sleep(0.2)
            program.process.send_signal(signal.SIGTERM)
            answered = [future for future in asking if not future.exception()]
        assert program.process.wait(timeout=30) in (0, -signal.SIGTERM)
        # Those that had not reached the server yet find nobody; nobody gets half an answer.
        assert answered
        assert {future.result()[0] for future in answered} == {200}
        assert "Traceback" not in program.log.read_text(encoding="utf-8")


def test_several_processes_serve_one_address(start):
    with start("--workers", "2", "--per-minute", "100000") as program:
        until = time.monotonic() + 120
        while True:
            try:
                assert post(program.address)[0] == 200
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.5)
        with ThreadPoolExecutor(20) as crowd:
            statuses = {s for s, _ in crowd.map(lambda _: post(program.address), range(60))}
    assert statuses == {200}


def test_an_address_that_is_taken_is_named(tmp_path, capsys, program):
    port = program.address.rstrip("/").rsplit(":", 1)[1]
    assert main(["--port", port, "--no-open"]) == 2
    said = capsys.readouterr().err
    assert f"port {port}" in said
    assert "--port" in said


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--allow-embed", "clinic.example"], "https://clinic.example"),
        (["--allow-embed", "*", "https://clinic.example"], "'*'"),
        (["--corpus", "/nowhere/at/all"], "/nowhere/at/all"),
        (["--feedback", "/nowhere/at/all.jsonl"], "/nowhere/at/all.jsonl"),
    ],
)
def test_a_wrong_option_is_told_before_anything_listens(options, named, capsys):
    assert main([*options, "--port", "0", "--no-open"]) == 2
    assert named in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["--port", "70000"],
        ["--workers", "0"],
        ["--root-path", "answers"],
        ["--per-minute", "-1"],
        ["--region", "Atlantis"],
        ["--strictness", "1.5"],
    ],
)
def test_what_is_no_value_of_an_option_is_refused(options):
    done = subprocess.run(
        [sys.executable, "app.py", *options], capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert options[0] in done.stderr
    assert "Traceback" not in done.stderr
