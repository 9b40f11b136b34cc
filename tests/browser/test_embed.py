"""The page for other sites in a real browser."""

import re
from urllib.parse import quote, unquote

import pytest

from tests.browser.examples import MADE_UP, violations

QUESTION = "Is walking safe if my feet are numb?"
OTHER = "How does BDNF affect nerve pain?"
LOOKS = (
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    {"viewport": {"width": 768, "height": 1024}, "color_scheme": "dark"},
    {"viewport": {"width": 320, "height": 256}, "color_scheme": "light"},  # 1280 by 1024 at 400 %
    {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "forced_colors": "active"},
)
WITHOUT_NETWORK = re.compile("Failed to load resource|net::ERR")


def box(page):
    return page.get_by_label("Your question")


def ask(page, question):
    before = page.locator("#log article").count()
    box(page).fill(question)
    box(page).press("Enter")
    article = page.locator("#log article").nth(before)
    article.wait_for()
    return article


def give(page, answer):
    page.route("**/api/ask", lambda route: route.fulfill(json=answer))


def focused(page, selector):
    return page.locator(selector).evaluate("one => one === document.activeElement")


def test_an_answer_is_what_the_route_gives(visit, address):
    page = visit("/embed")
    answer = page.context.request.post(f"{address}/api/ask", data={"question": QUESTION}).json()
    article = ask(page, QUESTION)
    words = article.locator(".words").evaluate_all("all => all.map((one) => one.textContent)")
    assert words == [passage["text"] for passage in answer["passages"]]
    assert article.locator(".notice").all_text_contents() == answer["notices"]
    assert article.locator(".suggestions button").all_text_contents() == answer["suggestions"]


def test_the_heading_of_a_new_answer_takes_the_focus_and_the_top_of_the_screen(visit):
    page = visit("/embed")
    for question in (QUESTION, OTHER):
        heading = ask(page, question).locator("h2")
        assert heading.text_content() == question
        assert heading.evaluate("one => one === document.activeElement")
        assert 0 <= heading.bounding_box()["y"] < 40
    assert page.locator("#log article").count() == 2
    assert box(page).input_value() == ""


def test_shift_and_enter_makes_a_new_line_and_the_field_grows(visit):
    page = visit("/embed")
    low = box(page).bounding_box()["height"]
    box(page).focus()
    for line in ("Is walking", "safe", "if my feet", "are numb?"):
        page.keyboard.type(line)
        page.keyboard.press("Shift+Enter")
    assert box(page).input_value().count("\n") == 4
    assert box(page).bounding_box()["height"] > low
    page.keyboard.press("Enter")
    assert page.locator("article h2").text_content() == QUESTION


def test_everything_works_by_keyboard_alone(visit):
    page = visit("/embed")
    page.keyboard.press("Tab")
    assert focused(page, "#question")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Tab")
    assert focused(page, "#ask")
    page.keyboard.press("Space")
    page.locator("article h2:focus").wait_for()
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.className || document.activeElement.id")
        )
        if reached[-1] == "button" or page.locator("#clear").evaluate("b => b.matches(':focus')"):
            break
    assert {"cited", "button show", "copy", "ask", "question"} <= set(reached)
    assert page.evaluate("document.activeElement.id") in ("print", "clear")


def test_a_search_is_announced_and_neither_repeated_nor_interrupted(visit):
    page = visit("/embed")
    waiting = []
    page.route("**/api/ask", lambda route: waiting.append(route))
    button = page.get_by_role("button", name="Ask", exact=True)
    box(page).fill(QUESTION)
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Searching the documents…").wait_for()
    assert page.locator("#log").get_attribute("aria-busy") == "true"
    page.keyboard.press("Enter")
    box(page).press("Enter")
    button.dispatch_event("click")
    page.locator("#starters button").first.click()
    assert len(waiting) == 1
    button.focus()
    assert focused(page, "#ask")  # a disabled button would have lost it
    waiting[0].continue_()
    page.locator("article h2:focus").wait_for()
    assert page.locator("#log").get_attribute("aria-busy") == "false"
    assert page.locator("#status").text_content() == ""
    assert page.locator("#log article").count() == 1


