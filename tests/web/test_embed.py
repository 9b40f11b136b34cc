"""The pages for other sites and for paper, as the server sends them."""

import gzip
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from chatbot.web.joined import Joined
from chatbot.web.page import STATIC

PAGES = ("/embed", "/embed/howto", "/print")
NONSENSE = (
    "", " ", "<script>", '"><img src=x>', "javascript:alert(1)", "null", "0", "a" * 5_000, "\x00",
    "É", "🦶", "../..", "dark;", "#12345", "1234567", "G1", "-", "en-",
)  # fmt: skip


class Elements(HTMLParser):
    """Names and attributes of a page's elements."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def attributes(self, wanted):
        return next(attributes for tag, attributes in self.found if tag == wanted)


@pytest.mark.parametrize("name", ["topic", "theme", "lang", "region", "accent", "unknown"])
def test_a_setting_that_means_nothing_is_ignored(client, name):
    usual = client.get("/embed")
    for value in NONSENSE:
        given = client.get("/embed", params={name: value})
        assert given.status_code == 200, value
        assert given.text == usual.text, value


@pytest.mark.parametrize(
    ("settings", "attributes"),
    [
        ("theme=dark", {"data-theme": "dark"}),
        ("theme=light", {"data-theme": "light"}),
        ("theme=auto", {}),
        ("region=gb", {"data-region": "GB"}),
        ("region=GBR", {}),
        ("accent=0b5C7A", {"data-accent": "0b5c7a"}),
        ("accent=%230b5c7a", {"data-accent": "0b5c7a"}),
        ("theme=pink&theme=dark", {"data-theme": "dark"}),
    ],
)
def test_settings_stand_on_the_first_element(client, settings, attributes):
    page = Elements(client.get(f"/embed?{settings}").text)
    assert page.attributes("html") == {"lang": "en", **attributes}


@pytest.mark.parametrize("language", ["de", "fr-CA", "zh-Hant-TW"])
def test_a_site_in_another_language_is_told_that_the_page_is_in_english(client, language):
    page = client.get(f"/embed?lang={language}").text
    assert "This page and its documents are in English." in page
    assert Elements(page).attributes("html")["lang"] == "en"


@pytest.mark.parametrize("language", ["en", "en-GB", "EN"])
def test_english_needs_no_word_about_languages(client, language):
    assert "in English" not in client.get(f"/embed?lang={language}").text


@pytest.fixture
def spanish(leaflets):
    text = (leaflets / "sleep.md").read_text()
    (leaflets / "sleep.md").write_text(text.replace("language: en", "language: es"))


def test_documents_in_another_language_are_not_called_english(spanish, client):
    assert ">This page is in English.<" in client.get("/embed?lang=es").text


@pytest.fixture
def topics(write, tmp_path):
    def leaflet(name, topic, question):
        text = write(f"{name}.md", f"# {name}\n\n## {question}\n\nA sentence about {name} alone.\n")
        front, body = text.read_text().rsplit("---\n", 1)
        text.write_text(f"{front}topics: [{topic}]\n---\n{body}")

    for name in ("walking", "sleep", "water", "shoes", "stairs"):
        leaflet(name, f"{name} topic", f"What about {name} & <b>pain</b>?")
    return tmp_path / "leaflets"


def offered(page):
    return re.findall(r'class="ask">(.*?)</button>', page)


def test_a_topic_is_offered_first_and_questions_are_no_markup(topics, client):
    page = client.get("/embed?topic=Stairs%20topic").text
    assert offered(page)[0] == "What about stairs &amp; &lt;b&gt;pain&lt;/b&gt;?"
    assert offered(client.get("/embed").text)[0] != offered(page)[0]


@pytest.mark.parametrize("path", PAGES)
def test_everything_a_page_loads_or_leads_to_is_named_relative_to_it(client, path):
    page = Elements(client.get(path).text)
    addresses = [
        attributes[name]
        for _, attributes in page.found
        for name in ("href", "src", "action")
        if name in attributes
    ]
    assert addresses
    for address in addresses:
        parts = urlsplit(address)
        assert parts.scheme == parts.netloc == "", address
        assert not parts.path.startswith("/"), address
        assert client.get(f"{path.rpartition('/')[0]}/{address}").status_code in (200, 204)


@pytest.mark.parametrize("path", PAGES)
def test_no_script_or_style_stands_in_a_page(client, path):
    for tag, attributes in Elements(client.get(path).text).found:
        assert tag != "style"
        assert tag != "script" or attributes.get("src")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_a_question_cannot_get_into_an_address_when_the_script_fails(client):
    page = Elements(client.get("/embed").text)
    fields = [attributes for tag, attributes in page.found if tag in ("textarea", "input")]
    assert fields
    assert not [attributes for attributes in fields if "name" in attributes]


def test_the_page_says_what_it_does_and_what_it_needs(client):
    page = client.get("/embed").text
    assert "does not replace your clinician" in page
    assert "call your emergency number" in page
    assert re.search(r'<noscript>.*JavaScript.*href="source"', page, re.DOTALL)


def test_joined_files_hold_each_file_whole_and_in_order():
    joined = Joined.of("both.css", ("base.css", "answer.css"))
    both = [(STATIC / name).read_bytes() for name in ("base.css", "answer.css")]
    assert joined.content == b"\n".join(both)
    assert joined.response().media_type == "text/css"


def test_joined_files_have_another_address_when_a_file_changes():
    assert Joined("a.js", b"1").address != Joined("a.js", b"2").address


def test_joined_files_are_kept_for_good(client):
    addresses = re.findall(
        r"static/embed-all\.(?:css|js)\?v=[0-9a-f]{12}", client.get("/embed").text
    )
    assert len(addresses) == 2
    for address in addresses:
        assert "immutable" in client.get(f"/{address}").headers["cache-control"]


def test_page_styles_and_scripts_take_less_than_sixteen_kilobytes(client):
    page = client.get("/embed").text
    addresses = re.findall(r"static/[\w.-]+\?v=[0-9a-f]{12}", page)
    parts = [page.encode(), *(client.get(f"/{address}").content for address in addresses)]
    assert sum(len(gzip.compress(part)) for part in parts) < 16_000


def test_other_sites_may_load_the_script_and_keep_it_for_an_hour(client):
    headers = client.get("/embed.js").headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["cache-control"] == "public, max-age=3600"
    assert headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        ((), "No other site may show it yet."),
        (("*",), "Every site may show it now."),
        (("https://a.example", "https://b.example:8443"), "https://b.example:8443"),
    ],
)
def test_the_howto_says_which_sites_are_allowed(open_client, origins, words):
    with open_client(allow_embed=origins) as client:
        assert words in client.get("/embed/howto").text


def test_the_address_in_the_howto_never_comes_from_a_header(client):
    usual = client.get("/embed/howto").text
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    assert client.get("/embed/howto", headers=headers).text == usual


def test_the_handout_names_the_documents_and_their_version(client, bot):
    page = client.get("/print").text
    assert bot.corpus.digest[:12] in page
    assert "From 3 documents" in page
    assert "It is not a diagnosis and does not replace your" in page
