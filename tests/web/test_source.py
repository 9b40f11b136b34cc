"""The source viewer shows every character of a document once, in order, and nothing as markup."""

import dataclasses
import re
import tempfile
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import assume, given
from hypothesis import strategies as st

from chatbot import Chatbot
from chatbot.web import source
from chatbot.web.service import Service
from chatbot.web.source import cited_in as what_is_cited
from chatbot.web.source import span_of
from chatbot.web.source_page import Cited, document_page
from chatbot.web.source_text import headings_of, text_html
from corpus.citations.bibliography import Bibliography
from corpus.load import load_corpus
from corpus.model import Citation, Document, Name, Reference, Source
from corpus.readers import markdown, plain
from corpus.split import split
from tests.conftest import FRONT_MATTER

CORPUS = load_corpus()
DOCUMENTS = {document.id: document for document in CORPUS.documents}
REFERENCES = {reference.id: reference for reference in CORPUS.references}
EMPTY_ELEMENTS = {"meta", "link", "br", "hr", "img", "input"}


class Shown(HTMLParser):
    """What a browser makes of a page: its elements, and the text inside the article."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.summaries = [], [], []
        self.text, self.article, self.marked, self.unseen = "", "", "", ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in EMPTY_ELEMENTS:
            self.open.append((tag, dict(attributes).get("class") or ""))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        within = [tag for tag, _ in self.open]
        self.text += data
        if "article" in within and "summary" not in within:
            self.article += data
            self.marked += data if "mark" in within else ""
            self.unseen += data if ("span", "unseen") in self.open else ""

    def values(self, attribute):
        return [found[attribute] for _, found in self.elements if attribute in found]

    def tags(self, pattern):
        return [tag for tag, _ in self.elements if re.fullmatch(pattern, tag)]


def article(document, **options):
    return Shown(f"<article>{text_html(document, **options)}</article>")


def cited_in(document):
    own = {reference.id: reference for reference in document.references}
    passages = split(document, Bibliography((*own.values(), *REFERENCES.values())))
    return what_is_cited(passages, {**REFERENCES, **own})


def page_of(document, *, passage=None, cited=None):
    cited = cited_in(document) if cited is None else cited
    made = document_page(document, cited, passage=passage, root="../")
    return Shown(made.body.decode())


def read(text, *, reader=markdown, suffix=".md"):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        path.write_text(text, encoding="utf-8", newline="")
        return reader.read(path, path.name)


def document_of(text="Text.", **fields):
    """A document without any part, as no reader makes one: all of its text is between parts."""
    return Document(
        id="d", title="Title", text=text, sections=(), references=(), source=Source(),
        reference_list=(len(text), len(text)), sha256="0", file="d.md",
    ) if not fields else dataclasses.replace(document_of(text), **fields)  # fmt: skip


# --- Every character once, in order


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_bundled_document_is_shown_character_for_character(name):
    assert page_of(DOCUMENTS[name]).article == DOCUMENTS[name].text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_passage_of_a_bundled_document_is_marked_and_nothing_else(name):
    document = DOCUMENTS[name]
    for passage in split(document, Bibliography(REFERENCES.values())):
        shown = article(document, passage=(passage.start, passage.end))
        assert shown.marked == passage.text
        assert shown.article == document.text
        assert shown.values("id").count(f"p-{passage.start}-{passage.end}") == 1


WORDS = st.text(
    st.one_of(
        st.sampled_from("abc #*-_`~|<>&\"'[]()!1.:=+\n\t\u00a0é\u202eع😀"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=40,
)
LINES = st.sampled_from(
    [
        "# Heading", "## Heading ##", "#### Deep", "##", "#no heading", "Setext\n---", "Other\n===",
        "- item", "- item\n  - inner\n\n- loose", "10. ten\n11. eleven", "* a\n\n\n* b",
        "| a | b |\n|---|---|\n| c | d |", "```\n# code\n\n<b>\n```", "    indented", "---", "***",
        "<!-- a note\n\nfor authors -->", "<div>\nhtml\n</div>", "> quote\n> more", "[a]: http://b",
        "## References", "References:", "1. Smith, J. (2019). Title. Pain, 3, 1-2.",
        "[1] (Smith, 2019)", "Two lines\\\nof text  \nwith breaks.", "&amp; &#13; &lt;",
        "\f", "\ufeff",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(LINES, WORDS), min_size=1, max_size=12).map("\n\n".join)


@given(TEXTS, st.data())
def test_any_markdown_is_shown_and_any_part_of_it_marked(text, data):
    assume(not re.search(r"^#+\s*$", text, re.MULTILINE))  # headings without words skip a level
    document = read(FRONT_MATTER.format(title="Heading") + text)
    check_any_part(document, data)


@given(TEXTS, st.data())
def test_any_plain_text_is_shown_and_any_part_of_it_marked(text, data):
    document = read(f"Title\nA first line.\n{text}", reader=plain, suffix=".txt")
    check_any_part(document, data)


def check_any_part(document, data):
    length = len(document.text)
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, length))
    shown = page_of(document, passage=(start, end))
    assert shown.article == document.text
    assert shown.marked == document.text[start:end]
    ids = shown.values("id")
    assert len(ids) == len(set(ids))
    assert ids.count(f"p-{start}-{end}") == 1
    links = [link for link in shown.values("href") if link.startswith("#")]
    assert {link[1:] for link in links} <= set(ids)
    assert_levels_are_never_skipped(shown)


def assert_levels_are_never_skipped(shown):
    levels = [int(tag[1]) for tag in shown.tags("h[1-6]")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


@given(st.text(st.sampled_from("ab<&\r\n\t \f\x01\x85\u2028\ufeff\ufffe"), min_size=1))
def test_text_without_any_part_is_shown_whole(text):
    assert article(document_of(text)).article == text


@given(st.data())
def test_citations_cut_by_the_passage_change_no_character(data):
    text = "One (Smith, 2019) two (Jones, 2020) three [4]."
    citations = [
        Citation("Smith, 2019", 5, 16, ("a",)),
        Citation("Jones, 2020", 23, 34, ("b", "c"), ambiguous=True),
        Citation("[4]", 42, 45, ()),
    ]
    assert [text[c.start : c.end] for c in citations] == [c.marker for c in citations]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    anchors = {"a": "x", "b": "y"}
    shown = article(document_of(text), passage=(start, end), citations=citations, anchors=anchors)
    assert shown.article == text
    assert shown.marked == text[start:end]
    assert shown.values("href") == ["#x", "#y"]
    assert shown.values("class").count("cited unknown") == 1


# --- What the parts become


STRUCTURED = FRONT_MATTER.format(title="T") + (
    "Before.\n\n# One #\n\nWords.\n\n- a\n- b\n  - c\n\n<!-- for authors -->\n\n"
    "#### Deeper\n\n```\ncode\n```\n\n---\n\nUnder\n-----\n\n| a |\n|---|\n| b |\n\n"
    "## References\n\nSmith, J. (2019). Title. Pain, 3, 1-2.\n"
)


def test_headings_are_headings_and_their_marks_are_not_seen():
    shown = article(read(STRUCTURED))
    assert shown.tags("h[1-6]") == ["h2", "h3", "h3", "h2"]
    assert shown.unseen == "#  ##### \n-----## "


def test_headings_are_listed_and_lead_to_their_places():
    document = read(STRUCTURED)
    assert [h.words for h in headings_of(document)] == ["One", "Deeper", "Under", "References"]
    shown = page_of(document)
    for heading in headings_of(document):
        assert f"#{heading.anchor}" in shown.values("href")
        assert heading.anchor in shown.values("id")


def test_lists_say_that_they_are_lists():
    roles = article(read(STRUCTURED)).values("role")
    assert roles == ["list", "listitem", "listitem"]


def test_what_readers_do_not_see_is_folded_away_and_not_left_out():
    document = read(STRUCTURED)
    shown = article(document)
    assert len(shown.tags("details")) == 2  # the front matter and the comment, not the line
    assert "for authors" in shown.article


def test_a_passage_in_what_is_folded_away_opens_it():
    document = read(STRUCTURED)
    shown = article(document, passage=(10, 20))
    assert [("open" in found) for tag, found in shown.elements if tag == "details"] == [True, False]


def test_every_citation_of_the_bundled_documents_leads_to_its_publication():
    for document in DOCUMENTS.values():
        cited = cited_in(document)
        shown = page_of(document)
        assert shown.values("class").count("cited") == sum(c.resolved for c in cited.citations)
        assert sum(name.startswith("publication-") for name in shown.values("id")) == len(
            cited.references
        )
        assert "(verified: " in shown.text or not cited.references


def test_publications_say_whether_they_were_verified_and_where_they_are():
    references = [
        Reference("a", title="A", doi="10.1000/x<y", verified=True, verified_by="by DOI"),
        Reference("b", title="B", pmid="123", verified=False),
        Reference("c", title="C", url="https://example.org/c"),
        Reference("d", title="D", url="javascript:alert(1)"),
    ]
    shown = page_of(document_of(), cited=Cited((), references))
    outside = [link for link in shown.values("href") if ":" in link]
    assert outside == [
        "https://doi.org/10.1000/x%3Cy",
        "https://pubmed.ncbi.nlm.nih.gov/123/",
        "https://example.org/c",
    ]
    assert all(found in shown.text for found in ("(verified: by DOI)", "(not verified)"))
    assert "looked for and not found" in shown.text


def test_the_facts_about_a_document_are_shown():
    told = Source(
        publisher="Clinic", url="https://example.org/leaflet", license="CC0", language="pt-BR",
        published="2025-01-02", reviewed="2026-03-04", review_status="reviewed", pages=(0, 3),
    )  # fmt: skip
    shown = page_of(document_of(source=told), passage=(3, 5))
    for value in ("Clinic", told.url, "CC0", "2025-01-02", "2026-03-04", "Publisher’s copy"):
        assert value in shown.text
    assert "This passage is characters 3 to 5 of 5, on page 2." in shown.text
    assert dict(shown.elements)["article"]["lang"] == "pt-BR"
    assert dict(shown.elements)["html"]["lang"] == "en"


# --- Nothing becomes markup


PAYLOADS = [
    *r"""
