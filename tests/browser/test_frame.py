"""The page inside a page of another site: put in by the script, or as a plain frame."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlsplit

import pytest

from tests.browser.examples import violations

QUESTION = "Is walking safe if my feet are numb?"
# A clinic's own style sheet, which knows nothing of us and reaches for everything.
STYLE = (
    "iframe { width: 50px; } div { letter-spacing: 9px; display: none; } "
    "button { background: lime; font-size: 70px; position: static; } "
    "* { text-transform: uppercase; }"
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Clinic</title>
{head}</head><body><main><h1>Our clinic</h1><p><a href="#about">About us</a></p>{inside}
<p id="about">{filling}</p></main></body></html>"""


class Site:
    """A clinic's web site: whatever stands in `pages`, with these headers."""

    def __init__(self):
        self.pages, self.headers, self.asked = {}, {}, []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.headers)
                body = site.pages.get(urlsplit(self.path).path, "").encode()
                self.send_response(200 if body else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                for name, value in site.headers.get(self.path, {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # "localhost" is another site than "127.0.0.1", where the application is.
        self.address = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, path, inside, *, head="", filling="", headers=None):
        self.pages[path] = PAGE.format(inside=inside, head=head, filling=filling)
        self.headers[path] = headers or {}

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def site():
    running = Site()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def ours(serve, site):
    """The application, which lets that site frame it."""
    with serve("--allow-embed", site.address, "--per-minute", "100000") as server:
        yield server.address.rstrip("/")


@pytest.fixture
def host(browser, site, ours):
    """Open a page of the site that holds these lines."""
    contexts = []

    def host(inside, *, path="/page", head="", filling="", headers=None, **options):
        site.put(path, inside, head=head, filling=filling, headers=headers)
        context = browser.new_context(**options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda said: said.type == "error" and page.troubles.append(said.text))
        page.goto(site.address + path)
        return page

    yield host
    for context in contexts:
        context.close()


def script(ours, **settings):
    data = "".join(f' data-{name}="{value}"' for name, value in settings.items())
    return f'<script src="{ours}/embed.js" async{data}></script>'


def ask(page, frame, question=QUESTION):
    box = frame.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    frame.locator("article h2:focus").last.wait_for()
    page.wait_for_timeout(100)  # for the messages between the two pages
    return frame.locator("article").last


def height(page, selector="iframe"):
    return page.locator(selector).evaluate("one => one.getBoundingClientRect().height")


# In the page


def test_the_frame_stands_after_the_script_and_is_as_high_as_what_is_in_it(host, ours):
    page = host(script(ours, title="Questions about pain"))
    frame = page.frame_locator("iframe")
    frame.get_by_label("Your question").wait_for()
    assert page.locator("script + iframe").count() == 1
    assert page.locator("iframe").get_attribute("title") == "Questions about pain"
    low = height(page)
    ask(page, frame)
    inside = frame.locator("html").evaluate("one => one.scrollHeight")
    assert height(page) == inside > low
    frame.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(100)
    assert abs(height(page) - low) < 30
    assert page.troubles == []


def test_a_new_answer_is_at_the_top_of_the_screen_although_the_host_page_scrolls(host, ours):
    head = "<style>html { scroll-padding-top: 60px; }</style>"
    page = host(script(ours), head=head, filling="Words. " * 3_000)
    frame = page.frame_locator("iframe")
    for _ in range(2):
        heading = ask(page, frame).locator("h2")
        assert 50 <= heading.bounding_box()["y"] <= 75  # of the window


def test_settings_of_the_script_reach_the_frame(host, ours):
    page = host(script(ours, theme="dark", region="us", accent="8a1c5c", lang="de", topic="sleep"))
    frame = page.frame_locator("iframe")
    frame.get_by_text("This page and its documents are in English.").wait_for()
    first = frame.locator("html")
    assert first.get_attribute("data-theme") == "dark"
    assert first.get_attribute("data-region") == "US"
    assert first.get_attribute("data-accent") == "8a1c5c"


def test_a_target_may_stand_anywhere_and_the_script_too(host, ours):
    head = script(ours, target="here")
    page = host('<div id="here"></div><p id="end">End</p>', head=head)
    page.frame_locator("#here > iframe").get_by_label("Your question").wait_for()
    page = host("", head=script(ours), path="/head")
    page.frame_locator("body > iframe").get_by_label("Your question").wait_for()


def test_several_frames_keep_apart(host, ours):
    page = host(script(ours) + '<div id="two"></div>' + script(ours, target="two", theme="dark"))
    one, two = (page.frame_locator("iframe").nth(at) for at in (0, 1))
    two.get_by_label("Your question").wait_for()
    one.get_by_label("Your question").wait_for()
    before = [height(page, f"iframe >> nth={at}") for at in (0, 1)]
    ask(page, one)
    after = [height(page, f"iframe >> nth={at}") for at in (0, 1)]
    assert after[0] > before[0]
    assert after[1] == before[1]


def test_the_script_leaves_nothing_behind_and_stores_nothing(host, ours, site):
    names = "() => Object.getOwnPropertyNames(window)"
    bare = host("<p>Nothing here</p>", path="/bare").evaluate(names)
    page = host(script(ours) + script(ours, button="Ask?"))
    page.get_by_role("button", name="Ask?").click()
    ask(page, page.frame_locator("main iframe"))
    added = set(page.evaluate(names)) - set(bare)
    assert {name for name in added if not name.isdigit()} == set()
    assert page.context.cookies() == []
    assert page.context.storage_state()["origins"] == []


NONSENSE = (
    "null",
    "{}",
    "'x'",
    "{ type: 'patient-answers:height', height: '9000px' }",
    "{ type: 'patient-answers:height', height: NaN }",
    "{ type: 'patient-answers:show', top: {} }",
    "{ type: '__proto__' }",
)


def test_other_messages_change_nothing(host, ours, site):
    other = f'<iframe id="other" src="{site.address}/other" title="Other"></iframe>'
    site.put(
        "/other",
        "<script>setInterval(() => parent.postMessage("
        "{ type: 'patient-answers:height', height: 5000 }, '*'), 20)</script>",
    )
    page = host(script(ours) + other)
    frame = page.frame_locator("main > iframe").first
    frame.get_by_label("Your question").wait_for()
    own = "iframe:not(#other)"
    usual = height(page, own)
    # From another frame, from the page itself, and nonsense from the right frame.
    page.evaluate("window.postMessage({ type: 'patient-answers:height', height: 5000 }, '*')")
    for message in NONSENSE:
        frame.locator("html").evaluate(f"() => parent.postMessage({message}, '*')")
    page.wait_for_timeout(300)
    assert height(page, own) == usual
    frame.locator("html").evaluate(
        "() => parent.postMessage({ type: 'patient-answers:height', height: 1e9 }, '*')"
    )
    page.wait_for_timeout(100)
    assert height(page, own) <= 50_000
    assert page.troubles == []


LISTEN = """<script>
    addEventListener("message", (event) => (window.heard ??= []).push(event.data.type));
</script>"""
FRAMES = {
    "told rightly by the script": ("#origin={site}", "no-referrer", True),
    "told wrongly": ("#origin=https%3A%2F%2Felse.example", "origin", False),
    "told nonsense, but referred to": ("#origin=%00*", "origin", True),
    "told by the referrer": ("", "origin", True),
    "told nothing": ("", "no-referrer", False),
}


@pytest.mark.parametrize("case", FRAMES)
def test_in_browsers_without_ancestor_origins_the_height_goes_to_a_known_parent_only(
    host, ours, site, case
):
    def without_ancestors(route):
        text = route.fetch().text()
        assert "location.ancestorOrigins?.[0]" in text
        route.fulfill(
            body=text.replace("location.ancestorOrigins?.[0]", "undefined"),
            content_type="text/javascript",
        )

    fragment, policy, heard = FRAMES[case]
    source = f"{ours}/embed" + fragment.format(site=quote(site.address, safe=""))
    line = f'<iframe title="x" src="{source}" referrerpolicy="{policy}">'
    page = host("", path="/empty")
    page.route("**/static/embed-all.js*", without_ancestors)
    site.put("/page", f"{line}</iframe>", head=LISTEN)
    page.goto(f"{site.address}/page")
    page.frame_locator("iframe").get_by_label("Your question").wait_for()
    page.wait_for_timeout(300)
    assert set(page.evaluate("window.heard ?? []")) == (
        {"patient-answers:height"} if heard else set()
    )


def test_the_site_sees_neither_the_question_nor_is_its_page_named_to_us(host, ours, site):
    addresses = []
    page = host(script(ours), path="/secret-department")
    page.on("request", lambda request: addresses.append((request.url, request.headers)))
    page.reload()
    ask(page, page.frame_locator("iframe"))
    sent = [(url, headers) for url, headers in addresses if url.startswith(ours)]
    assert sent
    for url, headers in sent:
        if "/embed.js" not in url:
            assert "secret-department" not in str(headers)
        assert "walking" not in url


def test_a_site_with_a_strict_policy_needs_to_allow_two_things(host, ours):
    policy = f"default-src 'none'; script-src {ours}; frame-src {ours}"
    page = host(
        script(ours) + script(ours, button="Ask?"), headers={"Content-Security-Policy": policy}
    )
    opener = page.get_by_role("button", name="Ask?")
    opener.click()
    assert opener.evaluate("one => getComputedStyle(one).position") == "fixed"
    ask(page, page.frame_locator("dialog iframe"))
    ask(page, page.frame_locator("main iframe"))
    assert page.locator("main iframe").evaluate("one => one.style.width") == "100%"
    assert page.troubles == []


def test_a_site_that_is_not_allowed_gets_nothing(host, ours, site):
    page = host(f'<iframe src="{ours}/embed" title="x"></iframe>')
    page.frame_locator("iframe").get_by_label("Your question").wait_for()
    page.goto(site.address.replace("localhost", "127.0.0.1") + "/page")  # another origin
    page.wait_for_timeout(500)
    assert page.frame_locator("iframe").get_by_label("Your question").count() == 0
    assert any("frame-ancestors" in trouble for trouble in page.troubles)


NO_STORAGE = """for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
    Object.defineProperty(window, name, {
        get() { throw new DOMException("The storage of other sites is blocked", "SecurityError"); },
    });
}"""


def test_the_plain_frame_works_where_the_storage_of_other_sites_is_blocked(host, ours):
    line = (
        f'<iframe src="{ours}/embed" title="Questions" width="100%" height="700" loading="lazy" '
        'allow="clipboard-write" referrerpolicy="no-referrer" sandbox="allow-scripts allow-forms '
        'allow-popups allow-popups-to-escape-sandbox allow-same-origin"></iframe>'
    )
    page = host(line)
    page.context.add_init_script(NO_STORAGE)
    page.reload()
    frame = page.frame_locator("iframe")
    article = ask(page, frame)
    with page.context.expect_page() as opened:
        article.locator("a.show").first.click()
    opened.value.locator("article.document mark").first.wait_for()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Print").click()
    opened.value.locator("article .words").first.wait_for()
    assert page.troubles == []


def test_a_copy_can_be_made_inside_the_frame(host, ours):
    page = host(script(ours))
    frame = page.frame_locator("iframe")
    article = ask(page, frame)
    article.get_by_role("button", name="Copy with citation").first.click()
    article.get_by_text("Copied").wait_for()


# Behind a button


def focused(page):
    """The class of what has the focus, inside our part of the page."""
    return page.evaluate(
        """() => {
            let one = document.activeElement;
            while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
            return one.className || one.tagName;
        }"""
    )


@pytest.mark.parametrize("width", [1280, 320])
def test_the_button_opens_and_closes_the_panel_by_keyboard(host, ours, width):
    page = host(script(ours, button="Ask?"), viewport={"width": width, "height": 640})
    opener = page.get_by_role("button", name="Ask?")
    opener.wait_for()
    assert page.locator("iframe").count() == 0  # nothing is loaded before it is wanted
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "opener"
    assert opener.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    panel.wait_for()
    assert page.locator(".opener").get_attribute("aria-expanded") == "true"
    assert focused(page) == "close"
    box = page.frame_locator("iframe").get_by_label("Your question")
    box.wait_for()
    page.keyboard.press("Tab")
    page.frame_locator("iframe").locator("#question:focus").wait_for()
    page.keyboard.type("Can I swim?")
    assert box.input_value() == "Can I swim?"
    page.keyboard.press("Escape")  # pressed inside the frame
    page.locator(".opener[aria-expanded=false]:focus").wait_for()
    page.keyboard.press("Enter")
    panel.wait_for()
    assert box.input_value() == "Can I swim?"  # what was there stays there
    page.keyboard.press("Escape")  # pressed in the panel's bar
    page.locator(".opener[aria-expanded=false]:focus").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close").click()
    page.locator(".opener[aria-expanded=false]:focus").wait_for()
    assert page.troubles == []


def test_the_panel_stands_beside_the_page_where_there_is_room(host, ours):
    page = host(script(ours, button="Ask?"), viewport={"width": 1280, "height": 900})
    opener = page.get_by_role("button", name="Ask?")
    opener.click()
    ask(page, page.frame_locator("iframe"))
    page.get_by_role("link", name="About us").click()  # the page can still be used
    assert page.url.endswith("#about")
    opener.click()
    page.get_by_role("dialog").wait_for(state="hidden")


@pytest.mark.parametrize("size", [(320, 640), (320, 256), (1280, 900), (740, 360)])
def test_button_and_panel_fit_the_screen_and_are_large_enough(host, ours, size):
    width, tall = size
    label = "Questions about nerve pain and exercise?"
    page = host(script(ours, button=label), viewport={"width": width, "height": tall})
    opener = page.get_by_role("button", name=label)
    boxes = [opener.bounding_box()]
    opener.click()
    boxes += [page.locator(part).bounding_box() for part in ("dialog", ".close", "dialog iframe")]
    for box in boxes:
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= tall
        assert min(box["width"], box["height"]) >= 44
    words = page.locator(".close").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert words
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_sites_own_styles_do_not_reach_the_button(host, ours):
    page = host(script(ours, button="Ask?", accent="ffcc00"), head=f"<style>{STYLE}</style>")
    opener = page.get_by_role("button", name="Ask?")
    look = opener.evaluate(
        """one => {
            const { position, backgroundColor, color, fontSize, letterSpacing, textTransform }
                = getComputedStyle(one);
            return [position, backgroundColor, color, fontSize, letterSpacing, textTransform];
        }"""
    )
    assert look == ["fixed", "rgb(255, 204, 0)", "rgb(0, 0, 0)", "16px", "normal", "none"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("settings", [{}, {"button": "Ask?", "title": "Questions"}])
def test_axe_finds_nothing_in_the_page_of_a_site(host, ours, settings, scheme):
    page = host(script(ours, **settings), color_scheme=scheme)
    if settings:
        page.get_by_role("button", name="Ask?").wait_for()
        assert violations(page) == []
        page.get_by_role("button", name="Ask?").click()
    page.frame_locator("iframe").get_by_label("Your question").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("media", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_the_button_can_be_seen_and_used_with_other_media_settings(host, ours, media):
    page = host(script(ours, button="Ask?"), **media)
    opener = page.get_by_role("button", name="Ask?")
    assert opener.evaluate("one => getComputedStyle(one).borderStyle") == "solid"
    opener.click()
    page.frame_locator("iframe").get_by_label("Your question").wait_for()
    assert page.evaluate("document.getAnimations().length") == 0
