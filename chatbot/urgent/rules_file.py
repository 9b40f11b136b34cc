"""A rules file -> `Rules`: read strictly, so that a slip of the pen is named and not ignored."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec

from chatbot.urgent.patterns import Phrase, parse_pattern, parse_phrase
from chatbot.urgent.rules import Bars, Emergency, Examples, Reach, Rules, SectionName, SetAside
from chatbot.urgent.text import Joints
from corpus.model import CorpusError

RULES = Path(__file__).parents[1] / "red_flags.toml"

_NO_LIMIT = 1_000  # words; more than a question has
_LINE = re.compile(r"\(at line (\d+)")
_AT = re.compile(r" - at `\$\.?([^`]*)`")

T = TypeVar("T")


class RulesError(CorpusError):
    """A rules file that cannot be used: file, line, field, and what is wrong."""


class _Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fillers: list[str]
    harmless: list[str]
    not_a_denial: list[str]
    same: list[str] = []


class _Clauses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    breaks: list[str]
    joins: list[str]
    starts: list[str]
    ends_denial: list[str]


class _SetAside(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    words: list[str]
    reach: Reach
    most_words: int = _NO_LIMIT
    unless: list[str] = []
    denies: bool = False


class _Emergency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    sections: list[str]
    patterns: list[str]
    certain: list[str] = []
    not_with: list[str] = []
    alone: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    date: date
    language: str
    reading: _Reading
    clauses: _Clauses
    words: dict[str, list[str]]
    set_aside: list[_SetAside]
    emergency: list[_Emergency]
    examples: str = ""


class _Bars(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    line: float
    no_line: float
    set_aside: float
    long: float


class _ExamplesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bars: _Bars
    urgent: dict[str, list[str]]
    harmless: dict[str, list[str]]


def read_rules(path: Path = RULES) -> Rules:
    """Read a rules file.

    :raises RulesError: it cannot be read, is no valid TOML, or a field is missing, unknown or
        not what it should be.
    """
    content, file = _converted(path, _File)
    return _Reader(path, content, file).rules()


def _converted(path: Path, kind: type[T]) -> tuple[str, T]:
    """The text of a TOML file, and its values as `kind`."""
    try:
        content = path.read_text(encoding="utf-8")
        values = tomllib.loads(content)
        return content, msgspec.convert(values, kind)
    except OSError as error:
        raise RulesError(f"cannot be read ({error.strerror or error})", path=path) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else None
        raise RulesError(f"is no valid TOML ({error})", path=path, line=line) from None
    except msgspec.ValidationError as error:
        problem = _AT.sub("", str(error))
        raise RulesError(problem, path=path, field=_field(str(error), values)) from None


def _field(error: str, values: Mapping[str, Any]) -> str | None:
    """Where msgspec found something wrong, with an emergency's name in place of its number."""
    at = _AT.search(error)
    if not at:
        return None
    part = re.match(r"(\w+)\[(\d+)\]", at[1])
    name = values[part[1]][int(part[2])].get("name") if part else None
    return at[1].replace(part[0], f"{part[1]} '{name}'", 1) if part and name else at[1]


