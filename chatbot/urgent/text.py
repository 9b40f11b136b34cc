"""A question -> its words, and where its sentences and clauses begin.

Nothing here knows what is urgent. Capitals, accents, apostrophes and emoji are gone afterwards:
"I CAN’T breathe!!" and "i cant breathe" are the same words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]  # of words, from 0, half-open

# Letters, a number, or a mark that ends a sentence or a clause. A point or comma between digits
# belongs to the number.
_PIECE = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)?|[.!?;\n…,:()\[\]–—\"]|(?<=\s)-+(?=\s)")
_QUOTED = re.compile(r"[“„«](.{1,300}?)[”“»]|(?<!\w)[‘'](.{1,300}?)[’'](?!\w)", re.DOTALL)
_SENTENCE_END = frozenset(".!?;\n…")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´ʼ′＇](?=\w)")
_POSSESSIVE = re.compile(r"(?<=[^\W\d_]{4})['’]s\b", re.IGNORECASE)  # "my foot's hot"
_SHORT_YEAR = re.compile(r"(?<!\w)['’‘](\d\d)(?=s?\b(?!['’\d]))")  # "in '07"
_STRETCHED = re.compile(r"([a-z])\1{2,}")  # "heeelp"


@dataclass(frozen=True, slots=True)
class Joints:
    """Words that begin a new clause: "but" always, "and" when a word such as "my" follows. A denial
    ends where a clause ends, and at `ends_denial`.
    """

    breaks: frozenset[str]
    joins: frozenset[str]
    starts: frozenset[str]
    ends_denial: frozenset[str]


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a question. `sentences[n]` and `clauses[n]` are the spans around word `n`;
    `quotes` are those that stand in quotation marks.
    """

    words: tuple[str, ...]
    sentences: tuple[Span, ...]
    clauses: tuple[Span, ...]
    quotes: tuple[Span, ...] = ()


def read_text(question: str, joints: Joints) -> Text:
    """Cut a question into words, clauses and sentences."""
    words: list[str] = []
    sentence_starts = {0}
    clause_starts = {0}
    quotation_marks: list[int] = []
    pieces = _PIECE.findall(plain(question))
    for piece, following in pairwise([*pieces, ""]):
        if piece[0].isalnum():
            if piece in joints.breaks or (piece in joints.joins and following in joints.starts):
                clause_starts.add(len(words))
            words.append(piece)
        elif piece == '"':
            quotation_marks.append(len(words))
        else:
            clause_starts.add(len(words))
            if piece in _SENTENCE_END:
                sentence_starts.add(len(words))
    return Text(
        words=tuple(words),
        sentences=_spans(sentence_starts, len(words)),
        clauses=_spans(clause_starts, len(words)),
        quotes=tuple(zip(quotation_marks[::2], quotation_marks[1::2], strict=False)),
    )


def plain(question: str) -> str:
    """Small letters without accents and apostrophes, quotations in straight double marks; letters
    that are stretched are shortened.
    """
    text = _SHORT_YEAR.sub(_whole_year, question)
    text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    text = _QUOTED.sub(lambda found: f' "{found[1] or found[2]}" ', text)
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("&", " and ")
    return _STRETCHED.sub(r"\1\1", text)


def _whole_year(found: re.Match[str]) -> str:
    return ("19" if found[1] > "29" else "20") + found[1]


def _spans(starts: set[int], count: int) -> tuple[Span, ...]:
    """For each word the span between the two starts around it."""
    bounds = sorted({*starts, count})
    return tuple(span for span in pairwise(bounds) for _ in range(*span))
