# ruff: noqa: E501  (markup is easier to read unbroken)
import html.parser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.web.source_page import Cited, document_page
from corpus import CorpusError, load_corpus
from corpus.readers.html import read
from tests.corpus.exported import same_words, to_html
from tests.corpus.test_jats import check_offsets, cited, passages


@pytest.fixture
def reading(tmp_path):
    def reading(page):
        path = tmp_path / "page.html"
        path.write_bytes(page if isinstance(page, bytes) else page.encode())
        return read(path, path.name)

    return reading


@pytest.fixture
def text_of(reading):
    """The text of a page's body."""

    def text_of(body):
        return reading(f"<title>Feet</title><body>{body}</body>").text

    return text_of


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>no</p>",
        "<div style='color: red; Display : none'>no</div>",
        "<span style='visibility:hidden'>no</span>",
        "<span class='x sr-only'>no</span>",
        "<p class=visually-hidden>no</p>",
        "<div aria-hidden=true><p>no</p></div>",
        "<i class='fa icon' aria-hidden=true>no</i>",
        "<script>no</script>",
        "<style>no</style>",
        "<template><p>no</p></template>",
        "<noscript>no</noscript>",
        "<!-- no -->",
        "<dialog><p>no</p></dialog>",
        "<button>no</button>",
        "<select><option>no</option></select>",
        "<textarea>no</textarea>",
        "<svg><text>no</text></svg>",
        "<iframe src=x>no</iframe>",
        "<nav>no</nav>",
        "<div role=navigation>no</div>",
        "<header>no</header>",
        "<footer>no</footer>",
        "<div id=cookie-banner>no</div>",
        "<div class='wp-cookie-notice'>no</div>",
        "<ul class=breadcrumbs><li>no</ul>",
        "<div class=toc>no</div>",
        "<del>no</del>",
        "<div>" * 150 + "<p hidden>no</p>" + "</div>" * 150,
    ],
)
def test_what_readers_do_not_see_is_never_text(text_of, hidden):
    shown = "<p>All of this is the text of the page, and it is kept word by word.</p>"
    assert same_words(text_of(f"{shown}{hidden}")) == same_words(shown[3:-4])


@pytest.mark.parametrize(
    "kept",
    [
        "<span aria-hidden=true>BP</span>",
        "<section id=consent>BP</section>",
        "<div class=social-anxiety>BP</div>",
        "<details><summary>BP</summary></details>",
        "<font>BP",
        "<a href=x><div>BP</div></a>",
        "<form><p>BP</p></form>",
        "<custom-element>BP</custom-element>",
        "<table role=presentation><tr><td>BP</table>",
        "<article><header>BP</header></article>",
        "<article><aside>BP</aside></article>",
        "<dl><dd>BP</dl>",
        "<li>BP",
        "<ol><p>BP</p></ol>",
        "<ul>BP</ul>",
        "<pre>BP</pre>",
        "<textarea>x</textarea>BP",
        "<div>" * 150 + "BP" + "</div>" * 150,
    ],
)
def test_what_readers_see_is_always_text(text_of, kept):
    assert "BP" in text_of(f"<p>Before.</p>{kept}<p>After.</p>")


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("<p>10<sup>3</sup> and CO<sub>2</sub>, the 1<sup>st</sup></p>", "10³ and CO₂, the 1st"),
        ("<p>P&lt;0.05&nbsp;&amp; more&hellip;</p>", "P<0.05 & more…"),
        ("<p>one\n  two<br>three</p>", "one two three"),
        ("one<br><br>two", "one\n\ntwo"),
        ("<p>in<b>si</b>de, di\u00advided</p>", "inside, divided"),
        ("<p>He said <q>no</q>.</p>", "He said “no”."),
        ("<p><a href='https://x.example'>words</a></p>", "words"),
        ("<p><math><msup><mi>x</mi><mn>2</mn></msup><mo>≤</mo><mn>1</mn></math></p>", "x²≤1"),
        ("<ul><li>a<ul><li>b<li>c</ul><li>d</ul>", "- a: b; c\n- d"),
        ("<ol start=3><li>c<li>d</ol>", "3. c\n4. d"),
        ("<ul><li>5<li>6</ul>", "- 5\n- 6"),
        (
            "<div role=list><div role=listitem>- a</div><div role=listitem>- b</div></div>",
            "- a\n- b",
        ),
        ("<dl><dt>A<dt>B<dd>both<dt>C<dd>one</dl>", "- A, B: both\n- C: one"),
        ("<blockquote>One.<p>Two.</blockquote>", "One.\n\nTwo."),
        ("<figure><img alt=x><figcaption>A foot.</figcaption></figure>", "A foot."),
        ("<pre>a\nb\n\nc</pre>", "a\nb\n\nc"),
        ("<p>a<div>b</div>c", "a\n\nb\n\nc"),
        (
            "<table><caption>Doses</caption><tr><th rowspan=2>Drug<th colspan=2>Dose<tr><th>Day"
            "<th>Night<tr><td rowspan=2>A<td>1<td>2<tr><td>3<td>4<tr><td colspan=3>Children</table>",
            "Doses\n\nDrug | Dose: Day | Dose: Night\nA | 1 | 2\nA | 3 | 4\nChildren",
        ),
        ("<ul><li><h2>Card</h2><p>Words.</p></ul>", "Card\n\nWords."),
    ],
)
def test_elements_become_blocks(text_of, body, written):
    assert text_of(body) == written


