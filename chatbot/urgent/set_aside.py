"""Which words of a question are set aside: denied ("no chest pain"), not now ("a stroke in 2019",
"the risk of a stroke"), or harmless ("a heart attack when I saw the bill").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.urgent.phrases import Found, Phrasebook, phrases_of_signs
from chatbot.urgent.rules import Rules, SetAside
from chatbot.urgent.text import Span, Text

# Why a word is set aside.
DENIED, NOT_NOW, HARMLESS = 1, 2, 4

# A clause with only such words beside "years ago" speaks of its neighbours: "I had a clot, but
# that was years ago"; "in 2019, I had a clot".
_LITTLE = frozenset(
    "that this it its which but and was were is all just about only over some around almost the "
    "back way at so now".split()
)
_POINTING_BACK = frozenset(("that", "this", "it", "which", "but"))
# "No chest pain, fever or cough": the "no" reaches over commas to the end of such a list.
_LIST_ENDS = frozenset(("or", "nor"))
_LIST_ITEM = 6  # words in one of its items, at most


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule with the numbers of the phrases that stop it."""

    rule: SetAside
    unless: frozenset[int]


class SetAsides:
    """The rules about words that set others aside, for any question."""

    def __init__(self, rules: Rules, book: Phrasebook) -> None:
        self._joints = rules.joints
        self._harmless = frozenset(book.number(phrase) for phrase in rules.harmless)
        self._rules: dict[int, list[_Rule]] = {}
        for rule in rules.set_aside:
            numbered = _Rule(rule, frozenset(book.number(phrase) for phrase in rule.unless))
            for phrase in rule.phrases:
                self._rules.setdefault(book.number(phrase), []).append(numbered)
        denials = {p[0].key for rule in rules.set_aside if rule.denies for p in rule.phrases}
        # In "not breathing" the "not" is a part of the sign and denies nothing else.
        signs = (
            phrase
            for phrase in phrases_of_signs(rules)
            if len(phrase) > 1 and any(step.key in denials for step in phrase)
        )
        self._no_denial = frozenset(book.number(p) for p in (*signs, *rules.not_a_denial))

    def marks(self, text: Text, found: Found) -> list[int]:
        """For each word 0, or the sum of why it is set aside."""
        marks = [0] * len(text.words)
        for number in self._harmless & found.keys():
            for span in found[number]:
                _mark(marks, span, HARMLESS)
        kept = {
            place
            for number in self._no_denial & found.keys()
            for span in found[number]
            for place in range(*span)
        }
        for number in self._rules.keys() & found.keys():
            for rule in self._rules[number]:
                for span in found[number]:
                    harmless = any(marks[place] & HARMLESS for place in range(*span))
                    if not harmless and not (rule.rule.denies and span[0] in kept):
                        self._apply(rule, span, text, found, marks)
        return marks

    def _apply(
        self, numbered: _Rule, span: Span, text: Text, found: Found, marks: list[int]
    ) -> None:
        first, last = text.sentences[span[0]]
        for number in numbered.unless & found.keys():
            if any(first <= start < last for start, _ in found[number]):
                return
        kind = DENIED if numbered.rule.denies else NOT_NOW
        for other in self._others(numbered.rule, span, text):
            _mark(marks, other, kind)

    def _others(self, rule: SetAside, span: Span, text: Text) -> Sequence[Span]:
        """The words that a rule sets aside, before and after its own."""
        if rule.reach == "quotes":
            return text.quotes
        start, end = self._widest(rule, span, text)
        return (
            (max(start, span[0] - rule.most_words), span[0]),
            (span[1], min(end, span[1] + rule.most_words)),
        )

    def _widest(self, rule: SetAside, span: Span, text: Text) -> Span:
        """How far a rule reaches, wherever `most_words` ends."""
        start, end = span
        clause = text.clauses[start][0], text.clauses[end - 1][1]
        match rule.reach:
            case "ahead":
                return start, self._ahead(text, end)
            case "behind":
                return clause[0], end
            case "clause":
                around = (*text.words[clause[0] : start], *text.words[end : clause[1]])
                return _neighbours(text, clause) if _LITTLE.issuperset(around) else clause
            case "rest":
                return start, self._rest(text, end)
            case _:
                return text.sentences[start]

    def _rest(self, text: Text, end: int) -> int:
        """The end of the sentence, or a "but" before it."""
        last = text.sentences[end - 1][1]
        return next((n for n in range(end, last) if text.words[n] in self._joints.breaks), last)

    def _ahead(self, text: Text, end: int) -> int:
        """Where what follows a phrase that ends at `end` stops: with the clause, with a list that
        goes on after a comma, or at an "and".
        """
        stop = place = text.clauses[end - 1][1]
        last = text.sentences[end - 1][1]
        while place < last:
            start, place = text.clauses[place]
            words = text.words[start:place]
            if len(words) > _LIST_ITEM or words[0] in self._joints.starts:
                break
            if not _LIST_ENDS.isdisjoint(words):
                stop = place
                break
        ends = self._joints.ends_denial
        return next((n for n in range(end, stop) if text.words[n] in ends), stop)


def _neighbours(text: Text, clause: Span) -> Span:
    """The clause with those beside it in the sentence, or with the last one of the sentence
    before if it points back to that ("That was years ago").
    """
    first, last = clause
    sentence = text.sentences[first]
    if first > sentence[0] or (first > 0 and text.words[first] in _POINTING_BACK):
        first = text.clauses[first - 1][0]
    if last < sentence[1]:
        last = text.clauses[last][1]
    return first, last


def _mark(marks: list[int], span: Span, kind: int) -> None:
    for place in range(*span):
        marks[place] |= kind