<script>alert(1)</script>
<img src=x onerror=alert(1)>
<svg onload=alert(1)>
<svg><a href=javascript:alert(1)>x</a></svg>
<iframe src=javascript:alert(1)></iframe>
<iframe srcdoc='<script>alert(1)</script>'>
<body onload=alert(1)>
<math><mi//xlink:href=x>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)>
<object data=x>
<embed src=x>
<form action=//x><input name=q>
<base href=//x>
<link rel=stylesheet href=x>
<meta http-equiv=refresh content=0>
<style>*{display:none}</style>
<div style=position:fixed>
</article>
</main></body></html>
</title><script>alert(1)</script>
</mark>
</span></h2>
</table></td>
</summary></details>
<!-- -->
<!--
-->
<![CDATA[x]]>
<?php x ?>
<!doctype html>
<template><b></template>
<noscript><p title='</noscript><img src=x>'>
<textarea>
<plaintext>
<xmp>
<select><option>
<button onclick=alert(1)>
<a id=text>
" onmouseover="alert(1)
' onmouseover='alert(1)
"><script>alert(1)</script>
'><script>alert(1)</script>
` onmouseover=alert(1) `
javascript:alert(1)
JaVaScRiPt:alert(1)
data:text/html,<script>alert(1)</script>
vbscript:msgbox(1)
//evil.example/x
https://evil.example/"onclick=alert(1)
https://evil.example/ onclick=alert(1)
https://evil.example/<script>
&lt;script&gt;
&#60;script&#62;
&#x3c;b&#x3e;
&amp;
&
&nbsp
&#0;
&#xD800;
{{7*7}}
${7*7}
{0}
{}
%s
%3Cscript%3E
<ScRiPt/x>alert(1)</sCrIpT>
<a href='java&#x73;cript:alert(1)'>x</a>
[x](javascript:alert(1))
![x](https://evil.example/x.png)
<https://evil.example>
""".strip().splitlines(),
    "java\tscript:alert(1)",
    "\u202eevil",
    "\ufeff<b>",
    "<b\x00>",
    "<\u200bscript>",
    "\uff1cscript\uff1e",
]
ATTRIBUTES = {
    "a": {"href", "class", "dir", "rel", "lang"}, "mark": {"id", "class", "tabindex"},
    "article": {"class", "id", "itemprop", "tabindex"}, "h1": {"dir"}, "h2": {"id", "dir"},
    "p": {"dir", "class"},
}  # fmt: skip
FRAME = {
    "html", "head", "meta", "title", "link", "script", "body", "main", "nav", "h1", "h2", "p", "a",
    "table", "caption", "tbody", "tr", "th", "td", "details", "summary", "ul", "li", "article",
    "span", "mark", "section", "div",
}  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_anywhere_in_a_document_is_shown_as_text(payload):
    one_line = " ".join(payload.replace("\0", "").split())
    body = (
        f"## {one_line} heading\n\n{one_line} words\n\n- {one_line} item\n\n```\n{one_line}\n```\n"
    )
    document = dataclasses.replace(
        read(FRONT_MATTER.format(title="T") + body),
        title=one_line,
        file=one_line,
        source=Source(*[one_line] * 7),
    )
    names = (Name(family=one_line, given=one_line), Name(literal=one_line))
    reference = Reference(
        "r", title=one_line, author=names, container_title=one_line, doi=one_line, pmid=one_line,
        url=one_line, verified=True, verified_by=one_line, unchecked=(one_line,),
    )  # fmt: skip
    variants = [reference, dataclasses.replace(reference, id="s", doi="", pmid="")]
    variants.append(Reference("t", text=one_line, url=one_line))
    at = document.text.index("words")
    cited = Cited([Citation("words", at, at + 5, ("r",))], variants)
    shown = page_of(document, passage=(at - 3, at + 2), cited=cited)
    assert shown.article == document.text
    assert shown.text.count(one_line) >= 12
    assert_no_foreign_markup(shown)


def assert_no_foreign_markup(shown):
    tags = [tag for tag, _ in shown.elements]
    assert set(tags) <= FRAME
    assert (tags.count("script"), tags.count("article"), tags.count("title")) == (1, 1, 1)
    for tag, attributes in shown.elements:
        assert set(attributes) <= ATTRIBUTES.get(tag, set(attributes)) | {"lang"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    for link in shown.values("href") + shown.values("src"):
        assert link.startswith(("#", "../", "https://"))
        assert not set(link) & set("<>\"' \t\n")


# --- Addresses


@pytest.fixture
def pages(write, leaflets, tmp_path, encoder):
    write("walking.md", STRUCTURED, title="Walking & more")
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    application = FastAPI()
    application.include_router(source.routes(Service(bot)))
    return TestClient(application)


def test_a_document_has_a_page_and_its_passages_too(pages):
    whole = pages.get("/source/walking")
    assert whole.status_code == 200
    assert "<mark" not in whole.text
    marked = pages.get("/source/walking?passage=5-20")
    assert marked.status_code == 200
    assert 'id="p-5-20"' in marked.text
    assert 'href="#p-5-20"' in marked.text


def test_all_documents_are_listed(pages):
    response = pages.get("/source")
    shown = Shown(response.text)
    addresses = [urljoin("http://h/source", link) for link in shown.values("href")]
    for name, title in (("walking", "Walking & more"), ("sleep", "sleep"), ("water", "water")):
        assert title in shown.text
        assert f"http://h/source/{name}" in addresses
        assert pages.get(f"/source/{name}").status_code == 200


@pytest.mark.parametrize(
    "passage",
    [
        "", "-", "5", "5-", "-5", "-1-5", "abc", "5-5", "9-5", "0-99999", "99998-99999", "1-2-3",
        " 1-2", "1-2 ", "1-2\n", "01-2", "1-02", "+1-5", "1_0-20", "1e1-20", "0x1-5", "1.0-5",
        "1–5", "٣-٥", "１-５", "²-5", "0-18446744073709551616", "1-" + "9" * 5_000, "<script>",
        "5-20&x", "\0",
    ],
)  # fmt: skip
def test_a_passage_that_cannot_be_is_a_page_that_says_so(pages, passage):
    response = pages.get("/source/walking", params={"passage": passage})
    shown = Shown(response.text)
    assert response.status_code == 404
    assert "No such passage" in shown.text
    assert "Walking & more" in shown.text
    assert {"../source/walking", "../source"} <= set(shown.values("href"))
    assert len(response.text) < 5_000


def test_the_whole_text_and_its_ends_are_passages():
    assert span_of("0-10", 10) == (0, 10)
    assert span_of("9-10", 10) == (9, 10)
    with pytest.raises(ValueError, match="has 10 characters"):
        span_of("9-11", 10)


@pytest.mark.parametrize(
    "address",
    [
        "nope", "", "walking/", "a/b/c", "a%2Fb", "..%2f..%2fetc", "%3Cscript%3E", "%ff", "é",
        "x" * 5_000,
    ],
)  # fmt: skip
def test_an_unknown_document_is_a_page_that_says_so_and_finds_its_way_back(pages, address):
    response = pages.get(f"/source/{address}")
    shown = Shown(response.text)
    assert response.status_code == 404
    assert "No such document" in shown.text
    assert "script" not in shown.tags(".*")
    assert len(response.text) < 5_000
    targets = {urljoin(str(response.url), link) for link in shown.values("href")}
    assert "http://testserver/source" in targets
    paths = {urlsplit(target).path for target in targets}
    assert paths <= {"/", "/source", "/favicon.ico", "/static/base.css", "/static/source.css"}
