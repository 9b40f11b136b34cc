"""Where the lists and phrases of the rules stand in the words of a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.urgent.patterns import Phrase, Step
from chatbot.urgent.rules import Rules
from chatbot.urgent.spelling import Spelling
from chatbot.urgent.text import Span, Text

# The number of a phrase -> the words it takes up in a question, wherever it stands.
Found = Mapping[int, Sequence[Span]]
# Where something begins -> where it may end, the nearest first.
_Places = dict[int, Sequence[int]]

_GAP = 5  # words that "..." may stand for
_FILLERS = 3  # filler words that may stand between two words of a phrase
_ENDS = 8  # ways to end that are followed: bounds the work for a question that repeats a phrase


@dataclass(frozen=True, slots=True)
class _Entry:
    """A phrase, its number, and the lists (as "{chest}") that hold it."""

    number: int
    phrase: Phrase
    lists: tuple[str, ...]
    keys: tuple[str, ...]  # of its steps behind the first, each once


class Phrasebook:
    """All phrases of the rules, arranged so that a question touches only those it may hold.

    A phrase that holds a list can be found only after the phrases of that list, so phrases are
    looked for level by level; within a level by their first word.
    """

    def __init__(self, rules: Rules, spelling: Spelling) -> None:
        self._fillers = rules.fillers
        self._spelling = spelling
        holders: dict[Phrase, list[str]] = {phrase: [] for phrase in all_phrases(rules)}
        for name, phrases in rules.lists.items():
            for phrase in phrases:
                holders[phrase].append(f"{{{name}}}")
        self._numbers = {phrase: number for number, phrase in enumerate(holders)}
        level_of_list: dict[str, int] = {}
        for name, phrases in rules.lists.items():
            level_of_list[name] = max((_level(p, level_of_list) for p in phrases), default=0)
        levels: dict[int, dict[str, list[_Entry]]] = {}
        for phrase, lists in holders.items():
            keys = tuple(dict.fromkeys(step.key for step in phrase[1:]))
            entry = _Entry(self._numbers[phrase], phrase, tuple(lists), keys)
            level = levels.setdefault(_level(phrase, level_of_list), {})
            level.setdefault(phrase[0].key, []).append(entry)
        self._levels = tuple(levels[level] for level in sorted(levels))

    def number(self, phrase: Phrase) -> int:
        """The number of a phrase of the rules."""
        return self._numbers[phrase]

    def find(self, text: Text) -> Found:
        """Every phrase of the rules that stands in a question, in the order of the text."""
        places = self._words(text)
        found: dict[int, list[Span]] = {}
        for level in self._levels:
            in_lists: dict[str, dict[int, set[int]]] = {}
            for key in level.keys() & places.keys():
                for entry in level[key]:
                    # Most phrases lack a word, which is told here without looking further.
                    if not all(map(places.__contains__, entry.keys)):
                        continue
                    if at := self._places(entry.phrase, places, text):
                        found[entry.number] = sorted((start, at[start][0]) for start in at)
                        for name in entry.lists:
                            _add(in_lists.setdefault(name, {}), at)
            for name, starts in in_lists.items():
                _add(starts, places.get(name, {}))
                places[name] = {start: sorted(ends)[:_ENDS] for start, ends in starts.items()}
        return found

    def _words(self, text: Text) -> dict[str, _Places]:
        keys = {word: self._spelling.keys(word) for word in set(text.words)}
        places: dict[str, _Places] = {}
        for place, word in enumerate(text.words):
            for key in keys[word]:
                places.setdefault(key, {})[place] = (place + 1,)
        return places

    def _places(self, phrase: Phrase, places: Mapping[str, _Places], text: Text) -> _Places:
        first, *others = phrase
        found = {}
        for start, ends in places[first.key].items():
            if first.first and text.sentences[start][0] != start:
                continue
            for step in others:
                ends = self._after(ends, step, places[step.key], text)
            if ends:
                found[start] = ends
        return found

    def _after(self, ends: Sequence[int], step: Step, places: _Places, text: Text) -> Sequence[int]:
        """Where a phrase can end that goes on with `step` after one of `ends`."""
        found: set[int] = set()
        for end in ends:
            for place in self._reachable(end, text, far=step.far):
                found.update(places.get(place, ()))
        return sorted(found)[:_ENDS]

    def _reachable(self, end: int, text: Text, *, far: bool) -> Iterator[int]:
        """Where the next word of a phrase may stand: in the same sentence, and for `...` in the
        same clause.
        """
        spans = text.clauses if far else text.sentences
        last = min(end + (_GAP if far else _FILLERS), spans[end - 1][1] - 1)
        for place in range(end, last + 1):
            yield place
            if not far and text.words[place] not in self._fillers:
                return


def _add(starts: dict[int, set[int]], places: _Places) -> None:
    for start, ends in places.items():
        starts.setdefault(start, set()).update(ends)


def all_phrases(rules: Rules) -> Iterator[Phrase]:
    """Every phrase that the rules name, some of them more than once."""
    for phrases in rules.lists.values():
        yield from phrases
    yield from rules.harmless
    yield from rules.not_a_denial
    for rule in rules.set_aside:
        yield from (*rule.phrases, *rule.unless)
    for emergency in rules.emergencies:
        yield from emergency.not_with
        for pattern in emergency.patterns:
            yield from pattern.phrases


def phrases_of_signs(rules: Rules) -> Iterator[Phrase]:
    """The phrases that tell an emergency, with those of the lists that they hold."""
    waiting = [phrase for e in rules.emergencies for p in e.patterns for phrase in p.wanted]
    lists: set[str] = set()
    while waiting:
        phrase = waiting.pop()
        yield phrase
        for step in phrase:
            if step.list_name and step.list_name not in lists:
                lists.add(step.list_name)
                waiting += rules.lists[step.list_name]


def _level(phrase: Phrase, lists: Mapping[str, int]) -> int:
    """0 for a phrase of words, else one more than the highest list in it."""
    return max((lists[step.list_name] + 1 for step in phrase if step.list_name), default=0)