def test_what_is_typed_while_an_answer_is_on_its_way_stays(visit):
    page = visit("/embed")
    waiting = []
    page.route("**/api/ask", lambda route: waiting.append(route))
    box(page).fill(QUESTION)
    box(page).press("Enter")
    box(page).fill("And then?")
    page.locator("#log[aria-busy=true]").wait_for(state="attached")
    waiting[0].continue_()
    page.locator("article").wait_for()
    assert box(page).input_value() == "And then?"


def test_starters_and_suggestions_are_asked_and_leave_a_draft_alone(visit):
    page = visit("/embed")
    box(page).fill("My draft")
    starter = page.locator("#starters button").first
    question = starter.text_content()
    starter.click()
    article = page.locator("#log article").first
    assert article.locator("h2").text_content() == question
    suggestion = article.locator(".suggestions button").first
    asked = suggestion.text_content()
    suggestion.click()
    assert page.locator("#log article").nth(1).locator("h2").text_content() == asked
    assert box(page).input_value() == "My draft"


def test_the_log_keeps_the_last_twenty_answers(visit):
    page = visit("/embed")
    for number in range(22):
        box(page).fill(f"Question {number}: {QUESTION}")
        box(page).press("Enter")
        page.locator("article h2:focus", has_text=f"Question {number}:").wait_for()
    headings = page.locator("#log article h2").all_text_contents()
    assert [heading.split(":")[0] for heading in headings] == [
        f"Question {number}" for number in range(2, 22)
    ]
    ids = page.locator("[id]").evaluate_all("all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_answers_can_be_cleared_and_the_focus_goes_to_the_field(visit):
    page = visit("/embed")
    assert page.get_by_role("button", name="Clear").count() == 0
    ask(page, QUESTION)
    assert page.locator("#starters").is_hidden()
    page.get_by_role("button", name="Clear").click()
    assert page.locator("article").count() == 0
    assert focused(page, "#question")
    assert page.locator("#starters").is_visible()
    assert page.get_by_role("button", name="Clear").count() == 0


def test_the_printout_is_asked_for_in_the_fragment(visit):
    page = visit("/embed?region=gb")
    ask(page, QUESTION)
    ask(page, QUESTION)  # the same again, with the same answer
    ask(page, "Is 5 % + 5 % & more = ok?")
    ask(page, QUESTION)  # which could be a follow-up with another answer
    link = page.get_by_role("link", name="Print")
    path, fragment = link.get_attribute("href").split("#")
    assert path == "print"
    assert [unquote(field) for field in fragment.split("&")] == [
        f"q={QUESTION}", "q=Is 5 % + 5 % & more = ok?", f"q={QUESTION}", "region=GB",
    ]  # fmt: skip
    assert link.get_attribute("rel") == "noopener"


def test_a_question_that_was_changed_is_asked_again_as_it_was_typed(visit):
    page = visit("/embed?region=gb")
    first, follow_up = "Is it safe to go walking?", "And with numb feet?"
    ask(page, first)
    article = ask(page, follow_up)
    box(page).fill("My draft")
    article.locator("h2").focus()
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name=f"Search for my own words instead ({follow_up})")
    assert button.evaluate("one => one === document.activeElement")
    with page.expect_request("**/api/ask") as asked:
        page.keyboard.press("Enter")
    assert asked.value.post_data_json == {"question": follow_up, "region": "GB", "exactly": True}
    exact = page.locator("#log article").nth(2)
    exact.locator("h2:focus").wait_for()
    assert exact.locator("h2").text_content() == follow_up
    assert exact.locator(".understood, .own-words").count() == 0
    assert exact.locator(".as-typed").count() == 1
    assert box(page).input_value() == "My draft"
    fragment = page.get_by_role("link", name="Print").get_attribute("href").split("#")[1]
    assert [unquote(field) for field in fragment.split("&")] == [
        f"q={first}", f"q={follow_up}", f"x={follow_up}", "region=GB",
    ]  # fmt: skip
    with page.expect_request("**/api/ask") as asked:
        ask(page, follow_up)
    assert "exactly" not in asked.value.post_data_json


