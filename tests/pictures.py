"""`python -m tests.pictures`: the screenshots in `docs/`, made anew from the real pages."""

from __future__ import annotations

import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.program import ROOT, running

QUESTION = "Is walking safe if my feet are numb?"
URGENT = "My chest feels tight and my left arm hurts"
UNANSWERED = "Which brand of running shoes should I buy?"
CLINIC = """<!doctype html><html lang="en"><meta charset="utf-8">
<title>Riverside Pain Clinic</title>
<style>body{{margin:0;font:16px/1.5 Georgia,serif;color:#24313a;background:#f4f7f5}}
header{{background:#2f5d50;color:#fff;padding:18px 40px;font-size:22px}}
main{{max-width:760px;margin:24px auto;padding:0 20px}}</style>
<header>Riverside Pain Clinic</header><main><h1>Living with nerve pain</h1>
<p>Our physiotherapists see you on weekdays. Between visits you can look up what our leaflets
say about moving with nerve pain.</p>
<script src="{address}embed.js" data-theme="light" data-accent="2f5d50" async></script>
</main></html>
"""
_COLOURS = 96


def save(page: Page, name: str) -> None:
    """A small PNG of what is in view."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    smaller = picture.quantize(_COLOURS, dither=Image.Dither.NONE)
    smaller.save(ROOT / "docs" / f"{name}.png", optimize=True)


def ask(page: Page, question: str) -> None:
    """Ask on the chat page and wait for the answer."""
    page.wait_for_selector("#log", state="attached")
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.locator("#log article").last.wait_for()
    page.evaluate("() => scrollTo(0, 0)")
    page.wait_for_timeout(300)


def main() -> None:
    """Take all pictures."""
    clinic = ThreadingHTTPServer(("127.0.0.1", 0), Clinic)
    Thread(target=clinic.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{clinic.server_port}"
    log = Path(tempfile.mkdtemp()) / "log.txt"
    with running(log, "--allow-embed", origin) as program, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        Clinic.page = CLINIC.format(address=program.address)

        def opened(path: str, width: int, height: int, **options: str) -> Page:
            page = browser.new_page(viewport={"width": width, "height": height}, **options)
            page.goto(path if path.startswith("http") else program.address + path)
            return page

        wide = opened("chat/", 1280, 800)
        ask(wide, QUESTION)
        save(wide, "chat")
        urgent = opened("chat/", 600, 800)
        ask(urgent, URGENT)
        save(urgent, "urgent")
        refused = opened("chat/", 600, 800, color_scheme="dark")
        ask(refused, UNANSWERED)
        save(refused, "not_found")
        framed = opened(origin, 600, 800)
        inside = framed.frame_locator("iframe")
        inside.locator("textarea").fill(QUESTION)
        inside.locator("textarea").press("Enter")
        inside.locator("article .words").first.wait_for()
        framed.wait_for_timeout(800)
        framed.evaluate("() => scrollTo(0, 0)")
        save(framed, "embed")
        source = opened("chat/", 1280, 800)
        ask(source, QUESTION)
        with source.context.expect_page() as shown:
            source.locator("a.show").first.click()
        shown.value.set_viewport_size({"width": 600, "height": 800})
        shown.value.reload()
        shown.value.wait_for_timeout(500)
        save(shown.value, "source")
        handout = opened(f"print#q={quote(QUESTION)}", 900, 1_000)
        handout.locator("article .words").first.wait_for()
        handout.emulate_media(media="print")
        save(handout, "print")
        browser.close()


class Clinic(BaseHTTPRequestHandler):
    """A page of another site."""

    page = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()
