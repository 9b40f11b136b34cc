"""An answer as HTML: the same characters, and no markup of somebody else's."""

import dataclasses
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer import (
    Answer,
    CitedMarker,
    CorpusInfo,
    Highlight,
    NumberedReference,
    Place,
    Quote,
)
from chatbot.render.html import to_html
from corpus.model import Reference, Source

TEXT = st.text(alphabet=st.one_of(
    st.sampled_from("<>&\"'`%$*_#[]{}|~!-+1.)( \n\t\r"), st.characters(exclude_categories=["Cs"])
), min_size=1, max_size=80).filter(lambda text: "\0" not in text)  # fmt: skip
TAGS = {
    "article", "h2", "h3", "p", "ol", "ul", "li", "blockquote", "span", "mark", "a", "div",
    "button", "details", "summary",
}  # fmt: skip


class Parsed(HTMLParser):
    """Tags with their attributes, and the text inside elements of a class."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self._open, self.texts = [], [], {}
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._open.append((tag, dict(attributes).get("class", "")))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for tag, name in self._open:
            for key in {tag, *name.split()}:
                self.texts[key] = self.texts.get(key, "") + data


def answer_of(text="Some text.", *, anywhere="plain", status="answered", **quote):
    reference = NumberedReference(
        1, Reference("r", title=anywhere, url=anywhere, verified=True, verified_by=anywhere)
    )
    shown = Quote(
        number=1, text=text, document_id=anywhere, file=anywhere, sha256="", title=anywhere,
        section=(anywhere,), start=100, end=100 + len(text), page=None, score=1.0, confidence=0.9,
        highlights=(), citations=(), references=(1,), url=anywhere, lead_in=anywhere,
        source=Source(publisher=anywhere, url=anywhere, license=anywhere, language=anywhere,
                      published=anywhere, reviewed=anywhere, review_status=anywhere),
        also_in=(Place(anywhere, anywhere, (anywhere,), 0, 1),),
    )  # fmt: skip
    shown = dataclasses.replace(shown, **quote)
    return Answer(
        question=anywhere, status=status, passages=(shown,), references=(reference,),
        notices=(anywhere,), suggestions=(anywhere,), confidence=0.9,
        corpus=CorpusInfo("c", "0", 1, 1, ()), understood_as=anywhere, searched_also=(anywhere,),
    )  # fmt: skip


@given(TEXT)
def test_words_are_shown_character_for_character(text):
    parsed = Parsed(to_html(answer_of(text), name="a"))
    assert parsed.texts["words"] == text


@given(TEXT)
def test_nothing_that_is_quoted_becomes_markup(text):
    parsed = Parsed(to_html(answer_of(text, anywhere=text), name="a"))
    assert {tag for tag, _ in parsed.tags} <= TAGS
    assert parsed.texts["h2"] == text
    assert parsed.texts["ask"] == text
    for tag, attributes in parsed.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if tag == "a":
            assert attributes["href"].startswith(("source/", "#", "http://", "https://"))


@given(TEXT)
def test_it_is_one_line_so_that_no_markdown_begins_in_it(text):
    assert not set("\n\r\t") & set(to_html(answer_of(text, anywhere=text), name="a"))


@given(TEXT, st.data())
def test_marks_and_citations_cover_exactly_their_spans(text, data):
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    start, end = sorted(data.draw(spans))
    first, last = sorted(data.draw(spans))
    cited = CitedMarker(text[first:last], 100 + first, 100 + last, (1,), ambiguous=False)
    answer = answer_of(
        text,
        highlights=(Highlight(100 + start, 100 + end),),
        citations=(cited,) if first < last else (),
    )
    parsed = Parsed(to_html(answer, name="a"))
    assert parsed.texts["words"] == text
    assert parsed.texts.get("mark", "") == text[start:end]
    assert parsed.texts.get("cited", "") == text[first:last]


def test_an_unresolved_citation_is_marked_and_leads_nowhere():
    cited = CitedMarker("(Lost, 1999)", 105, 117, (), ambiguous=False)
    html = to_html(answer_of("Yes (Lost, 1999).", citations=(cited,)), name="a")
    assert '<span class="cited unknown"' in html
    assert 'href="#' not in html


def test_each_line_of_a_list_hangs_and_keeps_its_line_break():
    html = to_html(answer_of("Take:\n\n- water\n- sugar"), name="a")
    assert html.count('<span class="item">') == 2
    assert "- water&#10;</span>" in html


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("related", "Perhaps related"),
        ("not_found", "No answer in the documents"),
        ("urgent", "Urgent"),
    ],
)
def test_every_status_but_answered_says_itself_in_words(status, said):
    parsed = Parsed(to_html(answer_of(status=status), name="a"))
    assert parsed.texts["status"] == said


def test_urgent_reads_itself_out_before_the_passages():
    html = to_html(answer_of(status="urgent", anywhere="Call now."), name="a")
    alert = html.index('role="alert"')
    assert alert < html.index("Urgent") < html.index("Call now.", alert) < html.index("passages")


def test_what_was_understood_and_also_searched_has_its_place():
    parsed = Parsed(to_html(answer_of(anywhere="numb feet"), name="a"))
    assert parsed.texts["understood"] == "Understood as: numb feet"
    assert parsed.texts["searched-also"] == "Also searched for: numb feet"


@pytest.mark.parametrize(
    ("understood_as", "searched_also", "buttons"),
    [("", (), 0), ("walking", (), 1), ("", ("feet",), 1), ("walking", ("feet",), 1)],
)
def test_a_question_that_was_changed_can_be_asked_as_it_was_typed(
    understood_as, searched_also, buttons
):
    answer = dataclasses.replace(
        answer_of(anywhere="wlaking"), understood_as=understood_as, searched_also=searched_also
    )
    html = to_html(answer, name="a")
    assert html.count('class="own-words"') == buttons
    named = Parsed(html).texts.get("own-words", "")
    assert named == "Search for my own words instead (wlaking)" * buttons


@given(TEXT)
def test_the_name_of_that_button_stays_short(question):
    parsed = Parsed(to_html(answer_of(anywhere=question * 9), name="a"))
    shown = question * 9 if len(question) * 9 <= 80 else (question * 9)[:80] + "…"
    assert parsed.texts["own-words"] == f"Search for my own words instead ({shown})"


def test_an_answer_to_a_question_asked_exactly_is_marked_so():
    html = to_html(answer_of(), name="a", exactly=True)
    assert html.startswith('<article class="answer answered exactly" id="a">')
    assert "Searched for exactly your words." in html
