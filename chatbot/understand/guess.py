"""A word that nothing knows -> the word that is clearly meant.

A word costs likelihood for each letter that must be wrong, less where it sounds alike; the
likeliest that is left must lead the next.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from chatbot.understand.general_words import edits, general_words
from chatbot.understand.likely import Likely
from chatbot.understand.sounds import cost, wrong_letters
from index.lexical import Tokenizer
from index.vocabulary import Vocabulary

_STEMS = Tokenizer("en")
# Letters of the shortest and the longest word that is mended, and from how many on two letters may
# differ.
_SHORTEST = 4
_LONGEST = 24
_LONG = 8
# A wrong letter makes a word e to the power of this less likely; and of this at a first look, where
# it is not known yet what sounds alike.
_WRONG_LETTER = 12.0
_LEAST_WRONG = 4.0
# The likeliest word must lead the next by this much, of natural logarithms.
_LEAD = 0.5
# Words by ear that are looked at closely, and the wrong letters that one may have for each letter
# typed: fewer where all else is spelt well, so that the word may be one that no list has.
_LOOKED_AT = 15
_MOST_WRONG = 0.25
_MOST_WRONG_ALONE = 0.15
_FAR = 6  # letters that differ; what differs in more is not compared
# Of two words that were run together each has so many letters, and is so common in books.
_SHORTEST_PART = 2
_COMMON_PART = 10_000_000
# What another word has in front of it turns its meaning round: "deconditioning".
_PREFIX = 2
# Endings of the names of medicines: what ends so is perhaps a medicine that no list here has.
_MEDICINE = re.compile(
    r"(?:mab|nib|pril|sartan|statin|olol|azole|cillin|mycin|gliptin|gliflozin|glutide|triptan"
    r"|parin|xaban|gabalin|oxetine|triptyline|platin|taxel|rubicin|azepam|azepine|codone|caine"
    r"|profen|coxib|vir|zide|dipine|setron|tidine|prazole|thyroxine|sone|solone)e?s?$"
)


class Guess:
    """What misspelt words mean in questions to one set of documents."""

    def __init__(
        self, vocabulary: Vocabulary, *, protected: frozenset[str], listed: frozenset[str]
    ) -> None:
        """:param protected: names of medicines and of parts of the body; `listed` are these and
        other words of our own lists.
        """
        self._vocabulary = vocabulary
        self._protected = protected
        self._listed = listed
        self._likely = Likely(general_words(), vocabulary, listed)

    def meant(self, word: str, *, name: bool, by_ear: bool) -> str:
        """The word that is clearly meant, or the two that were run together, or nothing.

        :param word: in lower case.
        :param name: whether it is written like a name.
        :param by_ear: whether other words of the question are misspelt, too.
        """
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return ""
        ranked = self._by_letters(word, name=name)
        if not name and (by_ear or not ranked) and not _MEDICINE.search(word):
            ranked = self._by_ear(word, {other for _, other in ranked}, by_ear=by_ear)
        if not ranked:
            return "" if name or _MEDICINE.search(word) else self._apart(word)
        likeliest, meant = max(ranked)
        # "effect" is no rival to "effects": both find the same.
        stem = _STEMS(meant)
        rivals = [likely for likely, other in ranked if _STEMS(other) != stem]
        return "" if likeliest - max(rivals, default=-math.inf) < _LEAD else meant

    def _by_letters(self, word: str, *, name: bool) -> list[tuple[float, str]]:
        """Words that differ in a letter or two, each with how likely it is meant."""
        medicine = bool(_MEDICINE.search(word))
        most = 2 if len(word) >= _LONG and not name else 1
        found = []
        for other in self._likely.by_letters(word, most):
            protected = other in self._protected
            distance = edits(word, other, most) or 0
            if distance > 1 and (medicine or (protected and other not in self._vocabulary)):
                continue
            if medicine and not protected:
                continue
            if name and other not in self._vocabulary.plain and not protected:
                continue
            if not _differ_in_prefix(word, other):
                wrong = wrong_letters(word, other, distance)
                found.append((self._likely[other] - _WRONG_LETTER * wrong, other))
        return found

    def _by_ear(self, word: str, near: set[str], *, by_ear: bool) -> list[tuple[float, str]]:
        """These words and those that sound like one, each with how likely it is meant."""
        most_wrong = len(word) * (_MOST_WRONG if by_ear else _MOST_WRONG_ALONE)
        found = []
        for other in sorted(near.union(self._heard(word))):
            wrong = cost(word, other)
            if other in near or (wrong <= most_wrong and not _differ_in_prefix(word, other)):
                found.append((self._likely[other] - _WRONG_LETTER * wrong, other))
        return found

    def _heard(self, word: str) -> Iterator[str]:
        """Words that sound like one; those that are spelt most like it."""
        found = []
        for other in self._likely.by_ear(word):
            differing = edits(word, other, _FAR)
            if differing is not None and self._may_be_heard(other):
                found.append((self._likely[other] - _LEAST_WRONG * differing, other))
        return (other for _, other in sorted(found, reverse=True)[:_LOOKED_AT])

    def _may_be_heard(self, word: str) -> bool:
        return word not in self._protected or word in self._vocabulary

    def _apart(self, word: str) -> str:
        """Two words that were run together, if both are common; the likeliest two."""
        places = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        pairs = [(word[:place], word[place:]) for place in places]
        common = [pair for pair in pairs if all(map(self._is_common, pair))]
        if not common:
            return ""
        return " ".join(max(common, key=lambda pair: sum(self._likely[part] for part in pair)))

    def _is_common(self, word: str) -> bool:
        return word in self._vocabulary.plain or general_words().get(word, 0) >= _COMMON_PART


def _differ_in_prefix(one: str, other: str) -> bool:
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return len(longer) - len(shorter) >= _PREFIX and longer.endswith(shorter)
