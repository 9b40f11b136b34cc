"""What the properties of a PDF say about it: title, language and dates."""

from __future__ import annotations

import re
from pathlib import Path

_FILE_NAME = re.compile(
    r"(?:microsoft (?:word|powerpoint)|untitled|document\s?\d*$|slide\s?\d|.*\.[a-z]{2,5}$)",
    re.IGNORECASE,
)
_DATE = re.compile(r"D:(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_WORD = re.compile(r"\w+")


def choose_title(said: str, printed: str, first_page: str, path: Path) -> str:
    """The title: that of the properties if the first page prints it, else the largest heading.

    Titles in properties are often those of another document that served as a pattern, so one
    that is printed nowhere counts only where there is no heading.
    """
    said = " ".join(said.split())
    named_as_a_file = _FILE_NAME.match(said) or (" " not in said and "_" in said)
    if named_as_a_file or said.casefold() == path.stem.casefold():
        said = ""
    if said and _plain(said) in _plain(first_page):
        return said
    return printed or said or " ".join(re.split(r"[\s_-]+", path.stem)).strip()


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def language_of(properties: dict[str, str]) -> str:
    """The language as BCP 47 writes it, or nothing."""
    said = properties.get("Language", "").strip().replace("_", "-")
    return said if _LANGUAGE.fullmatch(said) else ""


def date_of(properties: dict[str, str]) -> str:
    """The day on which the file was made, as ISO 8601, or nothing."""
    found = _DATE.match(properties.get("CreationDate", ""))
    return "-".join(found.groups()) if found else ""
