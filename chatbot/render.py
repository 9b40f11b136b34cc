"""Answer -> plain text and Markdown. The only place that words a citation.

Quoted words are never changed: in plain text they stand as they are, indented, only that control
characters, which could steer a terminal, show as U+FFFD; in Markdown every character that could
become markup is escaped, so that a reader sees the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.answer import Answer, CitedMarker, NumberedReference, Quote
from corpus.references.display import format_reference, reference_url

_HEADLINES = {
    "answered": "",
    "related": "Perhaps related",
    "not_found": "No answer in the documents",
    "urgent": "Urgent",
}
_CONTROLS = dict.fromkeys(
    {*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    - {ord("\n"), ord("\t")},
    "\ufffd",
)
# What could become markup where it stands: inline marks, list numbers and marks at the beginning
# of a line, and addresses that some programs turn into links.
_MARKUP = re.compile(
    r"([\\`*_\[\]<>&|~$#!@]|(?<=\d)[.)](?=\s|$)|^[-+=:]|:(?=//)|(?<=www)\.)",
    re.IGNORECASE,
)


def citation_line(quote: Quote) -> str:
    """Where a quote stands: "Title > Section, page 3 (characters 120-480)"."""
    page = f", page {quote.page}" if quote.page else ""
    path = " > ".join((quote.title, *quote.section))
    return f"{path}{page} (characters {quote.start:,}-{quote.end:,})"


def source_line(quote: Quote) -> str:
    """Who published a quote's document, when, and whether a clinician reviewed it."""
    source = quote.source
    parts = (
        source.publisher or "publisher not given",
        f"published {source.published}" if source.published else "",
        f"last checked {source.reviewed}" if source.reviewed else "",
        source.review_status or "review status not given",
        source.license,
        source.url,
    )
    return ", ".join(part for part in parts if part)


def marker_note(cited: CitedMarker) -> str:
    """Which references of the answer an in-text citation means: "2", "2 or 3", "?".

    Without brackets: "[2]" in a quote is the number of another list, that of its document.
    """
    joint = " or " if cited.ambiguous else ", "
    return joint.join(str(number) for number in cited.references) or "?"


def _cited(quote: Quote) -> list[str]:
    """Each in-text citation of a quote once, with what it means."""
    return list(dict.fromkeys(f"{c.marker} → {marker_note(c)}" for c in quote.citations))


def reference_line(numbered: NumberedReference) -> str:
    """A reference with its number and whether somebody looked it up."""
    reference = numbered.reference
    if reference.verified:
        checked = f"verified: {reference.verified_by}"
    elif reference.verified is None:
        checked = "not verified"
    else:
        checked = "looked for and not found"
    if reference.unchecked:
        checked += f"; not checked: {', '.join(reference.unchecked)}"
    return f"{numbered.number}. {format_reference(reference)} ({checked})"


def to_text(answer: Answer) -> str:
    """The answer for a terminal."""
    return "\n".join(_text_lines(answer)).strip().translate(_CONTROLS) + "\n"


def _text_lines(answer: Answer) -> Iterator[str]:
    if headline := _HEADLINES[answer.status]:
        yield headline
    yield from answer.notices
    for quote in answer.passages:
        yield ""
        yield f"{quote.number}. {citation_line(quote)}"
        if quote.lead_in:
            yield from _indented(f"{quote.lead_in} […]")
        yield from _indented(quote.text)
        yield f"   Source: {source_line(quote)}"
        if quote.citations:
            yield f"   Cites: {'; '.join(_cited(quote))}"
        for place in quote.also_in:
            yield f"   Also in: {' > '.join((place.title, *place.section))}"
    if answer.references:
        yield from ("", "References")
        yield from (reference_line(numbered) for numbered in answer.references)
    if answer.suggestions:
        yield from ("", "You can also ask")
        yield from (f"- {suggestion}" for suggestion in answer.suggestions)


def _indented(text: str) -> Iterator[str]:
    return (f"   | {line}".rstrip() for line in text.split("\n"))


def to_markdown(answer: Answer) -> str:
    """The answer as CommonMark that shows every quoted character as it stands."""
    return "\n".join(_markdown_lines(answer)).strip() + "\n"


def _markdown_lines(answer: Answer) -> Iterator[str]:
    yield f"## {_escaped(answer.question) or 'No question'}"
    if headline := _HEADLINES[answer.status]:
        yield from ("", f"**{headline}**")
    for notice in answer.notices:
        yield from ("", _escaped(notice))
    for quote in answer.passages:
        yield from _markdown_quote(quote)
    if answer.references:
        yield from ("", "### References")
        for numbered in answer.references:
            link = reference_url(numbered.reference)
            yield from ("", _escaped(reference_line(numbered)) + (f" <{link}>" if link else ""))
    if answer.suggestions:
        yield from ("", "### You can also ask", "")
        yield from (f"- {_escaped(suggestion)}" for suggestion in answer.suggestions)


def _markdown_quote(quote: Quote) -> Iterator[str]:
    yield from ("", f"### {quote.number}\\. {_escaped(citation_line(quote))}", "")
    if quote.lead_in:
        yield from (f"> {_quoted(quote.lead_in)} \\[…\\]", ">")
    yield f"> {_quoted(quote.text)}"
    yield from ("", f"Source: {_escaped(source_line(quote))}")
    if quote.citations:
        yield from ("", f"Cites: {_escaped('; '.join(_cited(quote)))}")
    for place in quote.also_in:
        yield from ("", f"Also in: {_escaped(' > '.join((place.title, *place.section)))}")


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