def test_headings_make_sections_and_the_first_is_the_title(reading):
    document = reading(
        "<title>Feet | Clinic</title><main><h1>Your feet</h1><p>Zero.</p><h2>Care</h2><h3>At night"
        "</h3><p>One.</p><div role=heading aria-level=2>Shoes</div><p>Two.</p></main>"
    )
    assert document.title == "Your feet"
    assert [section.path for section in document.sections] == [
        (), ("Care",), ("Care", "At night"), ("Shoes",)
    ]  # fmt: skip


PAGE = """<title>Feet</title><main><p>{}</p><h2>{}</h2><ol>
<li id=r1>Smith J. Feet. Pain. 2017;31:1. <a href="https://doi.org/10.1000/x">Open</a> <a href=#b>↩</a></li>
<li id=r2>Ng A. Hands. Pain. 2018;32:1.</li><li><span id=r3></span>Ho B. Toes. Pain. 2019;33:1.</li></ol>
<h2>More</h2><p>Below the list.</p></main>"""


@pytest.mark.parametrize("heading", ["References", "Sources", "Notes and references"])
@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("It hurts.<sup><a href=#r1>1</a></sup>", [("¹", [1])]),
        ("It hurts.<sup><a href=#r1>[1]</a></sup>", [("[1]", [1])]),
        ("It hurts <a href=#r2>[2]</a>.", [("[2]", [2])]),
        ("It hurts [<a href=#r1>1</a>–<a href='x.html#r3'>3</a>].", [("[1–3]", [1, 2, 3])]),
        ("It hurts<a href=#r1><sup>1</sup></a><sup>,</sup><a href=#r3><sup>3</sup></a>", None),
    ],
)
def test_links_to_a_reference_list_are_citations(reading, heading, content, found):
    document = reading(PAGE.format(f"{content} <a href=#r1>1</a> <a href=#r2>2</a>", heading))
    got = cited(document)
    assert got[:1] == found if found else {i for _, ids in got for i in ids} == {1, 2, 3}
    first, second, third = document.references
    assert (first.doi, first.label, third.label) == ("10.1000/x", 1, 3)
    assert second.text == "Ng A. Hands. Pain. 2018;32:1."
    assert "↩" not in document.text
    assert document.sections[-1].path == ("More",)
    assert document.text[slice(*document.reference_list)].startswith("References\n\n1. Smith J.")


def test_a_list_that_is_linked_as_a_table_of_contents_stays_text(text_of):
    body = "<p><a href=#a>Apples</a> <a href=#b>Pears</a></p><ul><li id=a>Red.<li id=b>Green.</ul>"
    assert "- Red.\n- Green." in text_of(body)


def test_words_around_the_main_part_are_noted(reading):
    document = reading(
        "<title>Feet</title><body><p>Our clinic is open on Monday.</p><main><h1>Feet</h1>"
        "<p>Look at your feet daily, in good light, and between the toes.</p><video></video>"
        "<img src=a alt='A foot'></main></body>"
    )
    assert document.text == "Look at your feet daily, in good light, and between the toes."
    assert any("6 words around the main text" in note for note in document.notes)
    assert {"a video is left out", "a picture is left out"} <= set(document.notes)


def test_head_and_foot_of_pages_that_an_office_program_wrote_are_no_text(reading):
    document = reading(
        '<html><body><div title="header"><p>Example Clinic</p></div><h1>Feet</h1>'
        "<p>Wear good shoes.</p><div title='footer'><p>Page 2 of 2</p></div></body></html>"
    )
    assert document.text.strip() == "Wear good shoes."
    assert "6 words around the main text" in document.notes[0]


def test_a_main_part_that_holds_the_smaller_part_is_not_believed(text_of):
    body = f"<main><p>Search here.</p></main><p>{'All the text of the page. ' * 5}</p>"
    assert "All the text" in text_of(body)
    assert "Search here." in text_of(body)


HEAD = """<html lang=en-gb><head><title>Feet | Clinic</title>
<link rel=canonical href="https://clinic.example/feet"><link rel=license
href="https://creativecommons.org/licenses/by-sa/4.0/"><meta property=og:site_name content=Site>
<meta name=citation_title content="All about feet"><meta name=citation_date content=2024/01/05>
<script type=application/ld+json>{"@graph": [{"@type": "Organization", "name": "Other"},
{"@type": ["MedicalWebPage"], "lastReviewed": "2025-03-02", "publisher": {"name": "Clinic"}}]}
</script></head><body><p>Text.</p>"""


def test_the_head_of_a_page_becomes_its_source(reading):
    document = reading(HEAD)
    source = document.source
    assert document.title == "All about feet"
    assert (source.publisher, source.url) == ("Clinic", "https://clinic.example/feet")
    assert (source.published, source.reviewed) == ("2024-01-05", "2025-03-02")
    assert (source.license, source.language) == ("CC-BY-SA-4.0", "en-gb")