def test_an_exact_question_that_fails_is_tried_again_exactly(visit):
    page = visit("/embed", troubles_expected=True)
    article = ask(page, "Is walkng safe if my feet are numb?")
    refuse(page, status=503, body="")
    article.locator(".own-words").click()
    problem(page)
    page.unroute("**/api/ask")
    with page.expect_request("**/api/ask") as asked:
        page.get_by_role("button", name="Try again").click()
    assert asked.value.post_data_json["exactly"] is True
    page.locator("article.exactly h2:focus").wait_for()


def test_clearing_takes_away_what_went_wrong_too(visit):
    page = visit("/embed", troubles_expected=True)
    ask(page, QUESTION)
    refuse(page, status=503, body="")
    page.locator("article .ask").first.click()
    problem(page)
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#problem").is_hidden()


def test_the_region_goes_with_every_question(visit):
    page = visit("/embed?region=us")
    with page.expect_request("**/api/ask") as asked:
        ask(page, QUESTION)
    assert asked.value.post_data_json == {"question": QUESTION, "region": "US"}


def test_a_citation_opens_its_entry_without_a_step_in_the_history(visit):
    page = visit("/embed")
    article = ask(page, QUESTION)
    steps = page.evaluate("history.length")
    article.locator("a.cited").first.press("Enter")
    entry = article.locator(".references li:focus")
    assert entry.is_visible()
    assert page.evaluate("history.length") == steps
    assert page.url.endswith("/embed")


def test_urgent_words_are_read_out_at_once(visit):
    page = visit("/embed")
    urgent = MADE_UP["urgent"].to_dict()
    give(page, urgent)
    article = ask(page, "Can this wait?")
    alert = article.get_by_role("alert")
    assert alert.text_content() == "UrgentFirst & notice."
    assert article.locator(".notice").all_text_contents() == urgent["notices"]


# When something goes wrong


def problem(page):
    shown = page.locator("#problem")
    shown.wait_for()
    assert shown.get_attribute("role") == "alert"
    return shown.locator("p").text_content()


def refuse(page, **response):
    page.route("**/api/ask", lambda route: route.fulfill(**response))


