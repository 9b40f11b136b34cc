"""The page for clinics: what it gives to copy works when it is pasted."""

from html.parser import HTMLParser

import pytest

from tests.browser.examples import violations

TITLE = 'Ask "us" about <nerves> & feet'


class First(HTMLParser):
    """The one element of a line, as a browser would read it."""

    def __init__(self, line):
        super().__init__()
        self.found = []
        self.feed(line)
        [(self.tag, self.attributes)] = self.found

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def line(page, name):
    return page.locator(f"#{name}").text_content()


def fill(page, **settings):
    for name, value in settings.items():
        page.locator(f"#settings [name={name}]").fill(value)


def test_without_settings_the_lines_are_short(visit, address):
    page = visit("/embed/howto")
    fill(page, title="")
    assert line(page, "script-line") == f'<script src="{address}/embed.js" async></script>'
    frame = First(line(page, "frame-line"))
    assert frame.tag == "iframe"
    assert frame.attributes["src"] == f"{address}/embed"


def test_settings_stand_in_both_lines_and_no_text_breaks_out_of_its_quotes(visit, address):
    page = visit("/embed/howto")
    fill(page, title=TITLE, region="gb", accent="#8A1C5C")
    page.get_by_label("Colours").select_option("dark")
    topic = page.get_by_label("Topic").locator("option").nth(1).text_content()
    page.get_by_label("Topic").select_option(topic)
    page.get_by_label("Behind a button").check()
    fill(page, button=TITLE)
    assert First(line(page, "script-line")).attributes == {
        "src": f"{address}/embed.js", "async": None, "data-theme": "dark", "data-topic": topic,
        "data-region": "GB", "data-accent": "8a1c5c", "data-title": TITLE, "data-button": TITLE,
    }  # fmt: skip
    frame = First(line(page, "frame-line")).attributes
    assert frame["title"] == TITLE
    assert frame["src"].startswith(f"{address}/embed?theme=dark&topic=")
    assert frame["src"].endswith("&region=GB&accent=8a1c5c")
    assert page.locator("#preview").get_attribute("src") == frame["src"]
    page.frame_locator("#preview").locator("html[data-theme=dark]").wait_for()


@pytest.mark.parametrize(
    ("name", "value"), [("region", "1"), ("accent", "red"), ("accent", "12345")]
)
def test_a_setting_that_means_nothing_is_left_out(visit, name, value):
    page = visit("/embed/howto")
    usual = line(page, "script-line"), line(page, "frame-line")
    fill(page, **{name: value})
    assert (line(page, "script-line"), line(page, "frame-line")) == usual
    assert page.locator(f"#{name}:invalid").count() == 1


def test_the_preview_adds_no_step_to_the_history(visit):
    page = visit("/embed/howto")
    steps = page.evaluate("history.length")
    for theme in ("dark", "light", "auto"):
        page.get_by_label("Colours").select_option(theme)
    page.frame_locator("#preview").get_by_label("Your question").wait_for()
    assert page.evaluate("history.length") == steps


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("https://clinic.example", "https://clinic.example"),
        ("https://clinic.example:8443/feet/?a=1#b", "https://clinic.example:8443"),
        ("HTTPS://Clinic.EXAMPLE/", "https://clinic.example"),
        ("clinic", "https://your.site"),
        ("javascript:alert(1)", "https://your.site"),
        ("https://clinic.example; rm -rf", "https://your.site"),
        ("", "https://your.site"),
    ],
)
def test_the_command_for_the_server_names_the_origin_of_the_site(visit, site, origin):
    page = visit("/embed/howto")
    fill(page, site=site)
    assert line(page, "server-line") == f"python app.py --allow-embed {origin}"


def test_sites_that_are_allowed_stay_so_in_the_command(visit, serve):
    with serve("--allow-embed", "https://a.example", "https://b.example") as server:
        page = visit("embed/howto", base=server.address)
        assert page.locator("#allowed li").all_text_contents() == [
            "https://a.example", "https://b.example",
        ]  # fmt: skip
        fill(page, site="https://b.example/page")
        assert line(page, "server-line") == (
            "python app.py --allow-embed https://a.example https://b.example"
        )


@pytest.mark.parametrize("name", ["script-line", "frame-line", "drupal-tag", "server-line"])
def test_every_line_can_be_copied(visit, name):
    page = visit("/embed/howto", permissions=["clipboard-read", "clipboard-write"])
    button = page.locator(f"[data-copies={name}]")
    button.focus()
    page.keyboard.press("Enter")
    button.locator("xpath=..").get_by_text("Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == line(page, name)


@pytest.mark.parametrize("place", ["script-line", "frame-line", "button"])
def test_a_pasted_line_works(visit, address, place):
    page = visit("/embed/howto")
    if place == "button":
        page.get_by_label("Behind a button").check()
    pasted = line(page, "script-line" if place == "button" else place)
    # A page of the same origin: which other sites may show it is tested in test_frame.
    page.route(
        "**/pasted",
        lambda route: route.fulfill(
            body=f"<!doctype html><html lang=en><title>x</title><body>{pasted}",
            content_type="text/html",
        ),
    )
    page.goto(f"{address}/pasted")
    if place == "button":
        page.get_by_role("button", name="Questions about").click()
    frame = page.frame_locator("iframe")
    frame.get_by_label("Your question").fill("Is walking safe if my feet are numb?")
    frame.get_by_label("Your question").press("Enter")
    frame.locator("article .words").first.wait_for()


def test_the_drupal_tag_allows_every_attribute_of_the_frame(visit):
    page = visit("/embed/howto")
    allowed = line(page, "drupal-tag").strip("<>").split()
    frame = First(line(page, "frame-line"))
    missing = set(frame.attributes) - set(allowed[1:])
    assert allowed[0] == "iframe"
    assert missing == {"style"}  # which Drupal never lets through, and which is only a border


def test_the_lines_name_the_address_that_the_reader_came_by(visit, address):
    def without_prefix(route):
        route.continue_(url=route.request.url.replace("/answers/", "/"))

    page = visit("/embed/howto")
    page.route("**/answers/**", without_prefix)
    page.goto(f"{address}/answers/embed/howto")
    assert First(line(page, "frame-line")).attributes["src"] == f"{address}/answers/embed"
    assert First(line(page, "script-line")).attributes["src"] == f"{address}/answers/embed.js"
    page.frame_locator("#preview").get_by_label("Your question").wait_for()


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
        {"viewport": {"width": 320, "height": 256}, "color_scheme": "dark"},
        {"viewport": {"width": 768, "height": 900}, "forced_colors": "active"},
    ],
)
def test_axe_finds_nothing_nothing_is_cut_off_and_targets_are_large(visit, look):
    page = visit("/embed/howto", **look)
    page.get_by_label("Behind a button").check()
    assert violations(page) == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    small = page.locator("button, select, input:not([type=radio]), fieldset label").evaluate_all(
        """all => all.filter((one) => one.checkVisibility())
            .map((one) => [one.textContent, one.getBoundingClientRect()])
            .filter(([, box]) => box.width < 44 || box.height < 44)"""
    )
    assert small == []
