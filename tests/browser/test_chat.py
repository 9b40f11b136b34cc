"""The chat page in a real browser."""

import re

import pytest

QUESTION = "Is walking safe if my feet are numb?"


def ready(page):
    page.wait_for_selector("#log", state="attached")
    return page


def ask(page, question):
    before = page.locator("#log article").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    article = page.locator("#log article").nth(before)
    article.wait_for()
    return article


def test_an_answer_shows_the_passages_word_for_word(visit, address):
    page = ready(visit("/chat/"))
    answer = page.context.request.post(f"{address}/api/ask", data={"question": QUESTION}).json()
    article = ask(page, QUESTION)
    words = article.locator(".words").evaluate_all("all => all.map(one => one.textContent)")
    assert words == [passage["text"] for passage in answer["passages"]]
    assert article.locator("h2").text_content() == QUESTION
    assert article.locator(".place").all_text_contents() == [
        passage["citation"] for passage in answer["passages"]
    ]


def test_the_best_sentence_is_marked_and_not_by_colour_alone(visit):
    page = ready(visit("/chat/"))
    mark = ask(page, QUESTION).locator("mark").first
    assert "underline" in mark.evaluate("mark => getComputedStyle(mark).textDecorationLine")


def test_a_citation_leads_to_the_document_at_the_quoted_words(visit):
    page = ready(visit("/chat/"))
    article = ask(page, QUESTION)
    words = article.locator(".words").first.text_content()
    with page.context.expect_page() as opened:
        article.locator("a.show").first.click()
    source = opened.value
    source.wait_for_selector("article.document mark")
    marked = source.locator("article.document mark").evaluate_all(
        "all => all.map(m => m.textContent)"
    )
    assert "".join(marked) == words
    assert source.locator("article.document mark").first.is_visible()


def test_an_in_text_citation_opens_its_reference(visit):
    page = ready(visit("/chat/"))
    article = ask(page, QUESTION)
    article.locator("a.cited").first.click()
    entry = page.locator(":focus")
    assert entry.evaluate("one => one.tagName") == "LI"
    assert re.search(r"verified", entry.text_content())
    assert entry.locator("a").first.get_attribute("href").startswith("https://doi.org/")


def test_copying_gives_words_citation_and_publications(visit, address):
    page = ready(visit("/chat/", permissions=["clipboard-read", "clipboard-write"]))
    article = ask(page, QUESTION)
    article.locator("button.copy").first.click()
    page.get_by_text("Copied.").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert article.locator(".words").first.text_content() in copied
    assert article.locator(".place").first.text_content() in copied
    assert f"{address}/source/" in copied
    assert "https://doi.org/" in copied


