"""The words that people may mean, how likely each is, and which of them a misspelt word may be.
The only file that knows jellyfish.

Candidates come by letters, up to two of which may differ, and by ear: of words that sound the same
but for their vowels (Metaphone), those that are spelt most alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

from jellyfish import metaphone

from chatbot.understand.general_words import GeneralWords, edits
from index.vocabulary import Vocabulary

# Rarer general words are known but never what is meant, ...
_RAREST = 100_000
# ... and these not by ear, as people spell by ear what they have heard often.
_RAREST_HEARD = 20_000_000
# A word of our own lists counts as at least this common: patients' words are rare in books.
_LISTED = 5_000_000
# Of the words that people ask with, this share comes from the documents' subject.
_SUBJECT = 0.5
_SHORTEST = 3  # letters
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Of `metaphone`: the consonants that it tells apart.
_CONSONANTS = "0BFHJKLMNPRSTWXY"
# Consonants of a word from which on one may be heard wrongly.
_LONG_SOUND = 3
# Nobody should read that this is what they meant.
_NEVER_MEANT = frozenset(
    "anal anus arse arsehole ass bitch boob boobs clit cock cocks cum cunt dick dildo erotic fag"
    " fuck fucked fucking genital genitals horny nigger nude orgasm penis piss porn porno prick"
    " pussy rape raped rapist semen sex sexy shit slut tits vagina vulva wank wanking whore".split()
)


class Likely:
    """The words that can be meant. Threads may share it."""

    def __init__(
        self, general: GeneralWords, vocabulary: Vocabulary, listed: frozenset[str]
    ) -> None:
        """:param listed: words of our own lists."""
        self._general = general
        self._vocabulary = vocabulary
        self._listed = listed
        books, subject = general.total, sum(vocabulary.all.values()) or 1
        self._least = math.log(_RAREST / books)
        words = set(general.common(_RAREST))
        words |= {word for word in vocabulary.plain if "'" not in word} | listed
        words -= _NEVER_MEANT - vocabulary.all.keys()
        self._likely: dict[str, float] = {}
        for word in sorted(word for word in words if len(word) >= _SHORTEST):
            share = (1 - _SUBJECT) * self._count(word) / books
            share += _SUBJECT * vocabulary.all.get(word, 0) / subject
            self._likely[word] = max(math.log(share), self._least) if share else self._least

    def __contains__(self, word: str) -> bool:
        return word in self._likely

    def __getitem__(self, word: str) -> float:
        """The natural logarithm of the share of words that are this one, or one as rare."""
        return self._likely.get(word, self._least)

    def by_letters(self, word: str, most: int) -> Iterator[str]:
        """Words that differ in at most `most` letters.

        A wrong first letter is looked for only where nothing else is wrong.
        """
        for other in self._by_first.get(word[0], ()):
            if abs(len(other) - len(word)) <= most and edits(word, other, most):
                yield other
        swapped = word[1] + word[0] + word[2:]
        starts = (start + rest for start in _LETTERS for rest in (word, word[1:]))
        for other in sorted({swapped, word[1:], *starts}):
            if other[:1] != word[0] and other in self._likely:
                yield other

    def by_ear(self, word: str) -> Iterator[str]:
        """Words with the same consonants when they are spoken; of longer ones one may differ."""
        heard = metaphone(word)
        sounds = {heard}
        if len(heard) >= _LONG_SOUND:
            for place in range(len(heard) + 1):
                before, after = heard[:place], heard[place:]
                sounds.add(before + after[1:])
                sounds |= {before + other + after for other in _CONSONANTS}
                sounds |= {before + other + after[1:] for other in _CONSONANTS}
        for sound in sorted(sounds):
            yield from self._by_sound.get(sound, ())

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._likely:
            found.setdefault(word[0], []).append(word)
        return found

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._likely:
            if self._count(word) >= _RAREST_HEARD or word in self._vocabulary.plain:
                found.setdefault(metaphone(word), []).append(word)
        return found

    def _count(self, word: str) -> int:
        """How often a word stands in books."""
        return max(self._general.get(word, 0), _LISTED if word in self._listed else 0)
