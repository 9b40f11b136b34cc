"""A JSON file that holds a list: its entries, each with the line it begins on.

Knows nothing of what the entries mean. Nothing is passed over: what is no JSON list, or names
one field twice in an entry, is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from corpus.model import CorpusError

_BETWEEN_ENTRIES: Final = re.compile(r"[\s,]*")


class _DuplicateKeyError(ValueError):
    """A JSON object has a key twice; JSON readers would silently keep only the last."""


def read_json_list(path: Path) -> Iterator[tuple[int, Any]]:
    """Line, counted from 1, and value of each entry.

    :raises CorpusError: if the file cannot be read, is not a JSON list, or an entry has a key
        twice; the error names the file and the line.
    """
    text = _read(path)
    count = len(_whole(text, path))
    # The list is valid; it is read once more, entry by entry, to learn their lines.
    decoder = json.JSONDecoder(object_pairs_hook=_unique)
    position = text.index("[") + 1
    line, counted = 1, 0
    for _ in range(count):
        between = _BETWEEN_ENTRIES.match(text, position)
        position = between.end() if between else position
        line += text.count("\n", counted, position)
        counted = position
        try:
            entry, position = decoder.raw_decode(text, position)
        except _DuplicateKeyError as error:
            raise CorpusError(
                "stands twice in this entry",
                path=path,
                line=line,
                field=str(error),
                advice="Keep one of the two",
            ) from None
        yield line, entry


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CorpusError(
            f"cannot be read ({error.strerror})",
            path=path,
            advice="Check that the file exists and may be read",
        ) from None
    except UnicodeDecodeError:
        raise CorpusError(
            "is not UTF-8 text", path=path, advice="Save the file again as UTF-8"
        ) from None


def _whole(text: str, path: Path) -> list[Any]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(
            f"is not valid JSON: {error.msg}",
            path=path,
            line=error.lineno,
            advice="Look for a missing comma, quotation mark or bracket here or one line above",
        ) from None
    except (ValueError, RecursionError):  # a number or a nesting beyond what Python reads
        raise CorpusError(
            "is not readable as JSON", path=path, advice="Export the list again as CSL-JSON"
        ) from None
    if not isinstance(whole, list):
        raise CorpusError(
            "is not a list of references",
            path=path,
            line=1,
            advice="Put the entries between [ and ], as reference managers export CSL-JSON",
        )
    return whole


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found
