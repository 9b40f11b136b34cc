"""What somebody typed -> what to search for, and what to tell them about the difference.

The steps: spelling, the question inside a message too long to read, the subject of an earlier
question, the documents' words for everyday words. An ordinary question passes through them
unchanged and costs no search. Nothing here ever touches a document's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from chatbot.understand.everyday import EverydayWords, read_groups, split
from chatbot.understand.follow_up import (
    joined,
    leans_on_earlier,
    rarity_of_stems,
    subject,
    supported,
)
from chatbot.understand.language import Language, foreign_language
from chatbot.understand.rambling import question_in
from chatbot.understand.spelling import Speller
from index import Index
from index.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Seen:
    """What a search finds first: how likely it answers (0 to 1), and its text with its headings."""

    confidence: float
    text: str
    answered: bool  # whether it would be shown, as an answer or as related


# Of a question, and of the documents' words that are looked for besides.
Look = Callable[[str, Sequence[str]], Seen]

# A longer message says enough by itself: measured, further words put the right passage lower.
_MOST_WORDS_TO_EXPAND = 40


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question was taken for.

    `meant` is the question that is embedded. `understood_as` is the same if it is not the one
    typed, else empty; `searched_also` are words of the documents that are looked for besides.
    """

    meant: str
    understood_as: str = ""
    searched_also: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is searched for as words."""
        return with_words(self.meant, self.searched_also)


class Reader:
    """Understands questions to one set of documents. Safe to share between threads."""

    def __init__(
        self,
        count: Callable[[], Vocabulary],
        languages: Iterable[str],
        *,
        fits: Callable[[str], bool],
    ) -> None:
        """:param count: gives the words of all passages; called by the first question only.
        :param languages: BCP 47 tags of the documents; "" is taken for English.
        :param fits: whether a question can be searched for whole.
        """
        self._fits = fits
        self._count = count
        self._languages = frozenset(languages)
        self._english = any((tag or "en").lower().startswith("en") for tag in self._languages)

    @classmethod
    def of(cls, index: Index) -> Reader:
        """A reader of questions to the documents of an index."""
        encoder = index.encoder

        def fits(question: str) -> bool:
            # No token is shorter than a character, so most questions need not be counted.
            room = encoder.window - 2
            return len(question) <= room or encoder.count_tokens(question) <= room

        return cls(index.vocabulary, index.summary.languages, fits=fits)

    def read(self, question: str, history: Sequence[str], look: Look) -> Understood:
        """What a question means here; nothing is changed unless the documents are in English.

        :param history: earlier questions, the latest last.
        :param look: searches; called only for a question that leans on an earlier one.
        """
        if not self._english:
            return Understood(question)
        text = self.spelt(question)
        earlier = ""
        if not self._fits(text):
            text = question_in(text, self._rarity)
        elif history and leans_on_earlier(text):
            earlier = self._earlier(text, history, look)
        meant = joined(text, earlier) if earlier else text
        also = self._everyday.also(meant) if len(split(meant)) <= _MOST_WORDS_TO_EXPAND else ()
        return Understood(
            meant=meant,
            understood_as=meant if meant != question else "",
            searched_also=also,
        )

    def foreign_language(self, question: str) -> Language | None:
        """The language of a question that none of the documents is in."""
        return foreign_language(question, self._languages, self.knows)

    def knows(self, word: str) -> bool:
        """Whether a word is English, a name that is listed, or stands in the documents."""
        return self._speller.knows(word)

    def spelt(self, question: str) -> str:
        """The question with its misspelt words mended."""
        return self._speller.correct(question).question

    def _earlier(self, question: str, history: Sequence[str], look: Look) -> str:
        """The earlier question that this one leans on, if that finds more for what is new in it."""
        corrected = [self.spelt(text) for text in history]
        earlier = subject(corrected, lambda text: look(text, self._everyday.also(text)).answered)
        if not earlier:
            return ""
        also = self._everyday.also(question)
        alone = look(question, also)
        meant = joined(question, earlier)
        both = look(meant, self._everyday.also(meant))
        if not supported(question, both.text, also=also, rarity=self._rarity):
            return ""
        return earlier if both.confidence > alone.confidence else ""

    # Made by the first question that needs them.

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return self._count()

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._vocabulary)

    @cached_property
    def _everyday(self) -> EverydayWords:
        return EverydayWords(read_groups(), self._vocabulary)

    @cached_property
    def _rarity(self) -> dict[str, float]:
        return rarity_of_stems(self._vocabulary)


def with_words(text: str, also: Sequence[str]) -> str:
    """A question with the words that are looked for besides."""
    return f"{text} ({', '.join(also)})" if also else text