def test_the_whole_page_works_by_keyboard(visit):
    page = ready(visit("/chat/"))
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('.ask')"):
            break
    question = page.evaluate("() => document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.locator("#log article").wait_for()
    assert page.evaluate("() => document.activeElement.textContent") == question
    reached = {}
    for _ in range(60):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => {
                const focused = document.activeElement;
                const name = focused.tagName === "TEXTAREA" ? "TEXTAREA" : focused.className;
                return [name || focused.tagName, getComputedStyle(focused).outlineStyle];
            }"""
        )
        reached[name] = outline
        if name == "TEXTAREA":
            break
    assert {"button show", "copy", "cited", "ask", "SUMMARY", "TEXTAREA"} <= set(reached)
    assert [name for name, outline in reached.items() if outline == "none"] == []


def test_earlier_answers_stay_and_clearing_removes_them(visit):
    page = ready(visit("/chat/"))
    ask(page, QUESTION)
    ask(page, "Can I swim?")
    assert page.locator("#log article h2").all_text_contents() == [QUESTION, "Can I swim?"]
    page.get_by_role("button", name="Clear chat").click()
    page.locator("#log article").first.wait_for(state="detached")
    assert page.locator("#log").text_content() == ""
    ask(page, "Can I swim?")
    assert page.locator("#log article h2").all_text_contents() == ["Can I swim?"]


def test_what_is_not_in_the_documents_is_said_so(visit):
    page = ready(visit("/chat/"))
    article = ask(page, "How do I file my tax return?")
    assert "not_found" in article.get_attribute("class")
    assert article.locator(".status").text_content() == "No answer in the documents"
    assert article.locator(".passage").count() == 0
    assert article.locator("button.ask").count() > 0


def test_an_empty_question_is_asked_for(visit):
    article = ask(ready(visit("/chat/")), " ")
    assert "Please type a question." in article.text_content()


def test_a_question_that_is_too_long_is_told_so(visit):
    article = ask(ready(visit("/chat/")), "walk " * 500)
    assert "at most 2,000 can be read" in article.text_content()


def test_the_print_button_hands_the_questions_over_in_the_fragment(visit):
    page = ready(visit("/chat/"))
    ask(page, QUESTION)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Print or save").click()
    handout = opened.value
    handout.locator("article .words").first.wait_for()
    assert handout.locator("article h2").all_text_contents() == [QUESTION]


def test_a_patient_is_told_that_the_search_goes_on(visit):
    page = ready(visit("/chat/"))
    page.route("**/run/predict", lambda route: None)  # never answered
    page.fill("#question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.get_by_text("Searching the documents…").wait_for()


def test_without_javascript_the_page_says_what_to_do(visit):
    page = visit("/chat/", java_script_enabled=False)
    assert "JavaScript" in page.locator("noscript").first.text_content()
    assert page.locator('noscript a[href="../source"]').count() == 1


def test_a_server_that_stops_in_mid_question_loses_nothing(visit, serve):
    with serve() as other:
        base = other.address.rstrip("/")
        page = ready(visit("/chat/", base=base, troubles_expected=True))
        other.process.terminate()
        other.process.wait()
        page.fill("#question textarea", QUESTION)
        page.keyboard.press("Enter")
        page.get_by_text("No answer has come").wait_for()
        assert page.input_value("#question textarea") == QUESTION


def test_after_a_dropped_connection_the_page_answers_again(visit):
    page = ready(visit("/chat/", troubles_expected=True))
    page.context.set_offline(True)
    page.fill("#question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.get_by_text("No answer has come").wait_for()
    page.context.set_offline(False)
    page.wait_for_timeout(3_000)  # Gradio looks every now and then whether the server is back
    ask(page, QUESTION)


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways(visit, width, scheme):
    page = ready(visit("/chat/", viewport={"width": width, "height": 800}, color_scheme=scheme))
    ask(page, QUESTION)
    page.locator("details.origin").first.locator("summary").click()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_targets_are_large_enough_for_a_thumb(visit):
    page = ready(visit("/chat/", viewport={"width": 360, "height": 800}))
    ask(page, "Is walkng safe if my feet are numb?")
    assert page.locator("#log button.own-words").is_visible()
    small = page.locator(
        "button:visible, a.button:visible, summary:visible, textarea"
    ).evaluate_all("all => all.filter(one => one.offsetHeight < 44).map(one => one.outerHTML)")
    assert small == []


def test_a_question_that_was_changed_is_asked_again_as_it_was_typed(visit):
    page = ready(visit("/chat/"))
    asked = ("Is it safe to go walking?", "And with numb feet?")
    for question in asked:
        article = ask(page, question)
    button = article.get_by_role("button", name=f"Search for my own words instead ({asked[1]})")
    article.locator("h2").focus()
    page.keyboard.press("Tab")
    assert button.evaluate("one => one === document.activeElement")
    assert button.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    exact = page.locator("#log article").nth(2)
    exact.locator("h2:focus").wait_for()
    assert exact.locator("h2").text_content() == asked[1]
    assert exact.locator(".understood, .own-words").count() == 0
    assert exact.locator(".as-typed").count() == 1
    assert page.input_value("#question textarea") == ""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Print or save").click()
    handout = opened.value
    handout.get_by_text("Ready to print.").wait_for()
    fields = [field[0] for field in handout.url.split("#")[1].split("&")]
    assert fields == ["q", "q", "x"]
    for selector in (".words", ".understood", ".status"):
        printed = handout.locator(f"article {selector}").all_text_contents()
        assert printed == page.locator(f"#log article {selector}").all_text_contents()
    # The next question is understood again.
    assert ask(page, asked[1]).locator(".understood").count() == 1


def test_what_was_half_typed_comes_back_after_a_button_has_asked(visit):
    page = ready(visit("/chat/"))
    page.fill("#question textarea", "My draft")
    page.locator("header.chat .ask").first.click()
    page.locator("#log article h2:focus").wait_for()
    page.wait_for_function(
        "() => document.querySelector('#question textarea').value === 'My draft'"
    )


def test_a_chat_that_is_cleared_while_an_answer_is_awaited_stays_empty(visit):
    page = ready(visit("/chat/"))
    ask(page, QUESTION)
    page.fill("#question textarea", "Can I swim?")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Clear chat").click()
    assert page.locator("#log article").count() == 0
    page.wait_for_timeout(1_500)  # the answer has come by then, and must not be shown
    assert page.locator("#log article").count() == 0
    assert ask(page, "And at night?").locator(".understood").count() == 0


def test_only_the_field_and_its_button_are_left_of_what_gradio_draws(visit):
    page = ready(visit("/chat/"))
    shown = page.locator("gradio-app button:visible").all_text_contents()
    assert [name.strip() for name in shown] == ["Ask"]


def test_a_follow_up_is_understood_on_every_page(visit):
    """On the chat page, in the embed, and in the handout made of them."""
    page = ready(visit("/chat/"))
    ask(page, "Is it safe to go walking?")
    understood = ask(page, "And with numb feet?").locator(".understood").text_content()
    assert "walking" in understood
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Print or save").click()
    handout = opened.value
    handout.locator("article .understood").wait_for()
    assert handout.locator("article .understood").text_content() == understood
    embed = visit("/embed")
    for question in ("Is it safe to go walking?", "And with numb feet?"):
        embed.fill("#question", question)
        embed.keyboard.press("Enter")
        embed.locator("article h2", has_text=question).wait_for()
    assert embed.locator("article .understood").text_content() == understood
