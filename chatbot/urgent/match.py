"""Words of a question + rules -> the emergencies that it may describe.

Three steps: where each phrase of the rules stands in the question (`phrases`); which words are
set aside (`set_aside`); which patterns are whole all the same. The work grows with the length of
the question and not with combinations of its words: the phrases of a pattern are each looked
for around the first of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatbot.urgent.patterns import Pattern, Phrase
from chatbot.urgent.phrases import Found, Phrasebook, all_phrases, phrases_of_signs
from chatbot.urgent.rules import Emergency, Rules
from chatbot.urgent.set_aside import DENIED, HARMLESS, SetAsides
from chatbot.urgent.spelling import Spelling
from chatbot.urgent.text import Span, Text, read_text

_NEAR = 12  # words that may lie between phrases joined by "+"
_AROUND = 30  # and by "++", which does not mind where sentences end


@dataclass(frozen=True, slots=True)
class Sign:
    """An emergency, and the pattern by which it was seen."""

    emergency: Emergency
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules say of a question.

    `signs` are its emergencies, in the order of the rules, each with its first sign. `sets_aside`
    says whether any word is set aside. `excluded` names the emergencies that something in the
    question speaks against.
    """

    signs: tuple[Sign, ...]
    sets_aside: bool
    excluded: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A pattern with the numbers of its phrases; `order` is that of the file."""

    order: int
    sign: Sign
    near: tuple[int, ...]
    around: tuple[int, ...]
    anywhere: tuple[int, ...]
    nowhere: frozenset[int]


class Matcher:
    """Looks for the emergencies of one rules file. Keeps no question; threads may share it."""

    def __init__(self, rules: Rules, real_words: frozenset[str]) -> None:
        spelling = Spelling(
            _keys(all_phrases(rules)),
            _keys(phrases_of_signs(rules)),
            same=rules.same,
            real_words=real_words,
        )
        self._joints = rules.joints
        self._book = Phrasebook(rules, spelling)
        self._set_asides = SetAsides(rules, self._book)
        self._excluding = [
            (self._book.number(phrase), e.name) for e in rules.emergencies for phrase in e.not_with
        ]
        self._by_first_phrase: dict[int, list[_Numbered]] = {}
        signs = (Sign(e, pattern) for e in rules.emergencies for pattern in e.patterns)
        for order, sign in enumerate(signs):
            numbered = self._numbered(order, sign)
            self._by_first_phrase.setdefault(numbered.near[0], []).append(numbered)

    def read(self, question: str) -> Reading:
        """Hold a question against the rules."""
        text = read_text(question, self._joints)
        found = self._book.find(text)
        looking = _Looking(text, found, self._set_asides.marks(text, found))
        return Reading(
            signs=self._signs(found, looking),
            sets_aside=looking.sets_aside,
            excluded=frozenset(
                name for number, name in self._excluding if number in found and looking.said(number)
            ),
        )

    def _signs(self, found: Found, looking: _Looking) -> tuple[Sign, ...]:
        possible = [
            numbered
            for first in self._by_first_phrase.keys() & found.keys()
            for numbered in self._by_first_phrase[first]
            if all(
                number in found for number in (*numbered.near, *numbered.around, *numbered.anywhere)
            )
        ]
        signs: dict[str, Sign] = {}
        for numbered in sorted(possible, key=lambda numbered: numbered.order):
            name = numbered.sign.emergency.name
            if name not in signs and looking.is_whole(numbered):
                signs[name] = numbered.sign
        return tuple(signs.values())

    def _numbered(self, order: int, sign: Sign) -> _Numbered:
        number, pattern = self._book.number, sign.pattern
        return _Numbered(
            order=order,
            sign=sign,
            near=tuple(number(phrase) for phrase in pattern.near),
            around=tuple(number(phrase) for phrase in pattern.around),
            anywhere=tuple(number(phrase) for phrase in pattern.anywhere),
            nowhere=frozenset(map(number, (*pattern.nowhere, *sign.emergency.not_with))),
        )


def _keys(phrases: Iterable[Phrase]) -> set[str]:
    return {step.key for phrase in phrases for step in phrase if not step.list_name}


class _Looking:
    """One question with the words that are set aside."""

    def __init__(self, text: Text, found: Found, marks: Sequence[int]) -> None:
        self._text = text
        self._found = found
        self._marks = marks
        self._known: dict[int, Sequence[Span]] = {}

    @property
    def sets_aside(self) -> bool:
        return any(self._marks)

    def is_whole(self, pattern: _Numbered) -> bool:
        first, *others = (self._live(number) for number in pattern.near)
        around = [self._live(number) for number in pattern.around]
        return (
            any(self._are_near(span, others) and _are_around(span, around) for span in first)
            and all(self.said(number) for number in pattern.anywhere)
            and not any(self.said(number) for number in pattern.nowhere & self._found.keys())
        )

    def _live(self, number: int) -> Sequence[Span]:
        """Where a phrase stands without any of its words being set aside."""
        if number not in self._known:
            spans = self._found[number]
            self._known[number] = [s for s in spans if not any(self._marks[slice(*s)])]
        return self._known[number]

    def said(self, number: int) -> bool:
        """Whether a phrase is there and not denied; it may be past: "history of diabetes"."""
        return any(
            not any(mark & (DENIED | HARMLESS) for mark in self._marks[slice(*span)])
            for span in self._found[number]
        )

    def _are_near(self, span: Span, others: Sequence[Sequence[Span]]) -> bool:
        """Whether one of each of `others` begins near a span, in its sentence, and no word serves
        twice.
        """
        start, end = self._text.sentences[span[0]]
        start, end = max(start, span[0] - _NEAR), min(end, span[1] + _NEAR)
        taken = [span]
        for spans in others:
            near = spans[bisect_left(spans, (start, 0)) : bisect_left(spans, (end, 0))]
            free = (s for s in near if not any(s[0] < t[1] and t[0] < s[1] for t in taken))
            chosen = next(free, None)
            if chosen is None:
                return False
            taken.append(chosen)
        return True


def _are_around(span: Span, others: Sequence[Sequence[Span]]) -> bool:
    """Whether one of each of `others` begins not far from a span, and shares no word with it."""
    first, last = span[0] - _AROUND, span[1] + _AROUND
    return all(
        any(first <= s[0] < last and (s[1] <= span[0] or span[1] <= s[0]) for s in spans)
        for spans in others
    )
