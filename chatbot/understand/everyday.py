"""Everyday words in a question -> the medical words that the documents use for them.

The words are in `everyday_words.toml`, written for the clinician who reviews it. A word is only
looked for when the documents hold it and the question does not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.lexical import Tokenizer
from index.vocabulary import Vocabulary, lowered

EVERYDAY_WORDS = Path(__file__).with_name("everyday_words.toml")

# "type 2" and "T2D" are words here.
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# "falls" is no news to a question that says "fall".
_STEMS = Tokenizer("en")
# At most so many words are looked for: more would drown the question.
_MOST = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases that people type, and the documents' phrases for the same thing."""

    words: tuple[str, ...]
    look_for: tuple[str, ...]
    not_with: tuple[str, ...] = ()


class WordsFileError(ValueError):
    """The list of everyday words cannot be used; the message names the group."""


class EverydayWords:
    """The groups that can lead somewhere in one set of documents."""

    def __init__(self, groups: Sequence[Group], vocabulary: Vocabulary) -> None:
        self._by_phrase: dict[tuple[str, ...], list[Group]] = {}
        for group in groups:
            known = tuple(p for p in group.look_for if all(w in vocabulary for w in split(p)))
            if known:
                useful = Group(group.words, known, group.not_with)
                for phrase in group.words:
                    self._by_phrase.setdefault(split(phrase), []).append(useful)
        others = (split(other) for group in groups for other in group.not_with)
        self._longest = max(map(len, (*self._by_phrase, *others)), default=0)

    def also(self, question: str) -> tuple[str, ...]:
        """What to look for besides the question; empty for most questions."""
        words = split(question)
        present = dict.fromkeys(_phrases(words, self._longest))
        found: dict[str, None] = {}
        for phrase in present:
            for group in self._by_phrase.get(phrase, ()):
                if not any(split(other) in present for other in group.not_with):
                    found.update(dict.fromkeys(group.look_for))
        if not found:
            return ()
        stems = set(_STEMS(question))
        return tuple(phrase for phrase in found if not stems.issuperset(_STEMS(phrase)))[:_MOST]


def split(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, as they are compared."""
    return tuple(lowered(word) for word in _TOKEN.findall(text))


def _phrases(words: tuple[str, ...], longest: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            yield words[start:end]


def read_groups(path: Path = EVERYDAY_WORDS) -> tuple[Group, ...]:
    """The groups of a file.

    :raises WordsFileError: a group lacks its words, or has a key that nothing reads.
    """
    tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("group", [])
    return tuple(_group(number, table) for number, table in enumerate(tables, 1))


def _group(number: int, table: dict[str, Any]) -> Group:
    if unknown := table.keys() - {"words", "look_for", "not_with", "both_ways"}:
        raise WordsFileError(f"group {number} has an unknown key {sorted(unknown)[0]!r}")
    for key in ("words", "look_for"):
        if not table.get(key) or not all(isinstance(word, str) for word in table[key]):
            raise WordsFileError(f"group {number} ({table}) needs a list of texts {key!r}")
    words, look_for = tuple(table["words"]), tuple(table["look_for"])
    if table.get("both_ways"):
        words = (*words, *(phrase for phrase in look_for if split(phrase) not in map(split, words)))
    return Group(words, look_for, tuple(table.get("not_with", ())))
