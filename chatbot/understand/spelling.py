"""A question -> the same question with its misspelt words mended.

Only a word that no list and no document knows is mended, and only when one known word is clearly
the likeliest. To leave a misspelling alone costs little, for the embedding often understands it;
to make another word of a word that somebody meant costs a wrong answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from chatbot.understand.general_words import GeneralWords, edits, general_words
from index.lexical import Tokenizer
from index.vocabulary import WORD, Vocabulary, lowered

PROTECTED = Path(__file__).with_name("protected_words.txt")
KNOWN = Path(__file__).with_name("known_words.txt")

_STEMS = Tokenizer("en")
# Nobody should read that this is what they meant.
_NEVER_MEANT = frozenset(
    "anal anus arse arsehole ass bitch boob boobs clit cock cocks cum cunt dick dildo erotic fag"
    " fuck fucked fucking genital genitals horny nigger nude orgasm penis piss porn porno prick"
    " pussy rape raped rapist semen sex sexy shit slut tits vagina vulva wank wanking whore".split()
)
# A question of so many words is left alone when most of them are unknown.
_SENTENCE = 3
# Letters of the shortest word that is mended, and from how many on two letters may differ.
_SHORTEST = 4
_LONG = 8
# Rarer general words are known but never what is meant.
_RAREST = 100_000
# A word of our own lists counts as at least this common: patients' words are rare in books.
_LISTED = 5_000_000
# Natural logarithms. A letter that differs costs this much ...
_EDIT = 12.0
# ... and this much more when it is the first, which people seldom get wrong, ...
_FIRST = 3.0
# ... and this much less for a slip of the finger: two letters swapped or one doubled.
_SLIP = 3.0
# The likeliest word must lead the next by this much.
_LEAD = 0.5
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Of the words that people ask with, this share comes from the documents' subject.
_SUBJECT = 0.5
# Endings of the names of medicines: what ends so is perhaps a medicine that no list here has.
_MEDICINE = re.compile(
    r"(?:mab|nib|pril|sartan|statin|olol|azole|cillin|mycin|gliptin|gliflozin|glutide|triptan"
    r"|parin|xaban|gabalin|oxetine|triptyline|platin|taxel|rubicin|azepam|azepine|codone|caine"
    r"|profen|coxib|vir|zide|dipine|setron|tidine|prazole|thyroxine|sone|solone)e?s?$"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was typed, and what it was taken for."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question with its words mended; `corrections` is empty when it was left as it is."""

    question: str
    corrections: tuple[Correction, ...]


