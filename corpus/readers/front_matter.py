"""What an author says about a document, and the rules for it: at its top or in `sources.yaml`."""

from __future__ import annotations

import datetime
import re
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from corpus.model import CorpusError, Question, Source, is_unicode
from corpus.readers.yaml_lines import Lined, lined_mapping

REQUIRED = ("title", "language", "publisher", "license", "review_status")
OPTIONAL = ("id", "published", "reviewed", "url", "audience", "topics", "questions")
IN_SOURCES = tuple(field for field in (*REQUIRED, *OPTIONAL) if field != "id")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_YEAR = re.compile(r"\d{4}")  # all that some files know of when they were published
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
    lined = lined_mapping(content, path=path, first_line=first_line, what="the front matter")
    return _Fields(lined, path, "the front matter", (*REQUIRED, *OPTIONAL)).read(REQUIRED)


def read_entry(entry: Lined, *, path: Path) -> FrontMatter:
    """Read what `sources.yaml` says of one file; every field may be missing or empty.

    :param path: of `sources.yaml`, for error messages.
    :raises CorpusError: a field that is unknown or malformed.
    """
    return _Fields(entry, path, "the entry", IN_SOURCES).read(())


class _Fields:
    """The fields with their lines, and what to call them in an error."""

    def __init__(self, lined: Lined, path: Path, what: str, known: Sequence[str]) -> None:
        self._values = lined.values
        self._lines = lined.lines
        self._first_line = lined.line
        self._path = path
        self._what = what
        self._known = known

    def read(self, required: Sequence[str]) -> FrontMatter:
        self._refuse_unknown()
        self._refuse_missing(required)
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

    def _refuse_unknown(self) -> None:
        known = self._known
        for field in self._values:
            if field not in known:
                near = get_close_matches(str(field), known, n=1)
                meant = f"Did you mean '{near[0]}'? " if near else ""
                raise self._error(
                    "unknown", field=str(field), advice=f"{meant}Known fields: {', '.join(known)}"
                )

    def _refuse_missing(self, required: Sequence[str]) -> None:
        for field in required:
            if not self._values.get(field):
                raise self._error(
                    "missing", field=field, advice=f"Add a line '{field}: ...' to {self._what}"
                )

    def _string(self, field: str) -> str:
        value = self._values.get(field, "")
        if not isinstance(value, str):
            raise self._error(
                f"must be text, not a {type(value).__name__}",
                field=field,
                advice="Put it in quotes",
            )
        if not is_unicode(value):
            raise self._error("holds half a character", field=field, advice="Write it again")
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
        if value and not _LANGUAGE.fullmatch(value):
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
        if field == "published" and _YEAR.fullmatch(value):
            return value
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
