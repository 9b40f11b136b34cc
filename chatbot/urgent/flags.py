"""Which emergencies a question may describe, by the rules and the examples together.

The rules look for words, the examples weigh the message as a whole. A line of the rules that fits
lowers the score that the examples must give; by itself it decides only if it is marked certain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from chatbot.urgent.match import Matcher, Reading
from chatbot.urgent.rules import Emergency, Rules, SectionName
from chatbot.urgent.rules_file import RULES, read_rules
from chatbot.urgent.similar import Similar
from chatbot.urgent.spelling import real_words
from index.encoding.encoder import DEFAULT_MODEL_SHA256, Encoder, Vectors

# How much of a message's score is the message as a whole; the rest is its most telling sentence.
_WHOLE = 0.65
# The most that the embedding adds to what the words of a harmless sentence score; by it the model
# need not be run for most sentences.
_MOST_HEARD = 0.4
# A message of so many words tells a story, in which more sounds urgent.
_LONG = 40
# A sentence of fewer words says too little by itself.
_FEWEST_WORDS = 2
_SENTENCE = re.compile(r"(?<=[.!?;…])\s+|\n")


@dataclass(frozen=True, slots=True)
class RedFlag:
    """An emergency that a question may describe.

    `sections` are those to show, in order; `alone` keeps passages that a search finds away from
    them. `because` is the line of the rules by which it was seen; empty if examples told.
    """

    name: str
    sections: tuple[SectionName, ...]
    alone: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a message was taken for, and why.

    `flags` are its emergencies; `lines` those of the rules that fit it, seen or not. If examples
    were asked: the `score` that they gave, the `bar` that it had to reach, and the `nearest` of
    them, each with whether it is urgent. `score` is None if they were not.
    """

    flags: tuple[RedFlag, ...] = ()
    lines: tuple[str, ...] = ()
    score: float | None = None
    bar: float = 0.0
    nearest: tuple[tuple[str, bool], ...] = ()


class RedFlags:
    """The emergencies of a rules file. Made by `RedFlags.open`; safe to share between threads."""

    def __init__(
        self, rules: Rules, *, encoder: Encoder | None = None, folder: Path | None = None
    ) -> None:
        self.rules = rules
        self._matcher = Matcher(rules, real_words())
        self._similar: Similar | None = None
        if rules.examples and encoder and encoder.fingerprint == DEFAULT_MODEL_SHA256:
            self._similar = Similar(rules.examples, encoder, folder=folder)
            self._bars = rules.examples.bars

    @classmethod
    def open(
        cls,
        path: Path | str = RULES,
        *,
        encoder: Encoder | None = None,
        folder: Path | None = None,
    ) -> RedFlags:
        """Read a rules file.

        :param encoder: compares questions with the rules' examples. Without one, and with any
            other than the packaged model, only the rules count.
        :param folder: where what is made of the examples is kept; None keeps nothing.
        :raises RulesError: the file cannot be used; the message names line and field.
        """
        return cls(read_rules(Path(path)), encoder=encoder, folder=folder)

    @property
    def sections(self) -> tuple[SectionName, ...]:
        """Every section that some emergency brings up, each once."""
        found = (section for e in self.rules.emergencies for section in e.sections)
        return tuple(dict.fromkeys(found))

    def seen(
        self, question: str, *, spelt: str = "", vector: Vectors | None = None
    ) -> tuple[RedFlag, ...]:
        """The emergencies that a question may describe, the most serious first; often none.

        :param spelt: the question with its spelling mended, if it was. The examples are compared
            with this; the rules, which mend some words themselves, read both.
        :param vector: `spelt`, or else the question, embedded, if that has been done already.
        """
        return self._judged(question, spelt or question, vector).flags

    def ship(self) -> None:
        """Write the vectors of the examples, and what is fitted to them, into the program's own
        files, so that no start has to make them.

        :raises ValueError: there are no examples, or no model that can compare them.
        """
        if self._similar is None:
            raise ValueError("there are no examples that could be compared")
        self._similar.ship()

    def judged(self, question: str, *, spelt: str = "") -> Judgement:
        """The emergencies that a question may describe, and what decided; see `seen`."""
        spelt = spelt or question
        judgement = self._judged(question, spelt, None)
        if judgement.score is None or self._similar is None:
            return judgement
        return replace(judgement, nearest=self._similar.nearest(self._similar.vector(spelt)))

    def _judged(self, question: str, spelt: str, vector: Vectors | None) -> Judgement:
        reading = self._read(question, spelt)
        flags = tuple(_flag(sign.emergency, sign.pattern.text) for sign in reading.signs)
        lines = tuple(flag.because for flag in flags)
        similar = self._similar
        if not similar or _is_certain(reading):
            return Judgement(flags, lines)
        if not flags and not similar.can_judge(spelt):
            return Judgement()
        if vector is None:
            vector = similar.vector(spelt)
        bar = self._bar(spelt, reading)
        score = self._score(spelt, vector, similar, reading, bar)
        if score < bar:
            flags = ()
        elif not flags:
            flags = (self._named(similar.emergency(vector), reading),)
        return Judgement(flags, lines, score, bar)

    def _read(self, question: str, spelt: str) -> Reading:
        """The question as it was typed, or mended if only so a line of the rules fits it, or one
        that is certain.
        """
        typed = self._matcher.read(question)
        if spelt == question or _is_certain(typed):
            return typed
        mended = self._matcher.read(spelt)
        return mended if _is_certain(mended) or (mended.signs and not typed.signs) else typed

    def _score(
        self, question: str, vector: Vectors, similar: Similar, reading: Reading, bar: float
    ) -> float:
        """How urgent a message sounds, as a whole and in its most telling sentence, or at most, if
        that is below the bar. If a line of the rules fits, its sentence may tell most.
        """
        whole = similar.score(question, vector)
        sentences = _sentences(question)
        if len(sentences) < 2:
            return whole
        telling = {similar.most_telling(sentences)}
        if reading.signs and (fitting := [s for s in sentences if self._matcher.read(s).signs]):
            telling.add(similar.most_telling(fitting))
        at_most = _joined(whole, max(similar.by_words([*telling])) + _MOST_HEARD)
        if at_most < bar:
            return at_most
        return _joined(whole, max(similar.score(s, similar.vector(s)) for s in telling))

    def _bar(self, question: str, reading: Reading) -> float:
        """The score from which on a message with such words is urgent."""
        bars = self._bars
        bar = bars.line if reading.signs else bars.no_line
        long = len(question.split()) >= _LONG
        return bar + bars.set_aside * reading.sets_aside + bars.long * long

    def _named(self, name: str, reading: Reading) -> RedFlag:
        """The emergency of that name; the last of the rules if there is none, or if something in
        the question speaks against it.
        """
        for emergency in self.rules.emergencies:
            if emergency.name == name and name not in reading.excluded:
                return _flag(emergency)
        return _flag(self.rules.emergencies[-1])


def _flag(emergency: Emergency, because: str = "") -> RedFlag:
    return RedFlag(emergency.name, emergency.sections, emergency.alone, because)


def _is_certain(reading: Reading) -> bool:
    return any(sign.pattern.certain for sign in reading.signs)


def _joined(whole: float, sentence: float) -> float:
    return _WHOLE * whole + (1 - _WHOLE) * sentence


def _sentences(question: str) -> list[str]:
    return [s for s in _SENTENCE.split(question) if len(s.split()) >= _FEWEST_WORDS]
