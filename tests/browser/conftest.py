"""The real application, with the real index, in a process of its own, and a real browser."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from itertools import count

import pytest

from tests.conftest import unavailable
from tests.program import running

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
# The browser's own errands (updates, field trials) must not be taken for requests of our pages.
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run")  # fmt: skip


@pytest.fixture(scope="package")
def serve(tmp_path_factory):
    """Start the application with options: `with serve("--region", "GB") as server`."""
    folder = tmp_path_factory.mktemp("servers")
    number = count()

    @contextmanager
    def start(*options: str):
        with running(folder / f"{next(number)}.log", *options) as program:
            yield program

    return start


@pytest.fixture(scope="package")
def server(serve):
    """The application as `python app.py` starts it, but for the limit of questions a minute."""
    with serve("--per-minute", "100000") as program:
        yield program


@pytest.fixture(scope="package")
def address(server):
    return server.address.rstrip("/")


@pytest.fixture(scope="package")
def browser():
    """A browser for these tests. Playwright keeps an event loop running for as long as it is
    open, beside which no test with a loop of its own can run; so not for the whole session.
    """
    if CHROMIUM is None:
        unavailable("no Chromium on this machine: install the package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture
def visit(browser, address):
    """Open a path of the application in a fresh context; requests to any other host fail the test.

    `page.troubles` lists what went wrong in the page: errors, refused loads, requests elsewhere.
    """
    contexts = []
    pages = []

    def visit(path: str, *, base: str = address, troubles_expected: bool = False, **options):
        context = browser.new_context(**options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(f"error: {error}"))
        page.on(
            "dialog", lambda box: (page.troubles.append(f"dialog: {box.message}"), box.dismiss())
        )
        page.on("console", lambda said: said.type == "error" and page.troubles.append(said.text))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((base, "data:", "blob:", "about:"))
                or page.troubles.append(f"elsewhere: {request.url}")
            ),
        )
        if not troubles_expected:
            pages.append(page)
        page.goto(base + path)
        return page

    yield visit
    troubles = [trouble for page in pages for trouble in page.troubles]
    for context in contexts:
        context.close()
    assert troubles == []