FAILURES = {
    "no network": (None, "The answer did not arrive. Please check your connection."),
    "too many": (
        {"status": 429, "headers": {"retry-after": "12"}, "json": {"error": "x", "status": 429}},
        "You have asked many questions in a short time. Please wait 12 seconds.",
    ),
    "too many, for how long is not said": (
        {"status": 429, "body": "slow down"},
        "You have asked many questions in a short time. Please wait a moment.",
    ),
    "busy": (
        {"status": 503, "headers": {"retry-after": "1"}, "body": ""},
        "Many people are asking right now. Please wait 1 second.",
    ),
    "too long": (
        {"status": 413, "json": {"error": "x", "status": 413}},
        "Your question is too long. Please make it shorter.",
    ),
    "a proxy's own page": (
        {"status": 502, "body": "<h1>Bad gateway</h1>", "content_type": "text/html"},
        "The server could not answer (error 502).",
    ),
    "half an answer": (
        {"status": 200, "body": '{"question": "Is wal', "content_type": "application/json"},
        "The answer did not arrive whole.",
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_told_in_words_and_the_question_is_kept(visit, failure):
    response, words = FAILURES[failure]
    page = visit("/embed", troubles_expected=True)
    if response is None:
        page.route("**/api/ask", lambda route: route.abort("connectionreset"))
    else:
        refuse(page, **response)
    box(page).fill(QUESTION)
    box(page).press("Enter")
    assert problem(page) == f"{words} Your question is still there."
    assert box(page).input_value() == QUESTION
    assert focused(page, "#question")
    page.unroute("**/api/ask")
    page.get_by_role("button", name="Try again").click()
    page.locator("article h2:focus").wait_for()
    assert page.locator("article h2").text_content() == QUESTION
    assert page.locator("#problem").is_hidden()
    assert box(page).input_value() == ""
    assert [trouble for trouble in page.troubles if not WITHOUT_NETWORK.search(trouble)] == []


def test_trying_again_asks_what_the_field_says_by_then(visit):
    page = visit("/embed", troubles_expected=True)
    refuse(page, status=413, body="")
    box(page).fill(f"{QUESTION} {OTHER}")
    box(page).press("Enter")
    problem(page)
    page.unroute("**/api/ask")
    box(page).fill(OTHER)
    page.get_by_role("button", name="Try again").click()
    page.locator("article h2:focus").wait_for()
    assert page.locator("article h2").text_content() == OTHER


def test_a_chosen_question_that_fails_is_named_and_can_be_tried_again(visit):
    page = visit("/embed", troubles_expected=True)
    refuse(page, status=503, body="")
    box(page).fill("My draft")
    starter = page.locator("#starters button").first
    question = starter.text_content()
    starter.click()
    assert problem(page).endswith(f"You asked: {question}")
    page.unroute("**/api/ask")
    page.get_by_role("button", name="Try again").click()
    page.locator("article h2:focus").wait_for()
    assert page.locator("article h2").text_content() == question
    assert box(page).input_value() == "My draft"


def test_a_server_that_stops_loses_no_question(visit, serve):
    with serve() as server:
        page = visit("embed", base=server.address, troubles_expected=True)
        ask(page, QUESTION)
        server.process.terminate()
        server.process.wait()
        box(page).fill(OTHER)
        box(page).press("Enter")
        assert problem(page).startswith("The answer did not arrive.")
        assert box(page).input_value() == OTHER
        assert page.locator("article").count() == 1


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "Please type a question."),
        (" \n ", "Please type a question."),
        ("🦶" * 2_001, "Your question has 2001 characters. Please make it shorter: at most 2000."),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_before_it_is_sent(visit, question, words):
    page = visit("/embed")
    page.on("request", lambda request: page.troubles.append(request.url))
    box(page).fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("status").get_by_text(words).wait_for()
    assert box(page).input_value() == question
    assert focused(page, "#question")


def test_a_question_of_the_longest_length_is_sent(visit):
    page = visit("/embed")
    question = ("🦶 " * 1_000).strip() + "é"
    ask(page, question)


# What comes with the address


def test_a_first_question_is_asked_at_once_and_taken_out_of_the_address(visit):
    page = visit(f"/embed?region=gb#q={quote(QUESTION, safe='')}&origin=https%3A%2F%2Fx.example")
    page.locator("article h2:focus").wait_for()
    assert page.locator("article h2").text_content() == QUESTION
    assert page.url.endswith("/embed?region=gb#origin=https%3A%2F%2Fx.example")
    assert page.evaluate("history.length") <= 2


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("C%2B%2B+and%20me%3F", "C+++and me?"),
        ("50%25%20%26%20more%3D", "50% & more="),
        ("a=b", "a=b"),
        ("100%", "100%"),
        ("%F0%9F%A6%B6%0Afeet", "🦶\nfeet"),
    ],
)
def test_a_first_question_is_read_as_it_was_written(visit, written, read):
    with (page := visit("/embed")).expect_request("**/api/ask") as asked:
        page.evaluate(
            "fragment => { location.hash = fragment; location.reload(); }", f"q={written}"
        )
    assert asked.value.post_data_json["question"] == read
    page.locator("article").wait_for()


