"""The README's examples for programs are run against the real program, as they stand.

Only the address of the server and the folder of the project are put in their place.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from tests.program import ROOT, running

README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860/"
FOLDER = "/path/to/this/folder"


def example(heading, language):
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    (code,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return code


def said(*command, **options):
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    with running(tmp_path_factory.mktemp("program") / "log.txt") as program:
        yield program


@pytest.fixture
def here(program):
    """An example of the section on HTTP, with the address of this test's server."""

    def here(language):
        code = example("Over HTTP", language)
        assert ADDRESS in code
        return code.replace(ADDRESS, program.address)

    return here


@pytest.fixture(scope="module")
def passage(bundled):
    return bundled.ask("Is walking safe if my feet are numb?").to_dict()["passages"][0]


def test_the_shell_example_prints_the_answer(here, passage):
    answer = json.loads(said("bash", "-c", here("sh")))
    assert answer["passages"][0] == passage


def test_the_python_example_prints_words_and_citation(here, passage):
    printed = said(sys.executable, "-c", here("python"))
    assert printed.startswith(f"{passage['text']}\n\n{passage['citation']}\n\n")


def test_the_javascript_example_prints_words_and_citation_in_node(here, passage):
    if not (node := shutil.which("node")):
        pytest.skip("needs node; the next test runs the example in a browser")
    printed = said(node, "--input-type=module", "-e", here("js"))
    assert printed.startswith(f"{passage['text']}\n\n{passage['citation']}\n\n")


def test_the_javascript_example_prints_words_and_citation_in_a_page(here, program, passage):
    if not (chromium := shutil.which("chromium")):
        if os.environ.get("REQUIRE_EVERYTHING"):
            pytest.fail("chromium is required here")
        pytest.skip("needs chromium")
    from playwright.sync_api import sync_playwright

    printed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: printed.append(message.text))
        page.goto(f"{program.address}embed")
        page.evaluate(f"async () => {{ {here('js')} }}")
        browser.close()
    assert printed[0] == f"{passage['text']}\n\n{passage['citation']}\n"


def test_the_configuration_of_an_assistant_starts_the_server(passage):
    code = example("From an AI assistant", "json")
    assert f"{FOLDER}/.venv/bin/python" in code
    code = code.replace(f"{FOLDER}/.venv/bin/python", sys.executable).replace(FOLDER, str(ROOT))
    (server,) = json.loads(code)["mcpServers"].values()

    async def ask():
        async with Client(stdio_client(StdioServerParameters(**server, cwd=Path.home()))) as client:
            (tool,) = (await client.list_tools()).tools
            return await client.call_tool(
                tool.name, {"question": "Is walking safe if my feet are numb?"}
            )

    assert asyncio.run(ask()).structured_content["passages"][0] == passage


def test_the_client_example_prints_words_and_citation(passage):
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    printed = said(
        sys.executable, "-c", example("From an AI assistant", "python"),
        cwd=ROOT, env={**os.environ, "PATH": places},
    )  # fmt: skip
    assert printed.startswith(f"{passage['text']}\n\n{passage['citation']}\n\n")
