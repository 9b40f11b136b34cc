"""Which of the titles that a file offers is the document's."""

from __future__ import annotations

import re
from pathlib import Path

_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)|untitled|document\s?\d*$|slide\s?\d|.*\.[a-z]{2,5}$)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def choose_title(said: str, printed: str, text: str, path: Path) -> str:
    """The title: that of the file's properties if `text` has it too, else the one that is printed.

    Titles in properties are often those of another document that served as a pattern, so one
    that stands nowhere in the text counts only where no title is printed.
    """
    said = " ".join(said.split())
    named_as_a_file = _NO_TITLE.match(said) or (" " not in said and "_" in said)
    if named_as_a_file or said.casefold() == path.stem.casefold():
        said = ""
    if said and _plain(said) in _plain(text[: 20 * len(said) + 2000]):
        return said
    return printed or said or " ".join(re.split(r"[\s_-]+", path.stem)).strip()


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
