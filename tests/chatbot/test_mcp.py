"""The MCP server, asked by the official client over real pipes."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from chatbot import Chatbot
from chatbot.mcp import main, server

ROOT = Path(__file__).resolve().parents[2]
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def call(identity, **arguments):
    params = {"name": "ask", "arguments": arguments}
    return {"jsonrpc": "2.0", "id": identity, "method": "tools/call", "params": params}


@pytest.fixture
def options(leaflets, tmp_path):
    return ["--corpus", str(leaflets), "--store", str(tmp_path / "store")]


@pytest.fixture
def bot(leaflets, tmp_path, real_encoder):
    return Chatbot.open(leaflets, store=tmp_path / "store", encoder=real_encoder)


@pytest.fixture
def ask(options, bot, tmp_path):
    """Ask several questions in one session: what came back, and what stood on standard error."""

    def ask(*calls, options=options):
        log = tmp_path / "log.txt"
        with log.open("w") as errors:
            results = asyncio.run(session(options, calls, errors))
        return results, log.read_text()

    return ask


async def session(options, calls, errors):
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "chatbot.mcp", *options], cwd=ROOT
    )
    async with Client(stdio_client(parameters, errlog=errors)) as client:
        return [await client.call_tool("ask", arguments) for arguments in calls]


@pytest.fixture
def process(options, bot):
    """The server as a client without any library sees it, after the greeting."""
    with subprocess.Popen(
        [sys.executable, "-m", "chatbot.mcp", *options], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        send(process, HELLO)
        assert json.loads(process.stdout.readline())["id"] == 1
        send(process, {"jsonrpc": "2.0", "method": "notifications/initialized"})
        yield process
        process.kill()


def send(process, message):
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


def test_there_is_one_tool_and_it_says_that_quotes_are_not_to_be_changed(bot):
    async def listed():
        async with Client(server(bot, k=5)) as client:
            return (await client.list_tools()).tools

    (tool,) = asyncio.run(listed())
    assert tool.name == "ask"
    assert "word for word" in tool.description
    assert "Do not reword" in tool.description
    assert "do not drop citations" in tool.description
    assert tool.input_schema["required"] == ["question"]
    count = tool.input_schema["properties"]["k"]
    assert (count["minimum"], count["maximum"], count["default"]) == (1, 10, 5)
    assert "passages" in tool.output_schema["required"]
    assert tool.annotations.read_only_hint


def test_the_answer_is_that_of_the_python_call_with_the_words_as_text(ask, bot):
    question = "What should I check before I swim?"
    (default, one), log = ask({"question": question}, {"question": question, "k": 1})
    assert default.structured_content == bot.ask(question).to_dict()
    assert one.structured_content == bot.ask(question, k=1).to_dict()
    assert default.structured_content["passages"]
    assert [block.text for block in one.content] == [str(bot.ask(question, k=1))]
    assert log == ""


def test_a_question_can_be_asked_exactly(ask, bot):
    question = "Is walkng safe?"
    (usual, exact), _ = ask({"question": question}, {"question": question, "exactly": True})
    assert usual.structured_content["understood_as"] == "Is walking safe?"
    assert exact.structured_content == bot.ask(question, exactly=True).to_dict()
    assert exact.structured_content["understood_as"] == ""


def test_the_bundled_documents_are_asked_when_no_others_are_named(ask, bundled):
    question = "Is walking safe if my feet are numb?"
    (result,), _ = ask({"question": question}, options=[])
    told, right = result.structured_content, bundled.ask(question).to_dict()
    # Another index, and another encoder of questions: scores differ in the last digit.
    same = ("text", "file", "sha256", "start", "end", "citations")
    quoted = [
        [[passage[name] for name in same] for passage in x["passages"]] for x in (told, right)
    ]
    assert quoted[0] == quoted[1]
    assert (told["status"], told["corpus"]) == (right["status"], right["corpus"])
    assert result.structured_content["passages"][0]["citations"]
    assert result.structured_content["passages"][0]["text"].split("\n")[0] in result.content[0].text


def test_an_empty_and_an_endless_question_are_answered_like_anywhere_else(ask, bot):
    questions = ["", "zebra " * 20_000]
    results, log = ask(*({"question": question} for question in questions))
    for question, result in zip(questions, results, strict=True):
        assert not result.is_error
        assert result.structured_content == bot.ask(question).to_dict()
        assert result.structured_content["status"] == "not_found"
    assert log == ""


def test_bad_arguments_are_an_error_of_the_tool_and_the_server_goes_on(ask):
    expected = [
        ({"question": "zebra", "k": 0}, "greater than or equal to 1"),
        ({"question": "zebra", "k": 11}, "less than or equal to 10"),
        ({"question": "zebra", "k": "three"}, "valid integer"),
        ({"question": ["zebra"]}, "valid string"),
        ({"k": 3}, "required"),
    ]
    results, log = ask(*(arguments for arguments, _ in expected), {"question": "Can I swim?"})
    for (_, said), result in zip(expected, results, strict=False):
        assert result.is_error
        assert said in result.content[0].text
    assert results[-1].structured_content["passages"]
    assert log == ""


def test_only_the_protocol_is_on_standard_output_and_no_question_on_standard_error(process):
    process.stdin.write(b'{"jsonrpc": "2.0", zebra\n\xff\xfe zebra\n')
    send(process, call(2, question="Is my zebra swimming?"))
    send(process, call(3, question="Is my zebra swimming?", k="zebra"))
    answered = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert {message["id"] for message in answered} == {2, 3}
    out, errors = process.communicate(timeout=120)
    assert out == b""
    assert errors == b""


def test_the_server_ends_when_its_input_is_closed(process):
    process.stdin.close()
    assert process.wait(timeout=120) == 0
    assert process.stderr.read() == b""


def test_the_server_ends_without_a_complaint_when_nobody_reads_its_output(process):
    process.stdout.close()
    send(process, {"jsonrpc": "2.0", "id": 2, "method": "ping"})
    process.stdin.close()
    assert process.wait(timeout=120) == 0
    assert process.stderr.read() == b""


def test_an_interruption_ends_the_server_at_once(process):
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=120) == -signal.SIGINT
    assert process.stderr.read() == b""


def test_unusable_documents_are_one_line_and_exit_code_two(tmp_path, capsys):
    assert main(["--corpus", str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "does not exist" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["-k", "0"], ["-k", "many"], ["--region", "Mars"]])
def test_bad_options_are_exit_code_two(arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_without_the_package_the_command_says_what_to_install(options, bot):
    hidden = "import sys; sys.modules['mcp'] = None; from chatbot.mcp import main; "
    done = subprocess.run(
        [sys.executable, "-c", hidden + f"sys.exit(main({options!r}))"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        'error: This command needs one more package: pip install "mcp>=2.3,<3"\n'
    )
