"""Pieces of text, some of them links to references -> one line with its citations.

The files link each number by itself: "[", "3" linked, "–", "5" linked, "]". Readers see one
citation there, of 3, 4 and 5, and so it becomes one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.model import Citation
from corpus.readers.draft import Words
from corpus.readers.scripts import superscript

_NUMBER = re.compile(r"\d{1,4}")
_DASHES = "\\-\u2010\u2011\u2012\u2013\u2014\u2212\u207b"
_BETWEEN = re.compile(rf"\]?\s?[,;{_DASHES}]\s?\[?|\]\s\[")
_RANGE = re.compile(rf"\]?\s?[{_DASHES}]\s?\[?")
_MOST_IN_RANGE = 100
# Numbers, commas and dashes: what a raised citation consists of.
_RAISED = re.compile(rf"[\d\s,;{_DASHES}\[\]()]*")
# A raised number behind these would be read as a power, or as part of the number.
_MISREAD = re.compile(r"(?:\d|\b[^\W\d_]{1,2}|[)\]%])$")
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class LinkTargets:
    """What links in a text lead to: the entries of the reference list, in its order.

    `ids` maps the name that a link gives to a reference's id, `numbers` the printed number.
    """

    ids: Mapping[str, str]
    order: Sequence[str] = ()
    numbers: Mapping[int, str] | None = None

    def between(self, first: str, last: str) -> list[str]:
        """The ids of the entries after `first` and before `last`; none if that is no range."""
        if first not in self.order or last not in self.order:
            return []
        begin, end = self.order.index(first), self.order.index(last)
        return list(self.order[begin + 1 : end]) if 0 < end - begin < _MOST_IN_RANGE else []


class Line:
    """Grows by `add` and `cite`; `words` gives it out."""

    def __init__(self, targets: LinkTargets) -> None:
        self._targets = targets
        self._pieces: list[str] = []
        self._length = 0
        self._spaced = True
        self._cited: list[tuple[int, int, tuple[str, ...]]] = []

    def add(self, text: str) -> None:
        """Text; runs of white space become one space."""
        if not text:
            return
        squeezed = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
        if self._spaced:
            squeezed = squeezed.lstrip(" ")
        if squeezed:
            self._pieces.append(squeezed)
            self._length += len(squeezed)
            self._spaced = squeezed.endswith(" ")

    def cite(self, text: str, ids: Sequence[str]) -> None:
        """Text that the file links to entries of the reference list."""
        start = self._length
        self.add(text)
        written = self._pieces[-1] if self._length > start else ""
        marker = written.strip()
        if marker:
            begin = start + written.index(marker)
            self._cited.append((begin, begin + len(marker), tuple(ids)))
        elif self._cited and self._cited[-1][1] == self._length:
            # A link without words, between those of "8" and "10": it belongs to the one before.
            begin, end, before = self._cited[-1]
            self._cited[-1] = (begin, end, (*before, *ids))

    def raise_(self, inner: Words) -> None:
        """A raised line: numbers and letters as such, citations so that nothing is misread."""
        if not inner.citations:
            self.add(superscript(inner.text))
        elif _RAISED.fullmatch(inner.text) and not inner.text.startswith("["):
            before = "".join(self._pieces[-3:])[-12:]
            plain = inner.text.strip("()")
            shown = f"[{plain}]" if _MISREAD.search(before) else superscript(plain)
            self.cite(shown, _all_ids(_merged(inner, self._targets)))
        else:
            self.append(inner)

    def append(self, words: Words) -> None:
        """A line that was written elsewhere, with its citations."""
        done = 0
        for citation in words.citations:
            self.add(words.text[done : citation.start])
            self.cite(citation.marker, citation.reference_ids)
            done = citation.end
        self.add(words.text[done:])

    def part(self) -> None:
        """What follows belongs to the words before it, as a list to what introduces it."""
        self._trim()
        last = self._pieces[-1][-1] if self._pieces else ""
        if last:
            self.add(": " if last.isalnum() or last in ')]”"' else " ")

    def then(self, between: str) -> None:
        """Set what follows off with `between`, without a space before it."""
        self._trim()
        self.add(between)

    def _trim(self) -> None:
        while self._pieces and self._spaced:
            bare = self._pieces[-1].rstrip(" ")
            self._length -= len(self._pieces[-1]) - len(bare)
            self._pieces[-1:] = [bare] if bare else []
            self._spaced = not bare and bool(self._pieces) and self._pieces[-1].endswith(" ")
        self._spaced = not self._pieces

    @property
    def empty(self) -> bool:
        """Whether nothing but white space was written."""
        return not self._pieces

    def words(self) -> Words:
        """The line, NFC, with linked citations that stand together merged into one."""
        text = "".join(self._pieces).rstrip()
        cited = self._cited
        if not unicodedata.is_normalized("NFC", text):  # an accent begins a piece
            cited = [(_nfc(text[:start]), _nfc(text[:end]), ids) for start, end, ids in cited]
            text = unicodedata.normalize("NFC", text)
        kept = tuple(Citation(text[a:b], a, b, ids) for a, b, ids in cited if a < b)
        return _merged(Words(text, kept), self._targets)


def _nfc(text: str) -> int:
    return len(unicodedata.normalize("NFC", text))


def _all_ids(words: Words) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for c in words.citations for i in c.reference_ids))


def _merged(words: Words, targets: LinkTargets) -> Words:
    """Join the citations of one bracket, and those of a range with what lies between them."""
    joined: list[Citation] = []
    for citation in words.citations:
        if joined and _belongs(words.text, joined[-1], citation):
            joined[-1] = _joined(words.text, joined[-1], citation, targets)
        else:
            joined.append(citation)
    return Words(words.text, tuple(_with_bracket(words.text, c, targets) for c in joined))


def _belongs(text: str, before: Citation, citation: Citation) -> bool:
    between = text[before.end : citation.start]
    numbers = _ends_in_number(before.marker) and _begins_with_number(citation.marker)
    if not between.strip():
        return numbers and before.marker.endswith("]") and citation.marker.startswith("[")
    return numbers and bool(_BETWEEN.fullmatch(between))


def _begins_with_number(marker: str) -> bool:
    return bool(_NUMBER.match(marker.translate(_RAISED_DIGITS).lstrip("[(")))


def _ends_in_number(marker: str) -> bool:
    return marker.translate(_RAISED_DIGITS).rstrip("])")[-1:].isdigit()


def _joined(text: str, before: Citation, citation: Citation, targets: LinkTargets) -> Citation:
    ids = before.reference_ids
    between = text[before.end : citation.start]
    if _RANGE.fullmatch(between) and ids and citation.reference_ids:
        ids += tuple(targets.between(ids[-1], citation.reference_ids[0]))
    ids = tuple(dict.fromkeys((*ids, *citation.reference_ids)))
    return Citation(text[before.start : citation.end], before.start, citation.end, ids)


def _with_bracket(text: str, citation: Citation, targets: LinkTargets) -> Citation:
    """The citation with the square brackets around it, and the unlinked numbers inside them."""
    opening = re.search(r"\[([\d\s,;]*)$", text[max(0, citation.start - 40) : citation.start])
    closing = re.match(rf"([\d\s,;{_DASHES}]*)\]", text[citation.end : citation.end + 40])
    if not opening or not closing or not _ends_in_number(citation.marker):
        return citation
    loose = [int(n) for n in _NUMBER.findall(opening[1] + " " + closing[1])]
    known = targets.numbers or {}
    if not all(number in known for number in loose):
        return citation
    start, end = citation.start - len(opening[0]), citation.end + closing.end()
    ids = (*citation.reference_ids, *(known[number] for number in loose))
    return replace(
        citation,
        marker=text[start:end],
        start=start,
        end=end,
        reference_ids=tuple(dict.fromkeys(ids)),
    )
