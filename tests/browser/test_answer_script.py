"""`answer.js` builds what `chatbot/render/html.py` writes, and no text in it becomes markup."""

import json
from urllib.parse import unquote

import pytest

from chatbot.render.html import to_html
from tests.browser.examples import MADE_UP
from tests.payloads import PAYLOADS

QUESTIONS = (
    "Is walking safe if my feet are numb?",
    "How do I look after numb feet when I exercise?",
    "How does BDNF affect nerve pain?",
    "What should I bring to my first visit to a physiotherapist?",
    "Should I see a doctor urgently?",
    "Is walkng safe if my feet are numb?",
    "What helps with pins and needles?",
    "Is this mole cancer?",
    "",
)
SAME = """([answer, html, exactly = false]) => {
    const written = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const built = answers.article(answer, { onAsk() {}, exactly });
    built.id = "answer";
    for (const link of built.querySelectorAll("[href^='#']")) {
        const entry = link.getAttribute("href");
        link.setAttribute("href", entry.replace(/^#answer-\\d+/, "#answer"));
    }
    for (const entry of built.querySelectorAll("[id]")) {
        entry.id = entry.id.replace(/^answer-\\d+/, "answer");
    }
    written.normalize();
    built.normalize();
    return written.isEqualNode(built) ? "same" : written.outerHTML + "\\n\\n" + built.outerHTML;
}"""


