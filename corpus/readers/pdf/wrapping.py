"""Printed lines -> running text: what was hyphenated to fit the line is put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

from corpus.readability import is_known_word
from corpus.readers.pdf.lines import Line

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"([^\W\d_]+)-$")
_FIRST = re.compile(r"[^\W\d_]+")
_HYPHENS = "-\u2010\u2011"
# Before these a hyphen at a line's end is more likely the author's than the typesetter's.
_PREFIXES = frozenset(
    "all anti co cross ex full half high long low mid multi non off over part post pre pro self "
    "semi short single sub two three four well".split()
)
_NEARLY_ALWAYS = frozenset("cross ex full half high long low non part self short two well".split())
_SHORTEST = 4  # letters that such a prefix stands before


class Wrapping:
    """Joins lines, with the document's own words to decide which hyphens are the author's."""

    def __init__(self, lines: Iterable[str], *, english: bool) -> None:
        self._words: set[str] = set()
        self._english = english
        for line in lines:
            # What stands at a line's end or beginning may be half a word.
            self._words.update(word.casefold() for word in _WORD.findall(line)[1:-1])
        self._beginnings = {word[:n] for word in self._words for n in range(6, len(word) + 1)}

    def joined(self, lines: Sequence[Line]) -> str:
        """The lines as one text."""
        text = ""
        for line in lines:
            text = self.append(text, line.text)
        return text

    def append(self, text: str, line: str) -> str:
        """`text` with one more line after it."""
        if not text or not line:
            return text + line
        if text[-1] in _HYPHENS and not text[-2:-1].isspace():
            return self._over_hyphen(text, line)
        if text[-1] in "–—/" and not text[-2:-1].isspace():
            return text + line
        if east_asian_width(text[-1]) in "WF" and east_asian_width(line[0]) in "WF":
            return text + line
        return f"{text} {line}"

    def _over_hyphen(self, text: str, line: str) -> str:
        before, after = _LAST.search(text), _FIRST.match(line)
        if before is None or after is None:
            return text + line  # "COVID-19", "10-12"
        if self._is_authors(before[1], after[0]):
            return text + line
        return text[:-1] + line

    def _is_authors(self, left: str, right: str) -> bool:
        """Whether a hyphen between two words would stand there without the end of the line."""
        whole, apart = (left + right).casefold(), f"{left}-{right}".casefold()
        if whole in self._words or apart in self._words:
            return whole not in self._words
        if left[0].islower() and whole[: len(left) + 3] in self._beginnings:
            return False  # "para-phrased", where the document has "paraphrase"
        if not right[0].islower() or left.isupper():
            return True  # "Guillain-Barré", "MRI-based"
        if not self._english:
            return False
        prefix = left.casefold()
        if prefix in _NEARLY_ALWAYS and len(right) >= _SHORTEST and is_known_word(right):
            return True  # "well-being", though dictionaries have it as one word too
        if is_known_word(whole):
            return False
        return prefix in _PREFIXES or (is_known_word(left) and is_known_word(right))
