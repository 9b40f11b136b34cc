"""The program's own sentences. They are about the answer and the documents, never about health."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.answer import CorpusInfo, Quote, Status
from chatbot.question import MAX_CHARACTERS

EMPTY_QUESTION = "Please type a question."
RELATED = "These passages are near your question but may not answer it."
NOT_REVIEWED = "Some passages come from documents that, as far as they say, no clinician reviewed."
UNRESOLVED = "A citation followed by '→ ?' could not be matched with any reference list."
AMBIGUOUS = "A citation followed by numbers with 'or' fits more than one reference."
EMERGENCY = (
    "If this may be an emergency, do not wait for an answer here: call your emergency number "
    "(112, 999 or 911)."
)
READ_IN_PART = (
    "Your question is long, and only its first part was searched for. A shorter question may find "
    "more."
)
_TOPICS_NAMED = 8


def too_long(characters: int) -> str:
    """What to say to a question that is longer than the limit."""
    return (
        f"Your question has {characters:,} characters; at most {MAX_CHARACTERS:,} can be read. "
        "Please ask a shorter question."
    )


def not_found(corpus: CorpusInfo) -> str:
    """What to say when no passage is near the question."""
    topics = ", ".join(corpus.topics[:_TOPICS_NAMED])
    return f"The documents do not answer this question. They cover, among others: {topics}."


def notices(status: Status, quotes: Sequence[Quote], *, read_in_full: bool) -> tuple[str, ...]:
    """What somebody should know about the passages of an answer."""
    found = [
        (status == "related", RELATED),
        (status == "related", EMERGENCY),
        (not read_in_full, READ_IN_PART),
        (not all(_reviewed(quote.source.review_status) for quote in quotes), NOT_REVIEWED),
        (any(not c.references for quote in quotes for c in quote.citations), UNRESOLVED),
        (any(c.ambiguous for quote in quotes for c in quote.citations), AMBIGUOUS),
    ]
    return tuple(sentence for holds, sentence in found if holds)


def _reviewed(review_status: str) -> bool:
    return bool(review_status) and not review_status.lower().startswith("not ")
