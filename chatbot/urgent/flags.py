"""Which emergencies a question may describe: first by the rules, then by the examples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from chatbot.urgent.match import Matcher, Reading
from chatbot.urgent.rules import Emergency, Rules, SectionName
from chatbot.urgent.rules_file import RULES, read_rules
from chatbot.urgent.similar import Similar
from chatbot.urgent.spelling import real_words
from index.encoder import DEFAULT_MODEL_SHA256, Encoder, Vectors

# Scores of `Similar` from which on a message counts as urgent. One with a cue ("suddenly",
# "cannot") needs less, and one in which words are set aside ("years ago") needs more, because the
# embedding tells a denial or a date only dimly. Chosen on the tuning messages, on ordinary
# questions and on the examples, each scored by a fit that had not seen it; they hold for the
# packaged model only.
_URGENT = -0.2
_STEP = 0.2
# The same for the most telling sentence of a longer message: more, as one of many sentences is
# near an example by chance sooner than one message is.
_URGENT_SENTENCE = 0.0
_SENTENCE_STEP = 0.2
# A sentence of fewer words says too little by itself, and a message of fewer is seen as a whole.
_FEWEST_WORDS = 4
# A single word that is in no rule is a name or nonsense, and near to anything.
_FEWEST_TO_COMPARE = 2
_LONG = 25
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
        :param folder: where the examples' vectors are kept for the next time; None keeps none.
        :raises RulesError: the file cannot be used; the message names line and field.
        """
        return cls(read_rules(Path(path)), encoder=encoder, folder=folder)

    @property
    def sections(self) -> tuple[SectionName, ...]:
        """Every section that some emergency brings up, each once."""
        found = (section for e in self.rules.emergencies for section in e.sections)
        return tuple(dict.fromkeys(found))

    def seen(self, question: str, *, vector: Vectors | None = None) -> tuple[RedFlag, ...]:
        """The emergencies that a question may describe, the most serious first; often none.

        :param vector: the question, embedded, if that has been done already.
        """
        reading = self._matcher.read(question)
        similar = self._similar
        if reading.signs or not similar:
            return tuple(_flag(sign.emergency, sign.pattern.text) for sign in reading.signs)
        if len(question.split()) < _FEWEST_TO_COMPARE:
            return ()
        if vector is None:
            vector = similar.vector(question)
        if similar.score(vector) >= _URGENT - _needs_less(reading, _STEP):
            return (self._named(similar.emergency(vector), reading),)
        sentences = _sentences(question)
        if len(sentences) < 2:
            return ()
        sentence = similar.most_telling(sentences)
        vector = similar.vector(sentence)
        needs_less = _needs_less(self._matcher.read(sentence), _SENTENCE_STEP)
        if similar.score(vector) >= _URGENT_SENTENCE - needs_less:
            return (self._named(similar.emergency(vector), reading),)
        return ()

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


def _sentences(question: str) -> list[str]:
    """The sentences of a long message that may tell something by themselves; else none."""
    if len(question.split()) < _LONG:
        return []
    return [s for s in _SENTENCE.split(question) if len(s.split()) >= _FEWEST_WORDS]


def _needs_less(reading: Reading, step: float) -> float:
    """How much less of a score is urgent for what a message says; below 0 if more."""
    return step * reading.has_cue - step * reading.sets_aside
