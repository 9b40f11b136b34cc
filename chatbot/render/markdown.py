"""Answer -> CommonMark in which every character that could become markup is escaped.

A reader of the rendered page sees the same characters as in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.answer import Answer, Quote
from chatbot.render.citation import (
    HEADLINES,
    citation_line,
    marker_notes,
    place_line,
    question_notes,
    source_line,
)
from chatbot.render.text import reference_line
from corpus.references.display import reference_url

# What could become markup where it stands: inline marks, list numbers and marks at the beginning
# of a line, and addresses that some programs turn into links.
_MARKUP = re.compile(
    r"([\\`*_\[\]<>&|~$#!@]|(?<=\d)[.)](?=\s|$)|^[-+=:]|:(?=//)|(?<=www)\.)",
    re.IGNORECASE,
)


def to_markdown(answer: Answer) -> str:
    """The answer as CommonMark that shows every quoted character as it stands."""
    return "\n".join(_lines(answer)).strip() + "\n"


def _lines(answer: Answer) -> Iterator[str]:
    yield f"## {_escaped(answer.question) or 'No question'}"
    if headline := HEADLINES[answer.status]:
        yield from ("", f"**{headline}**")
    for sentence in (*question_notes(answer), *answer.notices):
        yield from ("", _escaped(sentence))
    for quote in answer.passages:
        yield from _passage(quote)
    if answer.references:
        yield from ("", "### References")
        for numbered in answer.references:
            link = reference_url(numbered.reference)
            yield from ("", _escaped(reference_line(numbered)) + (f" <{link}>" if link else ""))
    if answer.suggestions:
        yield from ("", "### You can also ask", "")
        yield from (f"- {_escaped(suggestion)}" for suggestion in answer.suggestions)


def _passage(quote: Quote) -> Iterator[str]:
    yield from ("", f"### {quote.number}\\. {_escaped(citation_line(quote))}", "")
    if quote.lead_in:
        yield from (f"> {_quoted(quote.lead_in)} \\[…\\]", ">")
    yield f"> {_quoted(quote.text)}"
    yield from ("", f"Source: {_escaped(source_line(quote))}")
    if quote.citations:
        yield from ("", f"Cites: {_escaped('; '.join(marker_notes(quote)))}")
    for place in quote.also_in:
        yield from ("", f"Also in: {_escaped(place_line(place))}")


def _escaped(text: str) -> str:
    """One line of Markdown that shows `text` and nothing else."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _quoted(text: str) -> str:
    """A block quote's content; line breaks and leading spaces are kept as they are."""
    lines = (_MARKUP.sub(r"\\\1", line) for line in text.split("\n"))
    kept = (re.sub(r"^[ \t]+|(?<=[ \t])[ \t]+|[ \t]+$", _entities, line) for line in lines)
    return "\\\n> ".join(line or "&#8203;" for line in kept)


def _entities(space: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in space[0])