@pytest.mark.parametrize(
    "head",
    [
        "<meta name=citation_date content='Spring'><link rel=canonical href='javascript:x'>",
        "<script type=application/ld+json>{broken</script><html lang='English please'>",
        "<script type=application/ld+json>" + "[" * 5000 + "</script>",
        '<script type=application/ld+json>[1, null, {"@type": "WebPage", "publisher": [1]}]</script>',
    ],
)
def test_metadata_that_is_none_is_left_empty(reading, head):
    source = reading(f"<title>Feet</title>{head}<p>Text.</p>").source
    assert (source.published, source.url, source.language, source.publisher) == ("", "", "", "")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("\ufeff<title>é</title><p>naïve".encode(), "naïve"),
        ("<title>é</title><p>naïve".encode("utf-16"), "naïve"),
        ("<title>é</title><p>naïve €".encode("cp1252"), "naïve €"),
        ("<meta charset=ISO-8859-1><title>é</title><p>naïve €".encode("cp1252"), "naïve €"),
        ("<meta charset=utf-8><title>é</title><p>naïve".encode(), "naïve"),
        ("<meta charset=shift_jis><title>x</title><p>足のケア".encode("shift_jis"), "足のケア"),
        (
            "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'><title>x</title>"
            "<p>стопа".encode("koi8-r"),
            "стопа",
        ),
        ("<!-- <meta charset=koi8-r> --><title>x</title><p>naïve".encode(), "naïve"),
        ("<meta charset=base64><title>x</title><p>naïve".encode(), "naïve"),
    ],
)
def test_encodings_are_told_as_browsers_tell_them(reading, data, shown):
    assert reading(data).text == shown


def test_bytes_that_are_no_character_are_noted(reading):
    document = reading(b"<meta charset=utf-8><title>x</title><p>na\xefve")
    assert "1 characters cannot be read" in document.notes[0]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("", "no title"),
        ("<p>Text</p>", "no title"),
        ("<title>Feet</title><div id=app></div><script>draw()</script>", "no text"),
        ("<title>x</title>" + "<div>" * 100_000 + "deep", "nested more than"),
        ("<title>x</title>" + "<table><tr><td>" * 300, "nested more than"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(reading, page, said):
    with pytest.raises(CorpusError) as caught:
        reading(page)
    assert said in str(caught.value)
    assert caught.value.advice


TAGS = st.sampled_from(
    "p div ul ol li table tr td th h2 h3 b sup sub a br q dl dt dd pre blockquote section".split()
)
PIECES = st.lists(
    st.text("ab 1[].,\u0301é", max_size=5)
    | st.builds("<{}>".format, TAGS)
    | st.builds("</{}>".format, TAGS)
    | st.sampled_from(["<a href=#r1>1</a>", "<a href=#r2>[2]</a>", "<li id=r1>", "<li id=r2>"]),
    max_size=40,
)


@settings(max_examples=400)
@given(pieces=PIECES)
def test_offsets_hold_and_no_word_is_lost_whatever_the_markup(pieces, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.html"
    path.write_text("<title>T</title><p>Start.</p>" + "".join(pieces), encoding="utf-8")
    document = read(path, path.name)
    check_offsets(document)
    letters = "".join(piece for piece in pieces if not piece.startswith("<"))
    assert document.text.count("b") >= letters.count("b")


def test_bundled_documents_written_as_html_give_the_same_passages(reading):
    for document in load_corpus().documents:
        again = reading(to_html(document))
        assert again.title == document.title
        assert passages(again) == passages(document)


class _Words(html.parser.HTMLParser):
    """The words between two places of a page, by Python's own parser."""

    def __init__(self):
        super().__init__()
        self.pieces = []

    def handle_data(self, data):
        self.pieces.append(data)


def test_a_page_saved_from_the_source_viewer_holds_the_same_text(reading):
    for document in load_corpus().documents:
        page = document_page(document, Cited(), passage=None, root="../").body
        again = reading(page.decode())
        said = again.text.replace("The first lines of the file, never quoted", "")
        assert same_words(said).replace("#", "") == same_words(document.text).replace("#", "")


def test_a_real_page_keeps_its_paragraphs_in_order(shared):
    path = shared / "data" / "parser_files" / "paper-qa__flag_day.html"
    document = read(path, path.name)
    check_offsets(document)
    source = path.read_text(encoding="utf-8")
    content = source[source.index('id="mw-content-text"') :]
    at = 0
    for paragraph in content.split("<p>")[1:]:
        words = _Words()
        words.feed(paragraph.split("</p>")[0])
        expected = " ".join("".join(words.pieces).split())
        at = document.text.index(expected, at) + 1
    assert (document.title, document.source.language) == ("National Flag of Canada Day", "en")
    assert len(document.references) == 9
    assert len(document.citations) == 10
    assert all(citation.resolved for citation in document.citations)
    assert "Jump to" not in document.text
