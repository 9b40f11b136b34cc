"""The handout in a real browser."""

import re
from urllib.parse import quote

import pytest

from tests.browser.examples import MADE_UP, violations
from tests.payloads import PAYLOADS

QUESTIONS = ("Is walking safe if my feet are numb?", "How does BDNF affect nerve pain?")
NOTHING = "How do I file my tax return?"


def path(*questions, region=""):
    fields = [f"q={quote(question, safe='')}" for question in questions]
    return "/print#" + "&".join([*fields, f"region={region}"] if region else fields)


def ready(page, words="Ready to print."):
    page.get_by_role("status").get_by_text(words).wait_for()
    return page


def texts(page, selector):
    return page.locator(selector).evaluate_all("all => all.map((one) => one.textContent)")


def asked(page, address, question):
    return page.context.request.post(f"{address}/api/ask", data={"question": question}).json()


def test_every_question_is_asked_again_and_quoted_word_for_word(visit, address):
    page = ready(visit(path(*QUESTIONS, NOTHING)))
    answers = [asked(page, address, question) for question in (*QUESTIONS, NOTHING)]
    assert texts(page, "article > h2") == [*QUESTIONS, NOTHING]
    passages = [passage for answer in answers for passage in answer["passages"]]
    assert texts(page, ".words") == [passage["text"] for passage in passages]
    assert texts(page, ".about") == [passage["attribution"] for passage in passages]
    assert texts(page, ".place") == [passage["citation"] for passage in passages]
    assert page.locator("mark").count() > 0


def test_the_publications_stand_in_one_list_at_the_end_of_each_answer(visit, address):
    page = ready(visit(path(*QUESTIONS)))
    for at, question in enumerate(QUESTIONS):
        answer = asked(page, address, question)
        article = page.locator("article").nth(at)
        entries = article.locator("> ol.references > li").all_text_contents()
        assert entries == [
            f"{one['number']}. {one['formatted']}  ({one['checked']})"
            for one in answer["references"]
        ]
        assert article.locator("details, button, .passage .references").count() == 0
        cited = article.locator("a.cited[data-note]").first
        entry = page.locator(cited.get_attribute("href"))
        assert entry.text_content().startswith(f"{cited.get_attribute('data-note')}. ")
        cited.click()
        assert entry.evaluate("one => one === document.activeElement")
    assert page.locator("article").count() == len(QUESTIONS)  # nothing was loaded again


def test_a_publication_whose_address_is_not_in_its_words_gets_it(visit):
    page = ready(visit(path("x1")))
    page.route("**/api/ask", lambda route: route.fulfill(json=MADE_UP["everything"].to_dict()))
    page.reload()
    ready(page)
    entries = texts(page, "ol.references li")
    for entry, link in zip(entries, MADE_UP["everything"].to_dict()["references"], strict=True):
        assert link["link"] in entry
        assert entry.count("https://") <= 1
    # Nobody can follow a link on paper: the citation names the entry.
    notes = page.locator(".cited").evaluate_all(
        "all => all.map((one) => getComputedStyle(one, '::after').content)"
    )
    assert [note for note in notes if note != "none"] == [
        '" → 1"', '" → 2 or 3"', '" → 4"', '" → ?"',
    ]  # fmt: skip


def test_every_source_has_its_address_in_full(visit, address):
    page = ready(visit(path(QUESTIONS[0])))
    addresses = texts(page, ".address")
    assert len(addresses) == page.locator(".passage").count()
    for written, words in zip(addresses, texts(page, ".words"), strict=True):
        assert written.startswith(f"{address}/source/")
        source = page.context.new_page()
        source.goto(written)
        marked = source.locator("article.document mark")
        marked.first.wait_for()
        assert "".join(marked.evaluate_all("all => all.map((m) => m.textContent)")) == words


def test_the_handout_says_what_it_is_and_from_which_documents(visit, address):
    page = ready(visit(path(QUESTIONS[0])))
    corpus = page.context.request.get(f"{address}/api/corpus").json()["corpus"]
    header = " ".join(page.locator("header").text_content().split())
    assert (
        "This handout quotes documents word for word. It is not a diagnosis and does not replace "
        "your clinician."
    ) in header
    assert re.search(r"Printed on \d{1,2} [A-Z][a-z]+ 20\d\d\.", header)
    assert f"From {corpus['documents']} documents: {corpus['name']}" in header
    assert f"version {corpus['digest'][:12]}." in header
    assert "not clinically reviewed" in texts(page, ".about")[0]


def test_no_question_is_ever_sent_in_an_address(visit):
    addresses = []
    page = visit("/print")
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(page.url + path(QUESTIONS[0]).removeprefix("/print"))
    ready(page)
    assert addresses
    assert not [one for one in addresses if "walking" in one.split("#")[0]]


def test_the_region_goes_with_the_questions(visit):
    page = visit("/print")
    with page.expect_request("**/api/ask") as request:
        page.goto(page.url + path("x1", region="GB").removeprefix("/print"))
    assert request.value.post_data_json == {"question": "x1", "region": "GB"}
    ready(page)


def test_a_question_that_was_asked_exactly_is_asked_so_again(visit, address):
    page = visit("/print")
    asked = []
    page.on("request", lambda sent: "api/ask" in sent.url and asked.append(sent.post_data_json))
    first, follow_up = "Is it safe to go walking?", "And with numb feet?"
    fields = path(first, follow_up) + f"&x={quote(follow_up, safe='')}"
    page.goto(page.url + fields.removeprefix("/print"))
    ready(page)
    assert asked == [
        {"question": first},
        {"question": follow_up, "history": [first]},
        {"question": follow_up, "exactly": True},
    ]
    assert texts(page, "article > h2") == [first, follow_up, follow_up]
    assert page.locator("article").nth(1).locator(".understood").count() == 1
    assert page.locator("article").nth(2).locator(".understood").count() == 0
    assert page.locator("article button").count() == 0


