from urllib.parse import unquote

import pytest

from chatbot import Chatbot
from chatbot.home import home_address, text_fragment
from corpus.citations.bibliography import Bibliography
from corpus.model import Source
from corpus.readers.draft import Draft
from corpus.readers.html import read
from corpus.split import split

PAGE = """<title>Feet</title><link rel=canonical href="https://clinic.example/feet?a=1#top">
<main><h1>Feet</h1><h2>Care</h2><p>Look at your feet, every day &amp; in good light. Use a
well-lit mirror<sup>1</sup> or ask someone to look.</p><h2>Lists</h2><p>Look at your feet first:</p>
<ul><li>toes<ul><li>nails</ul><li>the soles of both of your feet</ul><h2>Tables</h2>
<table><tr><th>Part<th>How often it is checked<tr><td>H<sub>2</sub>O
<td>each day without fail</table>
<h2>Same</h2><p>Twice.</p><h2>Same again</h2><p>Twice.</p></main>"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "feet.html"
    path.write_text(PAGE, encoding="utf-8")
    return read(path, path.name)


def passages(document):
    return split(document, Bibliography(document.references))


def test_a_page_opens_at_words_that_occur_once_and_as_they_are_printed(page):
    care, lists, tables, *same = [home_address(page, passage) for passage in passages(page)]
    home = "https://clinic.example/feet?a=1#:~:text="
    assert care == f"{home}Look%20at%20your%20feet%2C,someone%20to%20look."
    assert lists == f"{home}Look%20at%20your%20feet%20first%3A,of%20your%20feet"
    assert tables == f"{home}How%20often%20it,day%20without%20fail"
    assert same == ["https://clinic.example/feet?a=1#top"] * 2


def test_signs_that_mean_something_in_a_fragment_are_encoded(page):
    (passage, *_) = passages(page)
    fragment = text_fragment(page, passage)
    assert fragment.count(",") == 1
    assert "-" not in fragment
    assert "&" not in fragment
    assert all(unquote(part) in passage.text for part in fragment.split(","))


def test_a_pdf_opens_at_the_page_and_other_formats_at_their_address():
    draft = Draft()
    for number in range(3):
        draft.page()
        draft.heading(f"Part {number}", level=1)
        draft.paragraph("Words.")
    said = {"id": "feet", "title": "Feet", "sha256": "0" * 64}
    source = Source(url="https://clinic.example/feet.pdf")
    document = draft.document(source=source, file="more/Feet.PDF", **said)
    addresses = [home_address(document, passage) for passage in passages(document)]
    assert addresses == [f"https://clinic.example/feet.pdf#page={n}" for n in (1, 2, 3)]
    word = draft.document(source=source, file="feet.docx", **said)
    assert home_address(word, passages(word)[0]) == "https://clinic.example/feet.pdf"
    nowhere = draft.document(source=Source(), file="feet.pdf", **said)
    assert home_address(nowhere, passages(nowhere)[0]) == ""


def test_every_passage_carries_selectors_that_find_it(leaflets, encoder, tmp_path):
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    answer = bot.ask("Is walking safe?")
    shown = answer.to_dict()["passages"]
    assert shown
    for passage in shown:
        position, quote = passage["selectors"]
        assert position == {
            "type": "TextPositionSelector", "start": passage["start"], "end": passage["end"]
        }  # fmt: skip
        assert quote["exact"] == passage["text"]
        text = (leaflets / passage["file"]).read_text(encoding="utf-8")
        start, end = passage["start"], passage["end"]
        assert quote["prefix"] == text[max(0, start - 32) : start]
        assert quote["suffix"] == text[end : end + 32]
        assert (quote["prefix"] + quote["exact"] + quote["suffix"]) in text
