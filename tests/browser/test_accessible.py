"""axe-core on every page, light and dark, before and after an answer."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_chat import ask, ready

# What people see most, and the smallest and largest sizes.
LOOKS = [("light", 1280), ("dark", 360)]
QUESTIONS = [
    "Is walking safe if my feet are numb?",
    "How do I file my tax return?",
    "Is walkng safe if my feet are numb?",
]


def violations(page):
    """Those of impact moderate and up, whatever draws the element."""
    found = Axe().run(page).response["violations"]
    return [
        (rule["id"], rule["impact"], [node["html"][:200] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] != "minor"
    ]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def look(request):
    scheme, width = request.param
    # axe is put into the page as a script, which the pages' own policy rightly refuses.
    return {
        "color_scheme": scheme, "viewport": {"width": width, "height": 800}, "bypass_csp": True,
    }  # fmt: skip


def test_the_chat_page(visit, look):
    page = ready(visit("/chat/", **look))
    assert violations(page) == []
    for question in QUESTIONS:
        ask(page, question)
    assert page.locator("#log button.own-words").count() == 1
    page.locator("details.origin summary").first.click()
    assert violations(page) == []


def test_an_urgent_answer(visit, look):
    page = ready(visit("/chat/", **look))
    article = ask(page, "I have chest pain and my left arm hurts")
    assert "urgent" in article.get_attribute("class")
    assert article.locator('[role="alert"]').count() == 1
    assert violations(page) == []


@pytest.mark.parametrize(
    "path",
    ["/embed", "/embed/howto", "/print", "/source", "/source/starting-safely",
     "/source/starting-safely?passage=2935-3692#p-2935-3692", "/api/docs"],
)  # fmt: skip
def test_every_other_page(visit, look, path):
    assert violations(visit(path, **look)) == []


def test_pages_that_say_what_was_wrong(visit, look):
    for path in ("/source/none", "/source/starting-safely?passage=5-2"):
        page = visit(path, troubles_expected=True, **look)  # a 404 is an error in the console
        assert violations(page) == []


def test_the_embed_and_the_handout_with_answers(visit, look):
    for path in ("/embed", "/print"):
        page = visit(f"{path}#q=Is%20walking%20safe%20if%20my%20feet%20are%20numb%3F", **look)
        page.locator("article .words").first.wait_for()
        assert violations(page) == []


@pytest.mark.parametrize(
    "path", ["/chat/", "/embed", "/embed/howto", "/print", "/source", "/api/docs",
             "/source/starting-safely?passage=2935-3692"],
)  # fmt: skip
def test_four_times_larger_text_needs_no_sideways_scrolling(visit, path):
    """400 % zoom of a 1280 px window is a window of 320 px."""
    page = visit(path, viewport={"width": 320, "height": 256})
    page.locator("h1").first.wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["/chat/", "/embed"])
def test_nothing_moves_for_people_who_asked_for_that(visit, path):
    page = visit(path, reduced_motion="reduce")
    page.locator("h1").first.wait_for()
    moving = page.evaluate("() => document.getAnimations().length")
    assert moving == 0


@pytest.mark.parametrize(
    "path", ["/chat/", "/embed", "/print", "/source", "/source/starting-safely"]
)
def test_every_page_names_its_language_and_itself(visit, path):
    page = visit(path)
    page.locator("h1").first.wait_for()
    assert page.evaluate("() => document.documentElement.lang") == "en"
    assert page.title()
    assert page.locator("h1:visible").count() == 1
