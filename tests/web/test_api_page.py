"""The page for developers says what the routes take and give, and nothing in it is markup."""

import json
import os
import re
import shlex
import shutil
from html.parser import HTMLParser
from typing import Literal
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field
from starlette.staticfiles import StaticFiles

from chatbot import Chatbot
from chatbot.web import api, api_page
from chatbot.web.page import STATIC
from chatbot.web.service import Service


class Sent(BaseModel):
    count: int = Field(ge=1, le=1_000, description="How <b>many</b>, as `count`.")
    words: str | None = Field(None, max_length=20, pattern="^<a>$")
    kind: Literal["one", "two"] = "two"
    name: str = Field(examples=["O'Hara & <Sons>"])


class Inner(BaseModel):
    value: float


class Given(BaseModel):
    """What comes back.

    In `two` paragraphs.
    """

    inner: list[Inner]
    state: Literal["ready"]


class Reader(HTMLParser):
    """Texts and tags of a page, as a browser would see them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.links, self.text = [], [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if tag == "a" else []

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def described():
    """The page of a small application of the test's own."""
    app = FastAPI(title="A <title>", description="All about `it`.")
    app.include_router(api_page.routes(None))

    @app.post("/things/{name}", summary="Make & keep", responses={409: {"model": Inner}})
    def make(name: str, sent: Sent, size: int = 3) -> Given: ...

    with TestClient(app, base_url="https://clinic.example") as client:
        yield client.get("/api/docs").text


@pytest.fixture
def client(leaflets, tmp_path, encoder):
    """The real routes over a small corpus."""
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    service = Service(bot, feedback=tmp_path / "thumbs.jsonl")
    app = FastAPI(title="Answers", openapi_url="/api/openapi.json")
    app.include_router(api.routes(service))
    app.include_router(api_page.routes(service))
    app.mount("/static", StaticFiles(directory=STATIC))
    with TestClient(app) as client:
        yield client
    service.close()


def curl_examples(html):
    for code in re.findall(r"<pre><code>(.*?)</code></pre>", html, re.DOTALL):
        words = shlex.split(Reader(code).text)
        assert words[0] == "curl"
        body = words[words.index("-d") + 1] if "-d" in words else None
        yield words[1], body


def test_every_fact_of_a_route_is_on_the_page(described):
    text = Reader(described).text
    for fact in (
        "A <title>: for developers", "POST /things/{name}", "Make & keep", "How <b>many</b>, as",
        "integer, at least 1, at most 1,000", "string or null, ", 'optional, else "two"',
        '"one" or "two"', "integer, optional, else 3", "list of Inner", 'always "ready"', "409",
        "In two paragraphs.",
    ):  # fmt: skip
        assert fact in text
    assert "<code>count</code>" in described


def test_nothing_of_a_description_becomes_markup(described):
    assert "<b>" not in described
    assert "<Sons>" not in described
    assert {"b", "sons", "a-title"} & set(Reader(described).tags) == set()


def test_an_example_quotes_what_a_shell_would_take_apart(described):
    ((address, body),) = curl_examples(described)
    assert address == "https://clinic.example/things/{name}"
    assert json.loads(body) == {"count": 1, "name": "O'Hara & <Sons>"}


def test_only_the_json_routes_are_described_and_every_link_leads_somewhere(client):
    response = client.get("/api/docs")
    page = Reader(response.text)
    assert {"post-api-ask", "get-api-corpus", "get-healthz"} <= set(page.ids)
    assert "/api/docs" not in page.text
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        else:
            assert client.get(f"/api/{link}").status_code == 200


def test_every_type_of_an_answer_is_described(client):
    page = Reader(client.get("/api/docs").text)
    described = {name.removeprefix("type-") for name in page.ids if name.startswith("type-")}
    assert {"AnswerJSON", "PassageJSON", "CitationJSON", "SourceJSON", "ErrorJSON"} <= described
    assert "Ask" not in described  # a request's body stands with its route


def test_every_example_is_taken_by_the_application(client):
    examples = list(curl_examples(client.get("/api/docs").text))
    assert len(examples) == 4
    for address, body in examples:
        path = urlsplit(address).path
        if body is None:
            assert client.get(path).status_code == 200
        else:
            sent = client.post(path, content=body, headers={"Content-Type": "application/json"})
            assert sent.status_code in (200, 404)  # 404: no passage has the example's id


def test_the_page_loads_nothing_but_its_own_style(client):
    html = client.get("/api/docs").text
    assert re.findall(r'(?:src|href)="(https?:|//)', html) == []
    assert "<script" not in html
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    assert [client.get(f"/api/{style}").status_code for style in styles] == [200, 200]


@pytest.mark.parametrize(("width", "scheme"), [(1_000, "light"), (360, "dark")])
def test_the_page_is_accessible_and_never_wider_than_the_screen(client, width, scheme):
    if not (chromium := shutil.which("chromium")):
        if os.environ.get("REQUIRE_EVERYTHING"):
            pytest.fail("chromium is required here")
        pytest.skip("needs chromium")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    def fulfil(route):
        response = client.get(route.request.url)
        route.fulfill(
            status=response.status_code, headers=dict(response.headers), body=response.content
        )

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.route("**/*", fulfil)
        page.goto("http://testserver/api/docs")
        violations = Axe().run(page).response["violations"]
        widest = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert [violation["id"] for violation in violations] == []
    assert widest <= width