@pytest.mark.parametrize("fragment", ["", "#", "#q=", "#x=", "#q=%20&q=", "#region=GB", "#&&=&"])
def test_without_a_question_the_page_says_how_to_get_one(visit, fragment):
    page = visit(f"/print{fragment}")
    assert page.get_by_text("There is nothing to print yet.").is_visible()
    assert page.get_by_role("button", name="Print").count() == 0
    page.get_by_role("link", name="Ask a question").click()
    page.get_by_label("Your question").wait_for()


def test_only_the_last_twenty_questions_are_asked_and_that_is_said(visit):
    page = visit(path(*(f"Question {number}" for number in range(25))))
    ready(page, "Ready to print: the last 20 answers.")
    asked = page.locator("article h2").all_text_contents()
    assert asked == [f"Question {number}" for number in range(5, 25)]


def test_an_answer_that_cannot_be_loaded_is_said_so_and_the_others_are_there(visit):
    def second_fails(route):
        failing = route.request.post_data_json["question"] == QUESTIONS[1]
        route.abort() if failing else route.continue_()

    page = visit("/print", troubles_expected=True)
    page.route("**/api/ask", second_fails)
    page.goto(page.url + path(*QUESTIONS, NOTHING).removeprefix("/print"))
    ready(page, "1 of 3 answers could not be loaded.")
    failed = page.locator("article.failed")
    assert failed.locator("h2").text_content() == QUESTIONS[1]
    assert "This answer could not be loaded." in failed.text_content()
    assert page.locator("article").count() == 3


def test_a_busy_server_is_waited_for(visit):
    refusals = [{"status": 429, "headers": {"retry-after": "1"}, "body": ""}]

    def answer(route):
        if refusals:
            route.fulfill(**refusals.pop())
        else:
            route.continue_()

    page = visit("/print", troubles_expected=True)
    page.route("**/api/ask", answer)
    page.goto(page.url + path(QUESTIONS[0]).removeprefix("/print"))
    page.get_by_text("The server is busy. Going on in 1 second").wait_for()
    ready(page)
    assert page.locator("article.failed").count() == 0


def test_the_button_prints(visit):
    page = ready(visit(path(QUESTIONS[0])))
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_black_on_white_without_buttons(visit, scheme):
    page = ready(visit(path(*QUESTIONS), color_scheme=scheme))
    page.emulate_media(media="print")
    look = page.evaluate(
        """() => ["body", ".passage", ".words", ".about", "mark"].map((part) => {
            const { color, backgroundColor } = getComputedStyle(document.querySelector(part));
            return [color, backgroundColor].map((c) => c.match(/[\\d.]+/g).map(Number));
        })"""
    )
    for (red, green, blue, *_), background in look:
        assert max(red, green, blue) < 100  # dark on white, without help of a colour
        assert background in ([255, 255, 255], [0, 0, 0, 0])
    assert page.get_by_role("button").count() == 0
    assert page.get_by_role("status").count() == 0
    assert "underline" in page.locator("mark").first.evaluate(
        "one => getComputedStyle(one).textDecorationLine"
    )


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_passages_are_kept_whole_on_pages_of_both_sizes(visit, size):
    page = ready(visit(path(*QUESTIONS)))
    printed = page.pdf(format=size)
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 2 <= pages <= 5
    page.emulate_media(media="print")
    kept = page.locator(".passage, .references li").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).breakInside)"
    )
    assert set(kept) <= {"avoid", "avoid-page"}


def test_no_text_becomes_markup_on_paper_either(visit):
    page = ready(visit(path("x1"), bypass_csp=True))
    answer = {}
    page.route("**/api/ask", lambda route: route.fulfill(json=answer))
    made = MADE_UP["everything"].to_dict()
    for payload in PAYLOADS[::3]:  # all of them are tried on the page with the same script
        reference = {"number": 1, "formatted": payload, "link": payload, "checked": payload}
        quote_ = made["passages"][0] | {
            "text": payload, "citation": payload, "attribution": payload, "lead_in": payload,
            "title": payload, "start": 0, "end": len(payload), "highlights": [], "citations": [],
            "references": [1],
        }  # fmt: skip
        answer.update(made | {"question": payload, "passages": [quote_], "references": [reference]})
        page.reload()
        ready(page)
        assert texts(page, "h2") + texts(page, ".words") + texts(page, ".place") == [payload] * 3
        assert payload in texts(page, "ol.references li")[0]
        assert not page.evaluate("() => 'fired' in window")
        allowed = "h2, h3, p, ol, li, blockquote, span"
        assert page.locator(f"article *:not({allowed}):not(.also a)").count() == 0


def test_failures_show_the_question_as_text(visit):
    page = visit("/print", bypass_csp=True, troubles_expected=True)
    page.route("**/api/ask", lambda route: route.abort())
    page.goto(page.url + path(*PAYLOADS[:20]).removeprefix("/print"))
    ready(page, "20 of 20 answers could not be loaded.")
    assert texts(page, "article h2") == [payload.strip() for payload in PAYLOADS[:20]]
    assert page.locator("article *:not(h2, p)").count() == 0


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
        {"viewport": {"width": 320, "height": 256}, "color_scheme": "dark"},
    ],
)
def test_axe_finds_nothing_and_nothing_is_cut_off(visit, look):
    page = visit("/print", **look)
    assert violations(page) == []
    page.goto(page.url + path(*QUESTIONS, NOTHING).removeprefix("/print"))
    ready(page)
    assert violations(page) == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
