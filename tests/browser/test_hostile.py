"""A hostile corpus and a hostile user: nothing becomes markup, and every character is shown."""

import json
from unicodedata import normalize
from urllib.parse import quote

import pytest

from tests.browser.test_chat import ask, ready
from tests.payloads import PAYLOADS

DOCUMENT = """---
id: document-{number}
title: {payload}
language: en
publisher: {payload}
license: {payload}
review_status: {payload}
url: https://clinic.example/{address}
topics: [{payload}]
---

## {plain} marker{number}

About marker{number}: {plain}

- {plain}
- second   line  of marker{number}

As others found {plain} (Nobody, 1999).

References

Nobody, N. (1999). {plain}. Journal of {plain}, 1(2), 3-4. https://doi.org/10.1000/{number}
"""
NOTHING_RAN = "() => window.fired === undefined && !document.querySelector('iframe, object')"


@pytest.fixture(scope="module")
def hostile(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    for number, payload in enumerate(PAYLOADS):
        text = DOCUMENT.format(
            number=number, payload=json.dumps(payload, ensure_ascii=False), plain=payload,
            address=quote(payload, safe=""),
        )  # fmt: skip
        (folder / f"document-{number}.md").write_text(text, encoding="utf-8")
    store = tmp_path_factory.mktemp("store")
    with serve("--corpus", folder, "--store", store, "--per-minute", "100000") as server:
        yield server.address.rstrip("/")


def question(number):
    return f"marker{number} {PAYLOADS[number]}"


def test_there_are_many_of_them():
    assert len(set(PAYLOADS)) >= 60


def answers(page, base):
    for number in range(len(PAYLOADS)):
        response = page.context.request.post(
            f"{base}/api/ask", data={"question": question(number), "k": 1}
        )
        yield number, response.json()


def texts(article, selector):
    return article.locator(selector).evaluate_all("all => all.map(one => one.textContent)")


def check(article, answer):
    """What is shown is what the answer holds, character for character."""
    first = answer["passages"][0]
    assert texts(article, "h2") == [answer["question"]]
    assert texts(article, ".words")[0] == first["text"]
    assert texts(article, "h3")[0] == f"1. {' › '.join([first['title'], *first['section']])}"
    assert texts(article, ".about")[0] == first["attribution"]
    assert texts(article, ".place")[0] == first["citation"]
    for reference, shown in zip(
        first["references"], texts(article, ".references li"), strict=False
    ):
        assert answer["references"][reference - 1]["formatted"] in shown
    for link in article.locator("a").all():
        assert link.get_attribute("href").startswith(("#", "../source/", "source/", "http"))


def test_the_chat_page_shows_and_runs_nothing(visit, hostile):
    page = ready(visit("/chat/", base=hostile))
    for _, answer in answers(page, hostile):
        if answer["status"] == "not_found":
            continue
        article = ask(page, answer["question"])
        check(article, answer)
        assert page.evaluate(NOTHING_RAN)
        page.get_by_role("button", name="Clear chat").click()
        article.wait_for(state="detached")
    assert page.title() != ""


def test_the_embed_shows_and_runs_nothing(visit, hostile):
    page = visit("/embed", base=hostile)
    for number, answer in answers(page, hostile):
        if answer["status"] == "not_found":
            continue
        page.goto("about:blank")
        page.goto(f"{hostile}/embed#q={quote(question(number), safe='')}")
        article = page.locator("#log article").first
        article.wait_for()
        check(article, answer)
        assert page.evaluate(NOTHING_RAN)


def test_the_print_view_shows_and_runs_nothing(visit, hostile):
    page = visit("/print", base=hostile)
    for number, answer in answers(page, hostile):
        if answer["status"] == "not_found":
            continue
        page.goto("about:blank")
        page.goto(f"{hostile}/print#q={quote(question(number), safe='')}")
        article = page.locator("article").first
        article.wait_for()
        assert texts(article, ".words")[0] == answer["passages"][0]["text"]
        assert texts(article, "h2") == [answer["question"]]
        assert page.evaluate(NOTHING_RAN)


def test_the_viewer_shows_and_runs_nothing(visit, hostile):
    page = visit("/source", base=hostile)
    assert page.evaluate(NOTHING_RAN)
    for number, answer in answers(page, hostile):
        payload = PAYLOADS[number]
        if answer["status"] == "not_found":
            continue
        first = answer["passages"][0]
        span = f"{first['start']}-{first['end']}"
        page.goto(f"{hostile}/source/{first['document_id']}?passage={span}#p-{span}")
        assert texts(page, "h1")[0].endswith(first["title"])
        assert first["text"] in texts(page, "article.document")[0]
        assert "".join(texts(page, "article.document mark")) == first["text"]
        if first["document_id"] == f"document-{number}":
            assert normalize("NFC", payload) in texts(page, "table")[0]
        assert page.evaluate(NOTHING_RAN)


def test_nearly_all_of_them_are_really_shown(visit, hostile):
    page = visit("/embed", base=hostile)
    shown = [answer for _, answer in answers(page, hostile) if answer["status"] != "not_found"]
    assert len(shown) >= 60
