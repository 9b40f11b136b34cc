"""Answer -> plain text, for a terminal.

Quoted words stand as they are, indented; only control characters, which could steer a terminal,
show as U+FFFD.
"""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.answer import Answer, NumberedReference
from chatbot.render.citation import (
    HEADLINES,
    checked_note,
    citation_line,
    marker_notes,
    place_line,
    question_notes,
    source_line,
)
from corpus.references.display import format_reference

_CONTROLS = dict.fromkeys(
    {*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    - {ord("\n"), ord("\t")},
    "\ufffd",
)


def to_text(answer: Answer) -> str:
    """The answer for a terminal."""
    return "\n".join(_lines(answer)).strip().translate(_CONTROLS) + "\n"


def reference_line(numbered: NumberedReference) -> str:
    """A reference with its number and whether somebody looked it up."""
    formatted = format_reference(numbered.reference)
    return f"{numbered.number}. {formatted} ({checked_note(numbered)})"


def _lines(answer: Answer) -> Iterator[str]:
    if headline := HEADLINES[answer.status]:
        yield headline
    yield from question_notes(answer)
    yield from answer.notices
    for quote in answer.passages:
        yield ""
        yield f"{quote.number}. {citation_line(quote)}"
        if quote.lead_in:
            yield from _indented(f"{quote.lead_in} […]")
        yield from _indented(quote.text)
        yield f"   Source: {source_line(quote)}"
        if quote.citations:
            yield f"   Cites: {'; '.join(marker_notes(quote))}"
        for place in quote.also_in:
            yield f"   Also in: {place_line(place)}"
    if answer.references:
        yield from ("", "References")
        yield from (reference_line(numbered) for numbered in answer.references)
    if answer.suggestions:
        yield from ("", "You can also ask")
        yield from (f"- {suggestion}" for suggestion in answer.suggestions)


def _indented(text: str) -> Iterator[str]:
    return (f"   | {line}".rstrip() for line in text.split("\n"))
