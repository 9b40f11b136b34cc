"""What the printed styles share after the authors: title, journal, volume, issue and pages."""

from __future__ import annotations

import re
from typing import Final

from corpus.references.text import without_stop

PAGES: Final = (
    r"[A-Za-z]{0,5}\d[\w.]{0,12}(?:\s?[-\u2010-\u2015]\s?[A-Za-z]?\d\w{0,8}(?:\.\w{1,4})?)?"
)
VOLUME: Final = r"\d{1,4}(?:[-\u2013/]\d{1,4})?(?:\s?[Ss]uppl\.?(?:ement)?\s?\w{0,4})?"
_SENTENCE: Final = re.compile(r"(?<=[.?!])[\"”\u2019]?\s+(?=[^\s])")
_ABBREVIATED: Final = re.compile(r"[^\W\d_a-z]\w{0,11}\.")  # "Eur."
_RANGE: Final = re.compile(r"[-\u2013/]")


def first_sentence(text: str) -> str:
    """The title of a book or report: what comes after it is its publisher."""
    return without_stop(_SENTENCE.split(text, maxsplit=1)[0])


def article(head: str, tail: re.Match[str]) -> dict[str, str]:
    """Fields of "Title. Journal" and of the match for volume, issue and pages behind it."""
    title, container = _title_and_container(head)
    found = {name: (tail[name] or "").strip(" .") for name in ("volume", "issue", "page")}
    if not found["issue"] and not found["page"] and _RANGE.search(found["volume"]):
        found |= {"volume": "", "page": found["volume"]}  # "Pain, 654-662" has no volume
    return {"type": "article-journal", "title": title, "container_title": container, **found}


def _title_and_container(head: str) -> tuple[str, str]:
    """Cut "Title. Journal" at its last full stop, taking "Eur. J. Pain" for one journal."""
    pieces = [piece.strip() for piece in _SENTENCE.split(head.strip())]
    first = len(pieces) - 1
    while first > 1 and _ABBREVIATED.fullmatch(pieces[first - 1]):
        first -= 1
    if first < 1:
        return without_stop(head), ""
    return without_stop(" ".join(pieces[:first])), without_stop(" ".join(pieces[first:]))
