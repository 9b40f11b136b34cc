"""The YAML block at the top of a Markdown document. The only file that knows PyYAML."""

from __future__ import annotations

import datetime
import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from corpus.model import CorpusError, Question, Source

REQUIRED = ("title", "language", "publisher", "license", "review_status")
OPTIONAL = ("id", "published", "reviewed", "url", "audience", "topics", "questions")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What an author says about a document; see `Document` and `Source` for the fields."""

    id: str  # empty when the author gave none
    title: str
    source: Source
    audience: str
    topics: tuple[str, ...]
    questions: tuple[Question, ...]


def parse_front_matter(content: str, *, path: Path, first_line: int) -> FrontMatter:
    """Read the YAML between the two `---` lines.

    :param first_line: line of the file (from 1) on which `content` begins, for error messages.
    :raises CorpusError: no valid YAML, or a field that is missing, unknown or malformed.
    """
    return _Fields(content, path=path, first_line=first_line).read()


class _Fields:
    """The mapping together with the line of each key, so that an error can point at it."""

    def __init__(self, content: str, *, path: Path, first_line: int) -> None:
        self._path = path
        self._first_line = first_line
        try:
            # The base loader leaves every value as the author wrote it: a date stays text, and
            # "no" is Norwegian, not False.
            node = yaml.compose(content, Loader=yaml.BaseLoader)
            values: Any = yaml.load(content, Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self._error(
                f"the front matter is not valid YAML ({getattr(error, 'problem', None) or error})",
                line=first_line + (mark.line if mark else 0),
                advice="Check the indentation; a value with a colon or quotation mark needs quotes",
            ) from None
        if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
            raise self._error(
                "the front matter is not a list of 'field: value' lines", line=first_line
            )
        self._values: Mapping[str, Any] = values
        self._lines: dict[str, int] = {}
        for key, _ in node.value:
            line = first_line + key.start_mark.line
            if str(key.value) in self._lines:
                raise self._error(
                    "given twice", field=str(key.value), line=line, advice="Keep one of the two"
                )
            self._lines[str(key.value)] = line

    def read(self) -> FrontMatter:
        self._refuse_unknown_and_missing()
        return FrontMatter(
            id=self._id(),
            title=self._string("title"),
            source=Source(
                publisher=self._string("publisher"),
                url=self._url(),
                license=self._string("license"),
                language=self._language(),
                published=self._date("published"),
                reviewed=self._date("reviewed"),
                review_status=self._string("review_status"),
            ),
            audience=self._string("audience"),
            topics=self._topics(),
            questions=self._questions(),
        )

    def _error(
        self, problem: str, *, field: str | None = None, line: int | None = None, advice: str = ""
    ) -> CorpusError:
        if line is None:
            line = self._lines.get(field or "", self._first_line)
        return CorpusError(problem, path=self._path, line=line, field=field, advice=advice)

    def _refuse_unknown_and_missing(self) -> None:
        known = (*REQUIRED, *OPTIONAL)
        for field in self._values:
            if field not in known:
                near = get_close_matches(str(field), known, n=1)
                meant = f"Did you mean '{near[0]}'? " if near else ""
                raise self._error(
                    "unknown", field=str(field), advice=f"{meant}Known fields: {', '.join(known)}"
                )
        for field in REQUIRED:
            if not self._values.get(field):
                raise self._error(
                    "missing", field=field, advice=f"Add a line '{field}: ...' to the front matter"
                )

    def _string(self, field: str) -> str:
        value = self._values.get(field, "")
        if not isinstance(value, str):
            raise self._error(
                f"must be text, not a {type(value).__name__}",
                field=field,
                advice="Put it in quotes",
            )
        return " ".join(value.split())

    def _id(self) -> str:
        value = self._string("id")
        if value and not _ID.fullmatch(value):
            raise self._error(
                f"{value!r} is no id",
                field="id",
                advice="Use letters, digits, '-', '_' and '.', beginning with a letter or digit",
            )
        return value

    def _language(self) -> str:
        value = self._string("language")
        if not _LANGUAGE.fullmatch(value):
            raise self._error(
                f"{value!r} is no language tag", field="language", advice="Write en, de, pt-BR"
            )
        return value

    def _url(self) -> str:
        value = self._string("url")
        try:
            parts = urlsplit(value)
            fits = not value or (parts.scheme in ("http", "https") and bool(parts.hostname))
        except ValueError:
            fits = False
        if not fits:
            raise self._error(
                f"{value!r} is no web address", field="url", advice="Write https://..."
            )
        return value

    def _date(self, field: str) -> str:
        value = self._string(field)
        try:
            return datetime.date.fromisoformat(value).isoformat() if value else ""
        except ValueError:
            raise self._error(
                f"{value!r} is no date", field=field, advice="Write it as 2026-11-22"
            ) from None

    def _topics(self) -> tuple[str, ...]:
        value = self._values.get("topics") or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error("must be a list of texts", field="topics", advice="Write '- sleep'")
        return tuple(" ".join(item.split()) for item in value)

    def _questions(self) -> tuple[Question, ...]:
        value = self._values.get("questions") or []
        advice = "Write '- question: ...' and below it '  section: ...' with the section's heading"
        if not isinstance(value, list):
            raise self._error("must be a list", field="questions", advice=advice)
        questions = []
        for item in value:
            if not isinstance(item, dict) or set(item) != {"question", "section"}:
                raise self._error(
                    f"{reprlib.repr(item)} is no question with its section",
                    field="questions",
                    advice=advice,
                )
            words = (" ".join(str(item[key]).split()) for key in ("question", "section"))
            questions.append(Question(*words))
        return tuple(questions)
