"""How a citation is worded, in every output. Nothing else words one."""

from __future__ import annotations

from chatbot.answer import Answer, CitedMarker, NumberedReference, Place, Quote

HEADLINES = {
    "answered": "",
    "related": "Perhaps related",
    "not_found": "No answer in the documents",
    "urgent": "Urgent",
}


def citation_line(quote: Quote) -> str:
    """Where a quote stands: "Title > Section, page 3 (characters 120-480)"."""
    page = f", page {quote.page}" if quote.page else ""
    return f"{place_line(quote)}{page} (characters {quote.start:,}-{quote.end:,})"


def place_line(place: Quote | Place) -> str:
    """Document and section: "Title > Section"."""
    return " > ".join((place.title, *place.section))


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


def marker_notes(quote: Quote) -> list[str]:
    """Each in-text citation of a quote once, with what it means: "(Smith, 2017) → 2"."""
    return list(dict.fromkeys(f"{c.marker} → {marker_note(c)}" for c in quote.citations))


def checked_note(numbered: NumberedReference) -> str:
    """Whether somebody looked the publication up, and how: "verified: by DOI, 2026-11"."""
    reference = numbered.reference
    if reference.verified:
        checked = f"verified: {reference.verified_by}"
    elif reference.verified is None:
        checked = "not verified"
    else:
        checked = "looked for and not found"
    if reference.unchecked:
        checked += f"; not checked: {', '.join(reference.unchecked)}"
    return checked


def question_notes(answer: Answer) -> list[str]:
    """What was searched for in place of the question as it was typed, or besides it."""
    notes = [f"Understood as: {answer.understood_as}"] if answer.understood_as else []
    if answer.searched_also:
        notes.append(f"Also searched for: {', '.join(answer.searched_also)}")
    return notes
