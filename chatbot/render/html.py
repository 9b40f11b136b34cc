"""Answer -> HTML in which every text is escaped and shows the same characters.

The markup is the one that `static/answer.js` builds for the embed. All of it stands on one line,
and characters that Markdown renderers read in HTML blocks are written as numbers, so that it can
be shown by Gradio's Markdown component.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from urllib.parse import quote as percent_encoded

from chatbot.answer import Answer, CitedMarker, NumberedReference, Place, Quote
from chatbot.render.citation import HEADLINES, checked_note, citation_line, marker_note, source_line
from corpus.references.display import format_reference, reference_url

# Gradio's Markdown dedents, expands tabs, and replaces its own placeholders such as
# %%%LATEX_BLOCK_0%%% in the source; written as numbers these characters come through.
_NUMBERED = {ord(c): f"&#{ord(c)};" for c in "%\n\r\t$\\`*_[]{}~|!"}
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]")
_NAMED = 80  # characters of the question in the name of a button


def text(plain: str) -> str:
    """HTML that shows `plain`, character for character."""
    return escape(plain).translate(_NUMBERED)


def source_path(place: Quote | Place) -> str:
    """Address of a place in the source viewer, relative to the application's root."""
    span = f"{place.start}-{place.end}"
    return f"source/{percent_encoded(place.document_id)}?passage={span}#p-{span}"


def to_html(
    answer: Answer, *, name: str, root: str = "", extra: str = "", exactly: bool = False
) -> str:
    """An answer as one `article` element.

    :param name: prefix of the ids in it, different for each answer on a page: "answer-1".
    :param root: relative path from the page to the application's root.
    :param extra: HTML for the end of every passage's row of buttons.
    :param exactly: the question was asked with `exactly`, and is printed so again.
    """
    urgent = answer.status == "urgent"
    parts = list(_notices(answer))
    if urgent:  # the headline and the first notice are read out at once
        parts = ['<div role="alert">', *parts[:2], "</div>", *parts[2:]]
    parts += _asked(answer)
    if exactly:
        parts.append('<p class="as-typed">Searched for exactly your words.</p>')
    if answer.passages:
        parts.append('<ol class="passages">')
        numbered = {reference.number: reference for reference in answer.references}
        for quote in answer.passages:
            cited = [numbered[number] for number in quote.references]
            parts += _passage(quote, cited, name=name, root=root, extra=extra)
        parts.append("</ol>")
    if answer.suggestions:
        parts += _suggestions(answer)
    heading = f'<h2 tabindex="-1">{text(answer.question) or "No question"}</h2>'
    kind = f"{answer.status} exactly" if exactly else answer.status
    opening = f'<article class="answer {kind}" id="{name}">'
    return f"{opening}{heading}{''.join(parts)}</article>"


def _notices(answer: Answer) -> Iterator[str]:
    if headline := HEADLINES[answer.status]:
        yield f'<p class="status">{text(headline)}</p>'
    for notice in answer.notices:
        yield f'<p class="notice">{text(notice)}</p>'


def _asked(answer: Answer) -> Iterator[str]:
    if answer.understood_as:
        yield f'<p class="understood">Understood as: {text(answer.understood_as)}</p>'
    if answer.searched_also:
        also = ", ".join(answer.searched_also)
        yield f'<p class="searched-also">Also searched for: {text(also)}</p>'
    if answer.understood_as or answer.searched_also:
        yield _own_words(answer.question)


def _own_words(question: str) -> str:
    # Several answers have this button: read out by itself, it says which question it is for.
    named = question if len(question) <= _NAMED else f"{question[:_NAMED]}…"
    return (
        '<button type="button" class="own-words">Search for my own words instead'
        f'<span class="unseen"> ({text(named)})</span></button>'
    )


