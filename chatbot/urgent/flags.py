"""Which emergencies a question may describe: first by the rules, then by the examples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from chatbot.urgent.match import Matcher, Reading
from chatbot.urgent.rules import Emergency, Rules, SectionName
from chatbot.urgent.rules_file import RULES, read_rules
from chatbot.urgent.similar import Similar
from chatbot.urgent.spelling import real_words
from index.encoder import DEFAULT_MODEL_SHA256, Encoder, Vectors

# Scores of `Similar` from which on a message counts as urgent. One with a cue ("suddenly",
# "cannot") needs less, and one in which words are set aside ("years ago") needs more, because the
# embedding can tell neither a denial nor a date. Chosen on the tuning messages and on the examples
# left out one by one; they hold for the packaged model only.
_URGENT = 0.05
_STEP = 0.25
# From which on a sentence makes a longer message urgent: more than for a message with a cue, as
# there are several sentences that may be near an example by chance. Lower values made no urgent
# tuning message more seen, and more long stories urgent.
_URGENT_SENTENCE = 0.35
# Sentences of a long message that are compared one by one; each costs a run of the model.
_MOST_SENTENCES = 4
_FEWEST_WORDS = 4
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
        if vector is None:
            vector = similar.vector(question)
        if similar.score(vector) >= _threshold(reading):
            return (self._named(similar.emergency(vector), reading),)
        for sentence in self._telling_sentences(question):
            vector = similar.vector(sentence)
            if similar.score(vector) >= _URGENT_SENTENCE:
                return (self._named(similar.emergency(vector), reading),)
        return ()

    def _telling_sentences(self, question: str) -> list[str]:
        """The sentences of a longer message that hold a cue and set nothing aside."""
        sentences = [s for s in _SENTENCE.split(question) if len(s.split()) >= _FEWEST_WORDS]
        if len(sentences) < 2:
            return []
        readings = ((sentence, self._matcher.read(sentence)) for sentence in sentences)
        telling = (s for s, reading in readings if reading.has_cue and not reading.sets_aside)
        return list(islice(telling, _MOST_SENTENCES))

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


def _threshold(reading: Reading) -> float:
    return _URGENT - _STEP * reading.has_cue + _STEP * reading.sets_aside
