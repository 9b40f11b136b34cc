"""Dates as files give them -> ISO 8601, or nothing."""

from __future__ import annotations

import datetime
import re

_ISO = re.compile(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR = re.compile(r"\s*(\d{4})\s*(?:[-/.]\d{1,2})?\s*")


def iso_date(*written: str, day: bool = False) -> str:
    """The first of these that is a date with its day as `2026-11-22`; else a year alone; else "".

    :param day: a year alone is not enough.

    Years come first in all that is read: in "03/04/2026" nobody can tell day from month.
    """
    for text in written:
        found = _ISO.match(text)
        if found:
            try:
                return datetime.date(*(int(part) for part in found.groups())).isoformat()
            except ValueError:
                continue
    if day:
        return ""
    return next((found[1] for text in written if (found := _YEAR.fullmatch(text))), "")