def test_a_question_never_stands_in_an_address_that_is_sent(visit):
    addresses = []
    page = visit("/embed")
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{page.url}?theme=dark#q={quote(QUESTION)}")
    page.locator("article h2:focus").wait_for()
    assert addresses
    assert not [address for address in addresses if "walking" in address.split("#")[0]]


COLOURS = ("000000", "ffffff", "ffcc00", "0b5c7a", "808080", "00ff00", "ff0000", "8fcfe8", "7a7a7a")
CONTRASTS = """() => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const light = (colour) => {
        const [r, g, b] = numbers(colour).map((v) => {
            v /= 255;
            return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, two) => {
        const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const look = (selector) => getComputedStyle(document.querySelector(selector));
    const on = (selector, behind) => contrast(look(selector).color, look(behind).backgroundColor);
    return [
        on("main > p a", "body"), on("button.ask", "button.ask"), on("button.main", "button.main"),
        on("a.cited", ".passage"), on("mark a.cited", "mark"), on("mark", "mark"),
    ];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", COLOURS)
def test_text_in_a_sites_own_colour_can_be_read(visit, colour, scheme):
    page = visit(f"/embed?accent={colour}", color_scheme=scheme)
    give(page, MADE_UP["everything"].to_dict())
    ask(page, QUESTION)
    assert min(page.evaluate(CONTRASTS)) >= 4.5
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    page.evaluate("new Promise(requestAnimationFrame)")  # the page is told of it
    assert min(page.evaluate(CONTRASTS)) >= 4.5


def test_a_colour_that_can_be_read_is_not_changed(visit):
    page = visit("/embed?accent=%238a1c5c", color_scheme="light")
    link = page.locator("main > p a").last
    assert link.evaluate("one => getComputedStyle(one).color") == "rgb(138, 28, 92)"


@pytest.mark.parametrize(("theme", "scheme"), [("dark", "light"), ("light", "dark")])
def test_a_sites_theme_wins_over_the_device(visit, theme, scheme):
    page = visit(f"/embed?theme={theme}", color_scheme=scheme)
    chosen = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page = visit("/embed", color_scheme=theme)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == chosen


# For everybody


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_before_or_after_answers(visit, look):
    page = visit("/embed?lang=de", troubles_expected=True, **look)
    assert violations(page) == []
    ask(page, QUESTION)
    page.locator("details.origin").first.evaluate("one => { one.open = true; }")
    for name in ("everything", "urgent", "nothing", "plain"):
        give(page, MADE_UP[name].to_dict())
        ask(page, name)
    refuse(page, status=502, body="")
    box(page).fill("x1")
    box(page).press("Enter")
    problem(page)
    assert violations(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_cut_off_or_too_small_to_touch(visit, look):
    page = visit("/embed", **look)
    everything = MADE_UP["everything"].to_dict()
    everything["passages"][0]["text"] = "x" * 300
    give(page, everything)
    ask(page, "Is " + "verylongword" * 20)
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    small = page.locator("button, .button, textarea, summary").evaluate_all(
        """all => all.filter((one) => one.checkVisibility())
            .map((one) => [one.textContent, one.getBoundingClientRect()])
            .filter(([, box]) => box.width < 44 || box.height < 44)"""
    )
    assert small == []


def test_without_javascript_the_page_says_so_and_leads_to_the_documents(visit):
    page = visit("/embed", java_script_enabled=False)
    assert page.locator("noscript strong").is_visible()
    assert page.locator("noscript a").get_attribute("href") == "source"
    assert not page.locator("#asking").is_visible()


# What it costs


def test_a_first_answer_costs_five_requests_and_twenty_kilobytes(browser, address):
    context = browser.new_context()
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    lengths, addresses = [], []
    wire.on("Network.loadingFinished", lambda event: lengths.append(event["encodedDataLength"]))
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{address}/embed")
    ask(page, QUESTION)
    page.wait_for_timeout(300)
    context.close()
    assert len(addresses) <= 5, addresses  # and an icon, which no frame asks for
    assert sum(lengths) < 20_000
