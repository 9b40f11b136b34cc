"""Answers made up for what real ones seldom have, and a check that all pages share."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from chatbot.answer import (
    Answer,
    CitedMarker,
    CorpusInfo,
    Highlight,
    NumberedReference,
    Place,
    Quote,
)
from corpus.model import Name, Reference, Source

CORPUS = CorpusInfo(name="leaflets", digest="ab" * 32, documents=2, passages=9, topics=("feet",))
BEFORE = 1_000  # characters of the document before the passage
TEXT = (
    "Feet 🦶 need care 𝒳 (Smith, 2017). Two things help (Lee, 2019; [3]):\n\n"
    "- Look at them 👀 each day (Doe, 2001).\n"
    "  1. With a mirror\n"
    "* Wear shoes.\n\n"
    "Ask a nurse & rest <b>now</b> \u202b(עברית)\u202c."
)
SOURCE = Source(
    publisher="Test & Clinic",
    url="https://clinic.example/feet?a=1&b=2",
    license="CC-BY-4.0",
    language="en",
    published="2026-01-15",
    reviewed="",
    review_status="not clinically reviewed",
)
REFERENCES = (
    NumberedReference(
        1,
        Reference(
            id="smith2017", title="Feet <i>now</i>", author=(Name(family="Smith"),), year=2017,
            doi="10.1000/x<y>", verified=True, verified_by="by DOI",
        ),
    ),
    NumberedReference(2, Reference(id="lee2019", title="Shoes", year=2019, pmid="123")),
    NumberedReference(3, Reference(id="web", title="Web", url="https://web.example/?a=1&b=2")),
    NumberedReference(4, Reference(id="bare", text="[3] Printed as it stands", verified=False)),
)  # fmt: skip


def span(words: str) -> tuple[int, int]:
    start = BEFORE + TEXT.index(words)
    return start, start + len(words)


def marker(words: str, *references: int, ambiguous: bool = False) -> CitedMarker:
    return CitedMarker(words, *span(words), references=references, ambiguous=ambiguous)


def quote(number: int = 1, **changes) -> Quote:
    values = {
        "number": number,
        "text": TEXT,
        "document_id": "numb-feet.v1",
        "file": "feet.md",
        "sha256": "0" * 64,
        "title": "Numb feet & you",
        "section": ("Care", "Each <day>"),
        "start": BEFORE,
        "end": BEFORE + len(TEXT),
        "page": 3,
        "score": 1.5,
        "confidence": 0.8,
        # The first ends in the middle of a citation, the second runs over lines of the list.
        "highlights": (
            Highlight(span("Feet")[0], span("(Smith")[1]),
            Highlight(span("[3]")[0], span("1. With")[1]),
        ),
        "citations": (
            marker("Smith, 2017", 1),
            marker("Lee, 2019", 2, 3, ambiguous=True),
            marker("[3]", 4),
            marker("Doe, 2001"),
        ),
        "references": (1, 2, 3, 4),
        "url": SOURCE.url,
        "source": SOURCE,
        "lead_in": "Do not do these:",
        "also_in": (
            Place("other", "Other & more", ("A", "B"), 5, 9),
            Place("third", "Third", (), 7, 12),
        ),
    }
    return Quote(**{**values, **changes})


def answer(status="answered", *quotes: Quote, **changes) -> Answer:
    values = {
        "question": "Can I go <b>barefoot</b>? 🦶",
        "status": status,
        "passages": quotes,
        "references": REFERENCES if quotes else (),
        "notices": ("First & notice.", "Second notice."),
        "suggestions": ("Why <i>now</i>?", "And shoes?"),
        "confidence": 0.8,
        "corpus": CORPUS,
    }
    return Answer(**{**values, **changes})


MADE_UP = {
    "everything": answer(
        "answered", quote(), understood_as="barefoot walking", searched_also=("feet", "soles")
    ),
    "also searched": answer("related", quote(), searched_also=("feet",)),
    "understood, long": answer("not_found", question="🦶 feet " * 20, understood_as="feet"),
    "plain": answer(
        "related", quote(citations=(), references=(), highlights=(), lead_in="", also_in=())
    ),
    "several": answer("answered", quote(1), quote(2, references=(1,), page=None)),
    "urgent": answer("urgent", quote()),
    "urgent, one notice": answer("urgent", notices=("Call now.",)),
    "nothing": answer("not_found", suggestions=()),
    "no question": answer("not_found", question="", notices=()),
}


def violations(page) -> list[str]:
    """What axe finds wrong in the page as it is now, of whatever impact."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]