def _passage(
    quote: Quote, cited: list[NumberedReference], *, name: str, root: str, extra: str
) -> Iterator[str]:
    entry = f"{name}-{quote.number}-"
    path = " › ".join((quote.title, *quote.section))
    yield f'<li class="passage"><h3>{quote.number}. {text(path)}</h3>'
    yield f'<blockquote class="quote" lang="{text(quote.source.language)}">'
    if quote.lead_in:
        yield f'<span class="lead-in">{text(quote.lead_in)} […]</span>'
    yield f'<span class="words">{_words(quote, entry)}</span></blockquote>'
    yield f'<p class="about">{text(source_line(quote))}</p>'
    if quote.also_in:
        places = "; ".join(
            _link(root + source_path(place), " › ".join((place.title, *place.section)))
            for place in quote.also_in
        )
        yield f'<p class="also">Also in: {places}</p>'
    yield (
        f'<div class="actions"><a class="button show" href="{text(root + source_path(quote))}" '
        'target="_blank" rel="noopener">Show in document</a>'
        f'<button type="button" class="copy">Copy with citation</button>{extra}</div>'
    )
    yield f'<details class="origin"><summary>{_summary(cited)}</summary>'
    yield f'<p class="place">{text(citation_line(quote))}</p>'
    if cited:
        yield '<ol class="references">'
        yield from (_reference(reference, entry) for reference in cited)
        yield "</ol>"
    yield "</details></li>"


def _summary(cited: list[NumberedReference]) -> str:
    if not cited:
        return "Citation"
    return f"Citation and {len(cited)} publication{'s' if len(cited) > 1 else ''}"


def _reference(numbered: NumberedReference, entry: str) -> str:
    link = reference_url(numbered.reference)
    where = _link(link, link_name(link)) if link else ""
    return (
        f'<li id="{entry}{numbered.number}">{numbered.number}. '
        f"{text(format_reference(numbered.reference))} {where} "
        f'<span class="checked">({text(checked_note(numbered))})</span></li>'
    )


def link_name(link: str) -> str:
    """What a reference's address is called: "DOI", "PubMed" or "Web"."""
    names = {"https://doi.org/": "DOI", "https://pubmed.ncbi.nlm.nih.gov/": "PubMed"}
    return next((name for start, name in names.items() if link.startswith(start)), "Web")


def _link(address: str, words: str) -> str:
    return f'<a href="{text(address)}" target="_blank" rel="noopener">{text(words)}</a>'


def _suggestions(answer: Answer) -> Iterator[str]:
    yield '<h3>You can also ask</h3><ul class="suggestions">'
    for suggestion in answer.suggestions:
        yield f'<li><button type="button" class="ask">{text(suggestion)}</button></li>'
    yield "</ul>"


def _words(quote: Quote, entry: str) -> str:
    """The quoted text, cut at the marks and citations in it and at the lines of lists."""
    lines = []
    start = quote.start
    for line in _LINE.findall(quote.text):
        end = start + len(line)
        inside = _line(quote, start, end, entry)
        lines.append(f'<span class="item">{inside}</span>' if _ITEM.match(line) else inside)
        start = end
    return "".join(lines)


def _line(quote: Quote, start: int, end: int, entry: str) -> str:
    marks = [(max(m.start, start), min(m.end, end)) for m in quote.highlights]
    pieces = []
    at = start
    for begin, finish in sorted(span for span in marks if span[0] < span[1]):
        pieces.append(_cited(quote, at, begin, entry))
        pieces.append(f"<mark>{_cited(quote, begin, finish, entry)}</mark>")
        at = finish
    pieces.append(_cited(quote, at, end, entry))
    return "".join(pieces)


def _cited(quote: Quote, start: int, end: int, entry: str) -> str:
    """A stretch of the text in which in-text citations lead to their references."""

    def words(begin: int, finish: int) -> str:
        return text(quote.text[begin - quote.start : finish - quote.start])

    pieces = []
    at = start
    for cited in sorted(quote.citations, key=lambda cited: cited.start):
        begin, finish = max(cited.start, at), min(cited.end, end)
        if begin < finish:
            pieces += [words(at, begin), _marker(cited, words(begin, finish), entry)]
            at = finish
    return "".join((*pieces, words(at, end)))


def _marker(cited: CitedMarker, words: str, entry: str) -> str:
    if not cited.references:
        title = "This citation could not be matched with a reference list"
        return f'<span class="cited unknown" title="{title}">{words}</span>'
    name = "cited ambiguous" if cited.ambiguous else "cited"
    title = f"Publication {marker_note(cited)}, listed below"
    return f'<a class="{name}" href="#{entry}{cited.references[0]}" title="{title}">{words}</a>'
