"""A message too long to be read whole -> the question in it, in the message's own words.

What fits the encoder's window is better read whole: measured on sixty rambling messages, the whole
finds the right section more often than any part of it. Of a longer one the end, where the question
mostly stands, would be ignored; so the sentence that asks is taken with the one that tells most.
Cheap signs only, no search.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from chatbot.understand.everyday import split
from corpus.sentences import sentence_spans
from index.lexical import Tokenizer
from index.vocabulary import Vocabulary

_STEMS = Tokenizer("en")

# A question of fewer words ("Is that all right?") is not the one that a long message is about.
_FEWEST = 4
# Sentences farther before the question belong to another story.
_BEFORE = 8
# A short sentence of one rare word is not therefore the most telling.
_DAMPING = 8

_WISH = re.compile(
    r"\b(?:i(?:'d|’d| would| just)? (?:simply )?(?:like|want|need) to (?:know|ask|learn)"
    r"|(?:what )?(?:id|i'd|i’d) like to know|i wonder|wondering|my question|please tell|explain)\b",
    re.IGNORECASE,
)


def question_in(message: str, rarity: Mapping[str, float]) -> str:
    """The sentence that asks, with the sentence near it that shares most with the documents.

    :param rarity: of each stem in the documents.
    """
    sentences = [message[start:end] for start, end in sentence_spans(message, 0, len(message))]
    if len(sentences) < 2:
        return message
    asking = _asking(sentences)
    around = range(max(0, asking - _BEFORE), min(len(sentences), asking + _BEFORE + 1))
    telling = max(
        (number for number in around if number != asking),
        key=lambda number: _telling(sentences[number], rarity),
    )
    return " ".join(sentences[number] for number in sorted((asking, telling)))


def rarity_of_stems(vocabulary: Vocabulary) -> dict[str, float]:
    """How rare each stem is among passages with their headings: more when fewer hold it."""
    number = vocabulary.passages
    return {stem: math.log(1 + number / count) for stem, count in vocabulary.stems.items()}


def _asking(sentences: Sequence[str]) -> int:
    """The last sentence that asks; of a message without question marks, the last that wishes."""
    signs: tuple[Callable[[str], bool], ...] = (
        lambda sentence: sentence.rstrip(" )\"'”’").endswith("?"),
        lambda sentence: bool(_WISH.search(sentence)),
    )
    for asks in signs:
        numbers = [n for n, s in enumerate(sentences) if asks(s) and len(split(s)) >= _FEWEST]
        if numbers:
            return numbers[-1]
    return len(sentences) - 1


def _telling(sentence: str, rarity: Mapping[str, float]) -> float:
    """How much a sentence shares with the documents, for its length."""
    stems = _STEMS(sentence)
    return sum(rarity.get(stem, 0.0) for stem in set(stems)) / (_DAMPING + len(stems))
