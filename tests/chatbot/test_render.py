import dataclasses
import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chatbot import Chatbot
from chatbot.answer import Answer, CorpusInfo, Quote
from corpus.model import Source

TEXT = st.text(alphabet=st.one_of(
    st.sampled_from("*_`#<>&[]()!|~\\-+1.:\"'$% \n\tab"), st.characters(categories=["L", "S"])
)).filter(str.strip)  # fmt: skip


def answer_of(text="Text.", title="Title", question="Question?"):
    text, title = text.strip(), " ".join(title.split())
    quote = Quote(
        number=1, text=text, document_id="d", file="d.md", sha256="", title=title,
        section=(title,), start=0, end=len(text), page=None, score=1.0, confidence=0.9,
        highlights=(), citations=(), references=(), url="", source=Source(publisher=title),
    )  # fmt: skip
    return Answer(
        question=question, status="answered", passages=(quote,), references=(), notices=(),
        suggestions=(title,), confidence=0.9, corpus=CorpusInfo("c", "0", 1, 1, ()),
    )  # fmt: skip


def shown(rendered):
    """The text of the first block quote of rendered HTML, as a browser shows it."""
    inside = re.search(r"<blockquote>(.*?)</blockquote>", rendered, re.DOTALL)[1]
    lines = re.sub(r"</?p>\n?", "", inside).strip("\n").replace("<br />\n", "\n")
    assert "<" not in lines
    return html.unescape(lines)


@given(TEXT)
def test_markdown_shows_quoted_text_character_for_character(text):
    answer = answer_of(text=text)
    rendered = MarkdownIt("commonmark").render(answer.to_markdown())
    assert shown(rendered).replace("\u200b", "") == answer.passages[0].text.replace("\u200b", "")


@given(TEXT)
def test_markdown_of_titles_and_questions_has_no_markup_in_it(title):
    rendered = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(answer_of(title=title, question=" ".join(title.split())).to_markdown())
    )
    tags = set(re.findall(r"</?([a-z0-9]+)", rendered))
    assert tags <= {"h2", "h3", "blockquote", "p", "br", "ul", "li"}
    assert " ".join(title.split()) in " ".join(html.unescape(rendered).split())


def test_plain_text_indents_the_words_and_changes_none(bundled):
    answer = bundled.ask("Why is my nerve pain worse at night?")
    for quote in answer.passages:
        for line in quote.text.split("\n"):
            assert f"   | {line}".rstrip() in str(answer)


def test_plain_text_cannot_steer_a_terminal():
    text = str(answer_of(text="a\x1b[31mb\u202ec", title="t\x07\x9b"))
    assert "a\ufffd[31mb\ufffdc" in text
    assert not set(text) & set("\x1b\x07\x9b\u202e")


def test_references_say_whether_and_how_they_were_verified(bundled):
    text = str(bundled.ask("How does BDNF help damaged nerves?"))
    assert "(verified: " in text
    assert "https://doi.org/" in text


def test_several_candidates_are_joined_by_or(write, tmp_path, encoder):
    write(
        "a.md",
        "## Walking\n\nWalking helps (Smith, 2010).\n\n## References\n\n"
        "- Smith, A. (2010). One. J, 1, 2.\n- Smith, B. (2010). Two. J, 3, 4.\n",
    )
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    answer = bot.ask("Walking helps Smith")
    assert "→ 1 or 2" in str(answer)
    assert any("fits more than one" in notice for notice in answer.notices)


@pytest.mark.parametrize(("status", "line"), [("related", "Perhaps"), ("not_found", "No answer")])
def test_an_answer_says_in_words_what_it_is(status, line):
    answer = dataclasses.replace(answer_of(), status=status)
    assert str(answer).startswith(line)
    assert f"**{line}" in answer.to_markdown()