class _Reader:
    """The file together with its lines, so that an error can point at one."""

    def __init__(self, path: Path, content: str, file: _File) -> None:
        self._path = path
        self._lines = content.split("\n")
        self._file = file

    def rules(self) -> Rules:
        file = self._file
        self._refuse_empty(file.emergency, "emergency")
        self._refuse_twice([entry.name for entry in file.emergency], "emergency")
        reading, clauses = file.reading, file.clauses
        return Rules(
            version=file.version,
            date=file.date,
            language=file.language,
            lists=self._lists(),
            fillers=self._words(reading.fillers, "reading.fillers"),
            harmless=self._phrases(reading.harmless, "reading.harmless"),
            not_a_denial=self._phrases(reading.not_a_denial, "reading.not_a_denial"),
            joints=Joints(
                breaks=self._words(clauses.breaks, "clauses.breaks"),
                joins=self._words(clauses.joins, "clauses.joins"),
                starts=self._words(clauses.starts, "clauses.starts"),
                ends_denial=self._words(clauses.ends_denial, "clauses.ends_denial"),
            ),
            set_aside=tuple(self._set_aside(entry) for entry in file.set_aside),
            emergencies=tuple(self._emergency(entry) for entry in file.emergency),
            same=self._same(),
            examples=self._examples() if file.examples else None,
        )

    def _examples(self) -> Examples:
        path = self._path.parent / self._file.examples
        _, found = _converted(path, _ExamplesFile)
        known = {entry.name for entry in self._file.emergency}
        for name in found.urgent:
            if name not in known:
                raise RulesError(
                    f"{self._path.name} has no emergency of this name",
                    path=path,
                    field=f"urgent.{name}",
                )
        for field, groups in (("urgent", found.urgent), ("harmless", found.harmless)):
            if not any(groups.values()):
                raise RulesError("there is no example", path=path, field=field)
        bars = found.bars
        return Examples(
            bars=Bars(
                line=bars.line, no_line=bars.no_line, set_aside=bars.set_aside, long=bars.long
            ),
            urgent={name: tuple(texts) for name, texts in found.urgent.items()},
            harmless=tuple(text for texts in found.harmless.values() for text in texts),
        )

    def _set_aside(self, entry: _SetAside) -> SetAside:
        where = f"set_aside '{entry.name}'"
        return SetAside(
            name=entry.name,
            phrases=self._phrases(entry.words, f"{where}.words"),
            reach=entry.reach,
            most_words=entry.most_words,
            unless=self._phrases(entry.unless, f"{where}.unless"),
            denies=entry.denies,
        )

    def _emergency(self, entry: _Emergency) -> Emergency:
        where = f"emergency '{entry.name}'"
        return Emergency(
            name=entry.name,
            sections=tuple(self._section(text, f"{where}.sections") for text in entry.sections),
            patterns=(
                *(
                    replace(self._parsed(parse_pattern, text, f"{where}.certain"), certain=True)
                    for text in entry.certain
                ),
                *(
                    self._parsed(parse_pattern, text, f"{where}.patterns")
                    for text in entry.patterns
                ),
            ),
            not_with=self._phrases(entry.not_with, f"{where}.not_with"),
            alone=entry.alone,
        )

    def _section(self, text: str, where: str) -> SectionName:
        document_id, mark, heading = text.partition(" > ")
        if not mark:
            self._fail(f"{text!r} is not written as 'document id > heading'", where, text)
        return SectionName(document_id.strip(), heading.strip())

    def _lists(self) -> dict[str, tuple[Phrase, ...]]:
        """The lists, each after those that it holds."""
        waiting = {
            name: self._phrases(texts, f"words.{name}") for name, texts in self._file.words.items()
        }
        ordered: dict[str, tuple[Phrase, ...]] = {}
        while waiting:
            ready = [name for name, found in waiting.items() if not _held(found) & waiting.keys()]
            if not ready:
                name = next(iter(waiting))
                self._fail("a list may not hold itself", f"words.{name}", f"{name} =")
            ordered |= {name: waiting.pop(name) for name in ready}
        return ordered

    def _phrases(self, texts: Sequence[str], where: str) -> tuple[Phrase, ...]:
        return tuple(self._parsed(parse_phrase, text, where) for text in texts)

    def _parsed(self, parse: Callable[[str], T], text: str, where: str) -> T:
        for name in re.findall(r"\{(\w*)\}", text):
            if name not in self._file.words:
                self._fail(f"there is no list '{name}' under [words]", where, text)
        try:
            return parse(text)
        except ValueError as error:
            problem = str(error)
        self._fail(problem, where, text)

    def _same(self) -> dict[str, str]:
        """What stands for a word, by the word that is written for it."""
        texts = self._file.reading.same
        for text in texts:
            if not re.fullmatch(r"[a-z]+ = [a-z]+", text):
                self._fail(f"{text!r} is not written as 'too = to'", "reading.same", text)
        return {written: meant for written, _, meant in (t.partition(" = ") for t in texts)}

    def _words(self, texts: Sequence[str], where: str) -> frozenset[str]:
        for text in texts:
            if not text.replace("'", "").isalpha():
                self._fail(f"{text!r} is not a single word", where, f'"{text}"')
        return frozenset(text.replace("'", "") for text in texts)

    def _refuse_empty(self, entries: Sequence[_Emergency], field: str) -> None:
        if not entries:
            self._fail("there is none", field, "")
        for entry in entries:
            for name, found in (("sections", entry.sections), ("patterns", entry.patterns)):
                if not found:
                    self._fail("is empty", f"{field} '{entry.name}'.{name}", entry.name)

    def _refuse_twice(self, names: Sequence[str], field: str) -> None:
        for name in names:
            if names.count(name) > 1:
                self._fail("is there twice", f"{field} '{name}'", name)

    def _fail(self, problem: str, field: str, near: str) -> NoReturn:
        """Give up, naming the first line that holds `near`."""
        lines = (number for number, line in enumerate(self._lines, 1) if near and near in line)
        raise RulesError(problem, path=self._path, line=next(lines, None), field=field)


def _held(phrases: Sequence[Phrase]) -> set[str]:
    return {step.list_name for phrase in phrases for step in phrase} - {""}