@pytest.fixture(scope="module")
def page(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/embed")
    yield page
    context.close()


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_script_builds_the_markup_that_the_chat_page_has(page, bundled, question):
    answer = bundled.ask(question)
    assert page.evaluate(SAME, [answer.to_dict(), to_html(answer, name="answer")]) == "same"


@pytest.mark.parametrize("name", MADE_UP)
def test_rare_answers_have_the_same_markup_too(page, name):
    answer = MADE_UP[name]
    assert page.evaluate(SAME, [answer.to_dict(), to_html(answer, name="answer")]) == "same"


def test_an_answer_to_a_question_asked_exactly_has_the_same_markup_too(page):
    answer = MADE_UP["plain"]
    html = to_html(answer, name="answer", exactly=True)
    assert page.evaluate(SAME, [answer.to_dict(), html, True]) == "same"


@pytest.mark.parametrize("name", MADE_UP)
def test_quoted_words_are_the_text_character_for_character(page, name):
    answer = MADE_UP[name].to_dict()
    words = page.evaluate(
        """(answer) => Array.from(answers.article(answer).querySelectorAll(".words"),
                                  (one) => one.textContent)""",
        answer,
    )
    assert words == [passage["text"] for passage in answer["passages"]]


def test_marks_and_citations_stand_where_the_offsets_say(page):
    shown = page.evaluate(
        """(answer) => {
            const article = answers.article(answer);
            const texts = (all) => Array.from(article.querySelectorAll(all), (e) => e.textContent);
            return { marks: texts("mark"), cited: texts(".cited"), items: texts(".item") };
        }""",
        MADE_UP["everything"].to_dict(),
    )
    assert "".join(shown["marks"]) == (
        "Feet 🦶 need care 𝒳 (Smith[3]):\n\n- Look at them 👀 each day (Doe, 2001).\n  1. With"
    )
    assert "".join(shown["cited"]) == "Smith, 2017Lee, 2019[3]Doe, 2001"
    assert shown["items"] == [
        "- Look at them 👀 each day (Doe, 2001).\n", "  1. With a mirror\n", "* Wear shoes.\n",
    ]  # fmt: skip


# Besides the payloads that all pages are tested with: addresses, and what trimming, normalising or
# parsing would change.
MORE = (
    "JaVaScRiPt:window.fired=1",
    " javascript:window.fired=1",
    "java\tscript:window.fired=1",
    "java\nscript:window.fired=1",
    "\x01javascript:window.fired=1",
    "data:text/html,<script>parent.fired=1</script>",
    "vbscript:window.fired=1",
    "https:javascript:window.fired=1",
    "https://evil.example/<img src=x onerror=window.fired=1>",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "' onmouseover='window.fired=1",
    '" onmouseover="window.fired=1',
    "` onmouseover=`window.fired=1",
    "<div onpointerover=window.fired=1 style='position:fixed;inset:0'>x</div>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=window.fired=1>",
    "<img/src=x\x00onerror=window.fired=1>",
    "<a href='https://evil.example/' ping='https://evil.example/p'>x</a>",
    "</h2></article><script>window.fired=1</script>",
    "__proto__",
    "constructor",
    "null",
    "  spaces \t and\nlines\n\n- kept \r\n as they are  ",
    "👩‍⚕️ é e\u0301 ﬁ \ufeff\u00ad\u200b\u202e",
)
ELEMENTS = (
    "ARTICLE H2 H3 P DIV OL UL LI BLOCKQUOTE SPAN MARK A BUTTON DETAILS SUMMARY"  # what we build
).split()
ATTRIBUTES = "id class tabindex lang href title target rel type role".split()


def hostile(payload: str) -> dict:
    """An answer in which every text is the payload."""
    length = len(payload)
    answer = MADE_UP["everything"].to_dict()
    shown = answer["passages"][0] | {
        "text": payload,
        "start": 50,
        "end": 50 + length,
        "title": payload,
        "section": [payload],
        "document_id": payload,
        "lead_in": payload,
        "citation": payload,
        "attribution": payload,
        "url": payload,
        "highlights": [{"start": 50, "end": 50 + length}],
        "citations": [
            {"marker": payload, "start": 50, "end": 50 + length, "references": [1],
             "resolved": True, "ambiguous": False, "note": payload},
        ],
        "references": [1],
        "source": dict.fromkeys(answer["passages"][0]["source"], payload),
        "also_in": [
            {"document_id": payload, "title": payload, "section": [payload], "start": 1, "end": 2}
        ],
    }  # fmt: skip
    return answer | {
        "question": payload,
        "understood_as": payload,
        "searched_also": [payload],
        "headline": payload,
        "passages": [shown],
        "references": [
            {"number": 1, "formatted": payload, "link": payload, "checked": payload},
        ],
        "notices": [payload, payload],
        "suggestions": [payload],
    }


READ = """(article) => {
    const text = (selector) => article.querySelector(selector).textContent;
    const elements = [article, ...article.querySelectorAll("*")];
    return {
        h2: text("h2"), status: text(".status"), notice: text(".notice"),
        understood: text(".understood"), also_searched: text(".searched-also"),
        h3: text("h3"), lead: text(".lead-in"), words: text(".words"), about: text(".about"),
        place: text(".place"), also: text(".also"), entry: text(".references li"),
        ask: text("button.ask"), own: text("button.own-words"),
        title: article.querySelector("a.cited").title,
        lang: article.querySelector("blockquote").getAttribute("lang"),
        elements: [...new Set(elements.map((one) => one.tagName))],
        attributes: [...new Set(elements.flatMap((one) => one.getAttributeNames()))],
        links: [...article.querySelectorAll("a")].map((one) => [one.className, one.href]),
    };
}"""


def test_no_text_of_an_answer_becomes_markup_or_runs(visit, address):
    # Without the content security policy, which would hide a mistake by stopping its effect.
    page = visit("/embed", bypass_csp=True)
    answer = {}
    page.route("**/api/ask", lambda route: route.fulfill(json=answer))
    for payload in (*PAYLOADS, *MORE):
        answer.clear()
        answer.update(hostile(payload))
        before = page.locator("#log article").count()
        page.get_by_label("Your question").fill(payload)
        page.get_by_role("button", name="Ask", exact=True).click()
        article = page.locator("#log article").nth(min(before, 19))
        article.locator("h2:focus").wait_for()
        shown = article.evaluate(READ)
        check(payload, shown, address)
        page.mouse.move(200, 200)
        page.mouse.move(300, 300)
        article.locator("a.cited").first.evaluate("link => link.click()")
        with page.expect_request("**/api/ask") as asked:  # the suggestion, as it stands
            article.locator("button.ask").click()
        assert asked.value.post_data_json["question"] == payload
        page.locator("#log[aria-busy=false]").wait_for()
        with page.expect_request("**/api/ask") as asked:  # the question, as it stands
            article.locator("button.own-words").click()
        assert asked.value.post_data_json == {"question": payload, "exactly": True}
        page.locator("#log[aria-busy=false]").wait_for()
        page.get_by_role("button", name="Clear").click()
        assert not page.evaluate("() => 'fired' in window"), payload


def check(payload, shown, address):
    exact = ("h2", "status", "notice", "words", "about", "place", "ask", "lang")
    assert {name: shown[name] for name in exact} == dict.fromkeys(exact, payload)
    assert shown["understood"] == f"Understood as: {payload}"
    assert shown["also_searched"] == f"Also searched for: {payload}"
    assert shown["h3"] == f"1. {payload} › {payload}"
    assert shown["own"].startswith(f"Search for my own words instead ({payload[:80]}")
    assert shown["lead"] == f"{payload} […]"
    assert shown["also"] == f"Also in: {payload} › {payload}"
    assert shown["title"] == f"Publication {payload}, listed below"
    assert shown["entry"].startswith(f"1. {payload} ")
    assert shown["entry"].endswith(f" ({payload})")
    assert set(shown["elements"]) <= set(ELEMENTS), payload
    assert set(shown["attributes"]) <= set(ATTRIBUTES), payload
    for kind, link in shown["links"]:
        if kind == "cited":
            assert link.startswith(f"{address}/embed#answer-")
        elif link.startswith(f"{address}/source/"):
            name = link.removeprefix(f"{address}/source/").split("?passage=")[0]
            assert unquote(name) == payload
        else:  # an address of a publication
            assert link.lower().startswith(("http://", "https://")), payload


def test_a_copy_holds_words_place_and_publications(visit, address):
    made = MADE_UP["everything"].to_dict()
    page = visit("/embed", permissions=["clipboard-read", "clipboard-write"])
    page.route("**/api/ask", lambda route: route.fulfill(body=json.dumps(made)))
    page.get_by_label("Your question").fill("?!a")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("button", name="Copy with citation").click()
    page.get_by_text("Copied").wait_for()
    passage = made["passages"][0]
    where = f"{passage['start']}-{passage['end']}"
    assert page.evaluate("() => navigator.clipboard.readText()").split("\n") == [
        *f"“Do not do these: […]\n{passage['text']}”".split("\n"),
        "",
        passage["citation"],
        passage["attribution"],
        f"{address}/source/numb-feet.v1?passage={where}#p-{where}",
        *(f"{one['number']}. {one['formatted']} ({one['checked']})" for one in made["references"]),
    ]


def test_copying_works_where_the_browser_has_no_clipboard_for_scripts(visit):
    made = MADE_UP["everything"].to_dict()
    page = visit("/embed")
    page.evaluate("() => delete Navigator.prototype.clipboard")
    page.route("**/api/ask", lambda route: route.fulfill(body=json.dumps(made)))
    page.get_by_label("Your question").fill("?!a")
    page.get_by_role("button", name="Ask", exact=True).click()
    button = page.get_by_role("button", name="Copy with citation")
    button.click()
    page.get_by_text("Copied").wait_for()
    assert button.evaluate("one => one === document.activeElement")
