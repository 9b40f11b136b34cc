"""What the rules file says, as nouns. `chatbot/red_flags.toml` explains them to its writers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chatbot.urgent.patterns import Pattern, Phrase
from chatbot.urgent.text import Joints

Reach = Literal["ahead", "behind", "clause", "rest", "sentence", "quotes"]


@dataclass(frozen=True, slots=True)
class SectionName:
    """A section of a document: the document's id and the section's own heading."""

    document_id: str
    heading: str

    def __str__(self) -> str:
        return f"{self.document_id} > {self.heading}"


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency: how it is seen, and the sections that a message about it brings up.

    It is not seen in a message that holds one of `not_with`. `alone` keeps passages that a search
    would find away from the answer.
    """

    name: str
    sections: tuple[SectionName, ...]
    patterns: tuple[Pattern, ...]
    not_with: tuple[Phrase, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class SetAside:
    """Words that say of others that they are not so, or not now: "no", "years ago", "risk of".

    `reach` says which others: those ahead in the clause, those behind in it, all of the clause,
    the rest of the sentence, all of it, or all that stands in quotation marks; at most
    `most_words` to either side. None are when one of `unless` stands in the sentence. `denies`
    tells "no" from "years ago".
    """

    name: str
    phrases: tuple[Phrase, ...]
    reach: Reach
    most_words: int
    unless: tuple[Phrase, ...]
    denies: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """The scores by the examples from which on a message is urgent: `line` if a line of the rules
    fits it, `no_line` if none does; `set_aside` more if any of its words are set aside, `long` more
    for a message of many words.
    """

    line: float
    no_line: float
    set_aside: float
    long: float


@dataclass(frozen=True, slots=True)
class Examples:
    """Messages as people type them: urgent ones by the name of their emergency, and others."""

    bars: Bars
    urgent: Mapping[str, tuple[str, ...]]
    harmless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A rules file. `lists` stand in an order in which each needs only those before it.

    `same` gives, for a word that is often written for another, the one that may be meant.
    """

    version: int
    date: date
    language: str
    lists: Mapping[str, tuple[Phrase, ...]]
    fillers: frozenset[str]
    harmless: tuple[Phrase, ...]
    not_a_denial: tuple[Phrase, ...]
    same: Mapping[str, str]
    joints: Joints
    set_aside: tuple[SetAside, ...]
    emergencies: tuple[Emergency, ...]  # the most serious first
    examples: Examples | None
