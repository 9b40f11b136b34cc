"""What somebody typed -> what to search for, and what to tell them about the difference.

The steps: spelling, the question inside a message too long to read, the subject of an earlier
question, the documents' words for everyday words. An ordinary question passes through them
unchanged and costs no search beyond its own. Nothing here ever touches a document's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from chatbot.answer import Status
from chatbot.understand.everyday import EverydayWords, read_groups, split
from chatbot.understand.follow_up import could_lean, joined, leans_on_earlier, subject
from chatbot.understand.language import Language, foreign_language
from chatbot.understand.rambling import question_in, rarity_of_stems
from chatbot.understand.spelling import Speller
from index import Index
from index.vocabulary import Vocabulary

# A longer message says enough by itself: measured, further words put the right passage lower.
_MOST_WORDS_TO_EXPAND = 40


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question was taken for.

    `meant` is the question with all that belongs to it; `understood_as` is the same if it is not
    the one typed, else empty. `own` is the part of it that is not from an earlier question; empty
    if all is its own. `searched_also` are words of the documents that are looked for besides.
    """

    meant: str
    understood_as: str = ""
    searched_also: tuple[str, ...] = ()
    own: str = ""

    @property
    def embedded(self) -> tuple[str, ...]:
        """The texts whose vectors, added up, are searched for."""
        # With the subject alone added, the old question would outweigh what is new in this one.
        return (self.own, self.meant) if self.own else (self.meant,)

    @property
    def words(self) -> str:
        """What is searched for as words."""
        also = self.searched_also
        return f"{self.meant} ({', '.join(also)})" if also else self.meant


# What the answer would be called.
Look = Callable[[Understood], Status]


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

    def read(
        self, question: str, history: Sequence[str], look: Look, *, spelt: str | None = None
    ) -> Understood:
        """What a question means here; nothing is changed unless the documents are in English.

        :param history: earlier questions, the latest last.
        :param look: searches; called only if there are earlier questions.
        :param spelt: what `spelt` makes of the question, if that is known already.
        """
        if not self._english:
            return Understood(question)
        text = self.spelt(question) if spelt is None else spelt
        if not self._fits(text):
            text = question_in(text, self._rarity)
        elif history and (earlier := self._earlier(question, text, history, look)):
            return self._taken(question, joined(text, earlier), own=text)
        return self._taken(question, text)

    def foreign_language(self, question: str) -> Language | None:
        """The language of a question that none of the documents is in."""
        return foreign_language(question, self._languages, self.knows)

    def knows(self, word: str) -> bool:
        """Whether a word is English, a name that is listed, or stands in the documents."""
        return self._speller.knows(word)

    def spelt(self, question: str) -> str:
        """The question with its misspelt words mended, if the documents are in English."""
        return self._speller.correct(question).question if self._english else question

    def _earlier(self, typed: str, question: str, history: Sequence[str], look: Look) -> str:
        """The earlier question that this one leans on, by its form, or because the documents
        answer it only together with that one; empty if it stands by itself.
        """
        if not could_lean(question):
            return ""
        corrected = [self.spelt(text) for text in history]

        def shown(text: str) -> bool:
            return look(self._taken(text, text)) != "not_found"

        answered = look(self._taken(typed, question)) == "answered"
        leans = leans_on_earlier(question)
        if answered and not leans:
            return ""
        earlier = subject(corrected, shown)
        if not earlier:
            return ""
        both = look(self._taken(typed, joined(question, earlier), own=question))
        near = leans and not answered and both == "related"
        return earlier if both == "answered" or near else ""

    def _taken(self, typed: str, meant: str, *, own: str = "") -> Understood:
        short = len(split(meant)) <= _MOST_WORDS_TO_EXPAND
        return Understood(
            meant=meant,
            understood_as=meant if meant != typed else "",
            searched_also=self._everyday.also(meant) if short else (),
            own=own,
        )

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
