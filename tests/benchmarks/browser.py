# ruff: noqa: T201
"""What Chromium loads of a page, and when a person can use it."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tests.benchmarks.figures import table

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

_VISITS = 5
_PAGES = ("chat/", "embed")
_LABEL = "Your question"
# A phone of some years ago in a poor network: a quarter of the speed, 1.6 Mbit/s, 150 ms.
_SLOWER = 4
_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}


class Visit(NamedTuple):
    """One visit with an empty cache."""

    kilobytes: float
    requests: float
    usable: float  # seconds until the question can be typed
    answered: float  # seconds from Enter to the words on the screen


def pages(address: str, question: str) -> None:
    """Print a table of the pages, on this machine and on a slow phone."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if not chromium:
        print("left out: it needs chromium and the package playwright")
        return
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for slow in (False, True):
            for page in _PAGES:
                visits = [
                    _visit(browser, f"{address}{page}", question, slow=slow) for _ in range(_VISITS)
                ]
                size, requests, usable, answered = np.median(visits, axis=0)
                name = f"/{page.rstrip('/')}{', slow phone' if slow else ''}"
                row = (f"{size:.0f}", f"{requests:.0f}", f"{usable:.2f}", f"{answered:.2f}")
                rows.append((name, *row))
        browser.close()
    head = (
        f"median of {_VISITS} first visits",
        "KB",
        "requests",
        "usable s",
        "question to answer s",
    )
    table(head, rows)


def _visit(browser: Browser, address: str, question: str, *, slow: bool) -> Visit:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    sizes: list[float] = []
    tools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    tools.send("Network.enable")
    if slow:
        _slow_down(tools)
    start = time.perf_counter()
    # The scripts are deferred: they have run when the page's content is said to be there.
    page.goto(address, wait_until="domcontentloaded")
    page.get_by_label(_LABEL).wait_for()
    usable = time.perf_counter() - start
    page.wait_for_load_state("networkidle")
    loaded = (sum(sizes) / 1_000, len(sizes))
    answered = _answered(page, question)
    context.close()
    return Visit(*loaded, usable, answered)


def _answered(page: Page, question: str) -> float:
    page.get_by_label(_LABEL).fill(question)
    start = time.perf_counter()
    page.keyboard.press("Enter")
    page.get_by_role("log").locator(".words").first.wait_for()
    return time.perf_counter() - start


def _slow_down(tools: CDPSession) -> None:
    tools.send("Network.emulateNetworkConditions", _NETWORK)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
