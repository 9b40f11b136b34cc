"""The publisher's copy of a document, opened at the quoted words.

A PDF opens at the page (RFC 8118), an HTML page at a text fragment
(https://wicg.github.io/scroll-to-text-fragment/); other addresses are given as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby
from urllib.parse import quote

from corpus.model import Document, Passage

_PAGES = (".html", ".htm", ".xhtml")
_MARK = re.compile(r"(?:- |\d{1,4}\. )")
# Words that stand on the page as they stand here. Raised numbers, formulas, bars between cells
# and the punctuation that joins the lists inside an item are written by the reader.
_AS_PRINTED = re.compile(r"[\w'’“”\"(][\w'’“”\"().,:;?!%/–-]*")
_REWRITTEN = re.compile(r"[⁰¹²³⁴-₎ₙⁿ_^]|\]$")
_FEWEST = 3  # words that begin or end a fragment, where there are so many
_MOST = 12


def home_address(document: Document, passage: Passage) -> str:
    """Where the publisher's copy can be opened; "" if the document gives no address.

    Where no words of a passage are the same on the page and only there, the page opens at its top.
    """
    address = document.source.url
    suffix = document.file[document.file.rfind(".") :].lower()
    page = document.page_at(passage.start)
    if not address:
        return ""
    bare = address.partition("#")[0]
    if suffix == ".pdf" and page:
        return f"{bare}#page={page}"
    if suffix in _PAGES and (fragment := text_fragment(document, passage)):
        return f"{bare}#:~:text={fragment}"
    return address


def text_fragment(document: Document, passage: Passage) -> str:
    """The words that begin and end a passage, percent-encoded, as `start,end`; "" if none will do.

    The beginning occurs once in the document; the end is the first such words behind it.
    """
    runs = list(_runs(document, passage))
    if not runs:
        return ""
    everything, within = _plain(document.text), _plain(passage.text)
    start = _shortest(runs[0], lambda words: everything.count(words) == 1)
    if not start:
        return ""
    behind = within.find(start.lower()) + len(start)

    def ends_the_passage(words: str) -> bool:
        return within.find(words, behind) == within.rfind(words) >= behind

    end = _shortest(runs[-1][::-1], lambda words: ends_the_passage(_turned(words)))
    if not end:
        return _encoded(start)
    return f"{_encoded(start)},{_encoded(_turned(end))}"


def _runs(document: Document, passage: Passage) -> Iterator[list[str]]:
    """Words next to each other on one line that are printed so; the longer runs, if there are."""
    cited = [(c.start, c.end) for c in passage.citations]
    found: list[list[str]] = []
    offset = passage.start
    for line in passage.text.split("\n"):
        mark = _MARK.match(line)
        skipped = mark.end() if mark else 0
        words = [
            (
                word[0],
                _is_printed(word[0], offset + word.start(), offset + word.end(), cited)
                and not (mark and word[0].endswith((":", ";"))),
            )
            for word in re.compile(r"\S+").finditer(line, skipped)
        ]
        for printed, group in groupby(words, key=lambda word: word[1]):
            if printed:
                found.append([word for word, _ in group])
        offset += len(line) + 1
    long = [run for run in found if len(run) >= _FEWEST]
    yield from long or found


def _is_printed(word: str, start: int, end: int, cited: list[tuple[int, int]]) -> bool:
    if any(first < end and start < last for first, last in cited):
        return False
    return bool(_AS_PRINTED.fullmatch(word)) and not _REWRITTEN.search(word)


def _shortest(words: list[str], fits: Callable[[str], bool]) -> str:
    """The fewest words from the beginning that fit."""
    for count in range(min(_FEWEST, len(words)), min(_MOST, len(words)) + 1):
        chosen = " ".join(words[:count])
        if fits(chosen.lower()):
            return chosen
    return ""


def _turned(words: str) -> str:
    return " ".join(words.split()[::-1])


@lru_cache(maxsize=64)
def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _encoded(words: str) -> str:
    """Percent-encoded: "-", "," and "&" mean something in a fragment."""
    return quote(words, safe="").replace("-", "%2D")