class Speller:
    """Mends the spelling of questions in English to one set of documents."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._protected = read_words(PROTECTED)
        self._listed = self._protected | read_words(KNOWN)

    def knows(self, word: str) -> bool:
        """Whether a word is in a list or in the documents, in British or American spelling."""
        known = lowered(word)
        return known in self._vocabulary or known in self._listed or known in general_words()

    def correct(self, question: str) -> Corrected:
        """Mend the words that nothing knows and that clearly mean another."""
        words = WORD.findall(question)
        if len(words) >= _SENTENCE and 2 * sum(map(self.knows, words)) < len(words):
            return Corrected(question, ())  # another language, or none
        corrections: list[Correction] = []

        def mended(found: re.Match[str]) -> str:
            typed = found[0]
            if self.knows(typed) or _part_of_something(question, found) or shouted(typed, question):
                return typed
            meant = self._meant(lowered(typed), name=_like_a_name(question, found))
            if not meant:
                return typed
            written = _as_written(meant, typed)
            corrections.append(Correction(typed, written))
            return written

        return Corrected(WORD.sub(mended, question), tuple(corrections))

    # Made by the first word that nothing knows: most questions have none.

    @cached_property
    def _likely(self) -> Mapping[str, float]:
        return _likelihoods(general_words(), self._vocabulary, self._listed)

    @cached_property
    def _by_first(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._likely:
            found.setdefault(word[0], []).append(word)
        return found

    def _meant(self, word: str, *, name: bool) -> str:
        """The word that is clearly meant, or nothing."""
        if not _SHORTEST <= len(word) or not word.isalpha():
            return ""
        ranked = sorted(self._candidates(word, name=name), reverse=True)
        if not ranked:
            return ""
        likeliest, meant = ranked[0]
        # "effect" is no rival to "effects": both find the same.
        stem = _STEMS(meant)
        rivals = (likely for likely, other in ranked[1:] if _STEMS(other) != stem)
        return "" if likeliest - next(rivals, -math.inf) < _LEAD else meant

    def _candidates(self, word: str, *, name: bool) -> Iterator[tuple[float, str]]:
        most = 2 if len(word) >= _LONG and not name else 1
        medicine = bool(_MEDICINE.search(word))
        for other, distance in self._near(word, most):
            protected = other in self._protected
            if distance > 1 and (medicine or (protected and other not in self._vocabulary)):
                continue
            if medicine and not protected:
                continue
            if name and other not in self._vocabulary.plain and not protected:
                continue
            yield self._likely[other] - _cost(word, other, distance), other

    def _near(self, word: str, most: int) -> Iterator[tuple[str, int]]:
        """Words that differ in at most `most` letters, and in how many.

        A wrong first letter is looked for only where nothing else is wrong.
        """
        for other in self._by_first.get(word[0], ()):
            if abs(len(other) - len(word)) <= most and (found := edits(word, other, most)):
                yield other, found
        swapped = word[1] + word[0] + word[2:]
        starts = (start + rest for start in _LETTERS for rest in (word, word[1:]))
        for other in {swapped, word[1:], *starts}:
            if other[:1] != word[0] and other in self._likely:
                yield other, 1


def _cost(typed: str, meant: str, distance: int) -> float:
    cost = distance * _EDIT
    if distance == 1 and (_swapped(typed, meant) or _squeezed(typed) == _squeezed(meant)):
        cost -= _SLIP
    return cost + (_FIRST if typed[0] != meant[0] else 0.0)


def _swapped(one: str, other: str) -> bool:
    return len(one) == len(other) and sorted(one) == sorted(other)


def _squeezed(word: str) -> str:
    """The word with every doubled letter single."""
    return re.sub(r"(.)\1+", r"\1", word)


def _likelihoods(
    general: GeneralWords, vocabulary: Vocabulary, listed: frozenset[str]
) -> dict[str, float]:
    """Words that can be meant, with the logarithm of how likely each is."""
    books, subject = general.total, sum(vocabulary.all.values()) or 1
    least = math.log(_RAREST / books)
    words = set(general.common(_RAREST))
    words |= {word for word in vocabulary.plain if "'" not in word} | listed
    words -= _NEVER_MEANT - vocabulary.all.keys()
    likely = {}
    for word in sorted(word for word in words if len(word) >= _SHORTEST - 1):
        count = max(general.get(word, 0), _LISTED if word in listed else 0)
        share = (1 - _SUBJECT) * count / books
        share += _SUBJECT * vocabulary.all.get(word, 0) / subject
        likely[word] = max(math.log(share), least) if share else least
    return likely


def _part_of_something(question: str, found: re.Match[str]) -> bool:
    """Whether digits, an address or a code stand against the word: "B12", "me@home", "x_y"."""
    before, after = question[: found.start()][-1:], question[found.end() :][:1]
    return any(c.isdigit() or c in "@_/\\#&'’" for c in (before, after) if c)


def shouted(word: str, question: str) -> bool:
    """Whether the word is an abbreviation: in capitals, in a question that is not."""
    return word.isupper() and not question.isupper()


def _like_a_name(question: str, found: re.Match[str]) -> bool:
    """A capital inside a sentence."""
    return found[0][0].isupper() and question[: found.start()].rstrip()[-1:].isalnum()


def _as_written(meant: str, typed: str) -> str:
    """`meant` with the capitals and the possessive of what was typed."""
    end = typed[-2:] if typed[-2:].lower() in ("'s", "’s") else ""
    if typed.isupper():
        return meant.upper() + end
    return (meant[0].upper() + meant[1:] if typed[0].isupper() else meant) + end


@cache
def read_words(path: Path) -> frozenset[str]:
    """The words of a list, in lower case; lines that begin with # are remarks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(w.lower() for line in lines if not line.startswith("#") for w in line.split())
