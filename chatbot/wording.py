"""The program's own sentences. They are about the answer and the documents, never about health."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.answer import CorpusInfo, Quote, Status
from chatbot.question import MAX_CHARACTERS
from chatbot.regions import ANYWHERE, Region

EMPTY_QUESTION = "Please type a question."
RELATED = "These passages are near your question but may not answer it."
NOT_REVIEWED = "Some passages come from documents that, as far as they say, no clinician reviewed."
UNRESOLVED = "A citation followed by '→ ?' could not be matched with any reference list."
AMBIGUOUS = "A citation followed by numbers with 'or' fits more than one reference."
READ_IN_PART = (
    "Your question is long, and only its first part was searched for. A shorter question may find "
    "more."
)
_TOPICS_NAMED = 8


def _numbers(region: Region) -> str:
    """The emergency numbers of a country: "999 or 112"."""
    *others, last = region.emergency
    return f"{', '.join(others)} or {last}" if others else last


def emergency(region: Region) -> str:
    """What to say beside passages that may not answer, and where there are none."""
    return (
        "If this may be an emergency, do not wait for an answer here: call "
        f"{'your emergency number ' if region is ANYWHERE else ''}{_numbers(region)}."
    )


def urgent(region: Region) -> str:
    """The first thing that somebody reads whose message may describe an emergency."""
    return (
        f"Your message may describe an emergency. If so, call {_numbers(region)} now. This is not "
        "triage: the program only compares words and can be wrong."
    )


def crisis(region: Region) -> str:
    """The first thing that somebody reads whose message may be about suicide or self-harm."""
    line = (
        f" To talk with someone, call {region.crisis_name} on {region.crisis}."
        if region.crisis
        else ""
    )
    return (
        "Your message may be about suicide or self-harm. If you might act on such thoughts, call "
        f"{_numbers(region)} now.{line} This is not triage: the program only compares words and "
        "can be wrong."
    )


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


def notices(
    status: Status, quotes: Sequence[Quote], *, read_in_full: bool, region: Region
) -> tuple[str, ...]:
    """What somebody should know about the passages of an answer."""
    found = [
        (status == "related", RELATED),
        (status == "related", emergency(region)),
        (not read_in_full, READ_IN_PART),
        (not all(_reviewed(quote.source.review_status) for quote in quotes), NOT_REVIEWED),
        (any(not c.references for quote in quotes for c in quote.citations), UNRESOLVED),
        (any(c.ambiguous for quote in quotes for c in quote.citations), AMBIGUOUS),
    ]
    return tuple(sentence for holds, sentence in found if holds)


def _reviewed(review_status: str) -> bool:
    """Whether it says so; "draft", "pending review" or a retraction do not."""
    return re.match(r"(?:clinically |medically )?reviewed\b", review_status.casefold()) is not None
