"""A question -> the same question with its misspelt words mended.

A word is mended only if no list and no document knows it, and one known word is clearly the
likeliest. To leave a misspelling alone costs little, for the embedding often understands it; to
make another word of a word that somebody meant costs a wrong answer. Who spells one word by ear
mostly spells others so: then more is mended than in a question where all else is spelt well, and a
few words of their own are taken for those that they sound like (`misheard.txt`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from chatbot.understand.general_words import general_words
from chatbot.understand.guess import Guess
from index.vocabulary import WORD, Vocabulary, lowered

PROTECTED = Path(__file__).with_name("protected_words.txt")
KNOWN = Path(__file__).with_name("known_words.txt")
SPELT_BY_EAR = Path(__file__).with_name("spelt_by_ear.txt")
MISHEARD = Path(__file__).with_name("misheard.txt")

# A question of so many words is left alone when fewer than this share are known or mended.
_SENTENCE = 3
_MOSTLY = 0.7
# Words that nothing knows take milliseconds each, so no more of a question are looked at.
_MOST_LOOKED_AT = 40
# A question with so many words that nothing knows is by somebody who spells by ear.
_BY_EAR = 2


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was typed, and what it was taken for."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question with its words mended; `corrections` is empty when it was left as it is."""

    question: str
    corrections: tuple[Correction, ...] = ()


class Speller:
    """Mends the spelling of questions in English to one set of documents."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._protected = read_words(PROTECTED)
        self._listed = self._protected | read_words(KNOWN)

    def knows(self, word: str) -> bool:
        """Whether a word is in a list or in the documents, in British or American spelling."""
        known = lowered(word)
        if known in self._vocabulary or known in self._listed:
            return True
        # Some of these stand in books now and then.
        return known in general_words() and known not in spelt_by_ear()

    def correct(self, question: str) -> Corrected:
        """Mend the words that nothing knows and that clearly mean another."""
        number = len(WORD.findall(question))
        unknown = self._unknown(question)
        by_ear = len(unknown) >= _BY_EAR
        most_left = (1 - _MOSTLY) * number if number >= _SENTENCE else number
        guesses: dict[tuple[str, bool], str] = {}
        corrections: list[Correction] = []
        left = 0

        def meant(word: str, *, name: bool) -> str:
            nonlocal left
            if self.knows(word):
                return self._misheard(word) if by_ear and not name else ""
            key = word, name
            if key not in guesses:
                stop = len(guesses) >= _MOST_LOOKED_AT or left > most_left
                guesses[key] = "" if stop else self._meant(word, name=name, by_ear=by_ear)
            left += not guesses[key]
            return guesses[key]

        corrected = _replaced(question, meant, corrections)
        if left > most_left:
            return Corrected(question)  # another language, or none
        return Corrected(corrected, tuple(corrections))

    def _unknown(self, question: str) -> set[str]:
        """The words that nothing knows, but for names, abbreviations and parts of codes."""
        return {
            lowered(found[0])
            for found in WORD.finditer(question)
            if not self.knows(found[0])
            and not _part_of_something(question, found)
            and not shouted(found[0], question)
            and not _like_a_name(question, found)
        }

    def _meant(self, word: str, *, name: bool, by_ear: bool) -> str:
        if name and word in general_words():
            return ""
        if name:
            return self._guess.meant(word, name=True, by_ear=False)
        return spelt_by_ear().get(word) or self._guess.meant(word, name=False, by_ear=by_ear)

    def _misheard(self, word: str) -> str:
        return "" if word in self._vocabulary.plain else misheard().get(word, "")

    @cached_property
    def _guess(self) -> Guess:
        # Made by the first word that nothing knows: most questions have none.
        return Guess(self._vocabulary, protected=self._protected, listed=self._listed)


def _replaced(question: str, meant: Callable[..., str], corrections: list[Correction]) -> str:
    """A question with what its words mean in their place; adds what was replaced to a list."""

    def mended(found: re.Match[str]) -> str:
        typed = found[0]
        if _part_of_something(question, found) or shouted(typed, question):
            return typed
        word = meant(lowered(typed), name=_like_a_name(question, found))
        if not word:
            return typed
        corrections.append(Correction(typed, _as_written(word, typed)))
        return corrections[-1].meant

    return WORD.sub(mended, question)


def _part_of_something(question: str, found: re.Match[str]) -> bool:
    """Whether digits, an address or a code stand against the word: "B12", "me@home", "x_y"."""
    before, after = question[: found.start()][-1:], question[found.end() :][:1]
    return any(c.isdigit() or c in "@_/\\#&'’`´" for c in (before, after) if c)


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
def spelt_by_ear() -> Mapping[str, str]:
    """Spellings that many people use and that are no words -> the word."""
    return _spellings(SPELT_BY_EAR)


@cache
def misheard() -> Mapping[str, str]:
    """Words -> the word that is meant by somebody who spells by ear."""
    return _spellings(MISHEARD)


def _spellings(path: Path) -> Mapping[str, str]:
    """Each spelling of a list -> its word; lines that begin with # are remarks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.split(":") for line in lines if line.strip() and not line.startswith("#"))
    return {typed: meant for meant, spellings in rows for typed in spellings.split()}


@cache
def read_words(path: Path) -> frozenset[str]:
    """The words of a list, in lower case; lines that begin with # are remarks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(w.lower() for line in lines if not line.startswith("#") for w in line.split())
